// Searches a shared library: the query is encoded and hashed on this machine; the server finds the nearest codes and
// the words; the float rows of the best are compared here, with the same sums as in a local library.
import { createHash } from 'node:crypto';
import { entryOf, float64At, itemAt } from '../../shared/at.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { SharedAnswer } from '../../shared/contract/shared-library.ts';
import type { SearchTerm } from '../../shared/contract/search.ts';
import { HashlensError } from '../../shared/errors.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Filter } from '../../shared/query/query.ts';
import type { ModelManifest } from '../hashing/model/model-files.ts';
import { fromFloat16Blob } from '../numerics/float16.ts';
import type { ReadyTerm, TermEncoder } from '../search/query/terms.ts';
import { isOnlySubtracted } from '../search/query/score.ts';
import { soughtCodes, type CodedQuery } from '../search/query/shortlist.ts';
import { similarities, type CandidateRows } from '../search/rerank/rerank.ts';
import { hasWords } from '../text/index-terms.ts';
import { sharedCondition } from './shared-filters.ts';
import { sharedPhotos, type PhotoCondition } from './sql/photo-conditions.ts';
import {
  bestRows,
  bestTexts,
  countWhere,
  distancesTo,
  indexRecall,
  nearestCodes,
  newestWhere,
  photoLines,
  publishedPhotos,
  storedRowsOf,
  textRanks,
  type TextQuery,
} from './sql/ranking.ts';
import type { SharedSchema } from './sql/schema.ts';
import { phraseTsquery, textQuery } from './text-vectors.ts';
import { noticed, sentence, type SearchNotice } from '../../shared/sentences.ts';

export interface SharedQuery {
  readonly text: string;
  readonly terms: readonly SearchTerm[];
  readonly filters: readonly Filter[];
  readonly limit: number;
  readonly mode: 'hybrid' | 'semantic' | 'text';
  readonly approximate: boolean;
  /** Key of the searching library, which marks its own photos. */
  readonly key: string;
}

/** Number of nearest codes to compare closely, as in a library without sketches (search/query/shortlist.ts). */
const shortlist = 2000;
/** Number of full-text matches compared closely beside them. */
const textShortlist = 200;
/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009). */
const fusion = 60;

/** Identity of a model: its networks. */
export const modelSum = ({ files }: ModelManifest): string =>
  createHash('sha256').update(`${files['image.onnx']} ${files['text.onnx']}`).digest('hex');

/**
 * @param encoder of the encoder and model that were published
 * @throws HashlensError `bad-argument` for an empty query; errors of the server's connection
 */
export async function searchShared(
  shared: SharedSchema,
  modelId: ModelId,
  encoder: TermEncoder,
  request: SharedQuery,
): Promise<SharedAnswer> {
  const started = performance.now();
  const query = parseQuery(request.text);
  const notices = query.notices.map(({ sentence }): SearchNotice => sentence);
  const all: SearchTerm[] = [...query.terms, ...request.terms];
  const condition = await conditionOf(shared, [...query.filters, ...request.filters], all, notices);
  const terms = all.filter((term) => !(term.kind === 'phrase' && term.weight < 0));
  const filtered = condition === null ? null : await countWhere(shared, condition);
  if (filtered === 0 && notices.length === 0) notices.push(sentence('none-passes', {}));
  const recall = request.approximate ? await indexRecall(shared) : null;
  if (request.approximate && recall === null) {
    notices.push(sentence('no-server-index', {}));
  }
  const searched = await publishedPhotos(shared);
  const ready = terms.length === 0 ? null : await encoder.ready(terms, request.mode === 'text' ? 'text' : 'semantic');
  if (ready !== null && request.mode === 'semantic') {
    notices.push(...ready.terms.flatMap(({ unknown }) => unknown ?? []));
  }
  const found: FoundPhotos =
    ready === null
      ? { ids: await newest(shared, condition, request.limit), scores: null, distances: null, texts: null }
      : await rank(shared, ready.terms, condition, request, recall !== null);
  const encodeMs = ready?.encodeMs ?? 0;
  const lines = await photoLines(shared, found.ids, request.key);
  return {
    hits: lines.map((line, i) => ({
      rank: i + 1,
      ...line,
      score: found.scores?.get(line.id) ?? null,
      distance: found.distances?.get(line.id) ?? null,
      textScore: found.texts?.get(line.id) ?? null,
    })),
    searched,
    filtered,
    encodeMs,
    serverMs: performance.now() - started - encodeMs,
    modelId,
    bits: shared.format.bits,
    recall,
    ...noticed(notices),
  };
}

interface FoundPhotos {
  readonly ids: readonly number[];
  readonly scores: ReadonlyMap<number, number> | null;
  readonly distances: ReadonlyMap<number, number> | null;
  readonly texts: ReadonlyMap<number, number> | null;
}

async function newest(shared: SharedSchema, condition: PhotoCondition | null, limit: number): Promise<number[]> {
  if (condition !== null) return newestWhere(shared, condition, limit);
  throw new HashlensError('bad-argument', 'The query is empty; give some words to search for.');
}

async function conditionOf(
  shared: SharedSchema,
  filters: readonly Filter[],
  terms: readonly SearchTerm[],
  notices: SearchNotice[],
): Promise<PhotoCondition | null> {
  const conditions: PhotoCondition[] = [];
  for (const filter of filters) {
    conditions.push(await sharedCondition(shared, filter, (notice) => notices.push(notice)));
  }
  for (const term of terms) {
    const phrase = term.kind === 'phrase' && hasWords(term.text) ? phraseTsquery(term.text) : null;
    if (phrase !== null)
      conditions.push(
        term.weight < 0 ? sharedPhotos.not(sharedPhotos.withWords(phrase)) : sharedPhotos.withWords(phrase),
      );
  }
  return conditions.length === 0 ? null : sharedPhotos.allOf(conditions);
}

interface CodedTerm {
  readonly weight: number;
  readonly query: CodedQuery;
}

async function rank(
  shared: SharedSchema,
  ready: readonly ReadyTerm[],
  condition: PhotoCondition | null,
  { limit, mode }: SharedQuery,
  approximate: boolean,
): Promise<FoundPhotos> {
  const coded = ready.flatMap(({ term, semantic }): CodedTerm[] =>
    semantic === null ? [] : [{ weight: term.weight, query: semantic }],
  );
  const texts = ready.flatMap(({ term }): TextQuery[] => {
    if (mode === 'semantic' || term.weight < 0 || !(term.kind === 'text' || term.kind === 'phrase')) return [];
    if (term.kind === 'text') {
      const query = textQuery(term.text);
      return query === null ? [] : [query];
    }
    const phrase = phraseTsquery(term.text);
    return phrase === null ? [] : [{ any: phrase, all: phrase }];
  });
  const near = await nearIds(shared, coded, condition, limit, approximate);
  const text: TextQuery | null =
    texts.length === 0
      ? null
      : { any: texts.map(({ any }) => any).join(' | '), all: texts.map(({ all }) => `(${all})`).join(' & ') };
  const byText = text === null ? [] : await bestTexts(shared, text, Math.max(textShortlist, limit), condition);
  const ids = [...new Set([...near, ...byText.map(({ id }) => id)])];
  const scores = await scoresOf(shared, coded, ids);
  const ranks = text === null ? [] : [...byText, ...(await textRanks(shared, text, near))];
  const matched = new Map(ranks.map((match) => [match.id, match]));
  const first = coded.find(({ weight }) => weight > 0) ?? coded[0];
  const distances = first === undefined ? null : await distancesTo(shared, hexOf(first.query.code), ids);
  const score = (id: number): number => scores.get(id) ?? -2;
  const byScore = [...ids].sort(
    (a, b) => score(b) - score(a) || (distances?.get(a) ?? 0) - (distances?.get(b) ?? 0) || a - b,
  );
  const order = matched.size === 0 ? byScore : fused(byScore, coded.length > 0, matched);
  return {
    ids: order.slice(0, limit),
    scores,
    distances,
    texts: new Map(ranks.map((match) => [match.id, match.rank])),
  };
}

/** Photos whose texts have all words come first; the others follow by the sum of their reciprocal ranks. */
function fused(
  byScore: readonly number[],
  isScored: boolean,
  matched: ReadonlyMap<number, { readonly rank: number; readonly whole: boolean }>,
): number[] {
  const textOf = (id: number): number => matched.get(id)?.rank ?? 0;
  const byText = byScore.filter((id) => matched.has(id)).sort((a, b) => textOf(b) - textOf(a));
  const sum = new Map(byScore.map((id, place) => [id, isScored ? 1 / (fusion + place + 1) : 0]));
  byText.forEach((id, place) => sum.set(id, entryOf(sum, id) + 1 / (fusion + place + 1)));
  const whole = (id: number): number => Number(matched.get(id)?.whole === true);
  return [...byScore].sort((a, b) => whole(b) - whole(a) || entryOf(sum, b) - entryOf(sum, a));
}

/** Photos worth comparing closely. If it can, the server compares rows first, so that fewer are transferred. */
async function nearIds(
  shared: SharedSchema,
  terms: readonly CodedTerm[],
  condition: PhotoCondition | null,
  limit: number,
  approximate: boolean,
): Promise<number[]> {
  const sought = soughtCodes(terms, isOnlySubtracted(terms));
  const size = (terms.length > sought.length ? 2 : 1) * Math.max(shortlist, 2 * limit);
  const ids = new Set<number>();
  for (const code of sought) {
    for (const { id } of await nearestCodes(shared, hexOf(code), size, condition, approximate)) ids.add(id);
  }
  const kept = 2 * limit + 50;
  if (!shared.format.vectors || ids.size <= kept) return [...ids];
  const weighed = terms.map(({ weight, query: { row, real, encoderWeight } }) => {
    const seen = row.subarray(0, shared.format.sharedWidth);
    const known = Math.hypot(...real);
    const isShared = seen.some((x) => x !== 0);
    return {
      weight,
      shared: isShared ? vectorText(seen) : null,
      learned: known > 0 ? vectorText(real) : null,
      encoderWeight,
      learnedWeight: isShared ? (1 - encoderWeight) * known : known,
    };
  });
  return bestRows(shared, [...ids], weighed, kept);
}

/** The weighted mean of the terms' similarities to each photo. */
async function scoresOf(
  shared: SharedSchema,
  terms: readonly CodedTerm[],
  ids: readonly number[],
): Promise<Map<number, number>> {
  if (terms.length === 0 || ids.length === 0) return new Map();
  const rows = await candidateRowsOf(shared, ids);
  const weights = terms.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  const each = terms.map(({ query }) => similarities(query, rows));
  return new Map(
    rows.ids.map((id, i) => [
      id,
      terms.reduce((sum, { weight }, t) => sum + weight * float64At(itemAt(each, t), i), 0) / weights,
    ]),
  );
}

async function candidateRowsOf(shared: SharedSchema, ids: readonly number[]): Promise<CandidateRows> {
  const { sharedWidth, realWidth } = shared.format;
  const stored = await storedRowsOf(shared, ids);
  const stride = sharedWidth + realWidth;
  const rows = new Float32Array(stored.length * stride);
  stored.forEach(({ shared: seen, learned }, i) => {
    readRow(seen, rows, i * stride, sharedWidth);
    readRow(learned, rows, i * stride + sharedWidth, realWidth);
  });
  return { ids: stored.map(({ id }) => id), rows, sharedWidth, realWidth };
}

function readRow(stored: string | Buffer, target: Float32Array, offset: number, width: number): void {
  if (typeof stored !== 'string') return fromFloat16Blob(stored.subarray(0, 2 * width), target, offset);
  const numbers = stored.slice(1, -1).split(',');
  for (let i = 0; i < width; i++) target[offset + i] = Number(itemAt(numbers, i));
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A vector in pgvector's text form. */
export const vectorText = (numbers: Float32Array): string => `[${Array.from(numbers).join(',')}]`;
