// Hostile arguments: each is refused quickly with a reason, and no files are created.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { runOn, startHashlens } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { fault } from './support/needs.ts';

describe('an empty name', () => {
  fault('of a library or a folder is refused, and does not mean the current folder', [], async () => {
    const cwd = temporaryFolder();
    const elsewhere = join(temporaryFolder(), 'library');
    const commands = [
      ['status', '--library', ''],
      ['status', '--library', ' '],
      ['status', '--library='],
      ['serve', '--library', ''],
      ['index', '', '--library', elsewhere],
      ['index', '  ', '--library', elsewhere],
      ['models', 'import', '', '--library', elsewhere],
      ['models', 'export', 'rotation-starter-1', '', '--library', elsewhere],
      ['encoders', 'add', '', '--library', elsewhere],
      ['search', 'image', '', '--library', elsewhere],
      ['search', 'mixed', 'dog', '--image', '', '--library', elsewhere],
      ['backup', '', '--library', elsewhere],
      ['restore', '', '--library', elsewhere],
      ['bench', 'eval', '--data', ''],
    ];
    for (const args of commands) {
      const { status, stdout, stderr, timedOut } = await startHashlens(args, { cwd, timeoutMs: 30_000 }).ended;
      expect({ args, status, stdout, timedOut }).toEqual({ args, status: 2, stdout: '', timedOut: false });
      expect(stderr).toMatch(/empty|name a/);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('hostile values', () => {
  fault('are refused with a reason, and no command hangs or fails inside', ['linux'], async () => {
    const library = join(temporaryFolder(), 'library');
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'text.txt'), 'no image');
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const commands: readonly (readonly [readonly string[], readonly number[]])[] = [
      [['search', 'text', 'dog', '-n', '0'], [2]],
      [['search', 'text', 'dog', '-n', '99999999999'], [2]],
      [['search', 'text', 'dog', '--precision', '2'], [2]],
      [
        ['search', 'text', 'dog', '--where', "tag:x') OR 1=1 --"],
        [0, 1],
      ],
      [
        ['search', 'text', '"('.repeat(1000)],
        [0, 1],
      ],
      [
        ['search', 'text', ''],
        [0, 1],
      ],
      [
        ['search', 'text', '\u0001\u0002'],
        [0, 1],
      ],
      [['search', 'image', join(folder, 'text.txt')], [1]],
      [['search', 'image', folder], [1]],
      [
        ['search', 'mixed', '+photo:999999999999999999999'],
        [0, 1],
      ],
      [['search', 'image', pipe], [1]],
      [['restore', pipe], [1]],
      [['restore', '/dev/zero'], [1]],
      [['backup', pipe], [1]],
      [['backup', join(folder, 'text.txt', 'x')], [1]],
      [['index', pipe], [1]],
      [['models', 'import', pipe], [1]],
      [['encoders', 'add', pipe], [1]],
      [['models', 'remove', '../../etc'], [1]],
      [['models', 'remove', '__proto__'], [1]],
      [['models', 'import', join(folder, 'empty')], [1]],
      [['encoders', 'use', '$(id)'], [1]],
      [['encoders', 'download', '../../x'], [1]],
      [['train', '--set', '__proto__=1'], [2]],
      [['train', '--set', 'constructor=1'], [1]],
      [['index', '/proc/hashlens'], [1]],
      [['backup', '/proc/hashlens'], [1]],
      [['train', '--hidden', '99999999'], [2]],
      [['train', '--bits', '7'], [2]],
      [['train', '--method', '../../x'], [1]],
      [['train', '--device', '; id'], [1]],
    ];
    const evaluated = await startHashlens(['bench', 'eval', '--data', pipe], { timeoutMs: 60_000 }).ended;
    expect(evaluated).toMatchObject({ status: 1, timedOut: false });
    for (const [args, allowed] of commands) {
      const { status, stderr, timedOut } = await runOn(library, args, { timeoutMs: 60_000 });
      expect({ args, timedOut, allowed: allowed.includes(status ?? -1) || status }).toEqual({
        args,
        timedOut: false,
        allowed: true,
      });
      if (status !== 0) expect(stderr).not.toBe('');
      expect(stderr, args.join(' ')).not.toMatch(/TypeError|SqliteError|EEXIST|ENOTDIR|EISDIR|at .*\.ts:\d+/);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
