// A replaced file is whole, and a failure leaves the earlier one.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { replaceFile } from './replace-file.ts';

it('replaces the content, also after an earlier write was killed, and leaves no other file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'preferences.json');
  writeFileSync(path, 'the content before, which is longer');
  writeFileSync(`${path}.new`, 'the beginning of something that was never finished');
  await replaceFile(path, 'after');
  expect(readFileSync(path, 'utf8')).toBe('after');
  expect(readdirSync(folder)).toEqual(['preferences.json']);
});

it('throws the reason of a failed write, and leaves no unfinished file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'preferences.json');
  mkdirSync(join(path, 'not empty'), { recursive: true });
  await expect(replaceFile(path, 'after')).rejects.toThrow(path);
  expect(readdirSync(folder)).toEqual(['preferences.json']);
  expect(readdirSync(path)).toEqual(['not empty']);
});
