// Mean and deviation over seeds, for each method and code length.
import type { Direction, DirectionScores } from '../../shared/contract/evaluation.ts';
import type { DatabaseCodes } from './database-codes.ts';
import type { FoundRanks, CounterpartRanks } from './counterpart-ranks.ts';
import type { Bits, Run, Scores } from './run-benchmark.ts';

export interface Summary {
  readonly method: string;
  readonly database: DatabaseCodes;
  readonly bits: Bits;
  readonly seeds: readonly number[];
  readonly mean: Scores;
  /** Sample standard deviation (n - 1); null with a single seed. */
  readonly sd: Scores | null;
  /** Ranks of own items, as `mean` and `sd`; null where labels decide relevance. */
  readonly own: { readonly mean: CounterpartRanks; readonly sd: CounterpartRanks | null } | null;
  /** mAP text -> images never trained on, as `mean` and `sd`, and that of chance; null where it was not measured. */
  readonly unseen: { readonly mean: number; readonly sd: number | null; readonly chance: number } | null;
  /** Mean duration of one training. */
  readonly seconds: number;
}

export type Measure = keyof Scores;

const meanOf = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

function sdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
}

type Fold = (values: readonly number[]) => number;

/** Folds each number of the runs' scores into one. */
function fold(runs: readonly Run[], how: Fold): Scores {
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

/** Folds each number of the own items into one. A median rank is null where one of the runs does not find it. */
function foldOwn(own: readonly CounterpartRanks[], how: Fold): CounterpartRanks {
  const both = <T>(of: (direction: Direction) => T) => ({ i2t: of('i2t'), t2i: of('t2i') });
  const ranks = (stage: 'byCode' | 'reranked'): FoundRanks => ({
    recall: both((direction) => {
      const at = (k: 1 | 5 | 10) => how(own.map((items) => items[stage].recall[direction][k]));
      return { 1: at(1), 5: at(5), 10: at(10) };
    }),
    medianRank: both((direction) => {
      const known = own.map((items) => items[stage].medianRank[direction]).filter((rank) => rank !== null);
      return known.length < own.length ? null : how(known);
    }),
  });
  return {
    byCode: ranks('byCode'),
    reranked: ranks('reranked'),
    candidates: both((direction) => how(own.map(({ candidates }) => candidates[direction]))),
  };
}

function unseenOf(group: readonly Run[]): Summary['unseen'] {
  const found = group.flatMap(({ unseen }) => (unseen === null ? [] : [unseen]));
  const [first] = found;
  if (first === undefined) return null;
  const maps = found.map(({ map }) => map);
  return { mean: meanOf(maps), sd: maps.length < 2 ? null : sdOf(maps), chance: first.chance };
}

/** One summary for each method, code length and kind of database codes, in the order of the runs. */
export function summarise(runs: readonly Run[]): Summary[] {
  const groups = Map.groupBy(runs, ({ method, bits, database }) => `${method} ${bits} ${database}`);
  return [...groups.values()].flatMap((group): Summary[] => {
    const [first] = group;
    if (first === undefined) return [];
    const own = group.flatMap((run) => run.own ?? []);
    const isAlone = group.length < 2;
    return [
      {
        method: first.method,
        database: first.database,
        bits: first.bits,
        seeds: group.map(({ seed }) => seed),
        mean: fold(group, meanOf),
        sd: isAlone ? null : fold(group, sdOf),
        own: own.length === 0 ? null : { mean: foldOwn(own, meanOf), sd: isAlone ? null : foldOwn(own, sdOf) },
        unseen: unseenOf(group),
        seconds: meanOf(group.map(({ seconds }) => seconds)),
      },
    ];
  });
}
