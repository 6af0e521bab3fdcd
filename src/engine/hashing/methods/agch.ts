// AGCH: Aggregation-based Graph Convolutional Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { cosines, meanSquare, relaxedCodes, weighted } from '../networks/batch-similarity.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { affine, linearLayer, mlp } from '../networks/mlp.ts';
import type { HashMethod } from './method.ts';
import { hiddenSetting, momentumSetting, relaxingLearner, weightDecaySetting } from './relaxed-codes.ts';

const weight = (preset: number, title: string, symbol: string, description: string) =>
  z.number().min(0).default(preset).meta({ title, symbol, description });
const rate = (preset: number, title: string, description: string) =>
  z.number().positive().default(preset).meta({ title, description });

export const agchSettings = z.strictObject({
  hidden: hiddenSetting('the hidden layer of captions'),
  graph: z.int().min(8).max(16384).default(2048).meta({
    title: 'Graph width',
    description: 'Width of the hidden layer of the graph networks (published: 2048).',
  }),
  image: weight(2, 'Photos', 'γᵥ', 'Weight of photos in the similarity (published: 2, Wikipedia 1).'),
  text: weight(0.3, 'Captions', 'γₜ', 'Weight of captions in the similarity (published: 0.3, Wikipedia 0.8).'),
  reach: z.number().positive().default(4).meta({
    title: 'Reach',
    symbol: 'ρ',
    description: 'Distance at which the similarity has fallen to a third (published: 4).',
  }),
  fused: weight(
    1,
    'Fused codes',
    'α',
    'Weight of the loss that fused codes keep the similarity (published: 1, Wikipedia 0.4).',
  ),
  graphs: weight(0.01, 'Graph networks', 'δ', 'Weight of the outputs of the graph networks (published: 0.01).'),
  across: weight(
    1,
    'Across',
    'β',
    'Weight of the loss that codes keep the similarity across modalities (published: 1, Wikipedia 0.3).',
  ),
  together: weight(
    10,
    'Together',
    'λ',
    'Weight of both modalities being near the fused codes (published: 10, Wikipedia and NUS-WIDE 5).',
  ),
  imageRate: rate(1e-4, 'Photo learning rate', 'Learning rate of the photo network (published: 0.0001).'),
  textRate: rate(0.01, 'Caption learning rate', 'Learning rate of the caption network (published: 0.01).'),
  graphRate: rate(0.001, 'Graph learning rate', 'Learning rate of the graph networks (published: 0.001).'),
  fusionRate: rate(0.01, 'Fusion learning rate', 'Learning rate of the fusion (published: 0.01).'),
  momentum: momentumSetting(0.9),
  weightDecay: weightDecaySetting(),
});
export type AgchSettings = z.output<typeof agchSettings>;

/**
 * `[B, B]`: cos(z_i, z_j) exp(-|z_i - z_j| / reach), z the unit rows of both modalities side by side, each times its
 * weight. The target of codes is twice that, less 1.
 */
export function aggregated(
  image: Tensor2D,
  text: Tensor2D,
  { image: photos, text: captions, reach }: Pick<AgchSettings, 'image' | 'text' | 'reach'>,
): Tensor2D {
  const z = tf.concat([tf.mul(safeUnitRows(image), photos), tf.mul(safeUnitRows(text), captions)], 1) as Tensor2D;
  const lengths = tf.sum(tf.square(z), 1, true);
  const squares = tf.sub(tf.add(lengths, tf.transpose(lengths)), tf.mul(tf.matMul(z, z, false, true), 2));
  return tf.mul(cosines(z), tf.exp(tf.div(tf.sqrt(tf.relu(squares)), -reach)));
}

/** D^(-1/2) A D^(-1/2), D the sums of rows; negative similarities count as 0. */
function adjacency(similarity: Tensor2D): Tensor2D {
  const near = tf.relu(similarity);
  const roots = tf.sqrt(tf.maximum(tf.sum(near, 1, true), 1e-12));
  return tf.div(tf.div(near, roots), tf.transpose(roots));
}

const sides = ['image', 'text'] as const;

/**
 * Zhang, Li, Huang, Xu: Aggregation-based Graph Convolutional Hashing for Unsupervised Cross-modal Retrieval, IEEE TMM 24, 2022. Written
 * from the paper; its authors published no code. Two networks, a fusion of their outputs, and a graph network of each modality over the
 * pairs of a batch keep a similarity that has to be high by the angle and by the distance. Search uses the two networks alone.
 */
export const agch: HashMethod<typeof agchSettings> = {
  id: 'agch',
  name: 'AGCH',
  source: 'Zhang et al., Aggregation-based Graph Convolutional Hashing, IEEE TMM 24, 2022',
  description:
    'Codes keep the similarity of pairs by angle and by distance, helped by graph networks over a batch. ' +
    'Published with batches of 32 and 40 to 150 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: agchSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, random } = setup;
    const head = (x: Tensor) => x as Tensor2D;
    const lossParameters = {
      ...linearLayer('graph.image.0', imageWidth, settings.graph, random),
      ...linearLayer('graph.image.1', settings.graph, bits, random),
      ...linearLayer('graph.text.0', textWidth, settings.graph, random),
      ...linearLayer('graph.text.1', settings.graph, bits, random),
      ...linearLayer('fusion', 2 * bits, bits, random),
    };
    const networks = {
      image: mlp('image', [imageWidth, bits], random, head),
      text: mlp('text', [textWidth, settings.hidden ?? 4096, bits], random, head),
      lossParameters,
    };
    const rates = { image: settings.imageRate, text: settings.textRate, graph: settings.graphRate };
    const learningRate = (parameter: string): number => {
      const group = Object.entries(rates).find(([name]) => parameter.startsWith(`${name}.`));
      return group === undefined ? settings.fusionRate : group[1];
    };
    const { momentum, weightDecay } = settings;
    return relaxingLearner(
      networks,
      { learningRate, momentum, weightDecay },
      ({ parameters, rows, outputs, codes }) => {
        const similarity = aggregated(rows.image, rows.text, settings);
        const target = tf.sub(tf.mul(similarity, 2), 1);
        const keeps = (a: Tensor2D, b: Tensor2D = a) => meanSquare(tf.matMul(a, b, false, true), target);
        const alpha = tf.scalar(1);
        const both = tf.concat([tf.tanh(outputs.image), tf.tanh(outputs.text)], 1) as Tensor2D;
        const fused = relaxedCodes(affine(parameters, 'fusion', both), alpha);
        const near = adjacency(similarity);
        const graphs = sides.map((side): Scalar => {
          const hidden = tf.relu(tf.matMul(near, affine(parameters, `graph.${side}.0`, rows[side])));
          const found = tf.matMul(near, affine(parameters, `graph.${side}.1`, hidden));
          const code = relaxedCodes(found as Tensor2D, alpha);
          return tf.add(keeps(code), meanSquare(code, codes[side]));
        });
        const within = weighted([1, keeps(codes.image)], [1, keeps(codes.text)]);
        const across = weighted(
          [settings.across, keeps(codes.image, codes.text)],
          [settings.together, tf.add(meanSquare(codes.image, fused), meanSquare(codes.text, fused))],
        );
        const others = weighted(
          [settings.fused, keeps(fused)],
          [settings.graphs, tf.addN(graphs) as Scalar],
          [1, within],
        );
        return [across, others];
      },
    );
  },
};
