// Runs the steps of a gradient method: draws batches, feeds the compiled step, and carries the state along.
import type { Device } from '../../compute/devices/devices.ts';
import type { Numbers } from '../../compute/onnx/sessions.ts';
import { stepScalars } from './adam.ts';
import type { TrainingData } from '../data/training-data.ts';
import { gather } from '../../numerics/gather.ts';
import { parametersOf, valuesOf, type Arrays } from '../networks/network.ts';
import type { GradientLearner, Phase } from '../methods/method.ts';
import type { Random } from '../../numerics/random.ts';
import { initialState, optimizerOf, outputName, phaseChain } from './step.ts';
import { Stepper } from './stepper.ts';
import { int32At, namedIn, numberAt } from '../../../shared/at.ts';

/** Means over the steps of an epoch. */
export interface Losses {
  readonly loss: number;
  readonly lossC: number;
  readonly lossR: number;
}

/** The loss that ended an epoch. */
export interface Diverged {
  readonly diverged: number;
}

/** A loss this many times larger than the first one counts as divergence. */
const explosion = 1000;

/** Whether the loss or the gradient is not finite, or the loss is far larger than the first one. */
export function isDiverged(loss: number, gradientNorm: number, firstLoss: number): boolean {
  return (
    !Number.isFinite(loss) || !Number.isFinite(gradientNorm) || Math.abs(loss) > explosion * (1 + Math.abs(firstLoss))
  );
}

/** State after a step, without that of the learner. */
export interface StepState {
  /** Parameters and moments, by name. */
  readonly state: Arrays;
  /** Steps taken since the start. */
  readonly steps: number;
  readonly firstLoss: number | null;
}

const numberOf = (outputs: Readonly<Record<string, Numbers>>, name: string): number =>
  numberAt(namedIn(outputs, name), 0);

export class GradientTraining {
  readonly stepsPerEpoch: number;
  readonly #data: TrainingData;
  /** `[N]`: captions trained on. */
  readonly #pairs: Int32Array;
  readonly #learner: GradientLearner;
  readonly #batch: number;
  readonly #random: Random;
  readonly #threads: number;
  readonly #device: Device;
  /** Takes the steps; before the first epoch only the state to start from. */
  #stepper: Stepper | { readonly state: Arrays };
  #steps: number;
  #firstLoss: number | null;

  constructor(
    data: TrainingData,
    pairs: Int32Array,
    learner: GradientLearner,
    batch: number,
    random: Random,
    threads: number,
    from: StepState = { state: initialState(learner.networks), steps: 0, firstLoss: null },
    device: Device = 'cpu',
  ) {
    this.#data = data;
    this.#pairs = pairs;
    this.#learner = learner;
    this.#batch = batch;
    this.#random = random;
    this.#threads = threads;
    this.stepsPerEpoch = Math.floor(pairs.length / batch);
    this.#device = device;
    this.#stepper = { state: from.state };
    this.#steps = from.steps;
    this.#firstLoss = from.firstLoss;
  }

  /** State at the end of the last epoch: live arrays, valid until the next step. */
  get state(): StepState {
    return { state: this.#stepper.state, steps: this.#steps, firstLoss: this.#firstLoss };
  }

  /** Parameters and statistics as they are: live arrays, valid until the next step. */
  get parameters(): Arrays {
    return { ...this.#stepper.state, ...this.#learner.state() };
  }

  copyParameters(): Arrays {
    const { networks } = this.#learner;
    const { parameters } = this;
    const statistics = { ...networks.image.statistics, ...networks.text.statistics };
    const names = Object.keys({ ...parametersOf(networks), ...statistics });
    return Object.fromEntries(names.map((name) => [name, valuesOf(parameters, name).slice()]));
  }

  /**
   * One pass over the pairs in random order, the last short batch dropped. `afterStep` is called before the first and
   * after each step and may throw. Stops as soon as `isDiverged`.
   */
  async epoch(epoch: number, afterStep: (done: number) => void): Promise<Losses | Diverged> {
    const phase = this.#learner.phase(epoch);
    afterStep(0);
    await this.#learner.beforeEpoch?.(epoch);
    const stepper = await this.#open();
    for (const part of phaseChain(phase)) await stepper.prepare(part);
    const { imageRows, textRows, imageWidth, textWidth, captionPhoto } = this.#data;
    const batch = this.#batch;
    const order = this.#random.shuffle(Int32Array.from({ length: this.#pairs.length }, (_, i) => i));
    const images = new Float32Array(batch * imageWidth); // [B, imageWidth]
    const texts = new Float32Array(batch * textWidth); // [B, textWidth]
    const sums = { loss: 0, lossC: 0, lossR: 0 };
    for (let done = 0; done < this.stepsPerEpoch; done++) {
      const pairs = order.subarray(done * batch, (done + 1) * batch);
      const captions = pairs.map((pair) => int32At(this.#pairs, pair));
      const photos = captions.map((caption) => int32At(captionPhoto, caption));
      gather(imageRows, photos, imageWidth, images);
      gather(textRows, captions, textWidth, texts);
      this.#steps++;
      const runPhase = async (part: Phase, repeat: number) => {
        const optimizer = optimizerOf(this.#learner, part);
        const before = ((part.firstEpoch ?? 1) - 1) * this.stepsPerEpoch;
        const stepsDone = (this.#steps - 1 - before) * (part.repeats ?? 1) + repeat;
        const factor = optimizer.schedule?.(epoch, done / this.stepsPerEpoch) ?? 1;
        const own = part.feed(pairs, this.#random);
        const feeds = { imageRows: images, textRows: texts, ...stepScalars(optimizer, stepsDone), factor, own };
        const outputs = await stepper.step(part, feeds);
        part.absorb(pairs, namedOutputs(outputs));
        return outputs;
      };
      for (const part of phaseChain(phase)) {
        for (let repeat = 1; repeat <= (part.repeats ?? 1); repeat++) {
          const outputs = await runPhase(part, repeat);
          const loss = numberOf(outputs, 'loss');
          if (part !== phase || repeat > 1) {
            if (!Number.isFinite(loss)) return { diverged: loss };
            continue;
          }
          this.#firstLoss ??= loss;
          if (isDiverged(loss, numberOf(outputs, 'gradientNorm'), this.#firstLoss)) return { diverged: loss };
          sums.loss += loss;
          sums.lossC += numberOf(outputs, 'lossC');
          sums.lossR += numberOf(outputs, 'lossR');
        }
      }
      afterStep(done + 1);
    }
    await stepper.sync();
    const mean = (sum: number) => sum / this.stepsPerEpoch;
    return { loss: mean(sums.loss), lossC: mean(sums.lossC), lossR: mean(sums.lossR) };
  }

  async #open(): Promise<Stepper> {
    if (this.#stepper instanceof Stepper) return this.#stepper;
    const { state } = this.#stepper;
    const options = { threads: this.#threads };
    const stepper = await Stepper.open(this.#device, this.#learner, this.#batch, state, options);
    this.#stepper = stepper;
    return stepper;
  }

  async dispose(): Promise<void> {
    if (this.#stepper instanceof Stepper) await this.#stepper.dispose();
  }
}

/** The requested outputs of the phase, under their own names. */
function namedOutputs(outputs: Readonly<Record<string, Numbers>>): Arrays {
  const prefix = outputName('');
  const own: Record<string, Float32Array> = {};
  for (const [name, data] of Object.entries(outputs)) {
    if (name.startsWith(prefix) && data instanceof Float32Array) own[name.slice(prefix.length)] = data;
  }
  return own;
}
