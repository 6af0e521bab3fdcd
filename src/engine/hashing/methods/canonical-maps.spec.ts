import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { canonicalDirections } from './cvh.ts';
import { Random } from '../../numerics/random.ts';
import { float32At, numberAt } from '../../../shared/at.ts';
import type { PairRows } from '../data/pair-facts.ts';
import { canonicalMaps } from './canonical-maps.ts';

const [imageWidth, textWidth, count, vocabulary] = [6, 3, 300, 7];
const random = new Random(5);
/** Word 6 is another form of word 0, and word 5 says nothing. */
const lemmas = Int32Array.of(0, 1, 2, 3, 4, -1, 0);
const topics = Array.from({ length: count }, () => random.below(5));
const images = topics.map((topic) =>
  Float32Array.from({ length: imageWidth }, (_, j) => Number(j === topic) + 0.3 * random.normal()),
);
const texts = topics.map((topic) =>
  Float32Array.from({ length: textWidth }, (_, j) => Number(j === topic % 3) + random.normal()),
);
const words = topics.map((topic) => Int32Array.of(topic === 0 && random.uniform() < 0.5 ? 6 : topic, 5));
const pairs: PairRows = {
  ...{ count, imageWidth, textWidth, sharedWidth: 0, vocabulary, lemmas },
  image: (pair) => images[pair] ?? new Float32Array(imageWidth),
  text: (pair) => texts[pair] ?? new Float32Array(textWidth),
  words: (pair) => words[pair] ?? new Int32Array(0),
};

/** `[count, n]`, columns centred. */
function centred(rows: readonly (readonly number[])[]): Matrix {
  const all = new Matrix(rows.map((row) => [...row]));
  return all.subRowVector(all.mean('column'));
}

it('gives the directions that CVH finds from the same covariances, weighted by their correlations', () => {
  const width = 4;
  const x = centred(images.map((row) => [...row]));
  const rowPart = centred(texts.map((row) => [...row]));
  rowPart.mul(1 / Math.sqrt(rowPart.transpose().mmul(rowPart).trace() / count));
  const wordPart = centred(topics.map((topic) => Array.from({ length: 5 }, (_, j) => Number(j === topic))));
  for (let j = 0; j < 5; j++) {
    const column = wordPart.getColumn(j);
    const variance = column.reduce((sum, value) => sum + value * value, 0) / count;
    wordPart.setColumn(
      j,
      column.map((value) => value / Math.sqrt(5 * variance)),
    );
  }
  const y = new Matrix(rowPart.to2DArray().map((row, i) => [...row, ...wordPart.getRow(i)]));
  const covariance = (a: Matrix, b: Matrix) =>
    a
      .transpose()
      .mmul(b)
      .mul(1 / count);
  const ridge = (matrix: Matrix, shrinkage: number) =>
    matrix.add(Matrix.eye(matrix.rows).mul((shrinkage * matrix.trace()) / matrix.rows));
  const found = canonicalDirections({
    xx: ridge(covariance(x, x), 10),
    yy: ridge(covariance(y, y), 1),
    yx: covariance(y, x),
  });
  const maps = canonicalMaps(pairs, width);
  if (maps === null) throw new Error('there is something to find');
  for (let j = 0; j < width; j++) {
    const correlation = numberAt(found.correlations, j);
    const expected = found.x.getColumn(j).map((value) => value * correlation);
    const given = Array.from({ length: imageWidth }, (_, i) => float32At(maps.image.map, i * width + j));
    const sign = Math.sign(expected.reduce((sum, value, i) => sum + value * numberAt(given, i), 0));
    given.forEach((value, i) => expect(sign * value).toBeCloseTo(numberAt(expected, i), 4));
  }
});

it('gives forms of a word the same row, and a word that says nothing zeros', () => {
  const maps = canonicalMaps(pairs, 4);
  const row = (word: number) => Array.from(maps?.text.words.subarray(word * 4, (word + 1) * 4) ?? []);
  expect(row(6)).toEqual(row(0));
  expect(row(0).some((x) => x !== 0)).toBe(true);
  expect(row(5)).toEqual([0, 0, 0, 0]);
});

it('brings each caption near its own photo by what the words say', () => {
  const width = 4;
  const maps = canonicalMaps(pairs, width);
  if (maps === null) throw new Error('there is something to find');
  const imageRow = (pair: number) =>
    Array.from({ length: width }, (_, j) =>
      pairs
        .image(pair)
        .reduce((sum, x, i) => sum + (x - float32At(maps.image.mean, i)) * float32At(maps.image.map, i * width + j), 0),
    );
  const word = (topic: number) =>
    Array.from(
      { length: width },
      (_, j) => float32At(maps.text.words, topic * width + j) + float32At(maps.text.bias, j),
    );
  const score = (topic: number, pair: number) =>
    word(topic).reduce((sum, x, j) => sum + (x * (imageRow(pair)[j] ?? 0)) / Math.hypot(...imageRow(pair)), 0);
  const best = Array.from({ length: count }, (_, i) => i).sort((a, b) => score(3, b) - score(3, a));
  const right = best.slice(0, 30).filter((pair) => topics[pair] === 3).length;
  expect(right).toBeGreaterThan(24);
});

it('finds nothing where all photos have the same captions', () => {
  const both: PairRows = {
    ...pairs,
    count: 2 * count,
    image: (pair) => pairs.image(Math.floor(pair / 2)),
    text: (pair) => pairs.text(pair % 2),
    words: (pair) => Int32Array.of(pair % 2),
  };
  expect(canonicalMaps(both, 4)).toBeNull();
});

it('finds nothing where all photos are the same', () => {
  expect(canonicalMaps({ ...pairs, image: () => new Float32Array(imageWidth).fill(1) }, 4)).toBeNull();
});
