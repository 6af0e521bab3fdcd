// A writable folder, one below a file, and one on a read-only disk.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { isWritableFolder } from './app-folders.ts';

it('makes the folder and leaves nothing in it', () => {
  const folder = path.join(temporaryFolder(), 'a', 'b');
  expect(isWritableFolder(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

it('is false where a file has the folder’s name', () => {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, 'x');
  expect(isWritableFolder(path.join(file, 'window'))).toBe(false);
  expect(isWritableFolder(file)).toBe(false);
});

it.runIf(existsSync('/proc/version'))('is false where writing is not allowed', () => {
  expect(isWritableFolder('/proc/hashlens')).toBe(false);
});
