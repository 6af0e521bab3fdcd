// What a hashing method is to the rest of the engine: options, two networks, and a loss or a closed-form fit.
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Random } from '../../numerics/random.ts';

export type Tensors = Readonly<Record<string, Tensor>>;
export type Arrays = Readonly<Record<string, Float32Array>>;

export interface Parameter {
  readonly shape: readonly number[];
  /** Values before the first step, row-major. */
  readonly initial: Float32Array;
}

/** Words of a batch of texts, for networks that learn words (words.ts: WordBag). */
export interface WordTensors {
  /** `[u]` int32. */
  readonly ids: Tensor1D;
  /** `[n, u]`. */
  readonly counts: Tensor2D;
}

/** One modality's hash function: feature rows in, `bits` real outputs out; a code is their signs. */
export interface Network {
  readonly width: number;
  /** Names are unique over both networks; a parameter may belong to both. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /**
   * Numbers it takes beside its parameters that no step changes: the learner keeps them among its `state()`, under the
   * same names (running means of a batch normalisation).
   */
  readonly statistics?: Readonly<Record<string, Parameter>>;
  /** Whether it takes the words of its texts beside their rows. */
  readonly takesWords?: boolean;
  /** `rows` `[n, width]` -> `[n, bits]`. `parameters` holds statistics too. */
  forward(parameters: Tensors, rows: Tensor2D, words?: WordTensors): Tensor2D;
}

export interface Networks {
  readonly image: Network;
  readonly text: Network;
  /** Codes of whole pairs, for methods whose publications measure queries that come with their partner (`paired`). */
  readonly pair?: PairForward;
  /**
   * As `pair`, with the rows of a call attending to one another, as the published evaluation of UCMFH has it: a code
   * then depends on who else is in the batch. The evaluation gives it `pairBatch` rows at a time, in database order.
   */
  readonly pairOverBatch?: PairForward;
  /**
   * Rows of the method's own that are more telling than its codes: a model keeps them beside the codes, and search
   * compares its nearest codes anew by their cosine.
   */
  readonly embedding?: RealNetworks;
  /** Parameters of the loss alone, such as temperatures. */
  readonly lossParameters?: Readonly<Record<string, Parameter>>;
  /** Of a method asked for its real-valued mode: rows that an evaluation compares by cosine in the place of codes. */
  readonly real?: RealNetworks;
}

/** As Networks, of the same parameters, with outputs `[n, rowWidth]`. */
export interface RealNetworks extends Omit<Networks, 'real' | 'embedding'> {
  readonly rowWidth: number;
}

/**
 * Both outputs of whole pairs: `[n, imageWidth]` and `[n, textWidth]` -> `[n, bits]` each. It takes the parameters of
 * both networks and no others; search never uses it.
 */
export type PairForward = (parameters: Tensors, imageRows: Tensor2D, textRows: Tensor2D) => Pair;

/** Rows `pairOverBatch` is given at a time (the published evaluation's batch). */
export const pairBatch = 128;

export interface Pair {
  readonly image: Tensor2D;
  readonly text: Tensor2D;
}

/** Mean and standard deviation of each column of feature rows. */
export interface Moments {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** What may be known of the training pairs before the first step. Nothing of held-out photos is in it. */
export interface PairFacts {
  /** `[N]`: the photo of each pair. Pairs of one photo are no negatives of each other. */
  readonly photos: Int32Array;
  /** Null where captions come without words. */
  readonly words: {
    /** V: ids run from 0 to V - 1. */
    readonly size: number;
    /** Word ids of a pair's caption. */
    of(pair: number): Int32Array;
  } | null;
  /** Of the photos, each once. */
  imageMoments(): Moments;
  /** Of the captions. */
  textMoments(): Moments;
}

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

export interface TensorShape {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
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

export type { Random };
