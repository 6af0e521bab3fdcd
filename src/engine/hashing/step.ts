// One training step as a function of tensors: losses, gradients, Adam. Run as it is (any TensorFlow.js backend) or
// compiled to ONNX.
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiate, type TensorRecord, type TensorSpec } from '../compute/compile.ts';
import { nextName } from '../compute/sessions.ts';
import { adamStep, gradientNorm } from './adam.ts';
import type { GradientLearner, Networks, Parameter, Phase } from './methods/method.ts';

/** Parameters of both networks, each once. */
export function parametersOf({ image, text }: Networks): Readonly<Record<string, Parameter>> {
  return { ...image.parameters, ...text.parameters };
}

const firstName = (parameter: string) => `first.${parameter}`;
const secondName = (parameter: string) => `second.${parameter}`;
const inputName = (name: string) => `input.${name}`;
export const outputName = (name: string): string => `output.${name}`;

export interface Step {
  /** Every input of `run`. Those of `state` come back as `nextName(name)`. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Beside the new state: `loss`, `lossC`, `lossR`, `gradientNorm` and `outputName(name)` of the phase's outputs. */
  run(tensors: TensorRecord): TensorRecord;
}

/** State before the first step: parameters, and moments of zero. */
export function initialState(networks: Networks): Record<string, Float32Array> {
  const state: Record<string, Float32Array> = {};
  for (const [name, { initial }] of Object.entries(parametersOf(networks))) {
    state[name] = initial.slice();
    state[firstName(name)] = new Float32Array(initial.length);
    state[secondName(name)] = new Float32Array(initial.length);
  }
  return state;
}

/** The tensors of a record under other names. */
function pick(tensors: TensorRecord, names: readonly string[], stored: (name: string) => string): TensorRecord {
  return Object.fromEntries(names.map((name) => [name, named(tensors, stored(name))]));
}

function named(tensors: TensorRecord, name: string): Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`the step has no tensor ${name}`);
  return tensor;
}

export function buildStep(learner: GradientLearner, phase: Phase, batch: number): Step {
  const { networks, optimizer } = learner;
  const parameters = parametersOf(networks);
  const names = Object.keys(parameters);
  const inputs: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(parameters)) {
    for (const stored of [name, firstName(name), secondName(name)]) inputs[stored] = { shape, dtype: 'float32' };
  }
  inputs['imageRows'] = { shape: [batch, networks.image.width], dtype: 'float32' };
  inputs['textRows'] = { shape: [batch, networks.text.width], dtype: 'float32' };
  inputs['rate'] = { shape: [], dtype: 'float32' };
  inputs['epsilon'] = { shape: [], dtype: 'float32' };
  for (const [name, spec] of Object.entries(phase.inputs)) inputs[inputName(name)] = spec;

  const run = (tensors: TensorRecord): TensorRecord => {
    const { loss, extra, gradients } = differentiate(
      (values) => {
        const image = named(tensors, 'imageRows') as Tensor2D;
        const text = named(tensors, 'textRows') as Tensor2D;
        const result = phase.loss(values, image, text, pick(tensors, Object.keys(phase.inputs), inputName));
        const extra: Record<string, Tensor> = { lossC: result.lossC, lossR: result.lossR };
        for (const [name, tensor] of Object.entries(result.outputs)) extra[outputName(name)] = tensor;
        return { loss: result.loss, extra };
      },
      pick(tensors, names, (name) => name),
    );
    const norm = gradientNorm(gradients);
    const next = adamStep(
      optimizer,
      {
        parameters: pick(tensors, names, (name) => name),
        first: pick(tensors, names, firstName),
        second: pick(tensors, names, secondName),
      },
      gradients,
      norm,
      { rate: named(tensors, 'rate') as Scalar, epsilon: named(tensors, 'epsilon') as Scalar },
    );
    const results: Record<string, Tensor> = { loss, gradientNorm: norm, ...extra };
    for (const name of names) {
      results[nextName(name)] = named(next.parameters, name);
      results[nextName(firstName(name))] = named(next.first, name);
      results[nextName(secondName(name))] = named(next.second, name);
    }
    return results;
  };
  return { inputs, run };
}

/** The inputs of a phase under the names a step has for them. */
export function phaseFeeds<T>(feeds: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(feeds).map(([name, data]) => [inputName(name), data]));
}
