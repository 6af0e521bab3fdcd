// Linear layers with batch normalisation (Ioffe and Szegedy 2015), its scale and shift learned.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Random } from '../../numerics/random.ts';
import { namedIn, numberAt } from '../../../shared/at.ts';
import { affine, linearLayer } from './mlp.ts';
import type { Parameter, Tensors } from './network.ts';
import { RunningMoments } from './running-moments.ts';

/** Added to variances, as in PyTorch. */
const epsilon = 1e-5;

/**
 * Rows less a mean, over a deviation. The caller chooses the moments: a batch's own in training, running ones in
 * search.
 */
export type Normalise = (norm: string, rows: Tensor2D) => Tensor2D;

export interface NormedLayers {
  /** `<name>.<layer>.w`, `.b`, `.scale` and `.shift`, layers counted from 0. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Numbers of a row at each normalisation, by its name. */
  readonly norms: Readonly<Record<string, number>>;
  /** `[n, widths[0]]` -> `[n, last width]`. */
  forward(parameters: Tensors, rows: Tensor2D, normalise: Normalise): Tensor2D;
}

/** @param activation after each normalisation, the last one too */
export function normedLayers(
  name: string,
  widths: readonly number[],
  random: Random,
  activation: (x: Tensor) => Tensor = tf.relu,
): NormedLayers {
  const parameters: Record<string, Parameter> = {};
  const norms: Record<string, number> = {};
  const layers = Array.from({ length: widths.length - 1 }, (_, layer) => `${name}.${layer}`);
  layers.forEach((layer, i) => {
    const width = numberAt(widths, i + 1);
    Object.assign(parameters, linearLayer(layer, numberAt(widths, i), width, random));
    parameters[`${layer}.scale`] = { shape: [width], initial: new Float32Array(width).fill(1) };
    parameters[`${layer}.shift`] = { shape: [width], initial: new Float32Array(width) };
    norms[layer] = width;
  });
  return {
    parameters,
    norms,
    forward(tensors, rows, normalise) {
      let x: Tensor = rows;
      layers.forEach((layer) => {
        const named = (what: string) => namedIn(tensors, `${layer}.${what}`);
        const unit = normalise(layer, affine(tensors, layer, x));
        x = activation(tf.add(tf.mul(unit, named('scale')), named('shift')));
      });
      return x as Tensor2D;
    },
  };
}

/** Normalises by the batch's own moments, which go into `outputs` for `absorb`. */
export const byBatch =
  (moments: RunningMoments, outputs: Record<string, Tensor>): Normalise =>
  (norm, rows) => {
    const found = moments.ofBatch(norm, rows);
    Object.assign(outputs, found.outputs);
    return found.normalised(epsilon);
  };

/** Normalises by running moments among `tensors`. */
export const byRunning =
  (moments: RunningMoments, tensors: Tensors): Normalise =>
  (norm, rows) =>
    moments.normalise(norm, tensors, rows, epsilon);

/** Running moments of some layers as inputs of a network beside its parameters. */
export const statisticsOf = (moments: RunningMoments, layers: NormedLayers): Record<string, Parameter> =>
  Object.fromEntries(Object.keys(layers.norms).flatMap((norm) => Object.entries(moments.statistics(norm))));

/** Running moments for all normalisations of some layers. @param owner as in RunningMoments */
export function momentsOf(layers: readonly NormedLayers[], owner = ''): RunningMoments {
  const norms = Object.fromEntries(layers.flatMap((each) => Object.entries(each.norms)));
  return new RunningMoments(Object.keys(norms), (norm) => namedIn(norms, norm), owner);
}
