// Copies to a place outside the photo folders: errors of the place and of the photo are told apart.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { prepareCopyFolder, copyOriginal } from './put-copy.ts';

it('refuses a copy whose file cannot be created, and does not blame the photo', async () => {
  const [album, folder] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(album, 'photo.jpg'), Buffer.alloc(1 << 20));
  const place = await prepareCopyFolder(folder);
  // The name of the unfinished file is longer than file systems allow.
  const target = join(folder, `${'n'.repeat(240)}.jpg`);
  const put = await copyOriginal(album, 'photo.jpg', target, place, () => undefined);
  expect(put).toMatchObject({ state: 'refused', error: { code: 'io-error' } });
  expect(readdirSync(folder)).toEqual([]);
});
