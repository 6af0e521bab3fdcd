// The interface of host operations: operations that this process computes between two graphs of ONNX Runtime.
import type { DType } from '../graph/graph.ts';
import type { Numbers } from './sessions.ts';

export interface HostSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** An operation for tensors of known shapes, with its memory. */
export interface HostCall {
  /** For each input, the array that it should be written into; null where any array will do. */
  readonly places: readonly (Numbers | null)[];
  /** Arrays that `run` writes. */
  readonly results: readonly Numbers[];
  run(inputs: readonly Numbers[]): void;
}
