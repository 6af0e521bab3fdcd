// DJSRH: Deep Joint-Semantics Reconstructing Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { meanSquare, scaledCosines, weighted } from '../networks/batch-similarity.ts';
import { mlp } from '../networks/mlp.ts';
import type { HashMethod } from './method.ts';
import { hiddenSetting, momentumSetting, relaxingLearner, weightDecaySetting } from './relaxed-codes.ts';

export const djsrhSettings = z.strictObject({
  hidden: hiddenSetting(),
  beta: z.number().min(0).max(1).default(0.9).meta({
    title: 'Beta',
    symbol: 'β',
    description: 'Share of photos in the similarity that codes keep (published: 0.9, NUS-WIDE 0.6, Wikipedia 0.3).',
  }),
  eta: z.number().min(0).max(1).default(0.4).meta({
    title: 'Eta',
    symbol: 'η',
    description: 'Share of the similarity of similarities (published: 0.4).',
  }),
  mu: z.number().positive().default(1.5).meta({
    title: 'Mu',
    symbol: 'μ',
    description: 'Scale of the similarity (published: 1.5).',
  }),
  lambda: z.number().min(0).default(0.1).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Weight of the similarities within photos and within captions (published: 0.1, Wikipedia 0.3).',
  }),
  imageRate: z.number().positive().default(0.001).meta({
    title: 'Photo learning rate',
    description: 'Learning rate of the photo network (published: 0.001, Wikipedia 0.01).',
  }),
  textRate: z.number().positive().default(0.01).meta({
    title: 'Caption learning rate',
    description: 'Learning rate of the caption network (published: 0.01).',
  }),
  momentum: momentumSetting(0.9),
  weightDecay: weightDecaySetting(),
});
export type DjsrhSettings = z.output<typeof djsrhSettings>;

/**
 * `[B, B]`: mu ((1 - eta) Q + eta Q Q^T / B), Q = beta S_I + (1 - beta) S_T, S the cosines of a modality's features, from -1 to 1.
 * It depends on the whole batch.
 */
export function djsrhTarget(image: Tensor2D, text: Tensor2D, { beta, eta, mu }: DjsrhSettings): Tensor2D {
  const q: Tensor2D = tf.add(tf.mul(scaledCosines(image), beta), tf.mul(scaledCosines(text), 1 - beta));
  const batch = q.shape[0];
  return tf.mul(tf.add(tf.mul(q, 1 - eta), tf.mul(tf.matMul(q, q, false, true), eta / batch)), mu);
}

/**
 * Su, Zhong, Zhang: Deep Joint-Semantics Reconstructing Hashing for Large-Scale Unsupervised Cross-Modal Retrieval, ICCV 2019.
 * tanh(sqrt(epoch + 1) h) becomes the sign as epochs pass (epochs from 0); search takes the sign of h. Published with a whole AlexNet for photos; here
 * photos are features.
 */
export const djsrh: HashMethod<typeof djsrhSettings> = {
  id: 'djsrh',
  name: 'DJSRH',
  source: 'Su, Zhong and Zhang, Deep Joint-Semantics Reconstructing Hashing, ICCV 2019',
  description:
    'Codes keep the similarity of pairs by their features, and the similarity of their similarities to other ' +
    'pairs. Published with batches of 32 and 80 to 200 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: djsrhSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, random } = setup;
    const hidden = settings.hidden ?? 4096;
    const head = (x: tf.Tensor) => x as Tensor2D;
    const networks = {
      image: mlp('image', [imageWidth, hidden, bits], random, head),
      text: mlp('text', [textWidth, hidden, bits], random, head),
    };
    const { momentum, weightDecay, imageRate, textRate } = settings;
    const learningRate = (parameter: string) => (parameter.startsWith('image.') ? imageRate : textRate);
    return relaxingLearner(networks, { learningRate, momentum, weightDecay }, ({ rows, codes: { image, text } }) => {
      const target = djsrhTarget(rows.image, rows.text, settings);
      const among = (a: Tensor2D, b: Tensor2D) => meanSquare(tf.matMul(a, b, false, true), target);
      const within = weighted([settings.lambda, among(image, image)], [settings.lambda, among(text, text)]);
      return [among(image, text), within];
    });
  },
};
