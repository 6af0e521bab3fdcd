// Common parts of the deep unsupervised methods: settings of their gradient descent, and learners whose codes are
// relaxed by tanh less and less.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { namedIn } from '../../../shared/at.ts';
import { relaxedCodes } from '../networks/batch-similarity.ts';
import type { Networks, Tensors } from '../networks/network.ts';
import type { GradientLearner, Phase, SgdOptimizer } from './method.ts';

/** @param layers the layers that have this width, in words */
export const hiddenSetting = (layers = 'the hidden layers') =>
  z
    .int()
    .min(8)
    .max(16384)
    .nullable()
    .default(null)
    .meta({
      title: 'Hidden width',
      description: `Width of ${layers} (published: 4096).`,
    });

export const momentumSetting = (published: number, what = 'Momentum of the gradient descent') =>
  z
    .number()
    .min(0)
    .max(1)
    .default(published)
    .meta({ title: 'Momentum', description: `${what} (published: ${published}).` });

export const weightDecaySetting = () =>
  z.number().min(0).default(5e-4).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient (published: 0.0005).',
  });

/** Codes of a batch, `[B, k]`, relaxed to the unit sphere, with the networks' outputs that they are made of. */
export interface RelaxedBatch {
  readonly parameters: Tensors;
  readonly rows: { readonly image: Tensor2D; readonly text: Tensor2D };
  readonly outputs: { readonly image: Tensor2D; readonly text: Tensor2D };
  readonly codes: { readonly image: Tensor2D; readonly text: Tensor2D };
}

/**
 * A learner of one loss on codes tanh(sqrt(epoch) h), which become signs as epochs pass.
 * @param loss its two parts
 */
export function relaxingLearner(
  networks: Networks,
  optimizer: Omit<SgdOptimizer, 'kind'>,
  loss: (batch: RelaxedBatch) => readonly [Scalar, Scalar],
): GradientLearner {
  const alpha = Float32Array.of(1);
  const main: Phase = {
    name: 'main',
    inputs: { alpha: { shape: [1], dtype: 'float32' } },
    loss(parameters, image, text, inputs) {
      const outputs = {
        image: networks.image.forward(parameters, image),
        text: networks.text.forward(parameters, text),
      };
      const scale = namedIn(inputs, 'alpha');
      const codes = { image: relaxedCodes(outputs.image, scale), text: relaxedCodes(outputs.text, scale) };
      const [lossC, lossR] = loss({ parameters, rows: { image, text }, outputs, codes });
      return { loss: tf.add(lossC, lossR), lossC, lossR, outputs: {} };
    },
    feed: () => ({ alpha }),
    absorb: () => undefined,
  };
  return {
    kind: 'gradient',
    networks,
    optimizer: { kind: 'sgd', ...optimizer },
    phase(epoch) {
      alpha[0] = Math.sqrt(epoch);
      return main;
    },
    state: () => ({}),
    restore: () => undefined,
  };
}
