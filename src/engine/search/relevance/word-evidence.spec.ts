// Evidence of own words: none without words, more for rare words and for more writers.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frequencyOf, repeatChance, repeatRate, usuallyRepeated, wordEvidence } from './word-evidence.ts';

const rare = 0.01;
const present = (frequency: number) => ({ frequency, isPresent: true });
const absent = (frequency: number) => ({ frequency, isPresent: false });

it('speaks for a photo that says a word, the more the rarer the word is, and against one that does not', () => {
  expect(wordEvidence([present(rare)], 1, 0.4)).toBeGreaterThan(wordEvidence([present(0.3)], 1, 0.4));
  expect(wordEvidence([present(0.3)], 1, 0.4)).toBeGreaterThan(0);
  expect(wordEvidence([absent(0.05)], 1, 0.4)).toBeCloseTo(Math.log(0.6));
  expect(wordEvidence([], 1, 0.4)).toBe(0);
});

it('counts a missing word against a photo, and more with more writers', () => {
  expect(wordEvidence([absent(0.05)], 3, 0.4)).toBeCloseTo(3 * Math.log(0.6));
});

it('expects as much from words nobody has seen as they are worth: the ratio is 1 on average', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.integer({ min: 1, max: 6 }),
      (frequency, texts) => {
        const [yes, no] = [present(frequency), absent(frequency)].map((word) =>
          Math.exp(wordEvidence([word], texts, 0.4)),
        );
        expect(frequency * (yes ?? 0) + (1 - frequency) * (no ?? 0)).toBeCloseTo(1);
      },
    ),
  );
});

// Words of Flickr8k's captions that the next caption of the photo repeats, of 118,266, by the number of photos with
// the word.
it.each([
  [0.0006, 0.178],
  [0.002, 0.247],
  [0.006, 0.285],
  [0.018, 0.354],
  [0.055, 0.378],
  [0.17, 0.53],
  [0.4, 0.688],
])('takes a word that %d of the photos have for repeated about as often as people do', (frequency, found) => {
  expect(Math.abs(repeatChance(frequency, 0.41) - found)).toBeLessThan(0.07);
});

it('measures how often a second writer repeats a word, and keeps to the usual without any', () => {
  const repeats = (photos: readonly (readonly ReadonlySet<string>[])[]) => repeatRate(photos, () => 0.05);
  const sets = (...texts: string[]) => texts.map((text) => new Set(text.split(' ')));
  expect(repeats([])).toBeCloseTo(usuallyRepeated);
  expect(repeats([sets('dog beach')])).toBeCloseTo(usuallyRepeated);
  const same = Array.from({ length: 500 }, () => sets('dog beach', 'dog beach'));
  expect(repeats(same)).toBeGreaterThan(0.9);
  const different = Array.from({ length: 500 }, () => sets('dog beach', 'cat sofa'));
  expect(repeats(different)).toBeLessThan(0.1);
});

it('never takes a word for certain or impossible', () => {
  for (const [photos, described] of [
    [0, 0],
    [0, 10],
    [10, 10],
    [12, 10],
  ] as const) {
    expect(frequencyOf(photos, described)).toBeGreaterThan(0);
    expect(frequencyOf(photos, described)).toBeLessThan(1);
  }
});
