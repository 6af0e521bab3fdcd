// Known slips of published evaluations, by name. They reproduce a published table and are never the default.
import type { DirectionScores } from '../../shared/contract/evaluation.ts';
import type { DividedBy } from '../hashing/evaluation/average-precision.ts';
import type { BenchmarkSet } from './benchmark-set.ts';

/**
 * `test-epoch`: the queries themselves choose the epoch (CIRH, JDSH). `count-from-10`: the number of queries that
 * divides mAP starts at 10 (the Matlab code behind the tables of UCMFH), which lowers it by .5 % for 2000 queries.
 * `hits-in-50`: mAP at 50 is divided by the hits among the 50 instead of the possible hits (DJSRH and its
 * successors, UCMFH), so a single hit in first place counts as 1.
 */
export const quirks = ['test-epoch', 'count-from-10', 'hits-in-50'] as const;
export type Quirk = (typeof quirks)[number];

/** The set with its queries as the rows that choose the epoch, if requested. */
export const withQuirks = (set: BenchmarkSet, asked: readonly Quirk[]): BenchmarkSet =>
  asked.includes('test-epoch') ? { ...set, validation: set.query } : set;

/** Divisor of mAP at 50. */
export const dividedBy = (asked: readonly Quirk[]): DividedBy => (asked.includes('hits-in-50') ? 'found' : 'relevant');

/** Factor of a mean over queries. */
export const quirkFactor = (asked: readonly Quirk[], queries: number): number =>
  asked.includes('count-from-10') ? queries / (queries + 10) : 1;

/** Both directions of a measure, multiplied. */
export const scaled = ({ i2t, t2i }: DirectionScores, byImages: number, byTexts: number): DirectionScores => ({
  i2t: i2t * byImages,
  t2i: t2i * byTexts,
  mean: (i2t * byImages + t2i * byTexts) / 2,
});
