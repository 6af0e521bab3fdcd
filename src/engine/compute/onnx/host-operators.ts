// Operations ONNX Runtime does not have, or not fast: computed in this process, between two of its graphs (stages.ts).
import type { DType } from '../graph/graph.ts';
import { SampledSums } from '../kernels/sampled/sampled-sums.ts';
import type { Numbers } from './sessions.ts';

export interface HostSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** An operation for tensors of known shapes, with its memory. */
export interface HostCall {
  /** For each input the array it is best written into, or null: it is then read wherever it lies. */
  readonly places: readonly (Numbers | null)[];
  /** Written by `run`. */
  readonly results: readonly Numbers[];
  run(inputs: readonly Numbers[]): void;
}

/** By the operator's name in the recorded graph. */
export const hostOperators: ReadonlyMap<string, (inputs: readonly HostSpec[]) => HostCall> = new Map([
  ['SampledSums', (inputs: readonly HostSpec[]) => new SampledSums(inputs)],
]);
