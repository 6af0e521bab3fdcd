// UCCH: Unsupervised Contrastive Cross-modal Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MemoryBank } from '../memory-bank.ts';
import { mlp, unitRows } from '../mlp.ts';
import type { HashMethod, Loss, Networks, Phase, Setup, TensorShape, Tensors } from './method.ts';

export const ucchSettings = z.strictObject({
  /**
   * Width of the hidden layers. The paper has 8192 for 4096-wide features; narrower features need less, and time grows
   * with its square. `null`: 1024 for features up to 1024 wide, else 2048.
   */
  hidden: z.int().min(8).max(16384).nullable().default(null),
  /** K: bank rows each pair is contrasted with. */
  negatives: z.int().min(1).max(65536).default(4096),
  /**
   * `shared`: one draw of K rows for the whole batch (the whole bank when it has no more), one matrix product.
   * `per-sample`: K rows drawn for each pair, as published; slower by far and no better (mAP within .003).
   */
  negativeSampling: z.enum(['shared', 'per-sample']).default('shared'),
  /** Weight of the contrastive loss against the ranking loss. Published for photos with tags (MIRFLICKR): .7. */
  alpha: z.number().min(0).max(1).default(0.7),
  margin: z.number().min(0).default(0.2),
  /** Published for MIRFLICKR: .1; the published code's default is 1. */
  shift: z.number().min(0).default(0.1),
  temperature: z.number().positive().default(0.9),
  /** Of the memory bank. */
  momentum: z.number().min(0).max(1).default(0.4),
  /** Epochs in which the batch is its own bank. */
  warmup: z.int().min(0).default(1),
  learningRate: z.number().positive().default(1e-4),
  weightDecay: z.number().min(0).default(1e-6),
  clipNorm: z.number().positive().nullable().default(1),
});
export type UcchSettings = z.output<typeof ucchSettings>;

/** Image: d_v -> h -> h -> k; text: d_t -> h -> k; ReLU between; output tanh, then unit rows. */
export function ucchNetworks(setup: Setup, hidden: number): Networks {
  const head = (x: Tensor) => unitRows(tf.tanh(x)); // [n, k]
  const { bits, random } = setup;
  return {
    image: mlp('image', [setup.imageWidth, hidden, hidden, bits], random, head),
    text: mlp('text', [setup.textWidth, hidden, bits], random, head),
  };
}

/**
 * Contrastive hashing loss of one modality: cross-entropy of `x` `[B, k]` against the signs of the bank,
 * `s_ij = <sign(V_j), x_i> / (T sqrt(k))`. As rows of x have unit length, |s| <= 1 / T: exp needs no guard.
 *
 * `own` `[B, k]`: signs of the pairs' own rows. `others` `[M, k]`: signs contrasted with. `counts` `[B, M]`: how often
 * each of them stands in a pair's sum; null for once. `ownAmong`: whether `others` has the pairs' own rows already.
 */
function contrastive(
  x: Tensor,
  own: Tensor,
  others: Tensor,
  counts: Tensor | null,
  ownAmong: boolean,
  temperature: number,
): Scalar {
  const scaled = tf.div(x, temperature * Math.sqrt(x.shape[1] ?? 1)); // [B, k]
  const positive = tf.sum(tf.mul(scaled, own), 1); // [B]
  const weights = tf.exp(tf.matMul(scaled as Tensor2D, others as Tensor2D, false, true)); // [B, M]
  const sum = tf.sum(counts === null ? weights : tf.mul(weights, counts), 1); // [B]
  const all = ownAmong ? sum : tf.add(sum, tf.exp(positive));
  return tf.mean(tf.sub(tf.log(all), positive));
}

/**
 * Cross-modal ranking loss of one direction: `mean_i(-S_ii + log sum_j exp(S'_ij) + margin)`, where S' is S with `shift`
 * taken off all that is further than `margin` below the pair's own similarity. No gradient flows through that choice.
 * Similarities lie in [-1, 1]: exp needs no guard.
 */
function ranking(similarity: Tensor, diagonal: Tensor, axis: 0 | 1, margin: number, shift: number): Scalar {
  const own = tf.expandDims(diagonal, axis); // [B, 1] or [1, B]
  const far = tf.cast(tf.less(similarity, tf.sub(own, margin)), 'float32'); // [B, B]
  const shifted = tf.sub(similarity, tf.mul(far, shift)); // [B, B]
  const sum = tf.sum(tf.exp(shifted), axis); // [B]
  return tf.add(tf.mean(tf.sub(tf.log(sum), diagonal)), margin);
}

type Contrast = (image: Tensor2D, text: Tensor2D, inputs: Tensors) => { lossC: Scalar; bankRows: Tensor };

/** The parts of a phase that warm-up and main share. */
function lossOf(networks: Networks, settings: UcchSettings, contrast: Contrast): Phase['loss'] {
  return (parameters, imageRows, textRows, inputs): Loss => {
    const f = networks.image.forward(parameters, imageRows); // [B, k], unit rows
    const g = networks.text.forward(parameters, textRows); // [B, k], unit rows
    const { lossC, bankRows } = contrast(f, g, inputs);
    const similarity = tf.matMul(f, g, false, true); // [B, B]
    const diagonal = tf.sum(tf.mul(f, g), 1); // [B]
    const direction = (axis: 0 | 1) => ranking(similarity, diagonal, axis, settings.margin, settings.shift);
    const lossR: Scalar = tf.add(direction(1), direction(0));
    const { alpha } = settings;
    const loss: Scalar = tf.add(tf.mul(lossC, alpha), tf.mul(lossR, 1 - alpha));
    return { loss, lossC, lossR, outputs: { bankRows } };
  };
}

const needed = (inputs: Tensors, name: string): Tensor => {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`UCCH was given no ${name}`);
  return tensor;
};

/** First epochs: the batch's own codes stand in for the bank, whose rows are simply overwritten (momentum 0). */
function warmUp(networks: Networks, settings: UcchSettings, bank: MemoryBank): Phase {
  return {
    name: 'warm-up',
    inputs: {},
    loss: lossOf(networks, settings, (f, g) => {
      const mean = tf.div(tf.add(f, g), 2); // [B, k]
      const signs = tf.sign(mean); // [B, k], carries no gradient
      const part = (x: Tensor) => contrastive(x, signs, signs, null, true, settings.temperature);
      return { lossC: tf.add(part(f), part(g)), bankRows: unitRows(mean) };
    }),
    feed: () => ({}),
    absorb: (pairs, { bankRows }) => bank.write(pairs, bankRows),
  };
}

/** The rows a step is contrasted with, and how they are drawn. */
function negativesOf(setup: Setup, settings: UcchSettings, bank: MemoryBank) {
  const { batch, bits, pairs: rows } = setup;
  const shape = (...sizes: number[]): TensorShape => ({ shape: sizes, dtype: 'float32' });
  if (settings.negativeSampling === 'per-sample') {
    // How often each bank row was drawn for each pair says the same as B (K + 1) gathered rows, in less memory.
    const counts = new Float32Array(batch * rows);
    return {
      inputs: { others: shape(rows, bits), counts: shape(batch, rows) },
      ownAmong: true,
      draw(pairs: Int32Array, random: Setup['random']) {
        counts.fill(0);
        pairs.forEach((pair, i) => {
          const add = (j: number) => {
            counts[i * rows + j] = (counts[i * rows + j] ?? 0) + 1;
          };
          add(pair);
          for (let drawn = 0; drawn < settings.negatives; drawn++) add(random.below(rows));
        });
        return { others: bank.signs, counts };
      },
    };
  }
  if (rows <= settings.negatives) {
    return { inputs: { others: shape(rows, bits) }, ownAmong: true, draw: () => ({ others: bank.signs }) };
  }
  const drawn = new Int32Array(settings.negatives);
  const others = new Float32Array(settings.negatives * bits);
  return {
    inputs: { others: shape(settings.negatives, bits) },
    ownAmong: false,
    draw(_pairs: Int32Array, random: Setup['random']) {
      for (let i = 0; i < drawn.length; i++) drawn[i] = random.below(rows);
      return { others: bank.readSigns(drawn, others) };
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
      const rows = needed(inputs, 'ownRows'); // V_i, [B, k], unit rows
      const others = needed(inputs, 'others'); // [M, k], +1 or -1
      const counts = inputs['counts'] ?? null; // [B, M]
      const signs = tf.sign(rows); // [B, k]
      const part = (x: Tensor) => contrastive(x, signs, others, counts, negatives.ownAmong, settings.temperature);
      // V_i <- norm(m V_i + (1 - m) u), u = norm((f + g) / 2).
      const u = unitRows(tf.div(tf.add(f, g), 2)); // [B, k]
      const { momentum } = settings;
      const bankRows = unitRows(tf.add(tf.mul(rows, momentum), tf.mul(u, 1 - momentum))); // [B, k]
      return { lossC: tf.add(part(f), part(g)), bankRows };
    }),
    feed: (pairs, random) => ({ ownRows: bank.read(pairs, ownRows), ...negatives.draw(pairs, random) }),
    absorb: (pairs, { bankRows }) => bank.write(pairs, bankRows),
  };
}

/**
 * Hu, Zhu, Lin, Peng, Lu, Liu: Unsupervised Contrastive Cross-modal Hashing, IEEE TPAMI 45(3), 2023,
 * doi 10.1109/TPAMI.2022.3177356.
 *
 * The discrete codes of all pairs, kept in a memory bank V, are themselves what the networks learn to agree with
 * (contrastive hashing loss L_c), while all pairs of a batch are ranked across modalities with a margin (L_r), so that a
 * false negative does not stand out. Loss: alpha L_c + (1 - alpha) L_r.
 */
export const ucch: HashMethod<typeof ucchSettings> = {
  id: 'ucch',
  name: 'UCCH',
  source: 'Hu et al., Unsupervised Contrastive Cross-modal Hashing, IEEE TPAMI 45(3), 2023',
  settings: ucchSettings,
  learner(setup, settings) {
    const hidden = settings.hidden ?? (Math.max(setup.imageWidth, setup.textWidth) <= 1024 ? 1024 : 2048);
    const networks = ucchNetworks(setup, hidden);
    const bank = MemoryBank.ofRandomSigns(setup.pairs, setup.bits, setup.random);
    const warm = warmUp(networks, settings, bank);
    const main = mainPhase(networks, settings, bank, setup);
    return {
      kind: 'gradient',
      networks,
      optimizer: {
        learningRate: () => settings.learningRate,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: settings.weightDecay,
        clipNorm: settings.clipNorm,
      },
      phase: (epoch) => (epoch <= settings.warmup ? warm : main),
      state: () => ({ bank: bank.rows }),
      restore: ({ bank: rows }) => bank.restore(rows),
    };
  },
};
