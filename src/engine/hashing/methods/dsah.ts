// DSAH: Deep Semantic-Alignment Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { namedIn } from '../../../shared/at.ts';
import { cosines, meanSquare, relaxedCodes, weighted } from '../networks/batch-similarity.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { linear, mlp } from '../networks/mlp.ts';
import type { HashMethod, Phase } from './method.ts';

export const dsahSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the hidden layers (published: 4096).',
  }),
  scale: z.number().positive().default(1.5).meta({
    title: 'Scale',
    description: 'Scale of the similarity that codes keep (published: 1.5).',
  }),
  image: z.number().min(0).max(1).default(0.9).meta({
    title: 'Photos',
    description: 'Share of photos in the similarity (published: 0.9).',
  }),
  own: z.number().min(0).default(0.1).meta({
    title: 'Own modality',
    description: 'Weight of each modality keeping its own similarity (published: 0.1).',
  }),
  symmetry: z.number().min(0).default(2).meta({
    title: 'Symmetry',
    description: 'Weight of products across modalities being the same both ways (published: 2).',
  }),
  learningRate: z.number().positive().default(0.005).meta({
    title: 'Learning rate',
    description: 'Learning rate of both networks (published: 0.005).',
  }),
  momentum: z.number().min(0).max(1).default(0.7).meta({
    title: 'Momentum',
    description: 'Momentum of the gradient descent, which looks ahead (published: 0.7).',
  }),
  weightDecay: z.number().min(0).default(5e-4).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient (published: 0.0005).',
  }),
});

/** K (2 cos - 1) of rows `[B, d]` among each other. */
const scaledCosines = (rows: Tensor2D, scale: number): Tensor2D => tf.mul(tf.sub(tf.mul(cosines(rows), 2), 1), scale);

/**
 * Yang, Yao, Zhang, Wu, Zhang, Wang: Deep Semantic-Alignment Hashing for Unsupervised Cross-Modal Retrieval, ICMR 2020. Beside the
 * similarities, the signs of each modality's codes are decoded to the features of the other; no gradient flows through the signs.
 */
export const dsah: HashMethod<typeof dsahSettings> = {
  id: 'dsah',
  name: 'DSAH',
  source: 'Yang et al., Deep Semantic-Alignment Hashing for Unsupervised Cross-Modal Retrieval, ICMR 2020',
  description:
    'Codes keep how similar pairs are by their features, of each modality by itself too. Published with batches of 32 and ' +
    '200 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: dsahSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, random } = setup;
    const hidden = settings.hidden ?? 4096;
    const head = (x: Tensor) => x as Tensor2D;
    const [toText, toImage] = [linear(bits, textWidth, random), linear(bits, imageWidth, random)];
    const networks = {
      image: mlp('image', [imageWidth, hidden, bits], random, head),
      text: mlp('text', [textWidth, hidden, bits], random, head),
      lossParameters: {
        'decoder.image.w': toText.w,
        'decoder.image.b': toText.b,
        'decoder.text.w': toImage.w,
        'decoder.text.b': toImage.b,
      },
    };
    const alpha = Float32Array.of(1);
    const main: Phase = {
      name: 'main',
      inputs: { alpha: { shape: [1], dtype: 'float32' } },
      loss(parameters, imageRows, textRows, inputs) {
        const { scale, image: share, own, symmetry } = settings;
        const outputs = {
          image: networks.image.forward(parameters, imageRows),
          text: networks.text.forward(parameters, textRows),
        };
        const image = relaxedCodes(outputs.image, namedIn(inputs, 'alpha'));
        const text = relaxedCodes(outputs.text, namedIn(inputs, 'alpha'));
        const similar = { image: scaledCosines(imageRows, scale), text: scaledCosines(textRows, scale) };
        const target = tf.add(tf.mul(similar.image, share), tf.mul(similar.text, 1 - share));
        const products = (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, false, true);
        const [ii, it, tt] = [products(image, image), products(image, text), products(text, text)];
        const pair: Scalar = tf.mean(tf.square(tf.sub(tf.sum(tf.mul(image, text), 1), scale)));
        const decoded = (side: 'image' | 'text', rows: Tensor2D) => {
          const weights = namedIn(parameters, `decoder.${side}.w`) as Tensor2D;
          const found = tf.add(tf.matMul(tf.sign(outputs[side]), weights), namedIn(parameters, `decoder.${side}.b`));
          return meanSquare(found, safeUnitRows(rows));
        };
        const kept = weighted(
          ...[ii, it, tt].map((found) => [1, meanSquare(found, target)] as const),
          [own, meanSquare(ii, similar.image)],
          [own, meanSquare(tt, similar.text)],
        );
        const aligned = weighted(
          [1, pair],
          [1, decoded('image', textRows)],
          [1, decoded('text', imageRows)],
          [symmetry, meanSquare(it, tf.transpose(it))],
        );
        return { loss: tf.add(kept, aligned), lossC: kept, lossR: aligned, outputs: {} };
      },
      feed: () => ({ alpha }),
      absorb: () => undefined,
    };
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        kind: 'sgd',
        learningRate: () => settings.learningRate,
        momentum: settings.momentum,
        nesterov: true,
        weightDecay: settings.weightDecay,
      },
      phase(epoch) {
        alpha[0] = Math.sqrt(epoch);
        return main;
      },
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
