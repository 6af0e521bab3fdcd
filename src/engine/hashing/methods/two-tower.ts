// Two-tower: our own method, made for the question a person asks: is my photo among the first ten?
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { valuesOfMatrix } from '../../numerics/matrices.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import { DropoutMasks, dropoutOf, keepAll, type Dropout } from '../networks/dropout.ts';
import { stopGradient } from '../networks/stop-gradient.ts';
import { affine, linear, linearLayer, unitRows } from '../networks/mlp.ts';
import { RunningMoments } from '../networks/running-moments.ts';
import { parametersOf } from '../networks/network.ts';
import { canonicalMapsOnce } from './canonical-maps.ts';
import { quantisedDirections, type QuantisedDirections } from './quantised-directions.ts';
import { CanonicalRows } from './canonical-rows.ts';
import { batchSimilarity, pairTargets, standardisedRow, type BatchSimilarity } from './pair-targets.ts';
import type { HashMethod, Loss, Phase, Setup } from './method.ts';
import type { Moments, PairRows } from '../data/pair-facts.ts';
import type { Network, Networks, Parameter, TensorShape, Tensors, WordTensors } from '../networks/network.ts';
import { float32At, int32At, itemAt, namedIn, numberAt } from '../../../shared/at.ts';

export const twoTowerSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the hidden layer of the photo tower (default: 1024).',
  }),
  embedding: z.int().min(16).max(4096).default(512).meta({
    title: 'Embedding width',
    description: 'Width of the real-valued rows for re-ranking photos and texts, and of learned words.',
  }),
  words: z.boolean().default(true).meta({
    title: 'Learn words',
    description: "Learns a vector for each word of the captions, in addition to the encoder's features.",
  }),
  textFeatures: z.boolean().default(true).meta({
    title: 'Text features',
    description: "Uses the encoder's own features of a text; without them there are only the learned words.",
  }),
  residual: z.boolean().default(true).meta({
    title: 'Start from the encoder',
    description:
      "Learns what to add to the encoder's own similarity, starting with nothing. Without it both towers start at random.",
  }),
  canonicalCodes: z
    .boolean()
    .default(true)
    .meta({
      title: 'Start codes from directions',
      description:
        'Bits start from the directions in which photos and captions vary together most, rotated so that signs lose little, if ' +
        'towers start from the encoder.',
    }),
  linear: z
    .int()
    .min(0)
    .max(1024)
    .default(128)
    .meta({
      title: 'Linear part',
      description:
        'Width of the real-valued row from linear maps, which are found in closed form beside the towers; 0 for none. Towers ' +
        'that start from the encoder have none.',
    }),
  hubnessCorrection: z.number().min(0).max(2).default(0.75).meta({
    title: 'Hubness correction',
    description:
      'Share of a photo’s hubness, its nearness to captions of any kind, that is subtracted from its similarities; 0 for none.',
  }),
  realWeight: z.number().min(0).default(1).meta({
    title: 'Weight of the real-valued loss',
    description: 'Weight of the contrastive loss of the embeddings.',
  }),
  codeWeight: z.number().min(0).default(1).meta({
    title: 'Weight of the code loss',
    description: 'Weight of the contrastive loss of the codes.',
  }),
  distillation: z.number().min(0).default(1).meta({
    title: 'Distillation',
    description: 'Weight of the divergence between the similarities of embeddings and of codes in a batch.',
  }),
  temperature: z.number().positive().nullable().default(null).meta({
    title: 'Temperature',
    description:
      'Temperature of both contrastive losses at the start; training then learns both. Default: 1 / sqrt(width of a text row).',
  }),
  softTargets: z.number().min(0).max(1).default(0.9).meta({
    title: 'Soft targets',
    description: 'Share of a pair’s target that is spread over captions of similar meaning in the batch.',
  }),
  softBy: z
    .enum(['captions', ...pairTargets])
    .default('captions')
    .meta({
      title: 'Soft targets by',
      description:
        'captions: similar captions. neighbours: similar pairs with common neighbours (as DGCPN). mixture: similar pairs ' +
        'without far ones (as CIRH). joint: pairs that are similar to the same pairs in both modalities (as JDSH).',
    }),
  softPhotos: z.number().min(0).max(1).default(0.5).meta({
    title: 'Photos in soft targets',
    description:
      'Share of photos in the similarity of pairs, against captions, where targets are not by captions alone.',
  }),
  softTemperature: z.number().positive().nullable().default(null).meta({
    title: 'Temperature of soft targets',
    description:
      'The lower it is, the less of a target goes to pairs that are less similar. Default: 2/3 of the temperature at the start.',
  }),
  inputDropout: z.number().min(0).max(0.9).default(0.2).meta({
    title: 'Input dropout',
    description: 'Share of the feature numbers left out of a step.',
  }),
  hiddenDropout: z.number().min(0).max(0.9).default(0.3).meta({
    title: 'Hidden dropout',
    description: 'Share of the hidden numbers of the photo tower left out of a step.',
  }),
  textDropout: z.number().min(0).max(0.9).default(0.2).meta({
    title: 'Text dropout',
    description: 'Share of the numbers of a text left out of a step.',
  }),
  wordDropout: z.number().min(0).max(0.9).default(0.2).meta({
    title: 'Word dropout',
    description: 'Share of the words of a caption left out of a step.',
  }),
  learningRate: z.number().positive().default(1e-3).meta({
    title: 'Learning rate',
    description: 'Learning rate of AdamW. It rises over the first epoch, then falls to 0 along a cosine.',
  }),
  wordLearningRate: z.number().positive().default(3e-3).meta({
    title: 'Learning rate of words',
    description: 'Learning rate of the word table, where most rows take part in few steps.',
  }),
  weightDecay: z.number().min(0).default(0.5).meta({
    title: 'Weight decay',
    description: 'Decoupled weight decay of all matrices but the word table.',
  }),
});
export type TwoTowerSettings = z.output<typeof twoTowerSettings>;

/** Largest number of distinct words in a step. Further words are left out, which is rare. */
const wordsAtOnce = (batch: number, vocabulary: number) => Math.min(vocabulary, 1024 + 2 * batch);

/** Added to deviations, because dividing by a very small deviation would amplify noise. */
const leastDeviation = { image: 1e-3, text: 1e-2 } as const;

/** Epsilon of the batch normalisation, as in PyTorch. */
const epsilon = 1e-5;

/**
 * Learning rates of towers that start from the encoder, and of heads that start from directions, relative to others. Adam moves every
 * weight by about its rate in each step, so the usual rate would destroy what the encoder and the directions know within a
 * few steps (docs/training.md).
 */
const [residualRate, residualHeadRate] = [0.03, 0.006];

type Modality = 'image' | 'text';
type Embed = (parameters: Tensors, rows: Tensor2D, dropout: Dropout, words?: WordTensors) => Tensor2D;

/** Each column less its mean over its deviation; the two are constants of the network. */
function standardise(moments: Moments | undefined, least: number): (rows: Tensor2D) => Tensor2D {
  if (moments === undefined) return (rows) => rows;
  const { mean, deviation } = moments;
  const scale = deviation.map((d) => 1 / (d + least));
  return (rows) => tf.mul(tf.sub(rows, tf.tensor1d(mean)), tf.tensor1d(scale));
}

/** +1 or -1, with the gradient of tanh (straight-through estimator, Bengio et al. 2013). */
const straightThroughSign = tf.customGrad((x, save) => {
  const input = x as Tensor;
  (save as (tensors: Tensor[]) => void)([input]);
  return {
    value: tf.sub(tf.mul(tf.cast(tf.greaterEqual(input, 0), 'float32'), 2), 1),
    gradFunc: (dy, saved) => tf.mul(dy as Tensor, tf.sub(1, tf.square(tf.tanh(itemAt(saved, 0))))),
  };
});

/** Log-probabilities of both directions: of the texts for each photo, and of the photos for each text. `[B, B]` each. */
type Directions = readonly [Tensor, Tensor];

function logProbabilities(a: Tensor2D, b: Tensor2D, scale: Tensor, siblings: Tensor): Directions {
  // At most 100, as in CLIP (Radford et al. 2021).
  const factor = tf.minimum(tf.exp(scale), 100); // [1]
  const direction = (x: Tensor2D, y: Tensor2D) =>
    tf.logSoftmax(tf.add(tf.mul(tf.matMul(x, y, false, true), factor), siblings));
  return [direction(a, b), direction(b, a)];
}

/**
 * Symmetric InfoNCE (van den Oord et al. 2018): the mean cross-entropy of both directions against `targets` `[B, B]`,
 * whose rows sum to 1: the pair itself, and a share for similar captions.
 */
function infoNce(directions: Directions, targets: Tensor): Scalar {
  const [a, b] = directions.map((log): Scalar => tf.neg(tf.div(tf.sum(tf.mul(log, targets)), numberAt(log.shape, 0))));
  return tf.div(tf.add(a as Scalar, b as Scalar), 2);
}

/** Temperature of the targets relative to that of the losses, where the settings name none. */
const targetTemperature = 2 / 3;

/** `[B, B]`: cosine of each row with each; 0 for a row of zeros. */
function cosines(rows: Tensor): Tensor {
  const norm = tf.maximum(tf.sqrt(tf.sum(tf.square(rows), 1, true)), 1e-12);
  const unit = tf.div(rows, norm) as Tensor2D;
  return tf.matMul(unit, unit, false, true);
}

/**
 * Similarity of two captions, `[B, B]`: the cosine of their standardised text features, at most that of their words `[B, u]`: an
 * encoder that knows no names cannot distinguish "Rex in the garden" from "Oma in the garden".
 */
function captionSimilarity(texts: Tensor, words: Tensor | null): Tensor {
  const byFeatures = cosines(texts);
  if (words === null) return byFeatures;
  return tf.minimum(byFeatures, tf.maximum(cosines(words), tf.eye(numberAt(texts.shape, 0))));
}

/**
 * `[B, B]`: (1 - s) I + s softmax(a_ij / T), a_ij the similarity of two pairs. Some captions of a batch fit other photos of it, too;
 * as negatives they would teach the wrong thing.
 */
function softTargets(
  batch: number,
  similarity: () => Tensor,
  siblings: Tensor,
  share: number,
  temperature: number,
): Tensor {
  const own = tf.eye(batch);
  if (share === 0) return own;
  const alike = similarity();
  const scaled = tf.add(tf.div(alike, temperature), siblings);
  return tf.add(tf.mul(own, 1 - share), tf.mul(tf.softmax(scaled), share));
}

/** KL(target || other), the mean over the rows of both directions; no gradient flows into the target. */
function divergence(target: Directions, other: Directions): Scalar {
  const rows = numberAt(target[0].shape, 0);
  const parts = target.map((log, i): Scalar => {
    const fixed = stopGradient(log);
    return tf.div(tf.sum(tf.mul(tf.exp(fixed), tf.sub(fixed, itemAt(other, i) as Tensor))), rows);
  });
  return tf.div(tf.addN(parts), 2);
}

/** Pairs without their words, rows at unit length: what towers that start from the encoder give before the first step. */
function unitPairs(rows: PairRows): PairRows {
  const unit = (row: Float32Array): Float32Array => unitRowsOf(row.slice(), row.length);
  return {
    ...rows,
    image: (pair) => unit(rows.image(pair)),
    text: (pair) => unit(rows.text(pair)),
    vocabulary: 0,
    words: () => new Int32Array(0),
    lemmas: new Int32Array(0),
  };
}

const foundDirections = new WeakMap<PairRows, Map<number, QuantisedDirections | null>>();

/** Computes `quantisedDirections` of unit rows once: a learner is made twice, first to estimate its memory. */
function directionsOnce(rows: PairRows, bits: number): QuantisedDirections | null {
  const made = foundDirections.get(rows) ?? new Map<number, QuantisedDirections | null>();
  foundDirections.set(rows, made);
  let found = made.get(bits);
  if (found === undefined) {
    found = quantisedDirections(unitPairs(rows), bits);
    made.set(bits, found);
  }
  return found;
}

/** Makes quantised canonical directions the first weights of both heads, `[width, bits]`, as long as random ones are. */
function startFromDirections(image: Float32Array, text: Float32Array, rows: PairRows, bits: number): void {
  const maps = directionsOnce(rows, bits);
  const [ofImage, ofText] = maps === null ? [null, null] : [valuesOfMatrix(maps.image), valuesOfMatrix(maps.text)];
  const lengthOf = (map: Float32Array, bit: number) => {
    let squares = 0;
    for (let at = bit; at < map.length; at += bits) squares += float32At(map, at) ** 2;
    return Math.sqrt(squares);
  };
  const put = (to: Float32Array, from: Float32Array, bit: number) => {
    const factor = lengthOf(to, bit) / lengthOf(from, bit);
    for (let at = bit; at < to.length; at += bits) to[at] = factor * float32At(from, at);
  };
  for (let bit = 0; bit < bits; bit++) {
    const found = ofImage !== null && lengthOf(ofImage, bit) > 0 && lengthOf(ofText, bit) > 0;
    if (found) put(image, ofImage, bit);
    put(text, found ? ofText : image, bit);
  }
}

/** Towers and heads, and their common parts. */
interface Towers {
  readonly networks: Networks;
  readonly embed: Readonly<Record<Modality, Embed>>;
  /** The rows that codes are made of: those of the towers, or the encoder's own with learned words where towers start from it. */
  readonly coded: Readonly<Record<Modality, Embed>>;
  readonly moments: RunningMoments;
  /** Null where the row is the towers' alone. */
  readonly canonical: CanonicalRows | null;
  readonly hidden: number;
  /** V; 0 where no words are learned. */
  readonly vocabulary: number;
  /** The projection of embeddings `[n, width]` a code is made of: `[n, bits]`. */
  readonly project: (modality: Modality, parameters: Tensors, embedded: Tensor2D) => Tensor2D;
  /** Numbers of an embedding. */
  readonly width: number;
  /** Whether towers add to the encoder's own rows. */
  readonly residual: boolean;
  /** Rows as the towers take them. */
  readonly standardised: Readonly<Record<Modality, (rows: Tensor2D) => Tensor2D>>;
  readonly temperature: number;
}

function towers(setup: Setup, settings: TwoTowerSettings): Towers {
  const { imageWidth, textWidth, bits, random, facts } = setup;
  const { sharedWidth } = setup;
  const residual =
    settings.residual && settings.textFeatures && sharedWidth === imageWidth && sharedWidth === textWidth;
  const width = residual ? sharedWidth : settings.embedding;
  const hidden = settings.hidden ?? 1024;
  const vocabulary = settings.words ? (facts?.words?.size ?? 0) : 0;
  if (vocabulary === 0 && !settings.textFeatures) {
    throw new HashlensError('bad-argument', 'Without text features, words must be learned; leave one of the two on.');
  }
  const parameters: Record<Modality, Record<string, Parameter>> = { image: {}, text: {} };
  const add = (modality: Modality, layer: string, from: number, to: number) => {
    Object.assign(parameters[modality], linearLayer(`${modality}.${layer}`, from, to, random));
  };
  add('image', 'hidden', imageWidth, hidden);
  add('image', 'out', hidden, width);
  if (settings.textFeatures) add('text', 'out', textWidth, width);
  else parameters.text['text.out.b'] = { shape: [width], initial: new Float32Array(width) };
  if (residual) {
    for (const modality of ['image', 'text'] as const) {
      parameters[modality][`${modality}.out.w`]?.initial.fill(0);
      parameters[modality][`${modality}.out.b`]?.initial.fill(0);
    }
  }
  if (vocabulary > 0) {
    const initial = random.numbers(vocabulary * width, () => (residual ? 0 : 0.02 * random.normal()));
    parameters.text['text.words'] = { shape: [vocabulary, width], initial };
  }
  // No bias: the mean is taken off anyway.
  const headName = (modality: Modality) => `${modality}.head.w`;
  for (const modality of ['image', 'text'] as const) {
    parameters[modality][headName(modality)] = linear(width, bits, random).w;
  }
  if (residual && settings.canonicalCodes && facts?.rows !== undefined && facts.rows.count > 0) {
    const heads = namedIn(parameters.image, headName('image')).initial;
    startFromDirections(heads, namedIn(parameters.text, headName('text')).initial, facts.rows, bits);
  }
  const project: Towers['project'] = (modality, tensors, embedded) =>
    tf.matMul(embedded, namedIn(tensors, headName(modality)) as Tensor2D);
  const moments = new RunningMoments(['image', 'text'], bits);
  const takesAll = settings.textFeatures && settings.words;
  const maps =
    residual || !takesAll || settings.linear === 0
      ? null
      : facts?.rows === undefined
        ? null
        : canonicalMapsOnce(facts.rows, settings.linear);
  const canonical = maps === null ? null : new CanonicalRows(maps, vocabulary);

  const ofImage = standardise(facts?.imageMoments(), leastDeviation.image);
  const ofText = standardise(facts?.textMoments(), leastDeviation.text);
  const ofWords = (tensors: Tensors, words: WordTensors): Tensor =>
    tf.matMul(words.counts, tf.gather(namedIn(tensors, 'text.words'), words.ids) as Tensor2D);
  const embed: Record<Modality, Embed> = {
    image(tensors, rows, dropout) {
      const input = dropout('image.input', ofImage(rows)); // [n, imageWidth]
      const inner = dropout('image.hidden', tf.relu(affine(tensors, 'image.hidden', input))); // [n, hidden]
      const sum = affine(tensors, 'image.out', inner); // [n, width]
      return unitRows(residual ? (tf.add(unitRows(rows), sum) as Tensor2D) : sum);
    },
    text(tensors, rows, dropout, words) {
      const input = dropout('text.input', ofText(rows)); // [n, textWidth]
      // [n, width], or [width] without text features
      let sum = settings.textFeatures ? affine(tensors, 'text.out', input) : namedIn(tensors, 'text.out.b');
      if (vocabulary > 0 && words !== undefined) sum = tf.add(sum, ofWords(tensors, words));
      const learned = dropout('text.output', sum);
      return unitRows(residual ? (tf.add(unitRows(rows), learned) as Tensor2D) : learned);
    },
  };
  // The towers' rows order photos better, but give worse codes (docs/measurements.md, Codes from directions).
  const fromEncoder: Record<Modality, Embed> = {
    image: (_tensors, rows) => unitRows(rows),
    text(tensors, rows, dropout, words) {
      if (vocabulary === 0 || words === undefined) return unitRows(rows);
      return unitRows(tf.add(unitRows(rows), dropout('text.output', ofWords(tensors, words))) as Tensor2D);
    },
  };
  const coded = residual ? fromEncoder : embed;
  type Head = (tensors: Tensors, embedded: Tensor2D) => Tensor2D;
  const networkOf = (modality: Modality, of: Towers['embed'], head: Head): Network => ({
    width: modality === 'image' ? imageWidth : textWidth,
    parameters: parameters[modality],
    statistics: { ...moments.statistics(modality), ...canonical?.statistics(modality) },
    ...(modality === 'text' && vocabulary > 0 ? { takesWords: true } : {}),
    forward: (tensors, rows, words) => head(tensors, of[modality](tensors, rows, keepAll, words)),
  });
  const hashed = (modality: Modality) =>
    networkOf(modality, coded, (tensors, embedded) =>
      moments.normalise(modality, tensors, project(modality, tensors, embedded), epsilon),
    );
  const real = (modality: Modality): Network => {
    const network = networkOf(modality, embed, (_tensors, embedded) => embedded);
    if (canonical === null) return network;
    // The cosine of two such rows is the mean of the towers' and the maps'.
    return {
      ...network,
      forward: (tensors, rows, words) =>
        unitRows(tf.concat([network.forward(tensors, rows, words), canonical.of(modality, tensors, rows, words)], 1)),
    };
  };
  const temperature = settings.temperature ?? 1 / Math.sqrt(textWidth);
  const scale = (): Parameter => ({ shape: [1], initial: Float32Array.of(-Math.log(temperature)) });
  const networks: Networks = {
    image: hashed('image'),
    text: hashed('text'),
    embedding: {
      rowWidth: width + (canonical?.width ?? 0),
      image: real('image'),
      text: real('text'),
      hubnessCorrection: settings.hubnessCorrection,
    },
    lossParameters: { 'scale.real': scale(), 'scale.code': scale() },
  };
  return {
    networks,
    embed,
    coded,
    moments,
    canonical,
    hidden,
    vocabulary,
    project,
    standardised: { image: ofImage, text: ofText },
    temperature,
    width,
    residual,
  };
}

/** The words of a batch as inputs of fixed size: distinct words, and how often each occurs in each caption. */
class WordInputs {
  readonly inputs: Readonly<Record<string, TensorShape>>;
  readonly #batch: number;
  readonly #most: number;
  readonly #dropout: number;
  readonly #ids: Int32Array;
  readonly #counts: Float32Array;

  constructor(batch: number, vocabulary: number, dropout: number) {
    this.#batch = batch;
    this.#most = wordsAtOnce(batch, vocabulary);
    this.#dropout = dropout;
    this.#ids = new Int32Array(this.#most);
    this.#counts = new Float32Array(batch * this.#most);
    this.inputs = {
      wordIds: { shape: [this.#most], dtype: 'int32' },
      wordCounts: { shape: [batch, this.#most], dtype: 'float32' },
    };
  }

  /** Drops each word with the dropout probability and scales the others up. */
  feed(wordsOf: (i: number) => Int32Array, random: Setup['random']) {
    const kept = 1 / (1 - this.#dropout);
    const place = new Map<number, number>();
    this.#ids.fill(0);
    this.#counts.fill(0);
    for (let i = 0; i < this.#batch; i++) {
      for (const id of wordsOf(i)) {
        if (random.uniform() < this.#dropout) continue;
        let at = place.get(id);
        if (at === undefined) {
          if (place.size === this.#most) continue;
          at = place.size;
          place.set(id, at);
          this.#ids[at] = id;
        }
        const cell = i * this.#most + at;
        this.#counts[cell] = float32At(this.#counts, cell) + kept;
      }
    }
    return { wordIds: this.#ids, wordCounts: this.#counts };
  }
}

/** Added to the logits of other captions of the same photo, which are not negatives: their weight becomes 0. */
const sibling = -1e4;

/** Similarity of pairs that soft targets are made of; null where it is that of captions. */
function pairSimilarityOf(setup: Setup, settings: TwoTowerSettings): BatchSimilarity | null {
  const { softBy: kind, softPhotos: image } = settings;
  const { pairs, batch, imageWidth, textWidth, facts } = setup;
  if (kind === 'captions' || settings.softTargets === 0) return null;
  const rowOf = (moments: Moments | undefined, least: number) =>
    moments === undefined ? (row: Float32Array) => row : standardisedRow(moments, least);
  const standardised = {
    image: rowOf(facts?.imageMoments(), leastDeviation.image),
    text: rowOf(facts?.textMoments(), leastDeviation.text),
  };
  return batchSimilarity({ kind, image, pairs, batch, imageWidth, textWidth, rows: facts?.rows, standardised });
}

function phaseOf(built: Towers, setup: Setup, settings: TwoTowerSettings, alike: BatchSimilarity | null): Phase {
  const { batch, bits, imageWidth, textWidth, facts } = setup;
  const { embed, coded, moments, hidden, vocabulary, project, standardised, temperature } = built;
  const masks = new DropoutMasks();
  masks.add('image.input', [batch, imageWidth], settings.inputDropout);
  masks.add('image.hidden', [batch, hidden], settings.hiddenDropout);
  if (settings.textFeatures) masks.add('text.input', [batch, textWidth], settings.inputDropout);
  masks.add('text.output', [batch, built.width], settings.textDropout);
  const words = vocabulary > 0 ? new WordInputs(batch, vocabulary, settings.wordDropout) : null;
  const siblings = new Float32Array(batch * batch);
  const softTemperature = settings.softTemperature ?? targetTemperature * temperature;

  /** Codes of +1 and -1 `[B, bits]`, batch-normalised so that each bit divides the batch. */
  const codesOf = (modality: Modality, parameters: Tensors, embedded: Tensor2D, outputs: Record<string, Tensor>) => {
    const found = moments.ofBatch(modality, project(modality, parameters, embedded));
    Object.assign(outputs, found.outputs);
    return straightThroughSign(found.normalised(epsilon)) as Tensor2D;
  };

  return {
    name: 'main',
    inputs: {
      ...{ ...masks.inputs, ...words?.inputs, ...alike?.inputs },
      siblings: { shape: [batch, batch], dtype: 'float32' },
    },
    loss(parameters, imageRows, textRows, given): Loss {
      const dropout = dropoutOf(given);
      const tensors = words && {
        ids: namedIn(given, 'wordIds') as Tensor1D,
        counts: namedIn(given, 'wordCounts') as Tensor2D,
      };
      const image = embed.image(parameters, imageRows, dropout); // [B, width], unit rows
      const text = embed.text(parameters, textRows, dropout, tensors ?? undefined); // [B, width], unit rows
      const outputs: Record<string, Tensor> = {};
      const ofImage = coded === embed ? image : coded.image(parameters, imageRows, dropout);
      const ofText = coded === embed ? text : coded.text(parameters, textRows, dropout, tensors ?? undefined);
      const imageCodes = codesOf('image', parameters, ofImage, outputs);
      const textCodes = codesOf('text', parameters, ofText, outputs);
      const others = namedIn(given, 'siblings');
      const similarity = () => {
        const texts = standardised.text(textRows);
        return alike === null
          ? captionSimilarity(texts, tensors?.counts ?? null)
          : alike.of(standardised.image(imageRows), texts, given);
      };
      const targets = softTargets(batch, similarity, others, settings.softTargets, softTemperature);
      const byReal = logProbabilities(image, text, namedIn(parameters, 'scale.real'), others);
      const byCode = logProbabilities(
        tf.div(imageCodes, bits) as Tensor2D,
        textCodes,
        namedIn(parameters, 'scale.code'),
        others,
      );
      const lossC = infoNce(byCode, targets);
      const lossR = infoNce(byReal, targets);
      const { codeWeight, realWeight, distillation } = settings;
      const parts: Scalar[] = [tf.mul(lossC, codeWeight), tf.mul(lossR, realWeight)];
      if (distillation > 0) parts.push(tf.mul(divergence(byReal, byCode), distillation));
      return { loss: tf.addN(parts), lossC, lossR, outputs };
    },
    feed(pairs, random) {
      const photos = facts?.photos;
      siblings.fill(0);
      const earlier = new Map<number, number[]>();
      pairs.forEach((pair, i) => {
        const photo = photos === undefined ? pair : int32At(photos, pair);
        const same = earlier.get(photo) ?? [];
        for (const j of same) siblings[i * batch + j] = siblings[j * batch + i] = sibling;
        earlier.set(photo, [...same, i]);
      });
      const drawn = words?.feed((i) => facts?.words?.of(int32At(pairs, i)) ?? new Int32Array(0), random);
      return { ...masks.draw(random), ...drawn, ...alike?.feed(pairs), siblings };
    },
    absorb: (_pairs, outputs) => moments.absorb(outputs),
  };
}

/**
 * Two towers that meet in one space (Radford et al., CLIP, ICML 2021, trained on the person's own pairs), and a linear hash
 * head on each. Of a photo: features -> ReLU -> embedding; of a text: the sum of learned word vectors and of a linear map of
 * the encoder's text features. A bit is the sign of a batch-normalised projection of the embedding.
 *
 * Loss: InfoNCE over the pairs of a batch, once for the embeddings and once for the codes of +1 and -1, which the sign's
 * straight-through gradient reaches, and the divergence of what codes find alike from what embeddings do:
 *     L = NCE(e^r z_i z_t^T) + NCE(e^c c_i c_t^T / k) + KL(p_z || p_c),  r and c learned, e^r and e^c at most 100.
 * Beside the towers, and untouched by their steps, a linear map of each modality is found in closed form (canonical-maps.ts);
 * the real-valued row holds both, so that a cosine is the mean of what the two find. They err differently.
 *
 * The targets are soft: captions that say much the same, by the encoder's own features and by their words, share them, or pairs
 * that are similar by photos and captions (pair-targets.ts). Other captions of a photo are not negatives of it. docs/training.md
 * says what each part adds.
 */
export const twoTower: HashMethod<typeof twoTowerSettings> = {
  id: 'two-tower',
  name: 'Two-tower',
  source: 'Hashlens; after Radford et al. (CLIP, ICML 2021) and Bengio et al. (straight-through estimator, 2013)',
  description:
    'Learns the meaning of your own words from your captions, and is best at finding the one photo that a text describes. ' +
    'Keeps a real-valued row beside each code, which puts the nearest codes in order.',
  needsPairs: true,
  hasEpochs: true,
  settings: twoTowerSettings,
  learner(setup, settings) {
    const built = towers(setup, settings);
    const alike = pairSimilarityOf(setup, settings);
    const main = phaseOf(built, setup, settings, alike);
    const { epochs, pairs, batch } = setup;
    const step = batch / Math.max(batch, pairs);
    const parameters = parametersOf(built.networks);
    const isMatrix = (name: string) => parameters[name]?.shape.length === 2;
    return {
      kind: 'gradient',
      networks: built.networks,
      optimizer: {
        learningRate: (name) => {
          const rate = name === 'text.words' ? settings.wordLearningRate : settings.learningRate;
          if (!built.residual || name.startsWith('scale.')) return rate;
          if (!name.includes('.head.')) return residualRate * rate;
          return settings.canonicalCodes ? residualHeadRate * rate : rate;
        },
        schedule(epoch, within) {
          const done = epoch - 1 + within;
          return Math.min(1, done + step) * 0.5 * (1 + Math.cos((Math.PI * done) / epochs));
        },
        beta1: 0.9,
        beta2: 0.98,
        epsilon: 1e-8,
        weightDecay: 0,
        decoupledDecay: (name) => (isMatrix(name) && name !== 'text.words' ? settings.weightDecay : 0),
        clipNorm: null,
      },
      phase: () => main,
      ...(alike === null ? {} : { beforeEpoch: () => alike.prepare() }),
      state: () => ({ ...built.moments.state(), ...built.canonical?.state() }),
      restore(state) {
        built.moments.restore(state);
        built.canonical?.restore(state);
      },
    };
  },
};
