// The index against the definition of Hamming distance, for random codes of every width.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HammingIndex } from './hamming-index.ts';

function naiveDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + [...(byte ^ (b[i] ?? 0)).toString(2)].filter((bit) => bit === '1').length, 0);
}

const cases = fc
  .record({
    bytes: fc.integer({ min: 1, max: 32 }),
    n: fc.integer({ min: 0, max: 60 }),
    limit: fc.integer({ min: 1, max: 80 }),
  })
  .chain(({ bytes, n, limit }) =>
    fc.record({
      bytes: fc.constant(bytes),
      limit: fc.constant(limit),
      // Few distinct bytes make many ties.
      codes: fc.array(fc.constantFrom(0, 1, 3, 255, 128), { minLength: n * bytes, maxLength: n * bytes }),
      query: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: bytes, maxLength: bytes }),
    }),
  );

it('ranks like the definition: by distance, then by id', () => {
  fc.assert(
    fc.property(cases, ({ bytes, codes, query, limit }) => {
      const packed = Uint8Array.from(codes);
      const q = Uint8Array.from(query);
      const ids = Int32Array.from({ length: codes.length / bytes }, (_, i) => 3 * i + 1);
      const expected = Array.from(ids, (id, i) => ({
        id,
        d: naiveDistance(packed.subarray(i * bytes, (i + 1) * bytes), q),
      }))
        .sort((a, b) => a.d - b.d || a.id - b.id)
        .slice(0, limit);
      const ranked = new HammingIndex({ ids, codes: packed }, bytes * 8).rank(q, limit);
      expect(Array.from(ranked.ids)).toEqual(expected.map((e) => e.id));
      expect(Array.from(ranked.distances)).toEqual(expected.map((e) => e.d));
    }),
    { seed: 7, numRuns: 300 },
  );
});
