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

export interface TensorShape {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

/** The values of a parameter. Throws where there are none, which is an error of the caller's. */
export function valuesOf(arrays: Arrays, name: string): Float32Array {
  const values = arrays[name];
  if (values === undefined) throw new Error(`no values for parameter ${name}`);
  return values;
}

/** Parameters of both networks and of the loss, each once. */
export function parametersOf({ image, text, lossParameters }: Networks): Readonly<Record<string, Parameter>> {
  return { ...image.parameters, ...text.parameters, ...lossParameters };
}
