// UCCH: Unsupervised Contrastive Cross-modal Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { sampledSums } from '../../compute/kernels/sampled/sampled.ts';
import { MemoryBank } from '../networks/memory-bank.ts';
import { mlp, unitRows } from '../networks/mlp.ts';
import { scheduleOf, scheduleSettings } from './schedule.ts';
import type { HashMethod, Loss, Phase, Setup } from './method.ts';
import type { Networks, TensorShape, Tensors } from '../networks/network.ts';
import { namedIn, numberAt } from '../../../shared/at.ts';

export const ucchSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the hidden layers (published: 8192 for features 4096 wide); time grows with its square.',
  }),
  negatives: z.int().min(1).max(65536).default(4096).meta({
    title: 'Negatives',
    symbol: 'K',
    description: 'K: rows of the memory bank each pair is contrasted with.',
  }),
  negativeSampling: z
    .enum(['shared', 'per-sample', 'whole-bank'])
    .default('shared')
    .meta({
      title: 'Drawing of negatives',
      description:
        'shared: one draw for the whole batch, the whole bank when it has no more rows. per-sample: a draw for each ' +
        'pair, as published; slower by far and no better. whole-bank: every row, however many there are.',
    }),
  losses: z.enum(['both', 'contrastive', 'ranking']).default('both').meta({
    title: 'Losses',
    description: 'The contrastive hashing loss, the cross-modal ranking loss, or both weighted by alpha.',
  }),
  ranking: z
    .enum(['all-negatives', 'hardest'])
    .default('all-negatives')
    .meta({
      title: 'Ranking loss',
      description:
        'all-negatives: the cross-modal ranking loss of UCCH. hardest: the triplet loss with the hardest negative of ' +
        'the batch, for comparison.',
    }),
  alpha: z.number().min(0).max(1).default(0.7).meta({
    title: 'Alpha',
    symbol: 'α',
    description: 'Weight of the contrastive loss against the ranking loss (published for MIRFLICKR: 0.7).',
  }),
  margin: z.number().min(0).default(0.2).meta({
    title: 'Margin',
    description: 'Margin of the ranking loss: negatives this close to the pair itself count in full.',
  }),
  shift: z.number().min(0).default(0.1).meta({
    title: 'Shift',
    description:
      'Subtracted from the similarity of farther negatives (published for MIRFLICKR: 0.1; default of its code: 1).',
  }),
  temperature: z.number().positive().default(0.9).meta({
    title: 'Temperature',
    symbol: 'τ',
    description: 'Temperature of the contrastive loss.',
  }),
  momentum: z.number().min(0).max(1).default(0.4).meta({
    title: 'Momentum',
    symbol: 'm',
    description: 'Share of its old value that a memory-bank row keeps in an update.',
  }),
  warmup: z.int().min(0).default(1).meta({
    title: 'Warm-up',
    description: 'First epochs, in which the batch is its own memory bank.',
  }),
  imageLayers: z.int().min(1).max(8).default(3).meta({
    title: 'Photo layers',
    description: 'Linear layers of the photo network.',
  }),
  textLayers: z.int().min(1).max(8).default(2).meta({
    title: 'Text layers',
    description: 'Linear layers of the text network.',
  }),
  learningRate: z.number().positive().default(1e-4).meta({
    title: 'Learning rate',
    description: 'Learning rate of Adam.',
  }),
  ...scheduleSettings,
  weightDecay: z.number().min(0).default(1e-6).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient.',
  }),
  clipNorm: z.number().min(0).default(1).meta({
    title: 'Gradient norm',
    description: 'Bound on the norm of the gradient; 0 for none.',
  }),
});
export type UcchSettings = z.output<typeof ucchSettings>;

/** Image: d_v -> h -> h -> k; text: d_t -> h -> k, or as deep as asked; ReLU between; output tanh, then unit rows. */
export function ucchNetworks(setup: Setup, settings: UcchSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const hidden = settings.hidden ?? (Math.max(imageWidth, textWidth) <= 1024 ? 1024 : 2048);
  const widths = (width: number, layers: number) => [width, ...Array<number>(layers - 1).fill(hidden), bits];
  const head = (x: Tensor) => unitRows(tf.tanh(x)); // [n, k]
  return {
    image: mlp('image', widths(imageWidth, settings.imageLayers), random, head),
    text: mlp('text', widths(textWidth, settings.textLayers), random, head),
  };
}

/** Sums of `exp(<row, x_i>)` over the rows each i is contrasted with, for x of both modalities: `[B, k]` -> `[B]`. */
type Sums = (f: Tensor, g: Tensor) => readonly [f: Tensor, g: Tensor];

/** Over all `rows` `[M, k]`, the same ones for each i. */
const sumsOver =
  (rows: Tensor): Sums =>
  (f, g) => {
    const sums = (x: Tensor) => tf.sum(tf.exp(tf.matMul(x as Tensor2D, rows as Tensor2D, false, true)), 1);
    return [sums(f), sums(g)];
  };

/**
 * Contrastive hashing loss of both modalities: cross-entropy of f and of g `[B, k]` against the signs of the bank,
 * `s_ij = <sign(V_j), x_i> / (T sqrt(k))`. As rows of x have unit length, |s| <= 1 / T: exp needs no guard.
 *
 * `own` `[B, k]`: signs of the pairs' own rows. `ownAmong`: whether `sums` counts the pairs' own rows already.
 */
function contrastive(f: Tensor, g: Tensor, own: Tensor, sums: Sums, ownAmong: boolean, temperature: number): Scalar {
  const scaled = (x: Tensor) => tf.div(x, temperature * Math.sqrt(numberAt(x.shape, 1))); // [B, k]
  const [scaledF, scaledG] = [scaled(f), scaled(g)];
  const part = (x: Tensor, sum: Tensor): Scalar => {
    const positive = tf.sum(tf.mul(x, own), 1); // [B]
    const all = ownAmong ? sum : tf.add(sum, tf.exp(positive));
    return tf.mean(tf.sub(tf.log(all), positive));
  };
  const [sumF, sumG] = sums(scaledF, scaledG);
  return tf.add(part(scaledF, sumF), part(scaledG, sumG));
}

/**
 * Cross-modal ranking loss of one direction: `mean_i(-S_ii + log sum_j exp(S'_ij) + margin)`, where S' is S with `shift`
 * taken off all that is further than `margin` below the pair's own similarity. No gradient flows through that choice.
 * Similarities are in [-1, 1], so exp cannot overflow.
 */
function ranking(similarity: Tensor, diagonal: Tensor, axis: 0 | 1, margin: number, shift: number): Scalar {
  const own = tf.expandDims(diagonal, axis); // [B, 1] or [1, B]
  const far = tf.cast(tf.less(similarity, tf.sub(own, margin)), 'float32'); // [B, B]
  const shifted = tf.sub(similarity, tf.mul(far, shift)); // [B, B]
  const sum = tf.sum(tf.exp(shifted), axis); // [B]
  return tf.add(tf.mean(tf.sub(tf.log(sum), diagonal)), margin);
}

/**
 * Triplet loss of one direction with the hardest negative: `mean_i max(0, margin - S_ii + max_{j != i} S_ij)` (Faghri et
 * al., VSE++, BMVC 2018), which the ranking loss is compared with in the paper's ablation. Which negative is the hardest
 * carries no gradient.
 */
function hardestRanking(similarity: Tensor, diagonal: Tensor, axis: 0 | 1, margin: number): Scalar {
  const batch = numberAt(diagonal.shape, 0);
  const others = tf.sub(similarity, tf.mul(tf.eye(batch), 4)); // [B, B]: a pair itself is below all, as |S| <= 1
  const hardest = tf.max(others, axis); // [B]
  return tf.mean(tf.relu(tf.add(tf.sub(hardest, diagonal), margin)));
}

/** Weights of the losses. */
function weightsOf({ losses, alpha }: UcchSettings): { contrastive: number; ranking: number } {
  if (losses === 'both') return { contrastive: alpha, ranking: 1 - alpha };
  return { contrastive: Number(losses === 'contrastive'), ranking: Number(losses === 'ranking') };
}

type Contrast = (image: Tensor2D, text: Tensor2D, inputs: Tensors) => { lossC: Scalar; bankRows: Tensor };

/** The loss that warm-up and main phase share. */
function lossOf(networks: Networks, settings: UcchSettings, contrast: Contrast): Phase['loss'] {
  return (parameters, imageRows, textRows, inputs): Loss => {
    const f = networks.image.forward(parameters, imageRows); // [B, k], unit rows
    const g = networks.text.forward(parameters, textRows); // [B, k], unit rows
    const { lossC, bankRows } = contrast(f, g, inputs);
    const similarity = tf.matMul(f, g, false, true); // [B, B]
    const diagonal = tf.sum(tf.mul(f, g), 1); // [B]
    const { margin, shift } = settings;
    const direction = (axis: 0 | 1) =>
      settings.ranking === 'hardest'
        ? hardestRanking(similarity, diagonal, axis, margin)
        : ranking(similarity, diagonal, axis, margin, shift);
    const lossR: Scalar = tf.add(direction(1), direction(0));
    const weights = weightsOf(settings);
    const loss: Scalar = tf.add(tf.mul(lossC, weights.contrastive), tf.mul(lossR, weights.ranking));
    return { loss, lossC, lossR, outputs: { bankRows } };
  };
}

/** First epochs: the batch's own codes take the place of the bank, whose rows are overwritten (momentum 0). */
function warmUp(networks: Networks, settings: UcchSettings, bank: MemoryBank): Phase {
  return {
    name: 'warm-up',
    inputs: {},
    loss: lossOf(networks, settings, (f, g) => {
      const mean = tf.div(tf.add(f, g), 2); // [B, k]
      const signs = tf.sign(mean); // [B, k], carries no gradient
      return { lossC: contrastive(f, g, signs, sumsOver(signs), true, settings.temperature), bankRows: unitRows(mean) };
    }),
    feed: () => ({}),
    absorb: (pairs, outputs) => bank.write(pairs, namedIn(outputs, 'bankRows')),
  };
}

/** The negatives of a step, and how they are drawn. */
function negativesOf(setup: Setup, settings: UcchSettings, bank: MemoryBank) {
  const { batch, bits, pairs: rows } = setup;
  const shape = (...sizes: number[]): TensorShape => ({ shape: sizes, dtype: 'float32' });
  if (settings.negativeSampling === 'per-sample') {
    // The pair's own row, then those drawn for it.
    const each = 1 + settings.negatives;
    const draws = new Int32Array(batch * each);
    return {
      inputs: { others: shape(rows, bits), draws: { shape: [batch, each], dtype: 'int32' } as const },
      ownAmong: true,
      draw(pairs: Int32Array, random: Setup['random']) {
        pairs.forEach((pair, i) => {
          draws[i * each] = pair;
          random.fillBelow(rows, draws.subarray(i * each + 1, (i + 1) * each));
        });
        return { others: bank.signs, draws };
      },
    };
  }
  if (settings.negativeSampling === 'whole-bank' || rows <= settings.negatives) {
    return { inputs: { others: shape(rows, bits) }, ownAmong: true, draw: () => ({ others: bank.signs }) };
  }
  const drawn = new Int32Array(settings.negatives);
  const others = new Float32Array(settings.negatives * bits);
  return {
    inputs: { others: shape(settings.negatives, bits) },
    ownAmong: false,
    draw(_pairs: Int32Array, random: Setup['random']) {
      return { others: bank.readSigns(random.fillBelow(rows, drawn), others) };
    },
  };
}

function mainPhase(networks: Networks, settings: UcchSettings, bank: MemoryBank, setup: Setup): Phase {
  const negatives = negativesOf(setup, settings, bank);
  const ownRows = new Float32Array(setup.batch * setup.bits);
  return {
    name: 'main',
    inputs: { ownRows: { shape: [setup.batch, setup.bits], dtype: 'float32' }, ...negatives.inputs },
    loss: lossOf(networks, settings, (f, g, inputs) => {
      const rows = namedIn(inputs, 'ownRows'); // V_i, [B, k], unit rows
      const others = namedIn(inputs, 'others'); // [M, k], +1 or -1
      const draws = inputs['draws']; // [B, K + 1]
      const signs = tf.sign(rows); // [B, k]
      const sums: Sums = draws === undefined ? sumsOver(others) : (a, b) => sampledSums(a, b, others, draws);
      // V_i <- norm(m V_i + (1 - m) u), u = norm((f + g) / 2).
      const u = unitRows(tf.div(tf.add(f, g), 2)); // [B, k]
      const { momentum } = settings;
      const bankRows = unitRows(tf.add(tf.mul(rows, momentum), tf.mul(u, 1 - momentum))); // [B, k]
      return { lossC: contrastive(f, g, signs, sums, negatives.ownAmong, settings.temperature), bankRows };
    }),
    feed: (pairs, random) => ({ ownRows: bank.read(pairs, ownRows), ...negatives.draw(pairs, random) }),
    absorb: (pairs, outputs) => bank.write(pairs, namedIn(outputs, 'bankRows')),
  };
}

/**
 * Hu, Zhu, Lin, Peng, Lu, Liu: Unsupervised Contrastive Cross-modal Hashing, IEEE TPAMI 45(3), 2023,
 * doi 10.1109/TPAMI.2022.3177356.
 *
 * A memory bank V keeps the discrete codes of all pairs. The networks learn to agree with these codes (contrastive hashing
 * loss L_c). A ranking loss with a margin (L_r) orders the pairs of a batch across modalities, so that a false negative has
 * little effect. Loss: alpha L_c + (1 - alpha) L_r.
 */
export const ucch: HashMethod<typeof ucchSettings> = {
  id: 'ucch',
  name: 'UCCH',
  source: 'Hu et al., Unsupervised Contrastive Cross-modal Hashing, IEEE TPAMI 45(3), 2023',
  description:
    'Two networks learn codes that agree for a photo and its caption and differ from the codes of all other pairs. ' +
    'Needs photos with captions or tags; a few hundred make it worth while.',
  needsPairs: true,
  hasEpochs: true,
  settings: ucchSettings,
  learner(setup, settings) {
    const networks = ucchNetworks(setup, settings);
    const bank = MemoryBank.ofRandomSigns(setup.pairs, setup.bits, setup.random);
    const warm = warmUp(networks, settings, bank);
    const main = mainPhase(networks, settings, bank, setup);
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        learningRate: () => settings.learningRate,
        schedule: scheduleOf(settings, setup.epochs),
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: settings.weightDecay,
        clipNorm: settings.clipNorm === 0 ? null : settings.clipNorm,
      },
      phase: (epoch) => (epoch <= settings.warmup ? warm : main),
      state: () => ({ bank: bank.rows }),
      restore: ({ bank: rows }) => bank.restore(rows),
    };
  },
};
