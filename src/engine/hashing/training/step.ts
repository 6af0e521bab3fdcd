// One training step as a function of tensors: losses, gradients, optimiser. Run as it is (any TensorFlow.js backend) or
// compiled to ONNX.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiate, type TensorRecord, type TensorSpec } from '../../compute/onnx/compile.ts';
import { nextName } from '../../compute/onnx/sessions.ts';
import { adamStep, gradientNorm, type AdamState } from './adam.ts';
import { sgdStep } from './sgd.ts';
import type { GradientLearner, Optimizer, Phase } from '../methods/method.ts';
import { parametersOf, type Networks } from '../networks/network.ts';
import { namedIn } from '../../../shared/at.ts';

export const firstName = (parameter: string): string => `first.${parameter}`;
export const secondName = (parameter: string): string => `second.${parameter}`;
export const gradientName = (parameter: string): string => `gradient.${parameter}`;
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
  return Object.fromEntries(names.map((name) => [name, namedIn(tensors, stored(name))]));
}

/** Losses, gradients of what the phase learns and its outputs, at the parameters of a record. */
function differentiatePhase(phase: Phase, names: readonly string[], tensors: TensorRecord) {
  const learned = learnedNames(phase, names);
  const fixed = names.filter((name) => !learned.includes(name));
  return differentiate(
    (values) => {
      const image = namedIn(tensors, 'imageRows') as Tensor2D;
      const text = namedIn(tensors, 'textRows') as Tensor2D;
      const parameters = { ...pick(tensors, fixed, (name) => name), ...values };
      const result = phase.loss(parameters, image, text, pick(tensors, Object.keys(phase.inputs), inputName));
      const extra: Record<string, Tensor> = { lossC: result.lossC, lossR: result.lossR };
      for (const [name, tensor] of Object.entries(result.outputs)) extra[outputName(name)] = tensor;
      return { loss: result.loss, extra };
    },
    pick(tensors, learned, (name) => name),
  );
}

/** Optimiser of a phase. */
export const optimizerOf = (learner: GradientLearner, phase: Phase): Optimizer => phase.optimizer ?? learner.optimizer;

/** The parameters that a phase changes. */
const learnedNames = ({ learns }: Phase, names: readonly string[]): readonly string[] =>
  learns === undefined ? names : names.filter(learns);

/** The inputs that differentiating takes: parameters, feature rows, and the phase's own. */
function gradientInputs({ networks }: GradientLearner, phase: Phase, batch: number): Record<string, TensorSpec> {
  const inputs: Record<string, TensorSpec> = {};
  for (const [name, { shape }] of Object.entries(parametersOf(networks))) inputs[name] = { shape, dtype: 'float32' };
  inputs['imageRows'] = { shape: [batch, networks.image.width], dtype: 'float32' };
  inputs['textRows'] = { shape: [batch, networks.text.width], dtype: 'float32' };
  for (const [name, spec] of Object.entries(phase.inputs)) inputs[inputName(name)] = spec;
  return inputs;
}

/** The first part of a step: its gradients, which come back as `gradientName(name)`. The caller runs the optimiser. */
export function buildGradients(learner: GradientLearner, phase: Phase, batch: number): Step {
  const names = Object.keys(parametersOf(learner.networks));
  const run = (tensors: TensorRecord): TensorRecord => {
    const { loss, extra, gradients } = differentiatePhase(phase, names, tensors);
    const results: Record<string, Tensor> = { loss, ...extra };
    for (const name of Object.keys(gradients)) results[gradientName(name)] = namedIn(gradients, name);
    return results;
  };
  return { inputs: gradientInputs(learner, phase, batch), run };
}

/** A whole step: gradients, their norm, and the optimiser. */
export function buildStep(learner: GradientLearner, phase: Phase, batch: number): Step {
  const parameters = parametersOf(learner.networks);
  const names = Object.keys(parameters);
  const inputs = gradientInputs(learner, phase, batch);
  for (const [name, { shape }] of Object.entries(parameters)) {
    for (const stored of [firstName(name), secondName(name)]) inputs[stored] = { shape, dtype: 'float32' };
  }
  inputs['rate'] = { shape: [], dtype: 'float32' };
  inputs['epsilon'] = { shape: [], dtype: 'float32' };
  const optimizer = optimizerOf(learner, phase);
  const decays = optimizer.decoupledDecay !== undefined;
  if (decays) inputs['factor'] = { shape: [], dtype: 'float32' };

  const run = (tensors: TensorRecord): TensorRecord => {
    const { loss, extra, gradients } = differentiatePhase(phase, names, tensors);
    const norm = gradientNorm(gradients);
    const learned = learnedNames(phase, names);
    const state: AdamState = {
      parameters: pick(tensors, learned, (name) => name),
      first: pick(tensors, learned, firstName),
      second: pick(tensors, learned, secondName),
    };
    const rate = namedIn(tensors, 'rate') as Scalar;
    const next =
      optimizer.kind === 'sgd'
        ? sgdStep(optimizer, state, gradients, rate)
        : adamStep(optimizer, state, gradients, norm, {
            rate,
            epsilon: namedIn(tensors, 'epsilon') as Scalar,
            factor: decays ? (namedIn(tensors, 'factor') as Scalar) : tf.scalar(1),
          });
    const results: Record<string, Tensor> = { loss, gradientNorm: norm, ...extra };
    const put = (stored: string, tensor: Tensor) => (results[nextName(stored)] = tensor);
    for (const name of names) {
      const changed = learned.includes(name);
      // Copy an unchanged value: the outputs of a step must be tensors that the step made.
      const kept = (stored: string) => tf.mul(namedIn(tensors, stored), 1);
      put(name, changed ? namedIn(next.parameters, name) : kept(name));
      put(firstName(name), changed ? namedIn(next.first, name) : kept(firstName(name)));
      const moves = changed && optimizer.kind !== 'sgd';
      put(secondName(name), moves ? namedIn(next.second, name) : kept(secondName(name)));
    }
    return results;
  };
  return { inputs, run };
}

/** The inputs of a phase under their names in a step. */
export function phaseFeeds<T>(feeds: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(feeds).map(([name, data]) => [inputName(name), data]));
}

/** A phase and those that follow it on the same pairs. */
export function phaseChain(phase: Phase): Phase[] {
  const chain = [phase];
  for (let next = phase.then; next !== undefined; next = next.then) chain.push(next);
  return chain;
}
