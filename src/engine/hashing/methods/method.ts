// What a hashing method is to the rest of the engine: options, two networks, and a loss or a closed-form fit.
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Random } from '../../numerics/random.ts';
import type { PairFacts } from '../data/pair-facts.ts';
import type { Arrays, Networks, Tensors, TensorShape } from '../networks/network.ts';

/** What a method is told before it sets itself up. */
export interface Setup {
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
  readonly bits: number;
  /** N, training pairs. */
  readonly pairs: number;
  /** B, pairs a step. */
  readonly batch: number;
  /** Epochs asked for, for schedules that end at 0. */
  readonly epochs: number;
  readonly random: Random;
  /** Left out where nothing is going to be learned. */
  readonly facts?: PairFacts;
}

export interface Loss {
  /** What is descended. */
  readonly loss: Scalar;
  /** Contrastive part, for display. */
  readonly lossC: Scalar;
  /** Ranking (or second) part, for display. */
  readonly lossR: Scalar;
  /** Tensors the method wants back after the step, by name. */
  readonly outputs: Tensors;
}

export interface Optimizer {
  /** Learning rate of a parameter. */
  readonly learningRate: (parameter: string) => number;
  /**
   * Factor of every learning rate in an epoch, counted from 1; 1 where left out. `within` [0, 1): how much of the epoch
   * is done, for schedules that change from step to step.
   */
  readonly schedule?: (epoch: number, within: number) => number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** L2 added to the gradient. */
  readonly weightDecay: number;
  /**
   * Decoupled weight decay of a parameter (AdamW, Loshchilov and Hutter, ICLR 2019): before a step it is multiplied by
   * 1 - learning rate * this. None where left out.
   */
  readonly decoupledDecay?: (parameter: string) => number;
  /** Bound on the norm of all gradients together; null for none. */
  readonly clipNorm: number | null;
}

/** A kind of step: its own graph, compiled once. */
export interface Phase {
  readonly name: string;
  /** What a step takes beside the feature rows. */
  readonly inputs: Readonly<Record<string, TensorShape>>;
  /** `imageRows` `[B, imageWidth]`, `textRows` `[B, textWidth]`. */
  loss(parameters: Tensors, imageRows: Tensor2D, textRows: Tensor2D, inputs: Tensors): Loss;
  /** The values of `inputs` for a step on these pairs. The arrays may be reused by the next call. */
  feed(pairs: Int32Array, random: Random): Readonly<Record<string, Float32Array | Int32Array>>;
  /** Takes up what `outputs` brought back. */
  absorb(pairs: Int32Array, outputs: Arrays): void;
}

/** Learns by gradient steps over batches of pairs. */
export interface GradientLearner {
  readonly kind: 'gradient';
  readonly networks: Networks;
  readonly optimizer: Optimizer;
  /** The phase of an epoch, counted from 1. The same phase object for the same kind of step. */
  phase(epoch: number): Phase;
  /** All state beside parameters and moments (a memory bank), for checkpoints: live arrays, not copies. */
  state(): Arrays;
  restore(state: Arrays): void;
}

/** Feature rows to learn from, for methods solved in one go. Nothing of held-out photos is among them. */
export interface FitRows {
  /** `[N, imageWidth]`: the photo of each pair. */
  readonly imageRows: Float32Array;
  /** `[N, textWidth]`: the caption of each pair. */
  readonly textRows: Float32Array;
  /** `[M, imageWidth]`: every photo once, with or without a caption. */
  readonly photoRows: Float32Array;
}

/** Solved in one go: no epochs. */
export interface ClosedFormLearner {
  readonly kind: 'closed-form';
  fit(rows: FitRows): Networks | Promise<Networks>;
}

export type Learner = GradientLearner | ClosedFormLearner;

export interface HashMethod<Settings extends z.ZodObject = z.ZodObject> {
  /** Stable id, e.g. `ucch`. */
  readonly id: string;
  readonly name: string;
  /** Where it was published. */
  readonly source: string;
  /** What it is, for a person who chooses: two sentences. */
  readonly description: string;
  /** Whether it learns from captions. One that does not is trained on photos alone where there are no captions. */
  readonly needsPairs: boolean;
  /** Whether it learns in epochs; its learner is then of kind `gradient`. */
  readonly hasEpochs: boolean;
  /**
   * The method's own options with their defaults, each with a `title` and `description` in its `meta`: the window makes
   * its form from them. `hidden` and `negatives` of the common options are handed to it when it declares them.
   */
  readonly settings: Settings;
  learner(setup: Setup, settings: z.output<Settings>): Learner;
}
