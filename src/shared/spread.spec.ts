import { expect, it } from 'vitest';
import { spread } from './spread.ts';

it('takes all of a short list, and of a long one as many as asked for, at even distances from the first on', () => {
  expect(spread([1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(spread([1, 2, 3], 9)).toEqual([1, 2, 3]);
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
  expect(spread([], 4)).toEqual([]);
});
