// Other things in the place of a library's file or folder: a pipe, a folder, a device, a broken link, or a file
// without read permission. Nothing waits for them, search answers if it can, and the message names them.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { fillWithPhotos } from '../support/photos.ts';
import { runOn, startHashlens, type ProgramResult } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { asNobody } from './support/machine.ts';
import { fault } from './support/needs.ts';

let base: string;
let album: string;

beforeAll(async () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-faults-'));
  [album, base] = [join(folder, 'album'), join(folder, 'library')];
  const files = await fillWithPhotos(album, 12);
  const lines = files.map((file, i) => `${file.replace(/.*\//, '')},photo number ${i} with a dog near the beach`);
  writeFileSync(join(album, 'captions.csv'), `image,caption\n${lines.join('\n')}\n`);
  for (const args of [['index', album], ['duplicates'], ['backup']]) {
    expect(await runOn(base, args)).toMatchObject({ status: 0 });
  }
});
afterAll(() => rmSync(dirname(base), { recursive: true, force: true }));

const strangers: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => void spawnSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(path),
  'a device': (path) => symlinkSync('/dev/zero', path),
  'a link to nowhere': (path) => symlinkSync(join(path, '..', 'nowhere'), path),
};

const model = 'models/rotation-starter-1';
const all = Object.keys(strangers);
/**
 * Parts of a library, whether search answers without each, possible substitutes, and other commands that read or
 * write it.
 */
const places: readonly (readonly [
  name: string,
  search: boolean,
  kinds: readonly string[],
  commands: readonly (readonly string[])[],
])[] = [
  ['library.db', false, all, [['check'], ['status']]],
  ['library.db-wal', false, ['a pipe', 'a folder'], [['check']]],
  ['library.db-shm', false, ['a pipe'], []],
  ['jobs.lock', true, all, [['status'], ['index']]],
  ['open.lock', true, ['a pipe', 'a folder'], [['repair']]],
  ['models', true, ['a pipe', 'a link to nowhere'], [['index'], ['train', '--bits', '16', '--epochs', '1']]],
  [model, true, ['a pipe'], [['index']]],
  [`${model}/manifest.json`, true, ['a pipe', 'a device'], [['check']]],
  [`${model}/image.onnx`, true, ['a pipe', 'a folder'], [['models', 'export', 'rotation-starter-1', 'exported']]],
  [`${model}/relevance.json`, true, ['a pipe'], [['index']]],
  ['thumbnails', true, ['a pipe'], [['index']]],
  ['backups', true, ['a pipe'], [['backup'], ['backup', '--list']]],
  ['pixel-hashes.json', true, ['a pipe', 'a folder'], [['duplicates']]],
];

/** Messages of SQLite, of the file system or of Node alone, which give no remedy. */
const raw =
  /SQLITE|SqliteError|TypeError|disk I\/O error|unable to open|malformed|file is not a database|\bat .*\.ts:\d+/;

function expectClear(what: string, { status, stderr, timedOut }: ProgramResult): void {
  expect({ what, timedOut, ended: status === 0 || status === 1 || status }).toEqual({
    what,
    timedOut: false,
    ended: true,
  });
  if (status === 1) expect(stderr, what).toMatch(/^hashlens: .+|`hashlens repair`/m);
  expect(stderr, what).not.toMatch(raw);
}

describe.each(places)('in the place of %s', (name, isSearched, kinds, commands) => {
  for (const kind of kinds) {
    fault(
      `${kind} is named and waited for by nothing${isSearched ? ', and search answers' : ''}`,
      ['linux'],
      async () => {
        const library = join(temporaryFolder(), 'library');
        cpSync(base, library, { recursive: true });
        const path = join(library, name);
        rmSync(path, { recursive: true, force: true });
        strangers[kind]?.(path);
        const run = async (...args: string[]) => {
          const outcome = await runOn(library, args[0] === 'index' ? [...args, album] : args, {
            timeoutMs: 90_000,
            cwd: dirname(library),
          });
          expectClear(`${kind} for ${name}: ${args.join(' ')}`, outcome);
          return outcome;
        };
        const search = await run('search', 'text', 'dog', '-n', '1', '--json');
        expect([search.status, search.stderr]).toEqual(
          isSearched ? [0, expect.any(String)] : [1, expect.stringContaining(name)],
        );
        for (const command of commands) {
          const { stderr } = await run(...command);
          if (name === 'jobs.lock' && command[0] === 'index') {
            expect(stderr).toMatch(/jobs\.lock is .*where a file of the library belongs/);
          }
        }
        if (isSearched || kind === 'a link to nowhere') return;
        // The other file is set aside like a damaged one, and everything is restored.
        expect((await run('repair')).status).toBe(0);
        expect((await run('search', 'text', 'dog', '-n', '1')).status).toBe(0);
      },
    );
  }
});

describe('a library on a disk that is away', () => {
  fault('behind a link is not replaced by its backup or by a new one', [], async () => {
    const disk = temporaryFolder();
    const library = join(temporaryFolder(), 'library');
    cpSync(base, library, { recursive: true });
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(library, `library.db${suffix}`), { force: true });
    cpSync(join(base, 'library.db'), join(disk, 'library.db'));
    symlinkSync(join(disk, 'library.db'), join(library, 'library.db'));
    expect((await runOn(library, ['search', 'text', 'dog', '-n', '1'])).status).toBe(0);
    rmSync(join(disk, 'library.db'));
    const before = readdirSync(library).sort();
    const { status, stderr } = await runOn(library, ['search', 'text', 'dog']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/is a link to .*library\.db, which is not there; connect its disk/);
    expect(readdirSync(library).sort()).toEqual(before);
    expect(existsSync(join(disk, 'library.db'))).toBe(false);
  });

  fault('or whose path is a file, a device or too long is refused in words', ['linux'], async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'x');
    symlinkSync(join(folder, 'nowhere', 'deep'), join(folder, 'dangling'));
    const long = join(folder, 'x'.repeat(200), 'y'.repeat(300));
    for (const library of [
      join(folder, 'file'),
      join(folder, 'file', 'in'),
      '/dev/null',
      '/proc/hashlens',
      join(folder, 'dangling'),
      long,
    ]) {
      for (const args of [['status'], library === long ? ['check'] : ['repair']]) {
        const outcome = await startHashlens([...args, '--library', library], { timeoutMs: 30_000 }).ended;
        expectClear(`${args.join(' ')} ${library}`, outcome);
        expect({ args, library, status: outcome.status }).toEqual({ args, library, status: 1 });
        expect(outcome.stderr).not.toMatch(/\bE[A-Z]{4,}\b/);
      }
    }
  });
});

describe('a file of the library that may not be read or written', () => {
  for (const [name, isSearched] of [
    ['library.db', false],
    ['jobs.lock', true],
    ['open.lock', true],
    [`${model}/image.onnx`, true],
    ['models', true],
  ] as const) {
    fault(`${name} is named with what to do`, ['root', 'other-user'], async () => {
      const home = temporaryFolder();
      const library = join(home, 'library');
      cpSync(base, library, { recursive: true });
      cpSync(album, join(home, 'album'), { recursive: true });
      chmodSync(home, 0o777);
      for (const entry of readdirSync(home, { recursive: true, encoding: 'utf8' }))
        chownSync(join(home, entry), 65534, 65534);
      chmodSync(join(library, name), 0);
      const run = async (...args: string[]) => {
        const outcome = await runOn(library, args, { timeoutMs: 60_000, through: asNobody, env: { HOME: home } });
        expectClear(`${name}: ${args.join(' ')}`, outcome);
        return outcome;
      };
      const search = await run('search', 'text', 'dog', '-n', '1', '--json');
      expect({ status: search.status, stderr: isSearched ? '' : search.stderr }).toEqual({
        status: isSearched ? 0 : 1,
        stderr: isSearched
          ? ''
          : (expect.stringMatching(/library\.db cannot be opened: you may not read or write it/) as string),
      });
      await run('index', join(home, 'album'));
    });
  }
});
