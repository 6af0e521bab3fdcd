// The full report of one set of codes: mAP, precision, recall and NDCG at several k, and the precision-recall curve.
import type { PrecisionRecallPoint } from '../../../shared/contract/evaluation.ts';
import { expectedApAt, harmonicNumbers } from './average-precision.ts';
import { codeWords, countByDistance, hammingDistances, type CodeRetrieval } from './metrics.ts';
import { discountSums, ndcgAt, PrecisionRecallCurve, precisionAt, recallAt } from './ranking-metrics.ts';
import { RelevanceIndex } from '../data/label-relevance.ts';

/** Values of k. */
export const reportKs = [1, 5, 10, 50, 100] as const;

export interface ScoreAtK {
  readonly k: number;
  readonly map: number;
  readonly precision: number;
  readonly recall: number;
  readonly ndcg: number;
}

export interface CodeReport {
  readonly atK: readonly ScoreAtK[];
  readonly prCurve: readonly PrecisionRecallPoint[];
}

/**
 * Means over queries of all numbers, exact where items tie. A query with nothing relevant has 0 and counts, but takes no
 * part in the curve. Yields after each query.
 */
export function* reportSteps(retrieval: CodeRetrieval, ks: readonly number[] = reportKs): Generator<void, CodeReport> {
  const { bits, queryLabels } = retrieval;
  const queries = codeWords(retrieval.queries, bits);
  const items = codeWords(retrieval.items, bits);
  const index = new RelevanceIndex(retrieval.itemLabels);
  const harmonic = harmonicNumbers(items.rows);
  const discounts = discountSums(Math.max(...ks, 1));
  const distances = new Uint16Array(items.rows);
  const flags = new Uint8Array(items.rows);
  const sizes = new Int32Array(bits + 1);
  const relevant = new Int32Array(bits + 1);
  const curve = new PrecisionRecallCurve(bits);
  const sums = ks.map((k) => ({ k, map: 0, precision: 0, recall: 0, ndcg: 0 }));
  for (let query = 0; query < queries.rows; query++) {
    const total = index.mark(queryLabels, query, flags);
    if (total === 0) continue;
    hammingDistances(queries, query, items, distances);
    countByDistance(distances, flags, sizes, relevant);
    const ranking = { sizes, relevant };
    for (const sum of sums) {
      sum.map += expectedApAt(sum.k, ranking, harmonic);
      sum.precision += precisionAt(sum.k, ranking);
      sum.recall += recallAt(sum.k, ranking, total);
      sum.ndcg += ndcgAt(sum.k, ranking, total, discounts);
    }
    curve.add(ranking, total);
    index.mark(queryLabels, query, flags, 0);
    yield;
  }
  const count = Math.max(1, queries.rows);
  return {
    atK: sums.map(({ k, map, precision, recall, ndcg }) => {
      return { k, map: map / count, precision: precision / count, recall: recall / count, ndcg: ndcg / count };
    }),
    prCurve: curve.points(),
  };
}
