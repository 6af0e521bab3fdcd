// Compiles a function written with TensorFlow.js operations to an ONNX model that computes the same.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { fuse } from '../graph/fuse.ts';
import { registerGradients } from '../graph/gradients.ts';
import type { DType, Value } from '../graph/graph.ts';
import { Graph } from '../graph/graph.ts';
import { writeOnnx, type OpenDimension } from './onnx-writer.ts';
import { stagesOf, type CompiledStages } from './stages.ts';
import type { Target } from '../graph/tfjs-kernels.ts';
import { trace } from '../graph/tracing-backend.ts';
import { itemAt } from '../../../shared/at.ts';

/** Shape and type of an input. A dimension with a name is known only when the model runs. */
export interface TensorSpec {
  readonly shape: readonly (number | string)[];
  readonly dtype: DType;
}

export interface CompiledModel {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
}

export type TensorRecord = Readonly<Record<string, Tensor>>;

/** Primes that no layer has as its width. Each replaces one dimension of unknown size while recording. */
const standIns = [10007, 10009, 10037, 10039];

function openDimensions(inputs: Readonly<Record<string, TensorSpec>>): OpenDimension[] {
  const dimensions = Object.values(inputs).flatMap((input) => input.shape);
  const sizes = new Set(dimensions);
  const free = standIns.filter((n) => !sizes.has(n));
  const names = [...new Set(dimensions.filter((n) => typeof n === 'string'))];
  return names.map((name, i) => {
    const standIn = free[i];
    if (standIn === undefined) throw new Error('at most 4 dimensions of unknown size are supported');
    return { standIn, name };
  });
}

type TensorFunction = (inputs: TensorRecord) => TensorRecord;

/** Runs `fn` once on tensors without numbers and records its operations. */
function record(
  fn: TensorFunction,
  inputs: Readonly<Record<string, TensorSpec>>,
  open: readonly OpenDimension[],
  target: Target,
): { graph: Graph; outputs: ReadonlyMap<string, Value> } {
  registerGradients();
  const recorded = new Graph();
  const named = trace(
    recorded,
    (backend): [string, Value][] => {
      const tensors = Object.entries(inputs).map(([name, { shape, dtype }]): [string, Tensor] => {
        const sizes = shape.map((n) =>
          typeof n === 'number' ? n : (open.find((dimension) => dimension.name === n)?.standIn ?? 0),
        );
        return [name, tf.engine().makeTensorFromTensorInfo(backend.info(recorded.input(name, sizes, dtype)))];
      });
      const results = Object.entries(fn(Object.fromEntries(tensors)));
      return results.map(([name, tensor]) => [name, backend.value(tensor)]);
    },
    target,
  );
  const { graph, outputs } = fuse(
    recorded,
    named.map(([, value]) => value),
  );
  return { graph, outputs: new Map(named.map(([name], i): [string, Value] => [name, itemAt(outputs, i)])) };
}

/**
 * Runs `fn` once on tensors without numbers and records its operations. Gradients taken inside `fn` (tf.grads,
 * `differentiate`) are recorded, too. Tensors made of numbers inside `fn` become constants of the model.
 *
 * @throws where `fn` uses a kernel that is not in tfjs-kernels.ts (the error names it), reads a tensor's numbers, or
 *   uses a tensor made outside
 */
export function compile(
  fn: TensorFunction,
  inputs: Readonly<Record<string, TensorSpec>>,
  target: 'onnx' | 'webgpu' = 'onnx',
): CompiledModel {
  const open = openDimensions(inputs);
  const { graph, outputs } = record(fn, inputs, open, target);
  const spec = ({ shape, dtype }: Value): TensorSpec => ({
    shape: shape.map((n) => open.find(({ standIn }) => n === standIn)?.name ?? n),
    dtype,
  });
  return {
    bytes: writeOnnx(graph, outputs, open),
    inputs,
    outputs: Object.fromEntries([...outputs].map(([name, value]) => [name, spec(value)])),
  };
}

/**
 * Compiles like `compile`, for the CPU and known shapes only. The model may contain operations of host-operators.ts.
 */
export function compileStages(fn: TensorFunction, inputs: Readonly<Record<string, TensorSpec>>): CompiledStages {
  const { outputs } = record(fn, inputs, [], 'stages');
  return {
    stages: stagesOf(outputs).map(({ graph, outputs: own, host }) => ({ bytes: writeOnnx(graph, own, []), host })),
    inputs: Object.entries(inputs).map(([name, { shape, dtype }]) => ({ name, shape, dtype })),
  };
}

/** A loss, further results of its function, and the gradient of the loss by each parameter. */
export interface Differentiated<Extra> {
  readonly loss: Scalar;
  readonly extra: Extra;
  readonly gradients: TensorRecord;
}

/**
 * Differentiates a loss by named parameters on any backend, including the recording one. The tensors that `fn` returns
 * in `extra` remain valid after the call.
 */
export function differentiate<Extra extends TensorRecord>(
  fn: (parameters: TensorRecord) => { loss: Scalar; extra: Extra },
  parameters: TensorRecord,
): Differentiated<Extra> {
  registerGradients();
  let extra: Extra | undefined;
  const names = Object.keys(parameters);
  const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
    const result = fn(Object.fromEntries(names.map((name, i) => [name, itemAt(tensors, i)])));
    extra = result.extra;
    Object.values(extra).forEach((tensor) => tf.keep(tensor));
    return result.loss;
  })(Object.values(parameters));
  if (extra === undefined) throw new Error('the loss was not evaluated');
  return {
    loss: value as Scalar,
    extra,
    gradients: Object.fromEntries(names.map((name, i) => [name, itemAt(grads, i)])),
  };
}
