// Answers one query from beginning to end: read, filter, find candidates, compare them closely, order, explain.
import type { SearchQuery, SearchTerm } from '../../../shared/contract/search.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/query/query.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import type { ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import type { QueryAnswer, RankedPhoto, TermExplanation } from '../../../shared/contract/search.ts';
import type { FacetLists } from '../../store/facets.ts';
import { not, withPhrase } from '../../store/conditions.ts';
import { absolutePath } from '../../store/photos.ts';
import type { TextScores } from '../../store/text-scores.ts';
import { hasWords } from '../../text/index-terms.ts';
import type { LiveIndex } from '../hamming/live-index.ts';
import type { CandidateCache } from '../rerank/candidate-cache.ts';
import type { ImageSpace, ImageSpaces } from '../rerank/image-space.ts';
import { similarities, type CandidateRows, type FloatQuery } from '../rerank/rerank.ts';
import type { BackgroundSample } from './background-sample.ts';
import {
  imageRelevance,
  nothingFitsNotice,
  precisionOf,
  weakFrom as dividerOf,
  type Relevance,
} from '../relevance/relevance.ts';
import type { Corrected, Corrections } from './corrections.ts';
import { findCandidates } from './candidates.ts';
import { compileFilters, photosThat, type FilteredPhotos } from './compile-filters.ts';
import { foreignNotice, isMultilingual, type LanguageCheck } from './language.ts';
import { similarityMoments, combine, deviationsOf, type SimilarityMoments, type WeighedTerm } from './score.ts';
import { saidOf } from './said.ts';
import { readyTerms, type ReadyTerm, type TermTools } from './terms.ts';
import { float64At, numberAt } from '../../../shared/at.ts';

export interface QueryTools extends TermTools {
  readonly modelId: ModelId;
  readonly live: LiveIndex;
  readonly facets: () => FacetLists;
  readonly background: BackgroundSample;
  readonly imageSpaces: ImageSpaces;
  readonly cache: CandidateCache;
  /** Knows how likely a photo is what a term asks for. */
  readonly relevance: Relevance;
  /** Changes whenever the library's features may have changed. */
  readonly state: string;
  /** Null where the encoder's language does not matter. */
  readonly language: LanguageCheck | null;
  /** Null where words are taken as they are typed. */
  readonly corrections: Corrections | null;
}

export interface QueryRequest extends Pick<
  SearchQuery,
  'text' | 'limit' | 'mode' | 'explain' | 'precision' | 'asTyped'
> {
  readonly terms: readonly SearchTerm[];
  readonly filters: readonly Filter[];
}

/** Matches in full text that are compared with the query closely, beside its nearest codes. */
const textShortlist = 200;

/** @throws HashlensError `bad-argument` for a query with nothing in it, `not-found`, `not-an-image` */
export async function runQuery(tools: QueryTools, request: QueryRequest): Promise<QueryAnswer> {
  const { store, model, modelId } = tools;
  const { index } = tools.live;
  const started = performance.now();
  const query = parseQuery(request.text);
  const typed: SearchTerm[] = [...query.terms, ...request.terms];
  const notices = query.notices.map((notice) => notice.message);
  store.fullText.refresh();
  const { terms: all, corrections } = await correctSpelling(tools, typed, request.asTyped);
  const filtered = filterPhotos(tools, [...query.filters, ...request.filters], all, notices);
  const precision = request.precision ?? precisionOf(store.settings);
  const read = { query, corrections, filtered: filtered?.count ?? null };
  const base = { modelId, bits: model.bits, ...read, remedy: null, precision };
  const searched = filtered?.count ?? index.size;
  const notice = () => (notices.length > 0 ? [...new Set(notices)].join(' ') : null);
  // A phrase that must not occur is a filter and nothing to order by.
  const terms = all.filter((term) => !(term.kind === 'phrase' && term.weight < 0));
  if (terms.length === 0) {
    if (filtered === null) {
      if (notices.length === 0)
        throw new HashlensError('bad-argument', 'The query is empty; give some words to search for.');
      return { ...base, hits: [], weakFrom: null, searched: 0, encodeMs: 0, searchMs: 0, notice: notice() };
    }
    const hits = newest(tools, filtered, request.limit);
    const searchMs = performance.now() - started;
    return { ...base, hits, weakFrom: null, searched, encodeMs: 0, searchMs, notice: notice() };
  }
  const { terms: ready, encodeMs } = await readyTerms(tools, terms, request.mode);
  const hits = await rank(tools, ready, filtered, request);
  const chances = hits.flatMap(({ probability }) => (probability === null ? [] : [probability]));
  const weakFrom = hits.length > 0 && chances.length === hits.length ? dividerOf(chances, precision) : null;
  const remedy = await explainTerms(tools, ready, notices);
  if (weakFrom === 0) notices.push(nothingFitsNotice);
  const searchMs = performance.now() - started - encodeMs;
  const divided = weakFrom === hits.length ? null : weakFrom;
  return { ...base, hits, weakFrom: divided, searched, encodeMs, searchMs, notice: notice(), remedy };
}

async function correctSpelling(tools: QueryTools, terms: readonly SearchTerm[], asTyped: boolean): Promise<Corrected> {
  const { corrections, language } = tools;
  if (asTyped || corrections === null) return { terms, corrections: [] };
  const corrected = await corrections.correct(tools, terms);
  if (corrected.corrections.length === 0 || language === null) return corrected;
  // In another language every word is unknown, and near to some English one.
  for (const term of corrected.terms) {
    if (term.kind === 'text' && term.text.includes(' ') && (await language.foreign(term.text)))
      return { terms, corrections: [] };
  }
  return corrected;
}

function filterPhotos(
  { store, facets }: QueryTools,
  filters: readonly Filter[],
  terms: readonly SearchTerm[],
  notices: string[],
): FilteredPhotos | null {
  const phrases = terms.flatMap((term) => (term.kind === 'phrase' && hasWords(term.text) ? [term] : []));
  const conditions = phrases.map(({ text, weight }) => (weight < 0 ? not(withPhrase(text)) : withPhrase(text)));
  const { condition, notices: more } = compileFilters(filters, conditions, facets);
  notices.push(...more);
  if (condition === null) return null;
  const filtered = photosThat(store, condition);
  if (filtered.count === 0 && more.length === 0) notices.push('No photo passes these filters.');
  return filtered;
}

/** Photos that pass the filters, in the library's own order. */
function newest({ store }: QueryTools, { mask }: FilteredPhotos, limit: number): RankedPhoto[] {
  const hits: RankedPhoto[] = [];
  const found: number[] = [];
  for (const id of store.photos.newestFirst()) {
    if (found.length === limit) break;
    if (mask.has(id)) found.push(id);
  }
  for (const id of found) {
    const hit = photoOf(store, id, hits.length + 1);
    if (hit) hits.push({ ...hit, score: null, distance: 0, probability: null, textScore: null, explanation: null });
  }
  return hits;
}

function photoOf(store: QueryTools['store'], id: number, rank: number) {
  const photo = store.photos.line(id as PhotoId);
  if (!photo) return null;
  const { caption, width, height } = photo;
  return { rank, photoId: photo.id, path: absolutePath(photo), caption, width, height };
}

async function rank(
  tools: QueryTools,
  terms: readonly ReadyTerm[],
  filtered: FilteredPhotos | null,
  request: QueryRequest,
): Promise<RankedPhoto[]> {
  const { store, info, model, modelId, live } = tools;
  const without = new Set(terms.flatMap(({ term }) => (term.kind === 'photo' ? [term.photoId] : [])));
  const size = 2 * request.limit;
  const textSize = Math.max(textShortlist, 2 * request.limit);
  const ids = findCandidates({ store, live, terms, mask: filtered?.mask ?? null, without, size, textSize });
  if (ids.length === 0) return [];
  const rows = await tools.cache.read(store, info, { id: modelId, model }, tools.state, ids);
  const sample = await tools.background.rows(store, info, { id: modelId, model }, live.index.size);
  const evidence: TermEvidence[] = [];
  for (const term of terms) evidence.push(await evidenceOf(tools, term, ids, rows, sample));
  const weighed: WeighedTerm[] = [];
  for (const [t, term] of terms.entries()) {
    const { term: asked, semantic, text } = term;
    const similar = evidence[t]?.similarities ?? null;
    const isWords = asked.kind === 'text' || asked.kind === 'phrase';
    if (!isWords && (semantic === null || similar === null)) continue;
    const relevance =
      isWords || semantic === null || similar === null
        ? await tools.relevance.of(
            { text: isWords ? asked.text : '', semantic, words: text?.scores ?? null },
            ids,
            similar,
            saidOf([{ ...term, term: { ...asked, weight: 1 } }]),
            modelId,
            tools.state,
          )
        : imageRelevance(similar, evidence[t]?.sample ?? new Float32Array(0));
    weighed.push({ ...relevance, weight: asked.weight });
  }
  const { totals, chances } = combine(ids.length, weighed);
  const distance = distanceTo(tools, terms);
  const order = Array.from(ids.keys()).sort(
    (a, b) =>
      numberAt(totals, b) - numberAt(totals, a) ||
      distance(numberAt(ids, a)) - distance(numberAt(ids, b)) ||
      numberAt(ids, a) - numberAt(ids, b),
  );
  const hits: RankedPhoto[] = [];
  for (const i of order) {
    if (hits.length === request.limit) break;
    const id = numberAt(ids, i);
    const photo = photoOf(store, id, hits.length + 1);
    if (!photo) continue;
    hits.push({
      ...photo,
      score: meanCosine(evidence, i),
      distance: distance(id),
      probability: chances === null ? null : numberAt(chances, i),
      textScore: textScore(evidence, id),
      explanation: request.explain ? { total: numberAt(totals, i), terms: explain(terms, evidence, i, id) } : null,
    });
  }
  return hits;
}

/** What of a term is shown to people: cosines and matches in full text. */
interface TermEvidence {
  readonly weight: number;
  /** `[candidates]`, NaN where unknown; null for a term the encoder knows nothing of. */
  readonly similarities: Float64Array | null;
  readonly background: SimilarityMoments;
  /** The term's similarities to a sample of the library's photos. */
  readonly sample: Float32Array;
  readonly text: TextScores | null;
}

async function evidenceOf(
  tools: QueryTools,
  { term, semantic, text }: ReadyTerm,
  ids: readonly number[],
  rows: CandidateRows,
  sample: CandidateRows,
): Promise<TermEvidence> {
  const { weight } = term;
  const matches = text?.scores ?? null;
  const unknown = { mean: 0, deviation: 0 };
  if (!semantic) return { weight, similarities: null, background: unknown, sample: new Float32Array(0), text: matches };
  const isImage = term.kind === 'image' || term.kind === 'photo';
  const space = isImage ? await tools.imageSpaces.of(tools.store, tools.info, tools.live.index.size) : null;
  const compare = (others: CandidateRows) =>
    space === null ? similarities(semantic, others) : imageSimilarities(tools, space, semantic, others);
  const aligned = alignedTo(ids, rows.ids, await compare(rows));
  const sampled = await compare(sample);
  const background = similarityMoments(sampled.filter((x) => !Number.isNaN(x)));
  return { weight, similarities: aligned, background, sample: Float32Array.from(sampled), text: matches };
}

/**
 * Similarities of an image to photos, NaN where a photo's features are gone: by all numbers the encoder stores of them, and
 * in equal parts by what the model in use has learned, if it has.
 */
async function imageSimilarities(
  { store, info }: QueryTools,
  space: ImageSpace,
  query: FloatQuery,
  others: CandidateRows,
): Promise<Float64Array> {
  const features = store.features.read('photo', info.id, others.ids, info.imageWidth);
  const seen = alignedTo(others.ids, features.ids, await space.cosines(query.row, features.rows));
  if (query.encoderWeight >= 1) return seen;
  const learned = similarities({ ...query, encoderWeight: 0 }, others);
  return seen.map((cosine, i) => (cosine + float64At(learned, i)) / 2);
}

/** Values of some photos in the order of others: NaN for a photo that has none, as its features are gone. */
function alignedTo(ids: readonly number[], valued: readonly number[], values: ArrayLike<number>): Float64Array {
  const places = new Map(valued.map((id, i) => [id, i]));
  return Float64Array.from(ids, (id) => {
    const place = places.get(id);
    return place === undefined ? Number.NaN : numberAt(values, place);
  });
}

/** Gives Hamming distances to the first added term that has a code; all bits where a photo has none. */
function distanceTo({ live, model }: QueryTools, terms: readonly ReadyTerm[]): (id: number) => number {
  const known = terms.filter((term) => term.semantic !== null);
  const code = (known.find((term) => term.term.weight > 0) ?? known[0])?.semantic?.code;
  return (id) => (code ? (live.index.distance(id, code) ?? model.bits) : 0);
}

function meanCosine(terms: readonly TermEvidence[], i: number): number | null {
  const known = terms.filter((term) => term.similarities && !Number.isNaN(term.similarities[i]));
  const weights = known.reduce((sum, term) => sum + Math.abs(term.weight), 0);
  if (weights === 0) return null;
  return known.reduce((sum, term) => sum + term.weight * numberAt(term.similarities ?? [], i), 0) / weights;
}

function textScore(terms: readonly TermEvidence[], id: number): number | null {
  const score = terms.reduce((sum, term) => sum + term.weight * (term.text?.of(id) ?? 0), 0);
  return score === 0 ? null : score;
}

function explain(
  terms: readonly ReadyTerm[],
  evidence: readonly TermEvidence[],
  i: number,
  id: number,
): TermExplanation[] {
  return terms.flatMap(({ label }, t) => {
    const term = evidence[t];
    if (!term) return [];
    const cosine = term.similarities === null ? Number.NaN : float64At(term.similarities, i);
    const known = !Number.isNaN(cosine);
    return {
      term: label,
      weight: term.weight,
      cosine: known ? cosine : null,
      deviations: known ? deviationsOf(cosine, term.background) : null,
      textScore: term.text?.of(id) ?? null,
    };
  });
}

/** Says which terms could not take part, and why the words of a query may not be understood. */
async function explainTerms(
  tools: QueryTools,
  terms: readonly ReadyTerm[],
  notices: string[],
): Promise<QueryAnswer['remedy']> {
  const silent = (ready: ReadyTerm) => ready.unknown !== null && !ready.text?.scores;
  const missing = terms.filter(silent);
  const asked = await foreignTerm(tools, terms);
  if (asked !== null) {
    notices.push(asked);
    return 'encoders';
  }
  if (missing.length === terms.length) notices.push(...missing.flatMap((ready) => ready.unknown ?? []));
  else {
    for (const { label } of missing) {
      notices.push(
        `${label} says nothing to the ${tools.info.name} encoder and is in no caption, tag or name; it was left out.`,
      );
    }
  }
  return null;
}

async function foreignTerm({ language, info }: QueryTools, terms: readonly ReadyTerm[]): Promise<string | null> {
  if (language === null || isMultilingual(info)) return null;
  for (const { term, text } of terms) {
    if (term.kind !== 'text') continue;
    // Words people have written themselves are found in whatever language.
    if (text?.scores && text.unmatched.length === 0) continue;
    const foreign = await language.foreign(term.text);
    if (foreign) return foreignNotice(foreign, info.name);
  }
  return null;
}
