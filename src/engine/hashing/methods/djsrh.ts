// DJSRH: Deep Joint-Semantics Reconstructing Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { namedIn } from '../../../shared/at.ts';
import { cosines, meanSquare, relaxedCodes, weighted } from '../networks/batch-similarity.ts';
import { mlp } from '../networks/mlp.ts';
import type { HashMethod, Phase } from './method.ts';

export const djsrhSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the hidden layers (published: 4096).',
  }),
  beta: z.number().min(0).max(1).default(0.9).meta({
    title: 'Beta',
    description: 'Share of photos in the similarity that codes keep (published: 0.9, NUS-WIDE 0.6, Wikipedia 0.3).',
  }),
  eta: z.number().min(0).max(1).default(0.4).meta({
    title: 'Eta',
    description: 'Share of the similarity of similarities (published: 0.4).',
  }),
  mu: z.number().positive().default(1.5).meta({
    title: 'Mu',
    description: 'Scale of the similarity (published: 1.5).',
  }),
  lambda: z.number().min(0).default(0.1).meta({
    title: 'Lambda',
    description: 'Weight of photos among photos and captions among captions (published: 0.1, Wikipedia 0.3).',
  }),
  imageRate: z.number().positive().default(0.001).meta({
    title: 'Photo learning rate',
    description: 'Learning rate of the photo network (published: 0.001, Wikipedia 0.01).',
  }),
  textRate: z.number().positive().default(0.01).meta({
    title: 'Caption learning rate',
    description: 'Learning rate of the caption network (published: 0.01).',
  }),
  momentum: z.number().min(0).max(1).default(0.9).meta({
    title: 'Momentum',
    description: 'Momentum of the gradient descent (published: 0.9).',
  }),
  weightDecay: z.number().min(0).default(5e-4).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient (published: 0.0005).',
  }),
});
export type DjsrhSettings = z.output<typeof djsrhSettings>;

/**
 * `[B, B]`: mu ((1 - eta) Q + eta Q Q^T / B), Q = beta S_I + (1 - beta) S_T, S the cosines of a modality's features, from -1 to 1.
 * It depends on the whole batch.
 */
export function djsrhTarget(image: Tensor2D, text: Tensor2D, { beta, eta, mu }: DjsrhSettings): Tensor2D {
  const scaled = (rows: Tensor2D): Tensor2D => tf.sub(tf.mul(cosines(rows), 2), 1);
  const q: Tensor2D = tf.add(tf.mul(scaled(image), beta), tf.mul(scaled(text), 1 - beta));
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
    'Codes keep how similar pairs are by their features, and how similar their similarities are. Published with batches of ' +
    '32 and 80 to 200 epochs.',
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
    const alpha = Float32Array.of(1);
    const main: Phase = {
      name: 'main',
      inputs: { alpha: { shape: [1], dtype: 'float32' } },
      loss(parameters, imageRows, textRows, inputs) {
        const scale = namedIn(inputs, 'alpha');
        const image = relaxedCodes(networks.image.forward(parameters, imageRows), scale);
        const text = relaxedCodes(networks.text.forward(parameters, textRows), scale);
        const target = djsrhTarget(imageRows, textRows, settings);
        const among = (a: Tensor2D, b: Tensor2D) => meanSquare(tf.matMul(a, b, false, true), target);
        const across = among(image, text);
        const within = weighted([settings.lambda, among(image, image)], [settings.lambda, among(text, text)]);
        return { loss: tf.add(across, within), lossC: across, lossR: within, outputs: {} };
      },
      feed: () => ({ alpha }),
      absorb: () => undefined,
    };
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        kind: 'sgd',
        learningRate: (parameter) => (parameter.startsWith('image.') ? settings.imageRate : settings.textRate),
        momentum: settings.momentum,
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
