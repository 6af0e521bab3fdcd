// Mean and spread over seeds of what the runs of a method at a code length gave.
import type { DirectionScores } from '../../shared/types.ts';
import type { Bits, Run, Scores } from './runner.ts';

export interface Summary {
  readonly method: string;
  readonly bits: Bits;
  readonly seeds: readonly number[];
  readonly mean: Scores;
  /** Sample standard deviation (n - 1); null with a single seed. */
  readonly sd: Scores | null;
  /** Of one training, mean. */
  readonly seconds: number;
}

export type Measure = keyof Scores;

const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

function sdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
}

/** Each number of the runs' scores folded into one. */
function fold(runs: readonly Run[], how: (values: readonly number[]) => number): Scores {
  const scores = (measure: Measure): DirectionScores => {
    const of = (direction: keyof DirectionScores) => how(runs.map((run) => run.scores[measure][direction]));
    return { i2t: of('i2t'), t2i: of('t2i'), mean: of('mean') };
  };
  return {
    mapStable: scores('mapStable'),
    map: scores('map'),
    map50: scores('map50'),
    map50Stable: scores('map50Stable'),
  };
}

/** One summary for each method and code length, in the order of the runs. */
export function summarise(runs: readonly Run[]): Summary[] {
  const groups = Map.groupBy(runs, ({ method, bits }) => `${method} ${bits}`);
  return [...groups.values()].flatMap((group): Summary[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        method: first.method,
        bits: first.bits,
        seeds: group.map(({ seed }) => seed),
        mean: fold(group, meanOf),
        sd: group.length < 2 ? null : fold(group, sdOf),
        seconds: meanOf(group.map(({ seconds }) => seconds)),
      },
    ];
  });
}
