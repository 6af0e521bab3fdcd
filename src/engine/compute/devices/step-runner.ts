// Runs steps that pass state on, on any device: the same function either compiled or run directly.
import { compile, compileStages, type TensorRecord, type TensorSpec } from '../onnx/compile.ts';
import { openSession, Recurrence, type Numbers, type OnnxSession } from '../onnx/sessions.ts';

/** A step as a function of tensors: its state input `x` comes back as output `nextName(x)`. */
export interface StepFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  run(tensors: TensorRecord): TensorRecord;
}

export type State = Readonly<Record<string, Float32Array>>;
export type Outputs = Readonly<Record<string, Numbers>>;

/** Holds state and takes steps, one at a time. */
export interface Runner {
  /** The state at the last `sync`. The arrays are valid until the next step. */
  readonly state: State;
  /** Updates `state` to the result of the last step. */
  sync(): Promise<void>;
  /** Compiles a function where the device needs it. `step` compiles on first use, too. */
  prepare(fn: StepFunction): Promise<void>;
  /**
   * Takes a step. `feeds` are the inputs that are not state. Returns the outputs that are not state, valid until the
   * next step.
   */
  step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs>;
  dispose(): Promise<void>;
}

/** Sessions of functions, each compiled once. */
export class Compiled<S extends { dispose(): Promise<void> } = OnnxSession> {
  readonly #sessions = new Map<StepFunction, S>();
  readonly #open: (fn: StepFunction) => Promise<S>;

  constructor(open: (fn: StepFunction) => Promise<S>) {
    this.#open = open;
  }

  async session(fn: StepFunction): Promise<S> {
    let session = this.#sessions.get(fn);
    if (session === undefined) {
      session = await this.#open(fn);
      this.#sessions.set(fn, session);
    }
    return session;
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await session.dispose();
    this.#sessions.clear();
  }
}

export const compileStep = (fn: StepFunction, target: 'onnx' | 'webgpu' = 'onnx') =>
  compile((tensors) => fn.run(tensors), fn.inputs, target);
export const stagesOfStep = (fn: StepFunction) => compileStages((tensors) => fn.run(tensors), fn.inputs);

/**
 * Keeps the state in this process's memory, in two sets of arrays that swap roles. On a GPU (cuda, dml, coreml) the
 * state travels both ways at every step: ONNX Runtime's Node binding keeps tensors in device memory for WebGPU only.
 * Unrolling several steps in one graph would save the transfer but change the method, because a memory bank must store
 * a step's rows before the next step. devices.ts measures whether such a device is worth using.
 */
export class HostRunner implements Runner {
  readonly #recurrence: Recurrence;
  readonly #compiled: Compiled;

  constructor(provider: string, threads: number, state: State) {
    this.#recurrence = new Recurrence(state);
    this.#compiled = new Compiled((fn) => openSession(compileStep(fn).bytes, { provider, threads }));
  }

  get state(): State {
    return this.#recurrence.state;
  }

  async sync(): Promise<void> {}

  async prepare(fn: StepFunction): Promise<void> {
    await this.#compiled.session(fn);
  }

  async step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs> {
    return this.#recurrence.step(await this.#compiled.session(fn), feeds);
  }

  dispose(): Promise<void> {
    return this.#compiled.dispose();
  }
}
