// Texts of files, and of what may be in their place.
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { plainTextOf, plainTextNow } from './plain-text.ts';

const both = async (path: string): Promise<readonly string[]> => [await plainTextOf(path), plainTextNow(path)];

it('reads a file and a link to one', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'Grüße');
  symlinkSync('a', join(folder, 'b'));
  expect([await both(join(folder, 'a')), await both(join(folder, 'b'))].flat()).toEqual(Array(4).fill('Grüße'));
});

it('takes a missing file, a folder and a file that is too large for empty', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'large'), '');
  truncateSync(join(folder, 'large'), 5 * 1024 * 1024);
  const found = await Promise.all(['missing', 'folder', 'large'].map((name) => both(join(folder, name))));
  expect(found.flat()).toEqual(Array(6).fill(''));
});

it.skipIf(process.platform === 'win32')('takes a device without an end for empty', async () => {
  expect(await both('/dev/zero')).toEqual(['', '']);
});
