// The interface of a hashing method: options, two networks, and a loss or a closed-form fit.
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Random } from '../../numerics/random.ts';
import type { PairFacts } from '../data/pair-facts.ts';
import type { Arrays, Networks, Tensors, TensorShape } from '../networks/network.ts';

/** Sizes and facts from which a method makes its networks. */
export interface Setup {
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  readonly bits: number;
  /** N, training pairs. */
  readonly pairs: number;
  /** B, pairs a step. */
  readonly batch: number;
  /** Number of epochs, for schedules that end at 0. */
  readonly epochs: number;
  readonly random: Random;
  /** Absent where nothing will be learned. */
  readonly facts?: PairFacts;
}

export interface Loss {
  /** The value to minimise. */
  readonly loss: Scalar;
  /** Contrastive part, for display. */
  readonly lossC: Scalar;
  /** Ranking (or second) part, for display. */
  readonly lossR: Scalar;
  /** Tensors that `absorb` receives after the step, by name. */
  readonly outputs: Tensors;
}

/** Adam (Kingma and Ba 2015). */
export interface AdamOptimizer {
  readonly kind?: 'adam';
  /** Learning rate of a parameter. */
  readonly learningRate: (parameter: string) => number;
  /**
   * Factor of every learning rate in an epoch, counted from 1; default 1. `within` in [0, 1) is the part of the epoch that
   * is done, for schedules that change with every step.
   */
  readonly schedule?: (epoch: number, within: number) => number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** L2 added to the gradient. */
  readonly weightDecay: number;
  /**
   * Decoupled weight decay of a parameter (AdamW, Loshchilov and Hutter, ICLR 2019): before a step it is multiplied by
   * 1 - learning rate * this. Default: no decay.
   */
  readonly decoupledDecay?: (parameter: string) => number;
  /** Bound on the norm of all gradients together; null for none. */
  readonly clipNorm: number | null;
}

/** Adam as it was published, with no decay and no bound. */
export const adam = (learningRate: AdamOptimizer['learningRate']): AdamOptimizer => ({
  learningRate,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: null,
});

/** Stochastic gradient descent with momentum, as in PyTorch: v = momentum v + (gradient + decay p), p -= rate v. */
export interface SgdOptimizer {
  readonly kind: 'sgd';
  /** Learning rate of a parameter. */
  readonly learningRate: (parameter: string) => number;
  readonly schedule?: (epoch: number, within: number) => number;
  readonly momentum: number;
  /** Whether a step looks ahead: p -= rate (gradient + decay p + momentum v). */
  readonly nesterov?: boolean;
  /** L2 added to the gradient. */
  readonly weightDecay: number;
  readonly decoupledDecay?: undefined;
}

export type Optimizer = AdamOptimizer | SgdOptimizer;

/** A kind of step: its own graph, compiled once. */
export interface Phase {
  readonly name: string;
  /** The parameters that the step changes, by name; default all. Others keep their values and moments. */
  readonly learns?: (parameter: string) => boolean;
  /** Optimiser of the step; default the learner's. */
  readonly optimizer?: Optimizer;
  /** The epoch in which the first of these steps is taken, for optimisers that count them; default 1. */
  readonly firstEpoch?: number;
  /** Number of steps on the same pairs; default 1. */
  readonly repeats?: number;
  /** A further step on the same pairs, after `absorb`. */
  readonly then?: Phase;
  /** Inputs of a step beside the feature rows. */
  readonly inputs: Readonly<Record<string, TensorShape>>;
  /** `imageRows` `[B, imageWidth]`, `textRows` `[B, textWidth]`. */
  loss(parameters: Tensors, imageRows: Tensor2D, textRows: Tensor2D, inputs: Tensors): Loss;
  /** The values of `inputs` for a step on these pairs. The arrays may be reused by the next call. */
  feed(pairs: Int32Array, random: Random): Readonly<Record<string, Float32Array | Int32Array>>;
  /** Receives the `outputs` of a step.  */
  absorb(pairs: Int32Array, outputs: Arrays): void;
}

/** Learns by gradient steps over batches of pairs. */
export interface GradientLearner {
  readonly kind: 'gradient';
  readonly networks: Networks;
  readonly optimizer: Optimizer;
  /** The phase of an epoch, counted from 1. Returns the same object for the same kind of step. */
  phase(epoch: number): Phase;
  /** Work over all pairs before the steps of an epoch, counted from 1, and before the first one after a resumption. */
  beforeEpoch?(epoch: number): Promise<void>;
  /** State beside parameters and moments, such as a memory bank, for checkpoints: live arrays, not copies. */
  state(): Arrays;
  restore(state: Arrays): void;
}

/** Feature rows for closed-form methods, without held-out photos. */
export interface FitRows {
  /** `[N, imageWidth]`: the photo of each pair. */
  readonly imageRows: Float32Array;
  /** `[N, textWidth]`: the caption of each pair. */
  readonly textRows: Float32Array;
  /** `[M, imageWidth]`: every photo once, with or without a caption. */
  readonly photoRows: Float32Array;
  /** `[N]`: label ids of the photo of each pair: its tags, or what a data set gives. */
  readonly labels: readonly (readonly number[])[];
}

/** Solved in closed form, without epochs. */
export interface ClosedFormLearner {
  readonly kind: 'closed-form';
  fit(rows: FitRows): Networks | Promise<Networks>;
}

export type Learner = GradientLearner | ClosedFormLearner;

export interface HashMethod<Settings extends z.ZodObject = z.ZodObject> {
  /** Stable id, e.g. `ucch`. */
  readonly id: string;
  readonly name: string;
  /** Publication, with the year. */
  readonly source: string;
  /** Two sentences for a person who chooses a method. */
  readonly description: string;
  /** Whether it needs captions. Other methods are trained on photos alone where there are none. */
  readonly needsPairs: boolean;
  /** Whether the method learns from the labels of photos; default: false. */
  readonly needsLabels?: boolean;
  /** Whether it learns in epochs; its learner is then of kind `gradient`. */
  readonly hasEpochs: boolean;
  /**
   * The method's own options with their defaults, each with a `title` and `description` in its `meta`, from which the window
   * makes its form. A method that declares `hidden` or `negatives` receives these common options.
   */
  readonly settings: Settings;
  learner(setup: Setup, settings: z.output<Settings>): Learner;
}
