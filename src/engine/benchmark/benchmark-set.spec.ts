// Data sets whose files do not fit together are refused with the reason.
import { expect, it } from 'vitest';
import { assemble, range, readLabels, stack, type Assembly } from './benchmark-set.ts';

const matrix = (rows: number, columns: number, values = new Float32Array(rows * columns)) => ({
  rows,
  columns,
  values,
});
const sound: Assembly = {
  id: 'x',
  name: 'X',
  path: 'x.mat',
  image: matrix(4, 2),
  text: matrix(4, 3),
  labels: null,
  normalise: 'none',
  parts: { train: range(0, 2), query: range(2, 3), database: range(3, 4), validation: null },
};

it.each<[string, Partial<Assembly>]>([
  ['3 rows of text for 4 of images', { text: matrix(3, 3) }],
  ['2 rows of labels for 4 of images', { labels: [[0], [1]] }],
  ['a number among the image features is not finite', { image: matrix(4, 2, new Float32Array(8).fill(Infinity)) }],
  ['a number among the text features is not finite', { text: matrix(4, 3, new Float32Array(12).fill(Number.NaN)) }],
  ['no rows are left for the query part', { parts: { ...sound.parts, query: range(0, 0) } }],
  ['a database row is not there', { parts: { ...sound.parts, database: range(3, 5) } }],
  ['a train row is not there', { parts: { ...sound.parts, train: Int32Array.of(-1) } }],
  ['a database row is named twice', { parts: { ...sound.parts, database: Int32Array.of(3, 3) } }],
  ['a query row is a train row, too', { parts: { ...sound.parts, query: range(1, 3) } }],
  ['a query row is a validation row, too', { parts: { ...sound.parts, validation: range(2, 4) } }],
  ['a train row is a validation row, too', { parts: { ...sound.parts, validation: range(1, 2) } }],
  ['the image of a text is not there', { captionPhoto: Int32Array.of(0, 1, 2, 4) }],
  ['the image of a text is not there', { captionPhoto: Int32Array.of(0, 1, 2, -1) }],
])('says %s', (what, change) => {
  expect(() => assemble({ ...sound, ...change })).toThrow(
    `x.mat does not fit together: ${what}; download the set again.`,
  );
});

it('takes a sound set as it is, each text being of the image in its row', () => {
  const { imageWidth, textWidth, sharedWidth, captionPhoto } = assemble(sound);
  expect([imageWidth, textWidth, sharedWidth, [...captionPhoto]]).toEqual([2, 3, 0, [0, 1, 2, 3]]);
});

it('reads labels as a column, as a row, or as a column for each label', () => {
  expect(readLabels(matrix(3, 1, Float32Array.of(7, 8, 7)), 3, 'x')).toEqual([[7], [8], [7]]);
  expect(readLabels(matrix(1, 3, Float32Array.of(7, 8, 7)), 3, 'x')).toEqual([[7], [8], [7]]);
  expect(readLabels(matrix(2, 3, Float32Array.of(0, 1, 2, 1, 0, 0)), 2, 'x')).toEqual([[1, 2], [0]]);
  expect(readLabels(matrix(1, 3, Float32Array.of(0, 1, 1)), 1, 'x')).toEqual([[1, 2]]);
  expect(() => readLabels(matrix(2, 1), 3, 'x')).toThrow('2 rows of labels for 3 images');
  expect(() => readLabels(matrix(2, 3), 3, 'x')).toThrow('2 rows of labels for 3 images');
});

it('stacks matrices of one width alone', () => {
  const stacked = stack('x', matrix(1, 2, Float32Array.of(1, 2)), matrix(1, 2, Float32Array.of(3, 4)));
  expect(stacked).toEqual(matrix(2, 2, Float32Array.of(1, 2, 3, 4)));
  expect(() => stack('x', matrix(1, 2), matrix(1, 3))).toThrow('its training rows are 2 wide and its test rows 3');
});
