// No published code exists: what the paper defines is computed here in another way.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { Random } from '../../numerics/random.ts';
import { float32At } from '../../../shared/at.ts';
import { aggregated, agch, agchSettings } from './agch.ts';
import type { GradientLearner } from './method.ts';

it('a similarity is the cosine of both modalities side by side times how near they are', async () => {
  await tf.setBackend('cpu');
  const random = new Random(3);
  const [images, texts] = [random.numbers(5 * 4, () => random.normal()), random.numbers(5 * 3, () => random.normal())];
  const found = aggregated(tf.tensor2d(images, [5, 4]), tf.tensor2d(texts, [5, 3]), agchSettings.parse({})).dataSync();
  const unit = (rows: Float32Array, width: number, i: number, weight: number): number[] => {
    const row = Array.from(rows.subarray(i * width, (i + 1) * width));
    const length = Math.hypot(...row);
    return row.map((x) => (weight * x) / length);
  };
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 5; j++) {
      const [a, b] = [i, j].map((at) => [...unit(images, 4, at, 2), ...unit(texts, 3, at, 0.3)]);
      if (a === undefined || b === undefined) throw new Error('there are two rows');
      const cosine = a.reduce((sum, x, k) => sum + x * (b[k] ?? Number.NaN), 0) / (Math.hypot(...a) * Math.hypot(...b));
      const distance = Math.hypot(...a.map((x, k) => x - (b[k] ?? Number.NaN)));
      // A row is at a distance of rounding from itself.
      expect(float32At(Float32Array.from(found), i * 5 + j)).toBeCloseTo(cosine * Math.exp(-distance / 4), 3);
    }
  }
});

it('every group of parameters has its published learning rate', () => {
  const setup = { imageWidth: 4, textWidth: 3, sharedWidth: 0, bits: 8, pairs: 8, batch: 8, epochs: 1 };
  const settings = agchSettings.parse({ hidden: 8, graph: 8 });
  const { optimizer } = agch.learner({ ...setup, random: new Random(1) }, settings) as GradientLearner;
  const rates = ['image.0.w', 'text.1.b', 'graph.image.0.w', 'fusion.w'].map(optimizer.learningRate);
  expect(rates).toEqual([1e-4, 1e-2, 1e-3, 1e-2]);
});
