import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';
import { canonicalDirections } from './cvh.ts';

const options: TrainingOptions = {
  method: 'cvh',
  bits: 16,
  epochs: 1,
  batch: 64,
  hidden: null,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};

it('gives uncorrelated variates of unit variance, most correlated first', () => {
  const xx = new Matrix([
    [2, 0.3],
    [0.3, 1],
  ]);
  const yy = new Matrix([
    [1, 0.2, 0],
    [0.2, 2, 0.4],
    [0, 0.4, 3],
  ]);
  const yx = new Matrix([
    [0.5, 0.1],
    [0.2, 0.6],
    [0.1, -0.3],
  ]);
  const { x, y, correlations } = canonicalDirections({ xx, yy, yx });
  const among = (w: Matrix, c: Matrix, v: Matrix) => w.transpose().mmul(c).mmul(v).to2DArray();
  const close = (found: number[][], expected: number[][]) =>
    found.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 8)));
  close(among(x, xx, x), [
    [1, 0],
    [0, 1],
  ]);
  close(among(y, yy, y), [
    [1, 0],
    [0, 1],
  ]);
  const [first = 0, second = 0] = correlations;
  expect(first).toBeGreaterThan(second);
  expect(first).toBeLessThan(1);
  close(among(y, yx, x), [
    [first, 0],
    [0, second],
  ]);
});

it('finds the structure of planted pairs in one go', async () => {
  const data = topicData({ photos: 200 });
  const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
  const model = await train({ data, encoder, options });
  expect(model.epochs).toHaveLength(1);
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.5);
  expect(model.options).toMatchObject({ regularisation: 1 });
});

it('makes more bits than there are directions', async () => {
  const data = topicData({ photos: 200 });
  // Ten numbers a text, as the topics of the Wikipedia set.
  const textRows = data.textRows.filter((_, i) => i % 24 < 10);
  const encoder = { id: 'planted', imageWidth: 24, textWidth: 10, sharedWidth: 0 };
  const model = await train({ data: { ...data, textRows, textWidth: 10 }, encoder, options: { ...options, bits: 64 } });
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.5);
});
