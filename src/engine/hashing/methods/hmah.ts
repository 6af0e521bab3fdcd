// HMAH: hierarchical message aggregation hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { namedIn } from '../../../shared/at.ts';
import { scatter } from '../../numerics/gather.ts';
import { cosines, meanSquare, weighted } from '../networks/batch-similarity.ts';
import { discriminator } from '../networks/discriminator.ts';
import { stopGradient } from '../networks/stop-gradient.ts';
import { affine, linear, linearLayer } from '../networks/mlp.ts';
import type { Network, Parameter, Tensors, TensorShape } from '../networks/network.ts';
import {
  byBatch,
  byRunning,
  momentsOf,
  normedLayers,
  statisticsOf,
  type NormedLayers,
  type Normalise,
} from '../networks/normed-layers.ts';
import type { RunningMoments } from '../networks/running-moments.ts';
import { commonLabels, labelMatrix } from './label-matrix.ts';
import { adam, type HashMethod, type Phase, type Setup } from './method.ts';

const width = (preset: number, title: string, description: string) =>
  z.int().min(2).max(16384).default(preset).meta({ title, description });

export const hmahSettings = z.strictObject({
  hidden: z.int().min(8).max(16384).nullable().default(null).meta({
    title: 'Hidden width',
    description: 'Width of the first hidden layer of each network.',
  }),
  middle: width(512, 'Second hidden width', 'Width of the second hidden layer of photos.'),
  graph: width(512, 'Graph width', 'Width of a photo or caption at the input of the graph network.'),
  words: width(300, 'Embedding width', 'Width of the linear map that captions go through first.'),
  discriminator: width(256, 'Discriminator width', 'Width of the discriminator’s first hidden layer.'),
  discriminatorSecond: width(128, 'Second discriminator width', 'Width of its second hidden layer.'),
  teacherShare: z.number().min(0).max(1).default(0.5).meta({
    title: 'Epochs of the teacher',
    description:
      'Share of the epochs in which the graph network learns; the networks have the others (published: 20 of 40).',
  }),
  similarity: z.number().min(0).default(100).meta({
    title: 'Similarity',
    description: 'Weight of the similarity of the teacher’s codes matching that of labels (published: 100).',
  }),
  adversarial: z.number().min(0).default(1).meta({
    title: 'Adversarial weight',
    description: 'Weight of the teacher’s codes resembling normal noise (published: 1).',
  }),
  signs: z.number().min(0).default(0.001).meta({
    title: 'Signs',
    description: 'Weight of the distance of the teacher’s outputs from signs (published: 0.001).',
  }),
  teacherRate: z.number().positive().default(1e-4).meta({
    title: 'Learning rate of the teacher',
    description: 'Learning rate of the graph network and the discriminator (published: 0.0001).',
  }),
  learningRate: z.number().positive().default(1e-4).meta({
    title: 'Learning rate',
    description: 'Learning rate of the networks; ten times as large for the map of captions (published: 0.0001).',
  }),
});
export type HmahSettings = z.output<typeof hmahSettings>;

/** `[B, B]`: 2 sigma(common labels) - 1. */
export function labelAffinity(labels: Matrix, pairs: ArrayLike<number>): Float32Array {
  return Float32Array.from(commonLabels(labels, pairs).to1DArray(), (common) => 2 / (1 + Math.exp(-common)) - 1);
}

/** Updates of the teacher for one of the discriminator. */
const teacherSteps = 5;
/** Epochs in which the networks' moments are those of the batches; later ones have the running moments. */
const movingEpochs = 5;
/** Learning rates relative to those of other parameters. */
const [embeddingRate, fusionRate] = [10, 0.01];

const beginsWith = (prefix: string) => (parameter: string) => parameter.startsWith(prefix);

/** Rows divided by their sums. */
const rowShares = (affinity: Tensor2D): Tensor2D => tf.div(affinity, tf.maximum(tf.sum(affinity, 1, true), 1e-12));

/** A graph network over the pairs of a batch: how it is made, and its codes `[B, 4 * latent]`. */
function teacherOf({ imageWidth, textWidth, bits, random }: Setup, settings: HmahSettings, hidden: number) {
  const latent = bits / 4;
  const image = normedLayers('teacher.image', [imageWidth, hidden, settings.middle, settings.graph], random, tf.tanh);
  const text = normedLayers('teacher.text', [settings.words, hidden, settings.graph], random, tf.tanh);
  const parameters: Record<string, Parameter> = {
    ...image.parameters,
    ...text.parameters,
    ...linearLayer('teacher.words', textWidth, settings.words, random),
  };
  for (const name of ['graphImage', 'graphText', 'graphBoth']) {
    parameters[`teacher.${name}.w`] = linear(settings.graph, latent, random).w;
  }
  for (const name of ['codeImage', 'codeImageBoth', 'codeText', 'codeTextBoth']) {
    Object.assign(parameters, linearLayer(`teacher.${name}`, latent, latent, random));
  }
  const codes = (
    tensors: Tensors,
    rows: { readonly image: Tensor2D; readonly text: Tensor2D },
    affinity: Tensor2D,
    normalise: Normalise,
  ): Tensor2D => {
    const photos = image.forward(tensors, rows.image, normalise);
    const captions = text.forward(tensors, affine(tensors, 'teacher.words', rows.text), normalise);
    const project = (name: string, x: Tensor2D): Tensor2D =>
      tf.matMul(x, namedIn(tensors, `teacher.${name}.w`) as Tensor2D);
    const shares = rowShares(affinity);
    const own = (name: string, x: Tensor2D): Tensor2D => tf.matMul(shares, project(name, x));
    // Both modalities as one graph: [[I, A], [A, I]], each row divided by its sum.
    const sums = tf.add(tf.sum(affinity, 1, true), 1);
    const across = (x: Tensor2D, others: Tensor2D): Tensor2D => tf.div(tf.add(x, tf.matMul(affinity, others)), sums);
    const [ofPhotos, ofCaptions] = [project('graphBoth', photos), project('graphBoth', captions)];
    const code = (name: string, x: Tensor2D): Tensor2D => tf.tanh(affine(tensors, `teacher.${name}`, x));
    return tf.concat(
      [
        code('codeImage', own('graphImage', photos)),
        code('codeImageBoth', across(ofPhotos, ofCaptions)),
        code('codeText', own('graphText', captions)),
        code('codeTextBoth', across(ofCaptions, ofPhotos)),
      ],
      1,
    );
  };
  return { layers: [image, text], parameters, codes };
}

/** Running moments of some layers as values for a phase: live arrays. */
const momentValues = (moments: RunningMoments, layers: readonly NormedLayers[]): Record<string, Float32Array> =>
  Object.fromEntries(
    layers.flatMap((each) => Object.entries(statisticsOf(moments, each)).map(([name, { initial }]) => [name, initial])),
  );

/** Running moments of some layers as inputs of a phase. */
const momentInputs = (moments: RunningMoments, layers: readonly NormedLayers[]): Record<string, TensorShape> =>
  Object.fromEntries(
    layers.flatMap((each) =>
      Object.entries(statisticsOf(moments, each)).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }]),
    ),
  );

/**
 * Tan, Zhu, Guan, Li, Cheng and others: hierarchical message aggregation hashing, IEEE TMM 2023. A graph network over the pairs of
 * a batch finds codes that are as similar as labels are, against a discriminator that tells them from noise. Then two networks
 * learn these codes and their similarities, together with a mixture of their own outputs.
 */
export const hmah: HashMethod<typeof hmahSettings> = {
  id: 'hmah',
  name: 'HMAH',
  source: 'Tan et al., Teacher-Student Learning: Efficient Hierarchical Message Aggregation Hashing, IEEE TMM 25, 2023',
  description:
    'Learns from tags: a graph network finds codes as similar as tags are, and two networks learn them. Published with ' +
    'batches of 1024 and 20 epochs for each.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: true,
  settings: hmahSettings,
  learner(setup, settings) {
    const { imageWidth, textWidth, bits, batch, random, pairs, facts, epochs } = setup;
    const hidden = settings.hidden ?? 1024;
    const teacher = teacherOf(setup, settings, hidden);
    const judge = discriminator('judge', [bits, settings.discriminator, settings.discriminatorSecond], random);
    const image = normedLayers('image', [imageWidth, hidden, settings.middle, bits], random, tf.tanh);
    const text = normedLayers('text', [settings.words, hidden, bits], random, tf.tanh);
    const words = linearLayer('text.words', textWidth, settings.words, random);
    const ofTeacher = momentsOf(teacher.layers, 'teacher.');
    const ofNetworks = momentsOf([image, text]);
    const imageCodes = (tensors: Tensors, rows: Tensor2D, normalise: Normalise) =>
      image.forward(tensors, rows, normalise);
    const textCodes = (tensors: Tensors, rows: Tensor2D, normalise: Normalise) =>
      text.forward(tensors, affine(tensors, 'text.words', rows), normalise);
    const fused = new Float32Array(pairs * bits);
    const networks = {
      image: {
        width: imageWidth,
        parameters: image.parameters,
        statistics: statisticsOf(ofNetworks, image),
        forward: (tensors, rows) => imageCodes(tensors, rows, byRunning(ofNetworks, tensors)),
      } satisfies Network,
      text: {
        width: textWidth,
        parameters: { ...text.parameters, ...words },
        statistics: statisticsOf(ofNetworks, text),
        forward: (tensors, rows) => textCodes(tensors, rows, byRunning(ofNetworks, tensors)),
      } satisfies Network,
      lossParameters: {
        ...teacher.parameters,
        ...judge.parameters,
        'fusion.image': { shape: [1, bits], initial: new Float32Array(bits).fill(0.5) },
      },
      pairCodes: { fused: { image: fused, text: fused } },
    };
    const labels = facts?.labels === undefined ? null : labelMatrix(facts.labels);
    /** Affinities of the pairs requested last: all steps of a batch request the same pairs. */
    let known: { readonly pairs: Int32Array; readonly values: Float32Array } | null = null;
    const affinityOf = (some: Int32Array): Float32Array => {
      if (labels === null) throw new Error('there are no labels');
      if (known?.pairs !== some) known = { pairs: some, values: labelAffinity(labels, some) };
      return known.values;
    };
    const affinity = { shape: [batch, batch], dtype: 'float32' } as const;

    const teach: Phase = {
      name: 'graph network',
      learns: beginsWith('teacher.'),
      repeats: teacherSteps,
      inputs: { affinity },
      loss(tensors, imageRows, textRows, inputs) {
        const outputs: Record<string, Tensor> = {};
        const wanted = namedIn(inputs, 'affinity') as Tensor2D;
        const codes = teacher.codes(tensors, { image: imageRows, text: textRows }, wanted, byBatch(ofTeacher, outputs));
        const taken = meanSquare(judge.score(tensors, codes), tf.ones([batch, 1]));
        const near = meanSquare(codes, stopGradient(tf.sign(codes)) as Tensor);
        const kept = meanSquare(cosines(codes), wanted);
        const lossC: Scalar = tf.mul(kept, settings.similarity);
        const lossR = weighted([settings.adversarial, taken], [settings.signs, near]);
        outputs['terms'] = tf.stack([taken, near, kept]);
        return { loss: tf.add(lossC, lossR), lossC, lossR, outputs };
      },
      feed: (some) => ({ affinity: affinityOf(some) }),
      absorb: (_some, outputs) => ofTeacher.absorb(outputs),
    };
    const judgePhase: Phase = {
      name: 'discriminator',
      learns: beginsWith('judge.'),
      inputs: { affinity, noise: { shape: [batch, bits], dtype: 'float32' } },
      loss(tensors, imageRows, textRows, inputs) {
        const rows = { image: imageRows, text: textRows };
        const wanted = namedIn(inputs, 'affinity') as Tensor2D;
        const codes = teacher.codes(tensors, rows, wanted, byBatch(ofTeacher, {}));
        const noise = judge.score(tensors, namedIn(inputs, 'noise') as Tensor2D);
        const real = meanSquare(noise, tf.ones([batch, 1]));
        const fake = meanSquare(judge.score(tensors, codes), tf.zeros([batch, 1]));
        return { loss: tf.add(real, fake), lossC: real, lossR: fake, outputs: {} };
      },
      feed: (some, own) => ({ affinity: affinityOf(some), noise: own.numbers(batch * bits, () => own.normal()) }),
      absorb: () => undefined,
      then: teach,
    };

    const teacherEpochs = Math.min(epochs - 1, Math.max(0, Math.round(settings.teacherShare * epochs)));
    /** @param moving whether the networks' moments are those of the batches */
    const students = (moving: boolean): Phase => ({
      name: moving ? 'networks' : 'networks, moments fixed',
      learns: (parameter) => /^(image|text|fusion)\./.test(parameter),
      optimizer: adam((parameter) => {
        const factor = beginsWith('text.words.')(parameter)
          ? embeddingRate
          : beginsWith('fusion.')(parameter)
            ? fusionRate
            : 1;
        return factor * settings.learningRate;
      }),
      firstEpoch: teacherEpochs + 1,
      inputs: {
        affinity,
        ...momentInputs(ofTeacher, teacher.layers),
        ...(moving ? {} : momentInputs(ofNetworks, [image, text])),
      },
      loss(tensors, imageRows, textRows, inputs) {
        const outputs: Record<string, Tensor> = {};
        const wanted = namedIn(inputs, 'affinity') as Tensor2D;
        const rows = { image: imageRows, text: textRows };
        const taught = teacher.codes(tensors, rows, wanted, byRunning(ofTeacher, inputs));
        const normalise = moving ? byBatch(ofNetworks, outputs) : byRunning(ofNetworks, inputs);
        const photos = imageCodes(tensors, imageRows, normalise);
        const captions = textCodes(tensors, textRows, normalise);
        const share = namedIn(tensors, 'fusion.image');
        const mixed: Tensor2D = tf.add(tf.mul(photos, share), tf.mul(captions, tf.sub(1, share)));
        const signs = tf.sign(taught);
        const near = [photos, captions, mixed].map((codes) => meanSquare(codes, signs));
        const half = (from: number) => tf.slice(taught, [0, from], [batch, bits / 2]);
        const kept = [
          meanSquare(cosines(photos), cosines(half(0))),
          meanSquare(cosines(captions), cosines(half(bits / 2))),
          meanSquare(cosines(mixed), cosines(taught)),
          meanSquare(cosines(photos, captions), cosines(taught)),
        ];
        outputs['fused'] = mixed;
        outputs['terms'] = tf.stack([...near, ...kept]);
        const [lossC, lossR] = [tf.addN(kept) as Scalar, tf.addN(near) as Scalar];
        return { loss: tf.add(lossC, lossR), lossC, lossR, outputs };
      },
      feed: (some) => ({
        affinity: affinityOf(some),
        ...momentValues(ofTeacher, teacher.layers),
        ...(moving ? {} : momentValues(ofNetworks, [image, text])),
      }),
      absorb(some, outputs) {
        scatter(namedIn(outputs, 'fused'), some, bits, fused);
        if (moving) ofNetworks.absorb(outputs);
      },
    });
    const [moving, fixed] = [students(true), students(false)];
    return {
      kind: 'gradient',
      networks,
      optimizer: adam(() => settings.teacherRate),
      phase(epoch) {
        if (epoch <= teacherEpochs) return judgePhase;
        return epoch <= teacherEpochs + movingEpochs ? moving : fixed;
      },
      state: () => ({ ...ofTeacher.state(), ...ofNetworks.state() }),
      restore(state) {
        ofTeacher.restore(state);
        ofNetworks.restore(state);
      },
    };
  },
};
