// Estimates the memory of a training from its shapes, before it is allocated.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { HashlensError } from '../../../shared/errors.ts';
import type { MemoryPlan } from '../../../shared/contract/training.ts';
import { differentiate } from '../../compute/onnx/compile.ts';
import { Graph, sizeOf, type Operation, type Value } from '../../compute/graph/graph.ts';
import { registerGradients } from '../../compute/graph/gradients.ts';
import type { Device } from '../../compute/devices/devices.ts';
import { trace, type TracingBackend } from '../../compute/graph/tracing-backend.ts';
import { arrayBytes } from './checkpoint.ts';
import type { GradientLearner, Learner, Phase, Setup } from '../methods/method.ts';
import { SizesOnly } from '../../numerics/random.ts';
import { parametersOf } from '../networks/network.ts';
import { phaseChain } from './step.ts';
import { hasKernel } from './stepper.ts';

const float = 4;
const bytesOf = ({ shape, dtype }: Pick<Value, 'shape' | 'dtype'>): number =>
  sizeOf(shape) * (dtype === 'bool' ? 1 : float);

/** Sizes of the data. */
export interface DataSizes {
  readonly photos: number;
  readonly captions: number;
  readonly imageWidth: number;
  readonly textWidth: number;
}

export interface Plan {
  readonly memory: MemoryPlan;
  /** Numbers learned; 0 for methods solved in one go. */
  readonly parameters: number;
}

/** A learner for estimates of sizes: like the real one, without initial values. */
export function learnerSizes(
  method: { learner(setup: Setup): Learner },
  setup: Omit<Setup, 'random'>,
): { readonly learner: Learner; readonly setup: Omit<Setup, 'random'> } {
  return { learner: method.learner({ ...setup, random: new SizesOnly(0) }), setup };
}

/**
 * An estimate in bytes, part by part, for training on a device. `checkpoints`: whether one is made after each epoch. The
 * runtime's own memory (about 100 MB) is not counted. memory-plan.slow.spec.ts compares the estimate with the use.
 */
export function planMemory(
  { learner, setup }: ReturnType<typeof learnerSizes>,
  data: DataSizes,
  checkpoints: boolean,
  device: Device,
): Plan {
  const rows = (data.photos * data.imageWidth + data.captions * data.textWidth) * float;
  const outputs = (data.photos + data.captions) * (setup.bits * float + setup.bits / 8);
  if (learner.kind === 'closed-form') {
    // These methods work on double-precision copies of the rows.
    return total({ data: rows, fit: 3 * rows, evaluation: outputs }, 0);
  }
  const sizes = Object.values(parametersOf(learner.networks)).map(({ shape }) => sizeOf(shape) * float);
  const parameters = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const kept = arrayBytes(learner.state());
  const phases = new Set([learner.phase(1), learner.phase(setup.epochs)].flatMap(phaseChain));
  const kernel = hasKernel(device, learner);
  const steps = [...phases].map((phase) => stepBytes(learner, phase, setup.batch, kernel) + inputBytes(phase));
  // The sessions of all phases stay open.
  const step = steps.reduce((sum, bytes) => sum + bytes, 0);
  // The kernel has one array of each kind and updates in place. As one graph, a step reads one set of arrays and writes
  // another, and the update works on a few copies of a layer.
  const trained = kernel
    ? { parameters, moments: 2 * parameters, gradients: parameters, step }
    : { parameters: 2 * parameters, moments: 4 * parameters, step: step + 3 * Math.max(...sizes) };
  return total(
    {
      data: rows,
      ...trained,
      // State that the method keeps beside the trained arrays.
      initial: parameters,
      bestEpoch: parameters,
      // The signs of a bank are stored beside it.
      bank: 2 * kept,
      evaluation: outputs,
      // A new checkpoint is made while the last one, already written, waits for garbage collection. The
      // model's files at the end take less.
      checkpoint: checkpoints ? 2 * (4 * parameters + kept) : 4 * parameters,
    },
    parameters / float,
  );
}

function total(parts: Readonly<Record<string, number>>, parameters: number): Plan {
  return { memory: { total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0), parts }, parameters };
}

const inputBytes = ({ inputs }: Phase): number =>
  Object.values(inputs).reduce((sum, { shape }) => sum + sizeOf(shape) * float, 0);

/**
 * Most bytes of intermediate results alive at once in a step, before the update; of gradients too, where they are not
 * written into the kernel's memory.
 */
function stepBytes({ networks }: GradientLearner, phase: Phase, batch: number, kernel: boolean): number {
  registerGradients();
  const graph = new Graph();
  const record = (backend: TracingBackend): { results: Value[]; elsewhere: Value[] } => {
    const input = (name: string, shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor =>
      tf.engine().makeTensorFromTensorInfo(backend.info(graph.input(name, shape, dtype)));
    const parameters = Object.entries(parametersOf(networks)).map(([name, { shape }]): [string, Tensor] => {
      return [name, input(name, shape)];
    });
    const inputs = Object.entries(phase.inputs).map(([name, { shape, dtype }]): [string, Tensor] => {
      return [name, input(name, shape, dtype)];
    });
    const images = input('imageRows', [batch, networks.image.width]) as Tensor2D;
    const texts = input('textRows', [batch, networks.text.width]) as Tensor2D;
    const { loss, extra, gradients } = differentiate((values) => {
      const result = phase.loss(values, images, texts, Object.fromEntries(inputs));
      return { loss: result.loss, extra: result.outputs };
    }, Object.fromEntries(parameters));
    const values = (tensors: readonly Tensor[]) => tensors.map((tensor) => backend.value(tensor));
    const found = values(Object.values(gradients));
    const others = values([loss, ...Object.values(extra)]);
    return { results: [...others, ...found], elsewhere: kernel ? found : [] };
  };
  const { results, elsewhere } = trace(graph, record, kernel ? 'stages' : 'onnx');
  return peakBytes(results, new Set(elsewhere));
}

/**
 * Walks the operations in the order they were recorded; a value is given up after its last use. Values that are elsewhere
 * are not counted.
 */
function peakBytes(results: readonly Value[], elsewhere: ReadonlySet<Value>): number {
  const operations = new Set<Operation>();
  const open = [...results];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value.from.kind !== 'operation' || operations.has(value.from.operation)) continue;
    operations.add(value.from.operation);
    open.push(...value.from.operation.inputs);
  }
  const first = ({ outputs }: Operation) => outputs[0]?.id ?? 0;
  const order = [...operations].sort((a, b) => first(a) - first(b));
  const lastUse = new Map<Value, Operation>();
  for (const operation of order) for (const value of operation.inputs) lastUse.set(value, operation);
  const kept = new Set(results);
  let alive = 0;
  let peak = 0;
  for (const operation of order) {
    for (const value of operation.outputs) alive += elsewhere.has(value) ? 0 : bytesOf(value);
    peak = Math.max(peak, alive);
    for (const value of new Set(operation.inputs)) {
      const done = lastUse.get(value) === operation && value.from.kind === 'operation' && !kept.has(value);
      if (done) alive -= bytesOf(value);
    }
  }
  return peak;
}

/** 1234567890 -> `1.2 GB`. */
export function readableBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

/** Throws `too-large`, with the numbers, where a plan exceeds a budget in bytes. */
export function checkBudget({ memory, parameters }: Plan, budget: number): void {
  if (memory.total <= budget) return;
  throw new HashlensError(
    'too-large',
    `This training needs about ${readableBytes(memory.total)} of memory (${(parameters / 1e6).toFixed(0)} million parameters) and may take ${readableBytes(budget)} here; choose a smaller hidden width or a smaller batch.`,
  );
}
