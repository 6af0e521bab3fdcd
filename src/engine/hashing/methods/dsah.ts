// DSAH: Deep Semantic-Alignment Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { meanSquare, scaledCosines, weighted } from '../networks/batch-similarity.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { affine, linearLayer, mlp } from '../networks/mlp.ts';
import type { HashMethod } from './method.ts';
import { hiddenSetting, momentumSetting, relaxingLearner, weightDecaySetting } from './relaxed-codes.ts';

export const dsahSettings = z.strictObject({
  hidden: hiddenSetting(),
  scale: z.number().positive().default(1.5).meta({
    title: 'Scale',
    symbol: 'K',
    description: 'Scale of the similarity that codes keep (published: 1.5).',
  }),
  image: z.number().min(0).max(1).default(0.9).meta({
    title: 'Photos',
    symbol: 'α',
    description: 'Share of photos in the similarity (published: 0.9).',
  }),
  own: z.number().min(0).default(0.1).meta({
    title: 'Own modality',
    symbol: 'η',
    description: 'Weight of the loss that each modality keeps its own similarity (published: 0.1).',
  }),
  symmetry: z.number().min(0).default(2).meta({
    title: 'Symmetry',
    description: 'Weight of the symmetry of products across modalities (published: 2).',
  }),
  learningRate: z.number().positive().default(0.005).meta({
    title: 'Learning rate',
    description: 'Learning rate of both networks (published: 0.005).',
  }),
  momentum: momentumSetting(0.7, 'Nesterov momentum of the gradient descent'),
  weightDecay: weightDecaySetting(),
});

/**
 * Yang, Yao, Zhang, Wu, Zhang, Wang: Deep Semantic-Alignment Hashing for Unsupervised Cross-Modal Retrieval, ICMR 2020. Beside the
 * similarities, the signs of each modality's codes are decoded to the features of the other; no gradient flows through the signs.
 */
export const dsah: HashMethod<typeof dsahSettings> = {
  id: 'dsah',
  name: 'DSAH',
  source: 'Yang et al., Deep Semantic-Alignment Hashing for Unsupervised Cross-Modal Retrieval, ICMR 2020',
  description:
    'Codes keep the similarity of pairs by their features, also within each modality. Published with batches of ' +
    '32 and 200 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: dsahSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, random } = setup;
    const hidden = settings.hidden ?? 4096;
    const head = (x: Tensor) => x as Tensor2D;
    const decoders = {
      ...linearLayer('decoder.image', bits, textWidth, random),
      ...linearLayer('decoder.text', bits, imageWidth, random),
    };
    const networks = {
      image: mlp('image', [imageWidth, hidden, bits], random, head),
      text: mlp('text', [textWidth, hidden, bits], random, head),
      lossParameters: decoders,
    };
    const { scale, image: share, own, symmetry, momentum, weightDecay } = settings;
    const optimizer = { learningRate: () => settings.learningRate, momentum, nesterov: true, weightDecay };
    return relaxingLearner(networks, optimizer, ({ parameters, rows, outputs, codes: { image, text } }) => {
      const similar = {
        image: tf.mul(scaledCosines(rows.image), scale),
        text: tf.mul(scaledCosines(rows.text), scale),
      };
      const target = tf.add(tf.mul(similar.image, share), tf.mul(similar.text, 1 - share));
      const products = (a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, false, true);
      const [ii, it, tt] = [products(image, image), products(image, text), products(text, text)];
      const pair: Scalar = tf.mean(tf.square(tf.sub(tf.sum(tf.mul(image, text), 1), scale)));
      const decoded = (side: 'image' | 'text', wanted: Tensor2D) => {
        return meanSquare(affine(parameters, `decoder.${side}`, tf.sign(outputs[side])), safeUnitRows(wanted));
      };
      const kept = weighted(
        ...[ii, it, tt].map((found) => [1, meanSquare(found, target)] as const),
        [own, meanSquare(ii, similar.image)],
        [own, meanSquare(tt, similar.text)],
      );
      const aligned = weighted(
        [1, pair],
        [1, decoded('image', rows.text)],
        [1, decoded('text', rows.image)],
        [symmetry, meanSquare(it, tf.transpose(it))],
      );
      return [kept, aligned];
    });
  },
};
