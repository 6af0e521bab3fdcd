// Data sets of the benchmarks that compare trainings, with how each one is read and its size of a batch.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBenchmarkSet, starterTexts } from '../../src/engine/benchmark/benchmark.ts';
import { testPart } from '../../src/engine/benchmark/training-part.ts';
import { evaluationContext } from '../../src/engine/hashing/evaluation/evaluation.ts';
import type { EvaluationContext } from '../../src/shared/contract/evaluation.ts';
import { runBenchmark, type Run, type RunPlan } from '../../src/engine/benchmark/run-benchmark.ts';
import { resourcesDir } from '../../test/support/resources.ts';
import type { RunFile } from './run-file.ts';

const folder = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));

interface KnownSet {
  readonly path: string;
  readonly options: object;
  readonly batch: number;
  /** Photos to learn from, evenly taken, and to choose the epoch by; all of them where it is absent. */
  readonly part?: { readonly train: number; readonly validation: number };
}

const sets: Readonly<Record<string, KnownSet>> = {
  wikipedia: { path: folder('wikipedia'), options: {}, batch: 128 },
  corel5k: { path: folder('corel5k'), options: {}, batch: 256 },
  // All 6000 photos take a quarter of an hour a training.
  'flickr8k-features': {
    path: folder('flickr8k-features'),
    options: {},
    batch: 256,
    part: { train: 1000, validation: 200 },
  },
  'clip-rows': { path: folder('clip-rows'), options: { queries: 300, sharedWidth: 512 }, batch: 256 },
};

export const setNames = Object.keys(sets);

export interface NamedSet {
  /** Chance, and the cosine of the encoder's own features. */
  readonly context: () => Promise<EvaluationContext>;
  /**
   * The runs of a plan, taken from `kept` or made on the CPU with the set's size of a batch.
   * @param finished leaves out what `kept` does not have
   */
  readonly runsOf: (
    kept: RunFile,
    plan: Pick<RunPlan, 'methods' | 'bits' | 'seeds' | 'epochs'>,
    finished?: boolean,
  ) => Promise<readonly Run[]>;
}

/** `count` of the rows, evenly taken; all of them where there are not more. */
const evenly = (rows: Int32Array, count: number): Int32Array =>
  rows.filter((_, i) => Math.floor((i * count) / rows.length) < Math.floor(((i + 1) * count) / rows.length));

/** The set, or null where it is not there. */
export async function namedSet(name: string): Promise<NamedSet | null> {
  const known = sets[name];
  if (known === undefined || !existsSync(known.path)) return null;
  const whole = await readBenchmarkSet(known.path, { ...known.options, textFeatures: starterTexts(resourcesDir) });
  const { part } = known;
  const set =
    part === undefined
      ? whole
      : {
          ...whole,
          train: evenly(whole.train, part.train),
          validation: whole.validation && evenly(whole.validation, part.validation),
        };
  return {
    context() {
      const { data, split } = testPart(set);
      return evaluationContext(data, split, 1, 0);
    },
    async runsOf(kept, { methods, bits, seeds, epochs }, finished = false) {
      const plan: RunPlan = {
        ...{ methods, bits, seeds, epochs, batch: known.batch, hidden: null, negatives: 512 },
        ...{ device: 'cpu', normalise: set.normalise, protocol: 'single' },
      };
      if (finished) return kept.finished([name, plan]);
      return kept.runsOf([name, plan], async () => (await runBenchmark(set, plan)).runs);
    },
  };
}
