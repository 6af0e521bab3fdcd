// Takes a learner's training steps on a device: gradients by ONNX Runtime and Adam by the WebAssembly kernel on the CPU,
// both in one graph elsewhere. The state has the same form everywhere, so a training can continue on another device.
import { AdamMemory, adamFits } from '../../compute/kernels/adam/adam-memory.ts';
import { openRunner, type Device, type RunnerOptions } from '../../compute/devices/devices.ts';
import {
  Compiled,
  stagesOfStep,
  type Outputs,
  type Runner,
  type State,
  type StepFunction,
} from '../../compute/devices/step-runner.ts';
import { numbersOf, type Numbers } from '../../compute/onnx/sessions.ts';
import { StagedSession } from '../../compute/onnx/stages.ts';
import type { AdamOptimizer, GradientLearner, Phase } from '../methods/method.ts';
import { buildGradients, buildStep, firstName, gradientName, optimizerOf, phaseFeeds, secondName } from './step.ts';
import { parametersOf } from '../networks/network.ts';
import { namedIn, numberAt, present } from '../../../shared/at.ts';

/** Inputs of a step beside the state. `rate` and `epsilon` are those of `stepScalars`. */
export interface StepFeeds {
  /** `[B, imageWidth]`. */
  readonly imageRows: Float32Array;
  /** `[B, textWidth]`. */
  readonly textRows: Float32Array;
  readonly rate: number;
  readonly epsilon: number;
  /** The schedule's factor of every learning rate; 1 where left out. */
  readonly factor?: number;
  /** The phase's own inputs, under its own names. */
  readonly own: Readonly<Record<string, Numbers>>;
}

/** Whether the kernel runs Adam: on the CPU, if the parameters fit into its memory and every step changes all of them. */
export function hasKernel(device: Device, learner: GradientLearner): boolean {
  const { networks, optimizer } = learner;
  return (
    device === 'cpu' &&
    optimizer.kind !== 'sgd' &&
    learner.phase(1).learns === undefined &&
    learner.phase(1).optimizer === undefined &&
    adamFits(Object.values(parametersOf(networks)).map(({ initial }) => initial.length))
  );
}

export class Stepper {
  readonly device: Device;
  readonly #learner: GradientLearner;
  readonly #batch: number;
  readonly #runner: Runner;
  readonly #steps = new Map<Phase, StepFunction>();

  private constructor(device: Device, learner: GradientLearner, batch: number, runner: Runner) {
    this.device = device;
    this.#learner = learner;
    this.#batch = batch;
    this.#runner = runner;
  }

  /** @param state `initialState(networks)`, or the `state` of an earlier stepper */
  static async open(
    device: Device,
    learner: GradientLearner,
    batch: number,
    state: State,
    options: RunnerOptions = {},
  ): Promise<Stepper> {
    const here = hasKernel(device, learner);
    const runner = here ? new KernelRunner(learner, state, options) : await openRunner(device, state, options);
    return new Stepper(device, learner, batch, runner);
  }

  /**
   * Parameters and moments as of the last `sync`: live arrays, valid until the next step. On the CPU they are views of one
   * large buffer: copy them before they are posted to another thread, which would copy all of it.
   */
  get state(): State {
    return this.#runner.state;
  }

  /** Copies the state from the device. Does nothing on the CPU. */
  sync(): Promise<void> {
    return this.#runner.sync();
  }

  async prepare(phase: Phase): Promise<void> {
    await this.#runner.prepare(this.#step(phase));
  }

  /** One step. Outputs: `loss`, `lossC`, `lossR`, `gradientNorm`, `outputName(...)`; valid until the next step. */
  step(phase: Phase, { imageRows, textRows, rate, epsilon, factor = 1, own }: StepFeeds): Promise<Outputs> {
    return this.#runner.step(this.#step(phase), {
      imageRows,
      textRows,
      rate: Float32Array.of(rate * factor),
      epsilon: Float32Array.of(epsilon),
      ...(optimizerOf(this.#learner, phase).decoupledDecay === undefined ? {} : { factor: Float32Array.of(factor) }),
      ...phaseFeeds(own),
    });
  }

  dispose(): Promise<void> {
    return this.#runner.dispose();
  }

  #step(phase: Phase): StepFunction {
    let step = this.#steps.get(phase);
    if (step === undefined) {
      const build = this.#runner instanceof KernelRunner ? buildGradients : buildStep;
      step = build(this.#learner, phase, this.#batch);
      this.#steps.set(phase, step);
    }
    return step;
  }
}

/**
 * ONNX Runtime reads the parameters and writes the gradients in the kernel's memory, so nothing is copied. A parameter takes
 * 16 bytes; the whole step as one graph takes 24 bytes of double-buffered state and its intermediate results.
 */
class KernelRunner implements Runner {
  readonly state: State;
  readonly #memory: AdamMemory;
  readonly #optimizer: AdamOptimizer;
  readonly #compiled: Compiled<StagedSession>;
  readonly #bound = new Map<StagedSession, Binding>();
  readonly #norm = new Float32Array(1);

  constructor({ networks, optimizer }: GradientLearner, state: State, { threads = 0 }: RunnerOptions) {
    const names = Object.keys(parametersOf(networks));
    const lengths = names.map((name): [string, number] => [name, namedIn(state, name).length]);
    const memory = new AdamMemory(Object.fromEntries(lengths));
    const kept: Record<string, Float32Array> = {};
    for (const name of names) {
      const places = {
        [name]: namedIn(memory.parameters, name),
        [firstName(name)]: namedIn(memory.first, name),
        [secondName(name)]: namedIn(memory.second, name),
      };
      for (const [stored, place] of Object.entries(places)) {
        place.set(namedIn(state, stored));
        kept[stored] = place;
      }
    }
    this.state = kept;
    if (optimizer.kind === 'sgd') throw new Error('the kernel runs Adam alone');
    this.#memory = memory;
    this.#optimizer = optimizer;
    this.#compiled = new Compiled((fn) => StagedSession.open(stagesOfStep(fn), { threads }));
  }

  async sync(): Promise<void> {}

  async prepare(fn: StepFunction): Promise<void> {
    await this.#compiled.session(fn);
  }

  async step(fn: StepFunction, feeds: Readonly<Record<string, Numbers>>): Promise<Outputs> {
    const session = await this.#compiled.session(fn);
    const { rate, epsilon, factor, ...others } = feeds;
    const scalars = [present(rate, 'there is no rate'), present(epsilon, 'there is no epsilon')] as const;
    const binding = this.#binding(session);
    await session.runInto({ ...binding.parameters, ...session.tensors(others) }, binding.fetches);
    this.#adam(numberAt(scalars[0], 0), numberAt(scalars[1], 0), factor === undefined ? 1 : numberAt(factor, 0));
    return { ...binding.outputs, gradientNorm: this.#norm };
  }

  #adam(rate: number, epsilon: number, factor: number): void {
    const { clipNorm, weightDecay, beta1, beta2, learningRate, decoupledDecay } = this.#optimizer;
    // Rounded to 32 bits wherever adam.ts rounds.
    const norm = Math.fround(this.#memory.gradientNorm());
    this.#norm[0] = norm;
    const clip = clipNorm === null ? 1 : Math.min(1, clipNorm / Math.fround(norm + 1e-6));
    const rateOf = (name: string) => Math.fround(rate) * Math.fround(learningRate(name));
    const keep = (name: string) => 1 - factor * learningRate(name) * (decoupledDecay?.(name) ?? 0);
    this.#memory.step({ clip, decay: weightDecay, beta1, beta2, rate: rateOf, epsilon, keep });
  }

  #binding(session: StagedSession): Binding {
    let binding = this.#bound.get(session);
    if (binding === undefined) {
      const { parameters, gradients } = this.#memory;
      const fetches: Record<string, Binding['fetches'][string]> = {};
      const outputs: Record<string, Numbers> = {};
      for (const name of session.outputs) {
        const gradient = gradients[name.slice(gradientName('').length)];
        const isGradient = name.startsWith(gradientName('')) && gradient !== undefined;
        const tensor = isGradient ? session.outputTensor(name, gradient) : session.outputTensor(name);
        fetches[name] = tensor;
        if (!isGradient) outputs[name] = numbersOf(tensor);
      }
      binding = { parameters: session.tensors(parameters), fetches, outputs };
      this.#bound.set(session, binding);
    }
    return binding;
  }

  dispose(): Promise<void> {
    this.#bound.clear();
    return this.#compiled.dispose();
  }
}

interface Binding {
  readonly parameters: ReturnType<StagedSession['tensors']>;
  readonly fetches: ReturnType<StagedSession['tensors']>;
  /** Outputs that are not gradients. */
  readonly outputs: Readonly<Record<string, Numbers>>;
}
