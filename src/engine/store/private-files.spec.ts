import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { makePrivate } from './private-files.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it.skipIf(process.platform === 'win32')('leaves the library to its owner, and what links lead to as it is', () => {
  const library = join(temporaryFolder(), 'library');
  const elsewhere = temporaryFolder();
  mkdirSync(join(library, 'models'), { recursive: true });
  writeFileSync(join(library, 'library.db'), '');
  symlinkSync(elsewhere, join(library, 'thumbnails'));
  for (const path of [library, join(library, 'models'), elsewhere]) chmodSync(path, 0o755);
  chmodSync(join(library, 'library.db'), 0o644);
  makePrivate(library);
  expect([library, join(library, 'models'), join(library, 'library.db')].map(mode)).toEqual(['700', '700', '600']);
  expect(mode(elsewhere)).toBe('755');
});

it.skipIf(process.platform === 'win32')('leaves a folder that holds other things too to the person', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'library.db'), '');
  writeFileSync(join(folder, 'letter.txt'), '');
  chmodSync(folder, 0o755);
  makePrivate(folder);
  expect(mode(folder)).toBe('755');
});

it.skipIf(process.platform === 'win32')('changes its own files alone, by their whole names', () => {
  const folder = temporaryFolder();
  const own = ['library.db', 'library.db-wal', 'library.db-shm'];
  const others = ['my-library.db', 'library.db-wal.txt', 'library.dbx'];
  for (const name of [...own, ...others]) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o644);
  }
  makePrivate(folder);
  expect(own.map((name) => mode(join(folder, name)))).toEqual(['600', '600', '600']);
  expect(others.map((name) => mode(join(folder, name)))).toEqual(['644', '644', '644']);
});

it('does nothing where there is no library', () => {
  const folder = join(temporaryFolder(), 'library');
  makePrivate(folder);
  expect(existsSync(folder)).toBe(false);
});
