// Reading a file piece by piece gives what reading it whole gives, in any order and past any end.
import { open } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesInMemory, bytesOfFile } from './byte-source.ts';
import { temporaryFolder } from './temporary-folder.ts';

it('reads the same from a file as from memory', async () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256));
  const root = await temporaryFolder({ file: content });
  await using file = await open(path.join(root, 'file'), 'r');
  const range = fc.tuple(fc.integer({ min: -10, max: 310_000 }), fc.oneof(fc.nat(20), fc.nat(200_000)));
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 10 }), (ranges) => {
      const source = bytesOfFile(file.fd, content.length);
      for (const [offset, length] of ranges) {
        const expected = bytesInMemory(content).read(offset, length);
        if (!source.read(offset, length).equals(expected)) return false;
      }
      return true;
    }),
    { seed: 3 },
  );
  expect(bytesOfFile(file.fd, content.length).read(299_999, 5)).toEqual(content.subarray(299_999));
});
