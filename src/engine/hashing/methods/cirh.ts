// CIRH: Correlation-Identity Reconstruction Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { float32At, float64At, int32At, namedIn, numberAt } from '../../../shared/at.ts';
import { cosines, meanSquare, weighted } from '../networks/batch-similarity.ts';
import { DropoutMasks, dropoutOf } from '../networks/dropout.ts';
import { safeUnitRows } from '../networks/linear-code.ts';
import { affine, linear, linearLayer } from '../networks/mlp.ts';
import type { Parameter, Tensors } from '../networks/network.ts';
import { adam, type HashMethod, type Phase, type Setup } from './method.ts';
import { farThresholds, unitPairRows } from './pair-graph.ts';
import { hiddenSetting } from './relaxed-codes.ts';

export const cirhSettings = z.strictObject({
  hidden: hiddenSetting('the hidden layer of photos'),
  teacherWidth: z.int().min(8).max(4096).default(512).meta({
    title: 'Teacher width',
    description: 'Width of the graph network that finds the codes (published: 512).',
  }),
  image: z.number().min(0).max(1).default(0.6).meta({
    title: 'Photos',
    symbol: 'a₁',
    description: 'Share of photos in the similarity (published: 0.6, NUS-WIDE 0.5, MS-COCO 0.1).',
  }),
  plain: z.number().min(0).max(1).default(0.6).meta({
    title: 'Plain similarity',
    symbol: 'a₂',
    description: 'Share of the similarity itself against its symmetric form (published: 0.6, MS-COCO 0.3).',
  }),
  far: z.number().min(0).max(1).default(0.6).meta({
    title: 'Far pairs',
    symbol: 'K / n',
    description: 'Share of all pairs that count as not similar to a pair (published: 3000 of 5000).',
  }),
  reconstruction: z.number().min(0).default(10).meta({
    title: 'Reconstruction',
    description: 'Weight of reconstructing the features (published: 10).',
  }),
  beta: z.number().min(0).default(0.01).meta({
    title: 'Beta',
    symbol: 'β',
    description: 'Weight of the similarity when photos and captions learn the codes (published: 0.01).',
  }),
  dropout: z.number().min(0).max(0.9).default(0.3).meta({
    title: 'Dropout',
    description: 'Share of hidden numbers left out at random in a step (published: 0.3).',
  }),
  teacherRate: z.number().positive().default(1e-3).meta({
    title: 'Teacher learning rate',
    description: 'Learning rate of the graph network (published: 0.001).',
  }),
  learningRate: z.number().positive().default(1e-4).meta({
    title: 'Learning rate',
    description: 'Learning rate of photos and captions (published: 0.0001, MS-COCO 0.0005).',
  }),
  asPublished: z
    .boolean()
    .default(false)
    .meta({
      title: 'Similarity as published',
      description:
        'Compares pairs of a batch with the similarity of other pairs by mistake: the pairs at its place in the list ' +
        'of all.',
    }),
});
export type CirhSettings = z.output<typeof cirhSettings>;

/** Inputs of a batch's similarities: unit rows of all pairs, and the bound below which a pair counts as far. */
export interface CirhGraph {
  readonly images: Float32Array;
  readonly texts: Float32Array;
  readonly thresholds: Float32Array;
}

/**
 * Similarities `[B, B]` of some pairs: b S1 + (1 - b) (A + A^T) / 2, where S1 = a cos_I + (1 - a) cos_T without far pairs, row by
 * row, and A = 2 sigma(S1) - 1 + I.
 */
export function cirhSimilarity(
  { images, texts, thresholds }: CirhGraph,
  pairs: ArrayLike<number>,
  { image, plain }: Pick<CirhSettings, 'image' | 'plain'>,
): Float32Array {
  const batch = pairs.length;
  const n = thresholds.length;
  const [imageWidth, textWidth] = [images.length / n, texts.length / n];
  const dot = (rows: Float32Array, width: number, a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += float32At(rows, a * width + i) * float32At(rows, b * width + i);
    return sum;
  };
  const near = new Float64Array(batch * batch);
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j <= i; j++) {
      const [a, b] = [numberAt(pairs, i), numberAt(pairs, j)];
      const s = image * dot(images, imageWidth, a, b) + (1 - image) * dot(texts, textWidth, a, b);
      near[i * batch + j] = s > float32At(thresholds, a) ? s : 0;
      near[j * batch + i] = s > float32At(thresholds, b) ? s : 0;
    }
  }
  const curved = near.map((s, at) => 2 / (1 + Math.exp(-s)) - 1 + Number(Math.floor(at / batch) === at % batch));
  return Float32Array.from(near, (s, at) => {
    const back = (at % batch) * batch + Math.floor(at / batch);
    return plain * s + ((1 - plain) * (float64At(curved, at) + float64At(curved, back))) / 2;
  });
}

/** `[B, d]`: .7 of each row, .2 of the third most similar pair of the batch (itself counting) and .1 of the fourth. */
function mixedRows(row: (pair: number) => Float32Array, pairs: Int32Array, third: Int32Array, fourth: Int32Array) {
  const width = row(int32At(pairs, 0)).length;
  const mixed = new Float32Array(pairs.length * width);
  pairs.forEach((pair, i) => {
    const [own, near, next] = [
      row(pair),
      row(int32At(pairs, int32At(third, i))),
      row(int32At(pairs, int32At(fourth, i))),
    ];
    own.forEach((x, j) => {
      mixed[i * width + j] = 0.7 * x + 0.2 * float32At(near, j) + 0.1 * float32At(next, j);
    });
  });
  return mixed;
}

/** Place in the batch of each row's `rank`-th most similar, counted from 0. */
function ranked(similarity: Float32Array, batch: number, rank: number): Int32Array {
  return Int32Array.from({ length: batch }, (_, i) => {
    const own = similarity.subarray(i * batch, (i + 1) * batch);
    const order = Array.from(own.keys()).sort((a, b) => float32At(own, b) - float32At(own, a) || a - b);
    return numberAt(order, Math.min(rank, batch - 1));
  });
}

const sides = ['image', 'text'] as const;
type Side = (typeof sides)[number];
const capital = { image: 'I', text: 'T' } as const;

/** Parameters of the teacher, as `teacher.<layer>.w`, `.b`, and `.scale`, `.shift` of batch normalisations. */
function teacherParameters({ imageWidth, textWidth, bits, random }: Setup, width: number): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  const dense = (name: string, fanIn: number, fanOut: number) => {
    Object.assign(parameters, linearLayer(`teacher.${name}`, fanIn, fanOut, random));
  };
  const norm = (name: string, size: number) => {
    parameters[`teacher.${name}.scale`] = { shape: [size], initial: new Float32Array(size).fill(1) };
    parameters[`teacher.${name}.shift`] = { shape: [size], initial: new Float32Array(size) };
  };
  for (const side of sides) {
    const rowWidth = side === 'image' ? imageWidth : textWidth;
    dense(`encoder${capital[side]}`, rowWidth, width);
    norm(`encoderNorm${capital[side]}`, width);
    dense(`graph${capital[side]}`, width, width);
    norm(`graphNorm${capital[side]}`, width);
    dense(`head${capital[side]}`, 2 * width, bits);
    norm(`headNorm${capital[side]}`, bits);
    dense(`decoder${capital[side]}`, bits, width);
    norm(`decoderNorm${capital[side]}`, width);
    dense(`output${capital[side]}`, width, rowWidth);
    norm(`outputNorm${capital[side]}`, rowWidth);
  }
  dense('graphJ', width, width);
  norm('graphNormJ', width);
  dense('headJ', width, bits);
  norm('headNormJ', bits);
  dense('code', 3 * bits, bits);
  norm('codeNorm', bits);
  return parameters;
}

/** Layers of the teacher by name: a linear one, and normalisation by the batch's own moments, as in training. */
function teacherLayers(parameters: Tensors) {
  const named = (name: string) => namedIn(parameters, `teacher.${name}`);
  return {
    dense: (name: string, x: Tensor): Tensor2D => affine(parameters, `teacher.${name}`, x),
    norm: (name: string, x: Tensor): Tensor2D => {
      const centred = tf.sub(x, tf.mean(x, 0, true));
      const variance = tf.mean(tf.square(centred), 0, true);
      const unit = tf.div(centred, tf.sqrt(tf.add(variance, 1e-5)));
      return tf.add(tf.mul(unit, named(`${name}.scale`)), named(`${name}.shift`));
    },
  };
}

/** The teacher's loss on mixed rows with their similarities `[B, B]`, and its real codes `[B, k]`. */
export function teacherLoss(
  parameters: Tensors,
  rows: Readonly<Record<Side, Tensor2D>>,
  similarity: Tensor2D,
  reconstruction: number,
): { loss: Scalar; similarity: Scalar; codes: Tensor2D } {
  const { dense, norm } = teacherLayers(parameters);
  const both = <T>(make: (side: Side) => T) => ({ image: make('image'), text: make('text') });
  const encoded = both((side) =>
    safeUnitRows(
      tf.relu(norm(`encoderNorm${capital[side]}`, dense(`encoder${capital[side]}`, rows[side]))) as Tensor2D,
    ),
  );
  const spread = (x: Tensor2D): Tensor2D => tf.matMul(similarity, x);
  const graph = both((side) =>
    tf.relu(norm(`graphNorm${capital[side]}`, spread(dense(`graph${capital[side]}`, encoded[side])))),
  );
  // Both modalities as one graph: [[S, I], [I, S]] [x; y] = [S x + y; x + S y].
  const joint = both((side) => dense('graphJ', encoded[side]));
  const top = tf.add(spread(joint.image), joint.text);
  const bottom = tf.add(joint.image, spread(joint.text));
  const normed = norm('graphNormJ', tf.concat([top, bottom], 0));
  const batch = numberAt(similarity.shape, 0);
  const width = numberAt(normed.shape, 1);
  const half = (from: number) => tf.slice(normed, [from, 0], [batch, width]);
  const common = tf.relu(tf.add(half(0), half(batch)));
  const headJ = norm('headNormJ', dense('headJ', common));
  const heads = {
    image: norm('headNormI', dense('headI', tf.concat([graph.image, common], 1))),
    text: norm('headNormT', dense('headT', tf.concat([common, graph.text], 1))),
  };
  const codes: Tensor2D = tf.tanh(norm('codeNorm', dense('code', tf.concat([heads.image, headJ, heads.text], 1))));
  const decoded = both((side) => {
    const hidden = tf.relu(
      norm(`decoderNorm${capital[side]}`, dense(`decoder${capital[side]}`, tf.add(codes, tf.tanh(heads[side])))),
    );
    return meanSquare(norm(`outputNorm${capital[side]}`, dense(`output${capital[side]}`, hidden)), rows[side]);
  });
  const kept = [heads.image, heads.text, codes].map((found) => meanSquare(similarity, cosines(found)));
  const fit = tf.addN(kept) as Scalar;
  const signs = meanSquare(codes, tf.sign(codes));
  const loss = weighted([reconstruction, decoded.image], [reconstruction, decoded.text], [1, fit], [1, signs]);
  return { loss, similarity: fit, codes };
}

/** Unit rows -> h, ReLU, dropout -> k, tanh. The last weights are standard normal. */
function student(name: Side, width: number, hiddenWidth: number, bits: number, random: Setup['random']) {
  const [first, second] = [linear(width, hiddenWidth, random), linear(hiddenWidth, bits, random)];
  const weights = { shape: [hiddenWidth, bits], initial: random.numbers(hiddenWidth * bits, () => random.normal()) };
  const dropping = (parameters: Tensors, rows: Tensor2D, drop: (x: Tensor) => Tensor): Tensor2D => {
    const hidden = drop(tf.relu(affine(parameters, `${name}.0`, safeUnitRows(rows))));
    return tf.tanh(affine(parameters, `${name}.1`, hidden));
  };
  return {
    width,
    parameters: {
      [`${name}.0.w`]: first.w,
      [`${name}.0.b`]: first.b,
      [`${name}.1.w`]: weights,
      [`${name}.1.b`]: second.b,
    },
    forward: (parameters: Tensors, rows: Tensor2D) => dropping(parameters, rows, (x) => x),
    dropping,
  };
}

/**
 * Zhu, Wu, Li, Zhang, Zhu: Work Together: Correlation-Identity Reconstruction Hashing for Unsupervised Cross-modal Retrieval, IEEE
 * TKDE 35(9), 2023. A graph network over the pairs of a batch, which search never uses, finds codes that keep the similarity and
 * reconstruct the features; two networks learn these codes. The publication trains the graph network for an epoch and then the two networks on
 * the codes that it gave; both take the same batches here, one after the other, with the same result.
 */
export const cirh: HashMethod<typeof cirhSettings> = {
  id: 'cirh',
  name: 'CIRH',
  source: 'Zhu et al., Work Together: Correlation-Identity Reconstruction Hashing, IEEE TKDE 35(9), 2023',
  description:
    'A graph network finds codes for batches of pairs and two networks learn them. Published with batches of 512 and 60 to ' +
    '120 epochs.',
  needsPairs: true,
  hasEpochs: true,
  settings: cirhSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, batch, random, pairs, facts } = setup;
    const networks = {
      image: student('image', imageWidth, settings.hidden ?? 4096, bits, random),
      text: student('text', textWidth, textWidth, bits, random),
      lossParameters: teacherParameters(setup, settings.teacherWidth),
    };
    const far = Math.min(pairs - 2, Math.round(settings.far * pairs));
    let graph: CirhGraph | null = null;
    /** Number of pairs in the batches so far, which the mistake of the published code takes for a batch's place. */
    let place = 0;
    const square = { shape: [batch, batch], dtype: 'float32' } as const;
    const codes = { shape: [batch, bits], dtype: 'float32' } as const;
    let similarity: Float32Array<ArrayBufferLike> = new Float32Array(batch * batch);
    const signs = new Float32Array(batch * bits);
    const masks = new DropoutMasks();
    masks.add('imageHidden', [batch, settings.hidden ?? 4096], settings.dropout);
    masks.add('textHidden', [batch, textWidth], settings.dropout);
    const known = () => {
      if (graph === null || facts?.rows === undefined) throw new Error('the graph is made before the first epoch');
      return { graph, rows: facts.rows };
    };
    const students: Phase = {
      name: 'networks',
      learns: (parameter) => !parameter.startsWith('teacher.'),
      inputs: { similarity: square, codes, ...masks.inputs },
      loss(parameters, imageRows, textRows, inputs) {
        const drop = (side: Side) => (x: Tensor) => dropoutOf(inputs)(`${side}Hidden`, x);
        const image = networks.image.dropping(parameters, imageRows, drop('image'));
        const text = networks.text.dropping(parameters, textRows, drop('text'));
        const [target, wanted] = [namedIn(inputs, 'similarity'), namedIn(inputs, 'codes')];
        const near = tf.addN([meanSquare(image, wanted), meanSquare(text, wanted), meanSquare(image, text)]) as Scalar;
        const kept = tf.addN([
          meanSquare(cosines(image, text), target),
          meanSquare(cosines(image), target),
          meanSquare(cosines(text), target),
        ]) as Scalar;
        return { loss: weighted([1, near], [settings.beta, kept]), lossC: near, lossR: kept, outputs: {} };
      },
      feed(_pairs, own) {
        const at = (i: number) => (place + i) % pairs;
        const target = settings.asPublished
          ? cirhSimilarity(
              known().graph,
              Int32Array.from({ length: batch }, (_, i) => at(i)),
              settings,
            )
          : similarity;
        place += batch;
        return { similarity: target, codes: signs, ...masks.draw(own) };
      },
      absorb: () => undefined,
    };
    const teacher: Phase = {
      name: 'graph network',
      learns: (parameter) => parameter.startsWith('teacher.'),
      inputs: {
        similarity: square,
        mixedImages: { shape: [batch, imageWidth], dtype: 'float32' },
        mixedTexts: { shape: [batch, textWidth], dtype: 'float32' },
      },
      loss(parameters, _imageRows, _textRows, inputs) {
        const rows = {
          image: namedIn(inputs, 'mixedImages') as Tensor2D,
          text: namedIn(inputs, 'mixedTexts') as Tensor2D,
        };
        const target = namedIn(inputs, 'similarity') as Tensor2D;
        const found = teacherLoss(parameters, rows, target, settings.reconstruction);
        const outputs = { codes: tf.sign(found.codes) };
        return { loss: found.loss, lossC: found.similarity, lossR: tf.sub(found.loss, found.similarity), outputs };
      },
      feed(some) {
        const { graph: all, rows } = known();
        similarity = cirhSimilarity(all, some, settings);
        const [third, fourth] = [ranked(similarity, batch, 2), ranked(similarity, batch, 3)];
        return {
          similarity,
          mixedImages: mixedRows((pair) => rows.image(pair), some, third, fourth),
          mixedTexts: mixedRows((pair) => rows.text(pair), some, third, fourth),
        };
      },
      absorb: (_pairs, outputs) => signs.set(namedIn(outputs, 'codes')),
      then: students,
    };
    return {
      kind: 'gradient',
      networks,
      optimizer: adam((parameter) => (parameter.startsWith('teacher.') ? settings.teacherRate : settings.learningRate)),
      phase: () => teacher,
      async beforeEpoch() {
        place = 0;
        if (graph !== null || facts?.rows === undefined) return;
        const { images, texts } = unitPairRows(facts.rows);
        graph = { images, texts, thresholds: await farThresholds(images, texts, pairs, far, 1 - settings.image) };
      },
      state: () => ({}),
      restore: () => undefined,
    };
  },
};
