import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { RunningMoments } from './running-moments.ts';

it('normalises a batch by its own moments, and later rows by the running ones', () => {
  const moments = new RunningMoments(['a'], 2);
  const { normalised, outputs } = moments.ofBatch('a', tf.tensor2d([1, 10, 3, 20, 5, 30], [3, 2]));
  expect(Array.from(normalised(0).dataSync())).toEqual(
    [-1, -1, 0, 0, 1, 1].map((x) => expect.closeTo(x * Math.sqrt(1.5), 5) as number),
  );
  const arrays = Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]),
  );
  moments.absorb(arrays);
  const statistics = Object.fromEntries(
    Object.entries(moments.statistics('a')).map(([name, { initial }]) => [name, tf.tensor1d(initial)]),
  );
  const row = moments.normalise('a', statistics, tf.tensor2d([3, 20], [1, 2]) as Tensor2D, 1e-5);
  expect(Array.from(row.dataSync())).toEqual([0, 0]);
});

it('averages the first batches, then forgets a tenth at each, and goes on from its state', () => {
  const feed = (of: RunningMoments, mean: number) => of.absorb({ 'a.runningMean': Float32Array.of(mean) });
  const moments = new RunningMoments(['a'], 1);
  for (const mean of [1, 2, 3]) feed(moments, mean);
  expect(moments.state()['a.runningMean']?.[0]).toBeCloseTo(2, 6);
  for (let i = 0; i < 17; i++) feed(moments, 2);
  const copy = new RunningMoments(['a'], 1);
  copy.restore(Object.fromEntries(Object.entries(moments.state()).map(([name, data]) => [name, data.slice()])));
  feed(moments, 12);
  feed(copy, 12);
  expect(moments.state()['a.runningMean']?.[0]).toBeCloseTo(3, 5);
  expect(copy.state()).toEqual(moments.state());
});
