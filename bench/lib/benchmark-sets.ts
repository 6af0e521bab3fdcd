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

const sets: Readonly<Record<string, { readonly path: string; readonly options: object; readonly batch: number }>> = {
  wikipedia: { path: folder('wikipedia'), options: {}, batch: 128 },
  corel5k: { path: folder('corel5k'), options: {}, batch: 256 },
  'flickr8k-features': { path: folder('flickr8k-features'), options: {}, batch: 256 },
  'clip-rows': { path: folder('clip-rows'), options: { queries: 300, sharedWidth: 512 }, batch: 256 },
};

export const setNames = Object.keys(sets);

export interface NamedSet {
  /** Chance, and the cosine of the encoder's own features. */
  readonly context: () => Promise<EvaluationContext>;
  /** The runs of a plan, taken from `kept` or made on the CPU with the set's size of a batch. */
  readonly runsOf: (
    kept: RunFile,
    plan: Pick<RunPlan, 'methods' | 'bits' | 'seeds' | 'epochs'>,
  ) => Promise<readonly Run[]>;
}

/** The set, or null where it is not there. */
export async function namedSet(name: string): Promise<NamedSet | null> {
  const known = sets[name];
  if (known === undefined || !existsSync(known.path)) return null;
  const set = await readBenchmarkSet(known.path, { ...known.options, textFeatures: starterTexts(resourcesDir) });
  return {
    context() {
      const { data, split } = testPart(set);
      return evaluationContext(data, split, 1, 0);
    },
    runsOf(kept, { methods, bits, seeds, epochs }) {
      const plan: RunPlan = {
        ...{ methods, bits, seeds, epochs, batch: known.batch, hidden: null, negatives: 512 },
        ...{ device: 'cpu', normalise: set.normalise, protocol: 'single' },
      };
      return kept.runsOf([name, plan], async () => (await runBenchmark(set, plan)).runs);
    },
  };
}
