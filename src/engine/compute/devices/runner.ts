// Steps that carry state from one to the next, on whatever device: the same function compiled, or run as it is.
import { compile, compileStages, type TensorRecord, type TensorSpec } from '../onnx/compile.ts';
import { openSession, Recurrence, type Numbers, type Session } from '../onnx/sessions.ts';

/** A step as a function of tensors: state `x` among its inputs comes back as output `nextName(x)`. */
export interface StepFunction {
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  run(tensors: TensorRecord): TensorRecord;
}

export type State = Readonly<Record<string, Float32Array>>;
export type Outputs = Readonly<Record<string, Numbers>>;

/** Holds state and takes steps. Not for two steps at once. */
export interface Runner {
  /** The state as `sync` found it: arrays valid until the next step. */
  readonly state: State;
  /** Makes `state` what it is after the last step. */
  sync(): Promise<void>;
  /** Compiles a function, if that is what the device needs; `step` would do it too. */
  prepare(fn: StepFunction): Promise<void>;
  /** `feeds` are the inputs beside the state. Returns the outputs beside the new state, valid until the next step. */
  step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs>;
  dispose(): Promise<void>;
}

/** The sessions of some functions, each compiled once. */
export class Compiled<S extends { dispose(): Promise<void> } = Session> {
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

export const compileStep = (fn: StepFunction) => compile((tensors) => fn.run(tensors), fn.inputs);
export const stagesOfStep = (fn: StepFunction) => compileStages((tensors) => fn.run(tensors), fn.inputs);

/**
 * State in this process' memory, in two sets of arrays that swap roles. On a GPU (cuda, dml, coreml) the state travels
 * both ways at every step: ONNX Runtime's Node binding keeps tensors in the memory of WebGPU only. Unrolling several
 * steps in one graph would save it and change the method: a memory bank must have taken up a step before the next
 * begins. So whether such a device pays is left to the measurement in devices.ts.
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
