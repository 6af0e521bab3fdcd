import { expect, it } from 'vitest';
import { pairDatabases } from './database-codes.ts';

/** Photo 0 has captions 0 and 1, photo 1 caption 2, photo 2 caption 3. */
const data = { captionPhoto: Int32Array.of(0, 0, 1, 2) };
/** A row with the first `ones` of 8 numbers above 0. */
const row = (ones: number) => Array.from({ length: 8 }, (_, i) => (i < ones ? 1 : -1));
const codes = {
  learned: {
    image: Float32Array.from([...row(1), ...row(2), ...row(3)]),
    text: Float32Array.from([...row(4), ...row(5), ...row(6)]),
  },
};

it('photos have the code of their first pair and captions of their own', () => {
  // Pairs are captions 2, 0 and 1.
  const split = { databasePhotos: Int32Array.of(0, 1), databaseCaptions: Int32Array.of(0, 1, 2) };
  const [found, ...others] = pairDatabases(codes, 8, Int32Array.of(2, 0, 1), data, split);
  expect(others).toEqual([]);
  expect(found?.kind).toBe('learned');
  expect([...(found?.database?.photos ?? [])]).toEqual([0b11, 0b1]);
  expect([...(found?.database?.captions ?? [])]).toEqual([0b11111, 0b111111, 0b1111]);
});

it('a database with items that were not trained on has none, and their number is given', () => {
  const split = { databasePhotos: Int32Array.of(0, 2), databaseCaptions: Int32Array.of(0) };
  expect(pairDatabases(codes, 8, Int32Array.of(2, 0, 1), data, split)).toEqual([
    { kind: 'learned', database: null, untrained: { photos: 1, captions: 0 } },
  ]);
  const texts = { databasePhotos: Int32Array.of(0), databaseCaptions: Int32Array.of(0, 3) };
  expect(pairDatabases(codes, 8, Int32Array.of(2, 0, 1), data, texts)).toMatchObject([
    { database: null, untrained: { photos: 0, captions: 1 } },
  ]);
});
