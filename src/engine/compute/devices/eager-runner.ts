// Runs the step operation by operation on a TensorFlow.js backend (native TensorFlow, where it is installed).
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorRecord, TensorSpec } from '../onnx/compile.ts';
import type { Outputs, Runner, State, StepFunction } from './step-runner.ts';
import { nextName, type Numbers } from '../onnx/sessions.ts';
import { namedIn } from '../../../shared/at.ts';

export class EagerRunner implements Runner {
  readonly #backend: string;
  #state: State;
  /** The state on the device; null before the first step. */
  #resident: TensorRecord | null = null;

  constructor(backend: string, state: State) {
    this.#backend = backend;
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  async prepare(): Promise<void> {}

  async step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs> {
    if (!(await tf.setBackend(this.#backend))) throw new Error(`TensorFlow.js backend ${this.#backend} did not start`);
    const names = Object.keys(this.#state);
    const before = this.#resident ?? Object.fromEntries(names.map((name) => [name, tensorOf(fn, name, this.#state)]));
    const results = tf.tidy(() => {
      const inputs = Object.keys(feeds).map((name): [string, Tensor] => [name, tensorOf(fn, name, feeds)]);
      return fn.run({ ...before, ...Object.fromEntries(inputs) });
    });
    const after: Record<string, Tensor> = {};
    const others: Record<string, Numbers> = {};
    for (const name of names) after[name] = namedIn(results, nextName(name));
    for (const [name, tensor] of Object.entries(results)) {
      if (name.startsWith(nextName(''))) continue;
      const data = await tensor.data();
      if (!(data instanceof Float32Array) && !(data instanceof Int32Array))
        throw new Error(`${name} is not of numbers`);
      others[name] = data;
      tensor.dispose();
    }
    tf.dispose(Object.values(before));
    this.#resident = after;
    return others;
  }

  async sync(): Promise<void> {
    if (this.#resident === null) return;
    const state: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(this.#resident)) state[name] = Float32Array.from(await tensor.data());
    this.#state = state;
  }

  async dispose(): Promise<void> {
    if (this.#resident !== null) tf.dispose(Object.values(this.#resident));
    this.#resident = null;
  }
}

/** One input of a step as a tensor of the current backend. */
function tensorOf(fn: StepFunction, name: string, data: Readonly<Record<string, Numbers>>): Tensor {
  const spec: TensorSpec | undefined = fn.inputs[name];
  const numbers = data[name];
  if (spec === undefined || numbers === undefined) throw new Error(`the step has no input ${name}`);
  const shape = spec.shape.map((n) => {
    if (typeof n !== 'number') throw new Error(`the size of ${name} is not known`);
    return n;
  });
  return tf.tensor(numbers, shape, spec.dtype);
}
