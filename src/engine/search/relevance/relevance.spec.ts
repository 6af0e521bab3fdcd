// Relevance without a library: image queries, and where the weaker matches begin.
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { openStore } from '../../store/database.ts';
import { imageRelevance, precisionOf, weakFrom } from './relevance.ts';

it('gives one and a half log odds a deviation above the median of the sample, and puts photos without features last', () => {
  // Of 0 to 4 the median is 2 and the median deviation 1.
  const sample = Float32Array.of(3, 0, Number.NaN, 4, 1, 2);
  const { odds, plain, chances } = imageRelevance(Float64Array.of(2, 2 + 1.4826, 2 - 2 * 1.4826, Number.NaN), sample);
  const expected = [0, 1.5, -3, (1.5 * -3) / 1.4826];
  expect([...odds]).toEqual(expected.map((value) => expect.closeTo(value, 6) as number));
  expect([...plain]).toEqual([...odds]);
  expect(chances).toBeNull();
});

it('knows nothing of images while nothing can be sampled', () => {
  const scores = Float64Array.of(0.2, Number.NaN);
  expect([...imageRelevance(scores, new Float32Array(0)).odds]).toEqual([0, 0]);
  expect([...imageRelevance(scores, Float32Array.of(Number.NaN)).odds]).toEqual([0, 0]);
});

it.each([
  ['some results', [0.9, 0.5, 0.4, 0.1], 0.5, 2],
  ['a chance that rounding has moved', [0.9, 0.5 - 5e-7, 0.5 - 5e-6], 0.5, 2],
  ['every result', [0.9, 0.8], 0.5, 2],
  ['none', [0.4, 0.3], 0.5, 0],
  ['no results', [], 0.5, 0],
  ['a lower demand', [0.9, 0.4, 0.1], 0.3, 2],
])('draws the divider behind what is likely enough: %s', (_, chances, precision, above) => {
  expect(weakFrom(chances, precision)).toBe(above);
});

it('asks for a chance of one half until the person chooses another', () => {
  const store = openStore(temporaryFolder());
  expect(precisionOf(store.settings)).toBe(0.5);
  store.settings.set('precision', '0.3');
  expect(precisionOf(store.settings)).toBe(0.3);
  store.close();
});
