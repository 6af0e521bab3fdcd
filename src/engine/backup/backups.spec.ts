// Backups to a place that cannot take them.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from '../store/database.ts';
import { makeBackup } from './backups.ts';

it('names the library and the folder where SQLite cannot write the backup', async () => {
  const library = temporaryFolder();
  const store = openStore(library);
  store.queryLog.save('first', 'dog');
  store.close();
  // Longer than the paths that SQLite takes.
  const place = join(temporaryFolder(), ...Array.from({ length: 6 }, () => 'n'.repeat(200)));
  mkdirSync(place, { recursive: true });
  await expect(makeBackup(library, place)).rejects.toMatchObject({
    code: 'io-error',
    message: expect.stringContaining(`The library ${library} was not backed up to ${place}: `) as string,
  });
  expect(readdirSync(place)).toEqual([]);
});
