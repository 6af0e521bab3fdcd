// Hash networks: their parameters, and functions of tensors from feature rows to real outputs.
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

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
   * Inputs beside the parameters that no gradient step changes, such as the running means of a batch normalisation. The
   * learner keeps them in its `state()` under the same names.
   */
  readonly statistics?: Readonly<Record<string, Parameter>>;
  /** Whether `forward` needs the words of the texts, too. */
  readonly takesWords?: boolean;
  /** `rows` `[n, width]` -> `[n, bits]`. `parameters` holds statistics too. */
  forward(parameters: Tensors, rows: Tensor2D, words?: WordTensors): Tensor2D;
}

export interface Networks {
  readonly image: Network;
  readonly text: Network;
  /** Codes of whole pairs, for methods whose publications use the protocol `paired`. */
  readonly pair?: PairForward;
  /**
   * Codes like those of `pair`, with attention between the rows of a call, as in the published evaluation of UCMFH: a code then depends on
   * the other rows of the batch. The evaluation passes `pairBatch` rows at a time, in database order.
   */
  readonly pairOverBatch?: PairForward;
  /** Real-valued rows that a model keeps beside its codes; search re-ranks the nearest codes by their cosine. */
  readonly embedding?: RealNetworks;
  /** Parameters of the loss alone, such as temperatures. */
  readonly lossParameters?: Readonly<Record<string, Parameter>>;
  /** In a method's real-valued mode: rows that an evaluation compares by cosine instead of codes. */
  readonly real?: RealNetworks;
  /** Codes that the method found for the training pairs themselves. Search does not use them. */
  readonly pairCodes?: PairCodes;
}

/**
 * Real outputs `[N, bits]` of the training pairs that no network gives, which some published evaluations put in the database:
 * `learned`, found beside the networks (from labels, in the supervised methods), and `fused`, of both modalities of a pair.
 */
export type PairCodes = Readonly<
  Partial<Record<PairCodeKind, { readonly image: Float32Array; readonly text: Float32Array }>>
>;
export type PairCodeKind = 'learned' | 'fused';

/** Networks with the same parameters and outputs `[n, rowWidth]`. */
export interface RealNetworks extends Omit<Networks, 'real' | 'embedding'> {
  readonly rowWidth: number;
  /** Share of a photo's hubness that is subtracted once the training is over, see hubness.ts. Rows are then of unit length. */
  readonly hubnessCorrection?: number;
}

/**
 * Both outputs of whole pairs: `[n, imageWidth]` and `[n, textWidth]` -> `[n, bits]` each. Takes the parameters of both
 * networks and no others. Search does not use it.
 */
export type PairForward = (parameters: Tensors, imageRows: Tensor2D, textRows: Tensor2D) => Pair;

/** Rows `pairOverBatch` is given at a time (the published evaluation's batch). */
export const pairBatch = 128;

export interface Pair {
  readonly image: Tensor2D;
  readonly text: Tensor2D;
}

export interface TensorShape {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** The values of a parameter. @throws Error for a name without values, a programming error */
export function valuesOf(arrays: Arrays, name: string): Float32Array {
  const values = arrays[name];
  if (values === undefined) throw new Error(`no values for parameter ${name}`);
  return values;
}

/** Parameters of both networks and of the loss, each once. */
export function parametersOf({ image, text, lossParameters }: Networks): Readonly<Record<string, Parameter>> {
  return { ...image.parameters, ...text.parameters, ...lossParameters };
}
