// Pairs of near codes, against a comparison of every code with every other.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hammingDistance } from '../numerics/popcount.ts';
import { pairsWithin, type CodePair } from './code-pairs.ts';

function naive(codes: Uint8Array, bytes: number, radius: number): CodePair[] {
  const row = (i: number) => codes.subarray(i * bytes, (i + 1) * bytes);
  const pairs: CodePair[] = [];
  for (let a = 0; a < codes.length / bytes; a++) {
    for (let b = a + 1; b < codes.length / bytes; b++) {
      const distance = hammingDistance(row(a), row(b));
      if (distance <= radius) pairs.push({ a, b, distance });
    }
  }
  return pairs;
}

/** In order, without the pauses. */
const sorted = (pairs: Iterable<CodePair | null>) =>
  [...pairs].filter((pair) => pair !== null).sort((x, y) => x.a - y.a || x.b - y.b);

it('gives every pair within the radius once, for all widths', () => {
  // Few distinct byte values make near codes frequent.
  const byte = fc.constantFrom(0, 1, 3, 0x80, 0xff);
  const codes = fc
    .integer({ min: 1, max: 9 })
    .chain((bytes) => fc.tuple(fc.constant(bytes), fc.array(fc.array(byte, { minLength: bytes, maxLength: bytes }))));
  fc.assert(
    fc.property(codes, fc.integer({ min: 0, max: 20 }), ([bytes, rows], radius) => {
      const packed = Uint8Array.from(rows.flat());
      expect(sorted(pairsWithin(packed, bytes, radius))).toEqual(naive(packed, bytes, radius));
    }),
    { numRuns: 25 },
  );
});

it('stops when its budget is used up and says so', () => {
  const codes = new Uint8Array(8 * 200);
  const search = pairsWithin(codes, 8, 4, 1000);
  let pairs = 0;
  let next = search.next();
  for (; next.done !== true; next = search.next()) if (next.value) pairs++;
  expect(next.value).toBe(false);
  expect(pairs).toBe(1000);
  expect(sorted(pairsWithin(codes.subarray(0, 16), 8, 4, 1000))).toEqual([{ a: 0, b: 1, distance: 0 }]);
});

it('pauses between pieces of work', () => {
  const pauses = [
    ...pairsWithin(
      new Uint8Array(4 * 3500).map((_, i) => i * 37),
      4,
      0,
    ),
  ].filter((pair) => pair === null);
  expect(pauses.length).toBe(8);
});
