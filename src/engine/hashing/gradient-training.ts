// The steps of a gradient method: batches drawn, fed to the compiled step, state carried from one to the next.
import { compile } from '../compute/compile.ts';
import { openSession, Recurrence, type Numbers, type Session } from '../compute/sessions.ts';
import { stepScalars } from './adam.ts';
import type { TrainingData } from './data.ts';
import { gather } from './memory-bank.ts';
import type { Arrays, GradientLearner, Phase } from './methods/method.ts';
import type { Random } from './random.ts';
import { buildStep, initialState, outputName, parametersOf, phaseFeeds } from './step.ts';

/** Means over the steps of an epoch. */
export interface Losses {
  readonly loss: number;
  readonly lossC: number;
  readonly lossR: number;
}

function numberOf(outputs: Readonly<Record<string, Numbers>>, name: string): number {
  const value = outputs[name]?.[0];
  if (value === undefined) throw new Error(`the step gave no ${name}`);
  return value;
}

export class GradientTraining {
  readonly stepsPerEpoch: number;
  readonly #data: TrainingData;
  /** `[N]`: captions trained on. */
  readonly #pairs: Int32Array;
  readonly #learner: GradientLearner;
  readonly #batch: number;
  readonly #random: Random;
  readonly #threads: number;
  readonly #state: Recurrence;
  readonly #sessions = new Map<Phase, Session>();
  /** Steps taken since the start. */
  #steps = 0;

  constructor(
    data: TrainingData,
    pairs: Int32Array,
    learner: GradientLearner,
    batch: number,
    random: Random,
    threads: number,
  ) {
    this.#data = data;
    this.#pairs = pairs;
    this.#learner = learner;
    this.#batch = batch;
    this.#random = random;
    this.#threads = threads;
    this.stepsPerEpoch = Math.floor(pairs.length / batch);
    this.#state = new Recurrence(initialState(learner.networks));
  }

  /** Parameters as they are: live arrays, valid until the next step. */
  get parameters(): Arrays {
    return this.#state.state;
  }

  copyParameters(): Arrays {
    const { state } = this.#state;
    const names = Object.keys(parametersOf(this.#learner.networks));
    return Object.fromEntries(names.map((name) => [name, Float32Array.from(state[name] ?? [])]));
  }

  /**
   * One pass over the pairs in random order, the last short batch dropped. `afterStep` is called before the first and
   * after each step and may throw. Null as soon as a loss or gradient is not a finite number.
   */
  async epoch(epoch: number, afterStep: (done: number) => void): Promise<Losses | null> {
    const phase = this.#learner.phase(epoch);
    afterStep(0);
    const session = await this.#session(phase);
    const { imageRows, textRows, imageWidth, textWidth, captionPhoto } = this.#data;
    const batch = this.#batch;
    const order = this.#random.shuffle(Int32Array.from({ length: this.#pairs.length }, (_, i) => i));
    const images = new Float32Array(batch * imageWidth); // [B, imageWidth]
    const texts = new Float32Array(batch * textWidth); // [B, textWidth]
    const rate = new Float32Array(1);
    const epsilon = new Float32Array(1);
    const sums = { loss: 0, lossC: 0, lossR: 0 };
    for (let done = 0; done < this.stepsPerEpoch; done++) {
      const pairs = order.subarray(done * batch, (done + 1) * batch);
      const captions = pairs.map((pair) => this.#pairs[pair] ?? 0);
      const photos = captions.map((caption) => captionPhoto[caption] ?? 0);
      gather(imageRows, photos, imageWidth, images);
      gather(textRows, captions, textWidth, texts);
      this.#steps++;
      const scalars = stepScalars(this.#learner.optimizer, this.#steps);
      rate[0] = scalars.rate;
      epsilon[0] = scalars.epsilon;
      const outputs = await this.#state.step(session, {
        imageRows: images,
        textRows: texts,
        rate,
        epsilon,
        ...phaseFeeds(phase.feed(pairs, this.#random)),
      });
      phase.absorb(pairs, namedOutputs(outputs));
      const loss = numberOf(outputs, 'loss');
      if (!Number.isFinite(loss) || !Number.isFinite(numberOf(outputs, 'gradientNorm'))) return null;
      sums.loss += loss;
      sums.lossC += numberOf(outputs, 'lossC');
      sums.lossR += numberOf(outputs, 'lossR');
      afterStep(done + 1);
    }
    const mean = (sum: number) => sum / this.stepsPerEpoch;
    return { loss: mean(sums.loss), lossC: mean(sums.lossC), lossR: mean(sums.lossR) };
  }

  async #session(phase: Phase): Promise<Session> {
    let session = this.#sessions.get(phase);
    if (session === undefined) {
      const step = buildStep(this.#learner, phase, this.#batch);
      const model = compile((tensors) => step.run(tensors), step.inputs);
      session = await openSession(model.bytes, { threads: this.#threads });
      this.#sessions.set(phase, session);
    }
    return session;
  }

  async dispose(): Promise<void> {
    for (const session of this.#sessions.values()) await session.dispose();
    this.#sessions.clear();
  }
}

/** What the phase asked back, under its own names. */
function namedOutputs(outputs: Readonly<Record<string, Numbers>>): Arrays {
  const prefix = outputName('');
  const own: Record<string, Float32Array> = {};
  for (const [name, data] of Object.entries(outputs)) {
    if (name.startsWith(prefix) && data instanceof Float32Array) own[name.slice(prefix.length)] = data;
  }
  return own;
}
