// Retrieval quality of packed codes: Hamming distances and the mean average precision of ranking by them.
import { expectedAp, expectedApAt, harmonicNumbers, orderedAp, type DividedBy } from './average-precision.ts';
import { RelevanceIndex, rowsOf, type LabelSets } from '../data/label-relevance.ts';
import { runToEnd } from '../../runtime/yielder.ts';
import { float32At, int32At, uint16At, uint32At, uint8At } from '../../../shared/at.ts';

/** Packed codes of equal length as 32-bit words, the last one padded with zeros. */
export interface CodeWords {
  readonly rows: number;
  readonly bits: number;
  /** Words a code. */
  readonly stride: number;
  readonly words: Uint32Array;
}

export function codeWords(codes: Uint8Array, bits: number): CodeWords {
  const bytes = bits / 8;
  if (!Number.isInteger(bytes) || codes.length % bytes !== 0) {
    throw new RangeError(`${codes.length} bytes are not codes of ${bits} bits, a multiple of 8`);
  }
  const rows = codes.length / bytes;
  const stride = Math.ceil(bytes / 4);
  const padded = new Uint8Array(rows * stride * 4);
  for (let row = 0; row < rows; row++) padded.set(codes.subarray(row * bytes, (row + 1) * bytes), row * stride * 4);
  return { rows, bits, stride, words: new Uint32Array(padded.buffer) };
}

/** Distances of one query to every item, into `into` `[items]`. */
export function hammingDistances(queries: CodeWords, query: number, items: CodeWords, into: Uint16Array): Uint16Array {
  const { stride, words, rows } = items;
  const start = query * stride;
  for (let item = 0, at = 0; item < rows; item++) {
    let distance = 0;
    for (let word = 0; word < stride; word++, at++) {
      // Set bits of a 32-bit word, in parallel sums of 2, 4 and 8 bits.
      let x = uint32At(queries.words, start + word) ^ uint32At(words, at);
      x -= (x >>> 1) & 0x55555555;
      x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
      distance += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    into[item] = distance;
  }
  return into;
}

/** Counts the items and the relevant items at each distance, into `sizes` and `hits` `[bits + 1]`. */
export function countByDistance(
  distances: Uint16Array,
  relevant: Uint8Array,
  sizes: Int32Array,
  hits: Int32Array,
): void {
  sizes.fill(0);
  hits.fill(0);
  for (let item = 0; item < distances.length; item++) {
    const distance = uint16At(distances, item);
    sizes[distance] = int32At(sizes, distance) + 1;
    hits[distance] = int32At(hits, distance) + uint8At(relevant, item);
  }
}

export interface RetrievalScores {
  /** mAP over the whole list, tie-aware: the number to report. */
  readonly map: number;
  /** mAP at k, tie-aware. */
  readonly mapAtK: number;
  /** mAP over the whole list in stable database order, as in published tables. */
  readonly mapStable: number;
  /** mAP at k in stable database order. */
  readonly mapAtKStable: number;
}

/** The same four numbers for each query. */
export type ApPerQuery = { readonly [Score in keyof RetrievalScores]: Float64Array };

export interface CodeRetrieval {
  readonly queries: Uint8Array;
  readonly items: Uint8Array;
  readonly bits: number;
  readonly queryLabels: LabelSets;
  readonly itemLabels: LabelSets;
  /** Default 50. */
  readonly k?: number;
  /** Divisor of mAP at k; default `relevant`. */
  readonly dividedBy?: DividedBy;
}

/** Average precision of each query; 0 for a query with nothing relevant, which counts too. */
export function averagePrecisions(retrieval: CodeRetrieval): ApPerQuery {
  return runToEnd(averagePrecisionSteps(retrieval));
}

/** Computes `averagePrecisions`, and yields after each query. */
export function* averagePrecisionSteps(retrieval: CodeRetrieval): Generator<void, ApPerQuery> {
  const { bits, queryLabels, itemLabels, k = 50, dividedBy } = retrieval;
  const queries = codeWords(retrieval.queries, bits);
  const items = codeWords(retrieval.items, bits);
  if (queries.rows !== rowsOf(queryLabels) || items.rows !== rowsOf(itemLabels)) {
    throw new RangeError('there are not as many label rows as codes');
  }
  const index = new RelevanceIndex(itemLabels);
  const harmonic = harmonicNumbers(items.rows);
  const distances = new Uint16Array(items.rows);
  const relevant = new Uint8Array(items.rows);
  const places = new Uint8Array(items.rows);
  const sizes = new Int32Array(bits + 1);
  const hits = new Int32Array(bits + 1);
  const next = new Int32Array(bits + 1);
  const make = () => new Float64Array(queries.rows);
  const result = { map: make(), mapAtK: make(), mapStable: make(), mapAtKStable: make() };
  for (let query = 0; query < queries.rows; query++) {
    if (index.mark(queryLabels, query, relevant) === 0) continue;
    hammingDistances(queries, query, items, distances);
    countByDistance(distances, relevant, sizes, hits);
    result.map[query] = expectedAp({ sizes, relevant: hits }, harmonic);
    result.mapAtK[query] = expectedApAt(k, { sizes, relevant: hits }, harmonic, dividedBy);
    // Counting sort keeps database order inside a distance.
    for (let distance = 0, sum = 0; distance <= bits; distance++) {
      next[distance] = sum;
      sum += int32At(sizes, distance);
    }
    for (let item = 0; item < items.rows; item++) {
      const distance = uint16At(distances, item);
      const place = int32At(next, distance);
      next[distance] = place + 1;
      places[place] = uint8At(relevant, item);
    }
    result.mapStable[query] = orderedAp(places, items.rows);
    result.mapAtKStable[query] = orderedAp(places, k, dividedBy);
    index.mark(queryLabels, query, relevant, 0);
    yield;
  }
  return result;
}

export function mean(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean average precision of ranking items by the Hamming distance of their codes. */
export function scoreCodes(retrieval: CodeRetrieval): RetrievalScores {
  return meanScores(averagePrecisions(retrieval));
}

export function meanScores({ map, mapAtK, mapStable, mapAtKStable }: ApPerQuery): RetrievalScores {
  return {
    map: mean(map),
    mapAtK: mean(mapAtK),
    mapStable: mean(mapStable),
    mapAtKStable: mean(mapAtKStable),
  };
}

/** mAP of random codes: every order of the list is equally likely. */
export function chanceMap(queryLabels: LabelSets, itemLabels: LabelSets): number {
  const index = new RelevanceIndex(itemLabels);
  const harmonic = harmonicNumbers(index.items);
  const flags = new Uint8Array(index.items);
  const aps = new Float64Array(rowsOf(queryLabels)).map((_, query) => {
    const relevant = index.mark(queryLabels, query, flags);
    index.mark(queryLabels, query, flags, 0);
    return expectedAp({ sizes: [index.items], relevant: [relevant] }, harmonic);
  });
  return mean(aps);
}

/**
 * mAP of ranking by real-valued similarity, over the whole list and at k, larger is better, ties taken exactly.
 * `similarities` gives for a query its row `[items]`, which is overwritten.
 */
export async function similarityScores(
  queryLabels: LabelSets,
  itemLabels: LabelSets,
  similarities: (query: number) => Promise<Float32Array> | Float32Array,
  k: number,
): Promise<Pick<RetrievalScores, 'map' | 'mapAtK'>> {
  const index = new RelevanceIndex(itemLabels);
  const harmonic = harmonicNumbers(index.items);
  const flags = new Uint8Array(index.items);
  const aps = new Float64Array(rowsOf(queryLabels));
  const apsAtK = new Float64Array(aps.length);
  for (let query = 0; query < aps.length; query++) {
    const count = index.mark(queryLabels, query, flags);
    if (count === 0) continue;
    const row = await similarities(query);
    const good = row.filter((_, item) => flags[item] === 1).sort();
    const ranking = groupsOf(row.sort(), good);
    aps[query] = expectedAp(ranking, harmonic);
    apsAtK[query] = expectedApAt(k, ranking, harmonic);
    index.mark(queryLabels, query, flags, 0);
  }
  return { map: mean(aps), mapAtK: mean(apsAtK) };
}

/** Groups of equal score, best first, from all scores and those of relevant items, both ascending. */
function groupsOf(all: Float32Array, good: Float32Array) {
  const sizes: number[] = [];
  const relevant: number[] = [];
  let at = all.length;
  let goodAt = good.length;
  while (goodAt > 0) {
    const score = float32At(good, goodAt - 1);
    const above = at;
    while (float32At(all, at - 1) > score) at--;
    if (above > at) {
      sizes.push(above - at);
      relevant.push(0);
    }
    const equal = at;
    while (at > 0 && all[at - 1] === score) at--;
    const goodEqual = goodAt;
    while (goodAt > 0 && good[goodAt - 1] === score) goodAt--;
    sizes.push(equal - at);
    relevant.push(goodEqual - goodAt);
  }
  return { sizes, relevant };
}
