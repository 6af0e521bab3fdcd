// Weight of each hit of a labelled query in the fit.
import { expect, it } from 'vitest';
import { depthWeight } from './fit-library.ts';

const weights = (standsFor: number) => Array.from({ length: 50 }, (_, place) => depthWeight(place, standsFor));

it('counts all hits alike where the photos compared are the whole library', () => {
  expect(weights(1)).toEqual(Array.from({ length: 50 }, () => 1));
});

it('counts hits of a sample less the later they come in the library, and those among its first fifty in full', () => {
  // Of 1180 photos 59 are compared: the second of them is about the fortieth of all, the fifth the hundredth.
  expect(weights(20).slice(0, 5)).toEqual([1, 1, expect.closeTo(5 / 6), expect.closeTo(5 / 8), 0.5]);
  expect(weights(20)).toEqual(weights(20).toSorted((a, b) => b - a));
});

it('counts the first hit in full in a library of any size', () => {
  expect(weights(5000).slice(0, 2)).toEqual([1, 0.5]);
});
