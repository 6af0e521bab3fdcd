// The log creates its folder, is limited to two files, and blocks nothing if it cannot be written.
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { Log } from './log.ts';

const shown = vi.spyOn(process.stderr, 'write');
beforeEach(() => void shown.mockReset().mockReturnValue(true));

it('makes its folder and writes a line for each message, with the source and without escape sequences', () => {
  const folder = join(temporaryFolder(), 'profile', 'logs');
  new Log(folder).write('engine', 'red \u001B[31mname\n');
  expect(readFileSync(join(folder, 'hashlens.log'), 'utf8')).toMatch(/^\S+ engine red (?!.*\u001B).*name\n$/);
});

it('sets a full file aside at the next start', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hashlens.log'), '');
  truncateSync(join(folder, 'hashlens.log'), 5 * 1024 * 1024);
  new Log(folder).write('main', 'started');
  expect(readdirSync(folder).sort()).toEqual(['hashlens.1.log', 'hashlens.log']);
  expect(readFileSync(join(folder, 'hashlens.log'), 'utf8')).toContain('started');
});

it('continues without a log if a folder has its name or its folder cannot be made', ({ skip }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'hashlens.log'));
  new Log(folder).write('main', 'started');
  skip(process.platform !== 'linux', 'only Linux has /proc, where recursive mkdir of Node never ends');
  new Log('/proc/hashlens/logs').write('main', 'started');
  expect(shown).toHaveBeenCalledTimes(2);
});
