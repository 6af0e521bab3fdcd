// The number of photos from which a word is found, given the measured words of a library.
import { expect, it } from 'vitest';
import { photosNeeded } from './known-words.ts';

const word = (learnedFrom: number, found: number | null, measured = 10) => ({ learnedFrom, measured, found });

it('is the least number of photos at which a rising curve through the shares reaches seven in ten', () => {
  const words = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => word(n, 2));
  expect(photosNeeded([word(20, 9), ...words, word(9, 8), word(12, 9), word(8, 3)])).toBe(9);
});

it('takes no single word for the rule', () => {
  const words = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => word(n, 2));
  expect(photosNeeded([word(0, 10), ...words, word(30, 9)])).toBe(30);
});

it('is not known where too few words were measured, or no word is found so well', () => {
  const nine = Array.from({ length: 9 }, (_, n) => word(n, 9));
  expect(photosNeeded([...nine, word(3, null), word(4, null)])).toBeNull();
  expect(photosNeeded(Array.from({ length: 12 }, (_, n) => word(n, 5)))).toBeNull();
});
