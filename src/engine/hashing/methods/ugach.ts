// UGACH: Unsupervised Generative Adversarial Cross-modal Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { int32At, itemAt, namedIn } from '../../../shared/at.ts';
import type { Random } from '../../numerics/random.ts';
import { stopGradient } from '../networks/stop-gradient.ts';
import { affine } from '../networks/mlp.ts';
import type { Network, Parameter, Tensors, TensorShape } from '../networks/network.ts';
import type { HashMethod, Phase, SgdOptimizer } from './method.ts';
import { nearestPairs, unitPairRows } from './pair-graph.ts';

export const ugachSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the hidden layer of each network (published: 8192).',
  }),
  neighbours: z.int().min(1).max(1000).default(10).meta({
    title: 'Neighbours',
    description: 'Pairs nearest to a pair by photos, and as many by captions, that count as related (published: 10).',
  }),
  draws: z.int().min(2).max(64).default(2).meta({
    title: 'Draws',
    description: 'Others that the generator chooses for each query (published: 2).',
  }),
  candidates: z.number().positive().max(1).default(0.02).meta({
    title: 'Candidates',
    description: 'Share of all pairs among which it chooses, at least 32 pairs (published: 0.02).',
  }),
  margin: z.number().positive().nullable().default(null).meta({
    title: 'Margin',
    description: 'Margin by which related pairs must be nearer than chosen ones (published: an eighth of the bits).',
  }),
  learningRate: z.number().positive().default(0.001).meta({
    title: 'Learning rate',
    description: 'Learning rate of the networks that search uses, for a step of one pair (published: 0.001).',
  }),
  generatorRate: z.number().positive().default(0.01).meta({
    title: 'Learning rate of the generator',
    description: 'Learning rate of the generator, for a step of one query (published: 0.01).',
  }),
  weightDecay: z.number().min(0).default(0.01).meta({
    title: 'Weight decay',
    description: 'L2 added to the gradient (published: 0.01).',
  }),
});

type Side = 'image' | 'text';
const other = { image: 'text', text: 'image' } as const;

/** d -> h, tanh -> k; parameters `<name>.0.w` and so on. */
function parametersOf(name: string, width: number, hidden: number, bits: number, random: Random) {
  /** Normal numbers of deviation .1, none beyond two deviations. */
  const weights = (rows: number, columns: number): Parameter => {
    const draw = (): number => {
      const x = random.normal();
      return Math.abs(x) <= 2 ? 0.1 * x : draw();
    };
    return { shape: [rows, columns], initial: random.numbers(rows * columns, draw) };
  };
  const zeros = (size: number): Parameter => ({ shape: [size], initial: new Float32Array(size) });
  return {
    [`${name}.0.w`]: weights(width, hidden),
    [`${name}.0.b`]: zeros(hidden),
    [`${name}.1.w`]: weights(hidden, bits),
    [`${name}.1.b`]: zeros(bits),
  };
}

/** `[n, k]`: outputs whose signs are the code. */
function outputsOf(name: string, parameters: Tensors, rows: Tensor2D): Tensor2D {
  return affine(parameters, `${name}.1`, tf.tanh(affine(parameters, `${name}.0`, rows)));
}

/** Codes relaxed to (0, 1), `[n, k]`. */
export const relaxedBits = (name: string, parameters: Tensors, rows: Tensor2D): Tensor2D =>
  tf.sigmoid(outputsOf(name, parameters, rows));

/** Squared distance of each row to the row at the same index, `[n]`. */
export const rowDistances = (a: Tensor2D, b: Tensor2D): Tensor => tf.sum(tf.square(tf.sub(a, b)), 1);

/** `[n]`: how far related rows are from being nearer than others by the margin. */
export const shortfall = (query: Tensor2D, related: Tensor2D, chosen: Tensor2D, margin: number): Tensor =>
  tf.relu(tf.add(tf.sub(rowDistances(query, related), rowDistances(query, chosen)), margin));

/**
 * -mean of log p times the reward (policy gradient): p is the softmax of minus the squared distances of a query to the
 * rows chosen for it.
 * @param distances `[queries, draws]`
 * @param rewards of the same shape
 */
export const policyLoss = (distances: Tensor2D, rewards: Tensor): Scalar =>
  tf.neg(tf.mean(tf.mul(tf.logSoftmax(tf.neg(distances)), rewards)));

/** Pairs excluded from the choice. */
const never = -1e9;
/** Smallest number of pairs to choose from. */
const fewestCandidates = 32;
/** Epochs in a round: one of the networks that search uses, two of the generator. */
const round = 3;

/**
 * Zhang, Peng, Yuan: Unsupervised Generative Adversarial Cross-modal Hashing, AAAI 2018. A generator chooses, for a photo, captions
 * that are likely to be taken for its own, and for a caption, photos; the networks that search uses learn to tell them from
 * neighbours in a graph of the training pairs; the generator is rewarded where they fail.
 */
export const ugach: HashMethod<typeof ugachSettings> = {
  id: 'ugach',
  name: 'UGACH',
  source: 'Zhang, Peng and Yuan, Unsupervised Generative Adversarial Cross-modal Hashing, AAAI 2018',
  description:
    'A generator looks for captions that are hard to tell from those of neighbours, and codes learn to tell them. Published ' +
    'with single pairs and 90 epochs: in turn one of the codes and two of the generator.',
  needsPairs: true,
  hasEpochs: true,
  settings: ugachSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, batch, random, pairs, facts } = setup;
    const hidden = settings.hidden ?? 1024;
    const widths = { image: imageWidth, text: textWidth };
    const { draws } = settings;
    const margin = settings.margin ?? bits / 8;
    const parameters = (name: string, side: Side) => parametersOf(`${name}${side}`, widths[side], hidden, bits, random);
    const network = (side: Side): Network => ({
      width: widths[side],
      parameters: parameters('', side),
      forward: (tensors, rows) => outputsOf(side, tensors, rows),
    });
    const networks = {
      image: network('image'),
      text: network('text'),
      lossParameters: { ...parameters('generator.', 'image'), ...parameters('generator.', 'text') },
    };
    const count = Math.min(pairs, Math.max(fewestCandidates, Math.round(settings.candidates * pairs)));
    /** Pairs related to each pair. */
    let related: readonly Int32Array[] = [];

    /** The rows at some indices of one side. */
    const rowsOf = (side: Side, some: ArrayLike<number>): Float32Array => {
      const rows = facts?.rows;
      if (rows === undefined) throw new Error('there are no pairs');
      const values = new Float32Array(some.length * widths[side]);
      Array.from(some).forEach((pair, i) => values.set(rows[side](pair), i * widths[side]));
      return values;
    };
    const repeated = (rows: Tensor2D): Tensor2D =>
      tf.concat(
        Array.from({ length: draws }, () => rows),
        0,
      );

    /** Rows chosen by the generator for each query, `[draws * B, d]`: the largest of its scores with Gumbel noise. */
    const chosenFor = (asking: Side, tensors: Tensors, queries: Tensor2D, inputs: Tensors): Tensor2D => {
      const asked = other[asking];
      const candidates = namedIn(inputs, 'candidates') as Tensor2D;
      const query = relaxedBits(`generator.${asking}`, tensors, queries); // [B, k]
      const found = relaxedBits(`generator.${asked}`, tensors, candidates); // [C, k]
      const squares = tf.add(tf.sum(tf.square(query), 1, true), tf.sum(tf.square(found), 1));
      const distances = tf.sub(squares, tf.mul(tf.matMul(query, found, false, true), 2)); // [B, C]
      const noisy = stopGradient(tf.sub(namedIn(inputs, 'noise'), repeated(distances as Tensor2D))) as Tensor2D;
      const first = tf.cast(tf.equal(noisy, tf.max(noisy, 1, true)), 'float32');
      return tf.matMul(first as Tensor2D, candidates);
    };
    const inputsOf = (asked: Side): Record<string, TensorShape> => ({
      related: { shape: [draws * batch, widths[asked]], dtype: 'float32' },
      candidates: { shape: [count, widths[asked]], dtype: 'float32' },
      noise: { shape: [draws * batch, count], dtype: 'float32' },
    });
    const feed = (asked: Side, some: Int32Array, own: Random, apart: boolean) => {
      const candidates = own.shuffle(Int32Array.from({ length: pairs }, (_, i) => i)).slice(0, count);
      const noise = own.numbers(draws * batch * count, () => -Math.log(-Math.log(Math.max(own.uniform(), 1e-12))));
      const chosen = new Int32Array(draws * batch);
      for (let draw = 0; draw < draws; draw++) {
        some.forEach((pair, i) => {
          const near = itemAt(related, pair);
          const at = draw * batch + i;
          chosen[at] = int32At(near, own.below(near.length));
          if (!apart) return;
          candidates.forEach((candidate, j) => {
            if (near.includes(candidate)) noise[at * count + j] = never;
          });
        });
      }
      return { related: rowsOf(asked, chosen), candidates: rowsOf(asked, candidates), noise };
    };

    const sgd = (rate: number): SgdOptimizer => ({
      kind: 'sgd',
      learningRate: () => rate,
      momentum: 0,
      weightDecay: settings.weightDecay,
    });
    const optimizers = {
      // One step for a whole batch goes as far as one step for each of its pairs.
      codes: sgd(settings.learningRate * batch * draws),
      generator: sgd(settings.generatorRate * batch),
    };
    const isGenerator = (parameter: string) => parameter.startsWith('generator.');

    const compared = (asking: Side, tensors: Tensors, rows: Record<Side, Tensor2D>, inputs: Tensors) => {
      const chosen = chosenFor(asking, tensors, rows[asking], inputs);
      const query = repeated(relaxedBits(asking, tensors, rows[asking]));
      const nearer = relaxedBits(other[asking], tensors, namedIn(inputs, 'related') as Tensor2D);
      return { chosen, short: shortfall(query, nearer, relaxedBits(other[asking], tensors, chosen), margin) };
    };
    const codesPhase = (asking: Side, then?: Phase): Phase => ({
      name: `${asking} asks`,
      learns: (parameter) => !isGenerator(parameter),
      optimizer: optimizers.codes,
      inputs: inputsOf(other[asking]),
      loss(tensors, image, text, inputs) {
        const loss: Scalar = tf.mean(compared(asking, tensors, { image, text }, inputs).short);
        return { loss, lossC: loss, lossR: tf.zerosLike(loss), outputs: {} };
      },
      feed: (some, own) => feed(other[asking], some, own, true),
      absorb: () => undefined,
      ...(then === undefined ? {} : { then }),
    });
    const generatorPhase = (asking: Side, then?: Phase): Phase => ({
      name: `generator, ${asking} asks`,
      learns: isGenerator,
      optimizer: optimizers.generator,
      inputs: inputsOf(other[asking]),
      loss(tensors, image, text, inputs) {
        const { chosen, short } = compared(asking, tensors, { image, text }, inputs);
        const fixed = stopGradient(chosen) as Tensor2D;
        const query = repeated(relaxedBits(`generator.${asking}`, tensors, asking === 'image' ? image : text));
        const distances = rowDistances(query, relaxedBits(`generator.${other[asking]}`, tensors, fixed));
        const byQuery = (x: Tensor): Tensor2D => tf.transpose(tf.reshape(x, [draws, batch]));
        const loss = policyLoss(byQuery(distances), byQuery(stopGradient(tf.sigmoid(short)) as Tensor));
        return { loss, lossC: tf.zerosLike(loss), lossR: loss, outputs: {} };
      },
      feed: (some, own) => feed(other[asking], some, own, false),
      absorb: () => undefined,
      ...(then === undefined ? {} : { then }),
    });
    const ofCodes = codesPhase('image', codesPhase('text'));
    const ofGenerator = generatorPhase('image', generatorPhase('text'));
    return {
      kind: 'gradient',
      networks,
      optimizer: optimizers.codes,
      phase: (epoch) => (epoch % round === 1 ? ofCodes : ofGenerator),
      async beforeEpoch() {
        if (related.length > 0 || facts?.rows === undefined) return;
        const { images, texts } = unitPairRows(facts.rows);
        const nearest = Math.min(pairs, settings.neighbours + 1);
        const byPhotos = await nearestPairs(images, texts, pairs, nearest, 0);
        const byCaptions = await nearestPairs(images, texts, pairs, nearest, 1);
        related = byPhotos.map((near, i) => Int32Array.from(new Set([...near, ...itemAt(byCaptions, i)])));
      },
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
