// Operations that ONNX Runtime lacks or computes slowly. This process computes them between two graphs (stages.ts).
import { SampledSums } from '../kernels/sampled/sampled-sums.ts';
import type { HostCall, HostSpec } from './host-call.ts';

/** Makes the call of an operator, by its name in the recorded graph. */
export const hostOperators: ReadonlyMap<string, (inputs: readonly HostSpec[]) => HostCall> = new Map([
  ['SampledSums', (inputs: readonly HostSpec[]) => new SampledSums(inputs)],
]);
