// The rows from which a set's codes are made, alone and in pairs.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compile } from '../compute/onnx/compile.ts';
import type { TrainingData } from '../hashing/data/training-data.ts';
import { topicData } from '../../../test/support/topic-data.ts';
import { train } from '../hashing/training/trainer.ts';
import { range, type BenchmarkSet } from './benchmark-set.ts';
import { encodeTest } from './encode.ts';
import { testPart } from './training-part.ts';

const rows = (shape: number) => ({ shape: ['n', shape], dtype: 'float32' }) as const;
const beside = (left: unknown, right: unknown) => tf.concat([left as Tensor2D, right as Tensor2D], 1);

function setOf(data: TrainingData, over: Partial<BenchmarkSet>): BenchmarkSet {
  return {
    ...data,
    id: 'synthetic',
    name: 'Synthetic',
    path: 'synthetic',
    labels: null,
    train: range(0, 1),
    database: range(0, 1),
    query: range(0, 1),
    validation: null,
    normalise: 'none',
    ...over,
  };
}

it('pairs a photo with its first caption and a caption with its photo', async () => {
  // The network's outputs are its inputs, so a code shows the rows it was made of.
  const pair = compile(
    ({ imageRows, textRows }) => ({ image: beside(imageRows, textRows), text: beside(textRows, imageRows) }),
    { imageRows: rows(4), textRows: rows(4) },
  ).bytes;
  const signs = (...numbers: number[]) =>
    Float32Array.from(numbers.flatMap((number) => [1, 2, 4, 8].map((bit) => (number & bit ? 1 : -1))));
  const set = setOf(
    {
      imageRows: signs(1, 2, 3),
      textRows: signs(10, 11, 12, 13, 14),
      imageWidth: 4,
      textWidth: 4,
      sharedWidth: 0,
      captionPhoto: Int32Array.of(2, 0, 1, 2, 1),
      photoTags: [[], [], []],
    },
    { query: Int32Array.of(1), database: Int32Array.of(0, 2) },
  );
  const { data, split } = testPart(set);
  const none = new Uint8Array(0);
  // A code is one byte: four bits of each half.
  const codes = await encodeTest({ bits: 8, image: none, text: none, pair }, data, split);
  const code = (first: number, second: number) => first + 16 * second;
  expect([...codes.photos.query]).toEqual([code(2, 12)]);
  expect([...codes.photos.database]).toEqual([code(1, 11), code(3, 10)]);
  expect([...codes.captions.query]).toEqual([code(12, 2), code(14, 2)]);
  expect([...codes.captions.database]).toEqual([code(10, 3), code(11, 1), code(13, 3)]);
});

it('gives a pair of equal halves the code of the half alone, where the half alone stands in for its partner', async () => {
  const synthetic = topicData({ photos: 60, captionsPerPhoto: 1 });
  // Both modalities are in one space, and each text equals its photo.
  const data = { ...synthetic, textRows: synthetic.imageRows, sharedWidth: 24 };
  const model = await train({
    data,
    withPair: true,
    encoder: { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 24 },
    options: {
      method: 'ucmfh',
      bits: 16,
      epochs: 1,
      batch: 32,
      hidden: 32,
      negatives: 1,
      seed: 1,
      device: 'cpu',
      settings: { feedForward: 32 },
    },
  });
  const { data: rest, split } = testPart(setOf(data, { query: range(0, 20), database: range(20, 60) }));
  const { pair, ...alone } = model;
  expect(pair).toBeInstanceOf(Uint8Array);
  const [inPairs, byThemselves] = [await encodeTest(model, rest, split), await encodeTest(alone, rest, split)];
  for (const side of ['photos', 'captions'] as const) {
    expect(inPairs[side].query).toEqual(byThemselves[side].query);
    expect(inPairs[side].database).toEqual(byThemselves[side].database);
    expect(inPairs[side].rows).toHaveLength(20 * 16);
  }
});
