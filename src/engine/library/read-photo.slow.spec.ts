// Photos with random damage.
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderOf } from '../../../test/support/photo-tree.ts';
import { HashlensError } from '../../shared/errors.ts';
import { readPhoto } from './read-photo.ts';
import { scanFolder } from './scan/scan.ts';

const fixtures = path.resolve(import.meta.dirname, '../../../test/fixtures/library');

it('answers any damage with facts or a HashlensError', async () => {
  const root = await folderOf({ 'x.jpg': 'x' });
  const [photo] = (await scanFolder(root)).photos;
  if (photo === undefined) throw new Error('one photo was written');
  const photos = (await scanFolder(fixtures)).photos.map((found) => path.join(fixtures, found.path));
  const change = fc.tuple(fc.nat(), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...photos),
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      async (file, changes, cut) => {
        const bytes = await readFile(file);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const handle = await open(path.join(root, 'x.jpg'), 'w');
        await handle.write(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes);
        await handle.close();
        const facts = await readPhoto(root, photo).catch((error: unknown) => error);
        if (facts instanceof Error) expect(facts).toBeInstanceOf(HashlensError);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});
