import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { float32At, itemAt } from '../../../shared/at.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import type { PairRows } from '../data/pair-facts.ts';
import { cirhSimilarity } from './cirh.ts';
import { farThresholds } from './pair-graph.ts';
import { batchSimilarity, mixtureOf, pairTargets, standardisedRow } from './pair-targets.ts';

const [pairs, batch, imageWidth, textWidth] = [24, 8, 6, 5];
const random = new Random(3);
const rowsOf = (width: number) => Array.from({ length: pairs }, () => random.numbers(width, () => random.normal()));
const [images, texts] = [rowsOf(imageWidth), rowsOf(textWidth)];
const rows: PairRows = {
  ...{ count: pairs, imageWidth, textWidth, sharedWidth: 0, vocabulary: 0, lemmas: new Int32Array(0) },
  image: (pair) => itemAt(images, pair),
  text: (pair) => itemAt(texts, pair),
  words: () => new Int32Array(0),
};
const same = (row: Float32Array) => row;
const stacked = (list: readonly Float32Array[]) => Float32Array.from(list.flatMap((row) => [...row]));
const some = Int32Array.from({ length: batch }, (_, i) => 2 * i);
const tensorOf = (list: readonly Float32Array[]): Tensor2D =>
  tf.tensor2d(stacked(Array.from(some, (pair) => itemAt(list, pair))), [batch, itemAt(list, 0).length]);

it('a row is standardised by its moments', () => {
  const moments = { mean: Float32Array.of(1, 2), deviation: Float32Array.of(1.5, 3.5) };
  expect([...standardisedRow(moments, 0.5)(Float32Array.of(3, 6))]).toEqual([1, 1]);
});

it('a mixture is the similarity of the graph method, which is checked against its published code', async () => {
  const unit = [unitRowsOf(stacked(images), imageWidth), unitRowsOf(stacked(texts), textWidth)] as const;
  const thresholds = await farThresholds(...unit, pairs, 14, 0.4);
  const expected = cirhSimilarity({ images: unit[0], texts: unit[1], thresholds }, some, { image: 0.6, plain: 0.6 });
  const request = { kind: 'mixture', image: 0.6, pairs, batch, imageWidth, textWidth, rows } as const;
  const similarity = batchSimilarity({ ...request, standardised: { image: same, text: same } });
  await similarity.prepare();
  const fed = similarity.feed(some);
  const found = similarity.of(tensorOf(images), tensorOf(texts), {
    farBelow: tf.tensor1d(fed['farBelow'] ?? new Float32Array(0)),
  });
  (await found.data()).forEach((value, i) => expect(value).toBeCloseTo(float32At(expected, i), 5));
});

it('far pairs have no similarity in a mixture', async () => {
  const similarities = tf.tensor2d([1, 0.2, 0.3, 1], [2, 2]);
  const found = await mixtureOf(similarities, tf.tensor1d([0.25, 0.25]), 1).array();
  expect(found).toEqual([
    [1, 0],
    [expect.closeTo(0.3, 6), 1],
  ]);
});

it.each(pairTargets)(
  '%s: no pair of the batch is more similar to a pair than itself, and an equal one is as similar',
  async (kind) => {
    const [equalImages, equalTexts] = [images, texts].map((list) => list.map((_, i) => itemAt(list, i === 2 ? 0 : i)));
    const own: PairRows = {
      ...rows,
      image: (pair) => itemAt(equalImages ?? [], pair),
      text: (pair) => itemAt(equalTexts ?? [], pair),
    };
    const request = { kind, image: 0.5, pairs, batch, imageWidth, textWidth, rows: own };
    const similarity = batchSimilarity({ ...request, standardised: { image: same, text: same } });
    await similarity.prepare();
    const inputs = Object.fromEntries(
      Object.entries(similarity.feed(some)).map(([name, values]) => [
        name,
        tf.tensor(values, similarity.inputs[name]?.shape as number[]),
      ]),
    );
    const found = (await similarity
      .of(tensorOf(equalImages ?? []), tensorOf(equalTexts ?? []), inputs)
      .array()) as number[][];
    found.forEach((row, i) => {
      for (const value of row) expect(value).toBeLessThanOrEqual(itemAt(row, i) + 1e-5);
    });
    // Pairs 0 and 2 are the first two of the batch.
    expect(itemAt(itemAt(found, 0), 1)).toBeCloseTo(itemAt(itemAt(found, 0), 0), kind === 'mixture' ? 0 : 4);
  },
);
