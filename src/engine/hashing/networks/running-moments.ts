// Batch normalisation without learned scale (Ioffe and Szegedy 2015): each column's mean and variance over a batch while
// training, and their running means afterwards.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { valuesOf, type Arrays, type Parameter, type Tensors } from './network.ts';
import { float32At, namedIn } from '../../../shared/at.ts';

/** Share of a batch in the running mean, as in PyTorch. */
const momentum = 0.1;

const meanName = (name: string) => `${name}.runningMean`;
const varianceName = (name: string) => `${name}.runningVariance`;

/** A batch, normalised, and its moments for `absorb`. */
export interface BatchMoments {
  readonly normalised: (epsilon: number) => Tensor2D;
  readonly outputs: Tensors;
}

/** Running moments of several rows by name. */
export class RunningMoments {
  readonly #state: Record<string, Float32Array>;
  readonly #steps: string;

  /**
   * @param width numbers of a row, the same for all or by name
   * @param owner distinguishes the batch count from that of other running moments of the same learner
   */
  constructor(names: readonly string[], width: number | ((name: string) => number), owner = '') {
    this.#steps = `${owner}runningSteps`;
    this.#state = { [this.#steps]: new Float32Array(1) };
    for (const name of names) this.#add(name, typeof width === 'number' ? width : width(name));
  }

  #add(name: string, width: number): void {
    this.#state[meanName(name)] = new Float32Array(width);
    this.#state[varianceName(name)] = new Float32Array(width).fill(1);
  }

  /** Inputs of a network beside its parameters. */
  statistics(name: string): Record<string, Parameter> {
    const of = (stored: string): Parameter => {
      const initial = namedIn(this.#state, stored);
      return { shape: [initial.length], initial };
    };
    return { [meanName(name)]: of(meanName(name)), [varianceName(name)]: of(varianceName(name)) };
  }

  /** `[n, width]`, normalised by the running moments among `tensors`. */
  normalise(name: string, tensors: Tensors, rows: Tensor2D, epsilon: number): Tensor2D {
    const [mean, variance] = [namedIn(tensors, meanName(name)), namedIn(tensors, varianceName(name))];
    return tf.div(tf.sub(rows, mean), tf.sqrt(tf.add(variance, epsilon)));
  }

  /** `[B, width]`, normalised by the batch's own moments. */
  ofBatch(name: string, rows: Tensor2D): BatchMoments {
    const mean = tf.mean(rows, 0); // [width]
    const centred: Tensor = tf.sub(rows, mean);
    const variance = tf.mean(tf.square(centred), 0); // [width]
    return {
      normalised: (epsilon) => tf.div(centred, tf.sqrt(tf.add(variance, epsilon))) as Tensor2D,
      outputs: { [meanName(name)]: mean, [varianceName(name)]: variance },
    };
  }

  /** Adds the moments of a batch. The first batches are averaged, so that few steps are enough. */
  absorb(outputs: Arrays): void {
    const taken = namedIn(this.#state, this.#steps);
    taken[0] = float32At(taken, 0) + 1;
    const share = Math.max(momentum, 1 / taken[0]);
    for (const [name, running] of Object.entries(this.#state)) {
      const found = outputs[name];
      if (found === undefined) continue;
      for (let i = 0; i < running.length; i++) {
        const old = float32At(running, i);
        running[i] = old + share * (float32At(found, i) - old);
      }
    }
  }

  /** Live arrays. */
  state(): Arrays {
    return this.#state;
  }

  restore(state: Arrays): void {
    for (const [name, own] of Object.entries(this.#state)) own.set(valuesOf(state, name));
  }
}
