// WebGPU runner: the state stays on the device between steps.
//
// A step's outputs are tensors in GPU memory that the next step takes as inputs. Only feature rows, drawn negatives and
// a few numbers are transferred. Unrolling several steps in one graph would save no further transfer, and a memory bank
// needs each step's rows before the next step. Copying the state both ways at each step would take longer than
// computing the step, and so does submitting its operations (docs/measurements.md, A graphics card): a step should have
// few operations.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compile, type TensorSpec } from '../onnx/compile.ts';
import { Compiled, compileStep, type Outputs, type Runner, type State, type StepFunction } from './step-runner.ts';
import { nextName, numbersOf, openSession, type Numbers, type OnnxSession } from '../onnx/sessions.ts';
import { namedIn } from '../../../shared/at.ts';

type Tensors = Awaited<ReturnType<OnnxSession['runTensors']>>;
const homeName = (name: string) => `home.${name}`;

export class ResidentRunner implements Runner {
  #state: State;
  /** The state on the device; null before the first step uploads it. */
  #resident: Tensors | null = null;
  readonly #compiled: Compiled;
  readonly #provider: string;
  #home: OnnxSession | null = null;
  /** Shapes of the state, known from the first function. */
  #specs: Readonly<Record<string, TensorSpec>> = {};

  constructor(provider: string, state: State) {
    this.#provider = provider;
    this.#state = state;
    this.#compiled = new Compiled((fn) => {
      const resident = Object.keys(state).map(nextName);
      return openSession(compileStep(fn, 'webgpu').bytes, { provider, resident });
    });
  }

  get state(): State {
    return this.#state;
  }

  async prepare(fn: StepFunction): Promise<void> {
    await this.#compiled.session(fn);
  }

  async step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs> {
    const session = await this.#compiled.session(fn);
    const names = Object.keys(this.#state);
    this.#specs = Object.fromEntries(Object.entries(fn.inputs).filter(([name]) => names.includes(name)));
    const before: Tensors = this.#resident ?? session.tensors(this.#state);
    const results = await session.runTensors({ ...before, ...session.tensors(feeds) });
    const after = names.map((name) => [name, namedIn(results, nextName(name))] as const);
    if (this.#resident !== null) for (const tensor of Object.values(before)) tensor.dispose();
    this.#resident = Object.fromEntries(after);
    const others = Object.entries(results).filter(([name]) => !name.startsWith(nextName('')));
    return Object.fromEntries(others.map(([name, tensor]) => [name, numbersOf(tensor)]));
  }

  /**
   * Copies the state to this process by a model whose outputs are in main memory: the binding cannot read GPU memory.
   */
  async sync(): Promise<void> {
    const resident = this.#resident;
    if (resident === null) return;
    if (this.#home === null) {
      const copies = compile(
        (inputs) =>
          Object.fromEntries(
            Object.entries(inputs).map(([name, tensor]): [string, Tensor] => [homeName(name), tf.clone(tensor)]),
          ),
        this.#specs,
      );
      this.#home = await openSession(copies.bytes, { provider: this.#provider });
    }
    const results = await this.#home.runTensors(resident);
    const state = Object.keys(this.#state).map((name): [string, Float32Array] => {
      const tensor = results[homeName(name)];
      const data = tensor === undefined ? undefined : numbersOf(tensor);
      if (!(data instanceof Float32Array)) throw new Error(`the device did not give ${name} back`);
      return [name, data];
    });
    this.#state = Object.fromEntries(state);
  }

  async dispose(): Promise<void> {
    if (this.#resident !== null) for (const tensor of Object.values(this.#resident)) tensor.dispose();
    this.#resident = null;
    await this.#home?.dispose();
    await this.#compiled.dispose();
  }
}
