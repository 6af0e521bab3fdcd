// Answers one query: parse, filter, find candidates, compare them closely, rank, explain.
import type { SearchQuery, SearchTerm } from '../../../shared/contract/search.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Filter } from '../../../shared/query/query.ts';
import { parseQuery } from '../../../shared/query/grammar.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { PhotoOrder } from '../../../shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto } from '../../../shared/contract/search.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import { not, withPhrase } from '../../store/conditions.ts';
import type { Judged } from '../../store/judgements.ts';
import { shownOf } from '../../store/photos.ts';
import { hasWords } from '../../text/index-terms.ts';
import {
  nothingFitsNotice,
  precisionOf,
  weakFrom as dividerOf,
  wordsWithoutFitNotice,
  type Relevance,
} from '../relevance/relevance.ts';
import type { Corrected, Corrections } from './corrections.ts';
import { findCandidates } from './candidates.ts';
import { compileFilters, photosThat, type FilteredPhotos } from './compile-filters.ts';
import { judgedQuery } from './judged-query.ts';
import { foreignNotice, isMultilingual, type LanguageCheck } from './language.ts';
import { combine, confirmedFirst, writtenFirst, type Combined, type WeighedTerm } from './score.ts';
import { writtenGrade, type WrittenGrade } from '../relevance/written-grade.ts';
import { exactlySubtracted, hasAllWords, writtenGrades } from './all-words.ts';
import type { LibraryNames } from './library-names.ts';
import { HitReasons, matchingCaption, type JudgedTerm } from './reasons.ts';
import {
  CandidateComparison,
  explain,
  meanCosine,
  textScore,
  type SearchedLibrary,
  type TermEvidence,
} from './term-evidence.ts';
import { Cursors, nothingShown, type ShownPages } from './shown-pages.ts';
import type { ReadyTerm, TermEncoder } from './terms.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';
import { noticed, sentence, type SearchNotice, type Sentence } from '../../../shared/sentences.ts';

export interface QueryRequest extends Pick<
  SearchQuery,
  'text' | 'limit' | 'mode' | 'explain' | 'precision' | 'asTyped' | 'order' | 'cursor'
> {
  readonly terms: readonly SearchTerm[];
  readonly filters: readonly Filter[];
}

interface AskedQuery {
  readonly terms: readonly ReadyTerm[];
  /** Null where nothing is filtered. */
  readonly filtered: FilteredPhotos | null;
  readonly judged: Judged;
  readonly request: QueryRequest;
  readonly library: SearchedLibrary;
}

/** Candidates of a query. Other numbers are places among them. */
interface Ranking extends Combined {
  readonly ids: readonly number[];
  /** Places, the best first. */
  readonly order: readonly number[];
  /** Evidence by term. */
  readonly evidence: readonly TermEvidence[];
  /** Added terms. */
  readonly judged: readonly JudgedTerm[];
}

const nothingFound: Ranking = {
  ...{ ids: [], order: [], evidence: [], judged: [] },
  ...{ totals: new Float64Array(0), chances: null },
};

const nothingJudged: Judged = { fits: new Set(), others: new Set() };

/** Number of full-text matches that are compared closely, beside the nearest codes. */
const textShortlist = 200;

/** Number of photos in which the likely ones are sought first, to sort them; four times as many if all are likely. */
const firstDepth = 1000;

/** Answers queries for photos. */
export class PhotoQueries {
  readonly #store: Store;
  readonly #relevance: Relevance;
  readonly #language: LanguageCheck | null;
  readonly #corrections: Corrections | null;
  readonly #names: LibraryNames;
  readonly #comparison: CandidateComparison;
  readonly #cursors = new Cursors();

  /**
   * @param relevance estimates the chance that a photo matches a term
   * @param language null where the encoder's language does not matter
   * @param corrections null where words are used as typed
   */
  constructor(
    store: Store,
    relevance: Relevance,
    language: LanguageCheck | null,
    corrections: Corrections | null,
    names: LibraryNames,
  ) {
    this.#store = store;
    this.#relevance = relevance;
    this.#language = language;
    this.#corrections = corrections;
    this.#names = names;
    this.#comparison = new CandidateComparison(store);
  }

  close(): Promise<void> {
    return this.#comparison.close();
  }

  /** @throws HashlensError `bad-argument` for an empty query, `not-found`, `not-an-image` */
  async run(request: QueryRequest, library: SearchedLibrary, encoder: TermEncoder): Promise<QueryAnswer> {
    const store = this.#store;
    const { id: modelId, model } = library.active;
    const { index } = library.live;
    const started = performance.now();
    const query = parseQuery(request.text);
    const typed: SearchTerm[] = [...query.terms, ...request.terms];
    const notices = query.notices.map(({ sentence }): SearchNotice => sentence);
    const shown = this.#cursors.shown(request.cursor);
    store.fullText.refresh();
    const { terms: all, corrections } = await this.#correctSpelling(typed, request, library);
    const filtered = filterPhotos(store, library.facets, [...query.filters, ...request.filters], all, notices);
    const precision = request.precision ?? precisionOf(store.settings);
    const words = judgedQuery(typed);
    const judged = words === null ? nothingJudged : store.judgements.of('search', words);
    const leftOut = Array.from(judged.others).filter((id) => filtered?.mask.has(id) !== false).length;
    const read = { query, corrections, leftOut, filtered: filtered?.count ?? null };
    const base = { modelId, bits: model.bits, ...read, remedy: null, precision, sorted: null, next: null };
    const searched = filtered?.count ?? index.size;
    // A subtracted phrase is only a filter and gives no order.
    const terms = all.filter((term) => !(term.kind === 'phrase' && term.weight < 0));
    if (terms.length === 0) {
      if (filtered === null) {
        if (notices.length === 0)
          throw new HashlensError('bad-argument', 'The query is empty; give some words to search for.');
        return { ...base, hits: [], weakFrom: null, searched: 0, encodeMs: 0, searchMs: 0, ...noticed(notices) };
      }
      const sorted = request.order === 'relevance' ? null : filtered.count;
      const hits = ofFilters(store, filtered, request, shown);
      const next = this.#cursors.next(shown, hits, request.limit);
      const searchMs = performance.now() - started;
      return { ...base, sorted, next, hits, weakFrom: null, searched, encodeMs: 0, searchMs, ...noticed(notices) };
    }
    const { terms: ready, encodeMs } = await encoder.ready(terms, request.mode);
    for (const { words, term } of ready.flatMap(({ text }) => text?.readAs ?? [])) {
      notices.push(sentence('taken-as', { words, term }));
    }
    const asked: AskedQuery = { terms: ready, filtered, judged, request, library };
    const { hits, sorted } =
      request.order === 'relevance'
        ? { hits: await this.#byRelevance(asked, shown), sorted: null }
        : await this.#sortedBy(request.order, asked, precision, shown);
    const chances = hits.flatMap(({ probability }) => (probability === null ? [] : [probability]));
    const weakFrom = hits.length > 0 && chances.length === hits.length ? dividerOf(chances, precision) : null;
    const remedy = await this.#explainTerms(ready, library.info, notices);
    // Likeness to an image has no fixed limit: the most similar photos are wanted, even where the similarity is small, and the
    // chances of words with an image are small with it.
    const isOfWords = ({ term }: ReadyTerm): boolean => term.kind === 'text' || term.kind === 'phrase';
    const asksWords = ready.some(isOfWords) && !ready.some((one) => !isOfWords(one) && one.term.weight > 0);
    const isFirst = shown.photoIds.size === 0;
    if (weakFrom === 0 && asksWords && isFirst) {
      const hasWords = hasAllWords(ready, Infinity);
      notices.push(hits.some(({ photoId }) => hasWords(photoId)) ? wordsWithoutFitNotice : nothingFitsNotice);
    }
    const searchMs = performance.now() - started - encodeMs;
    // After pages with likely photos, a page without any begins with the divider.
    const isNoneLikely = weakFrom === 0 && (isFirst || shown.leastChance < precision);
    const isUndivided = sorted !== null || weakFrom === hits.length || (isNoneLikely && !asksWords);
    const next = this.#cursors.next(shown, hits, request.limit);
    return {
      ...base,
      sorted,
      next,
      hits,
      weakFrom: isUndivided ? null : weakFrom,
      searched,
      encodeMs,
      searchMs,
      ...noticed(notices),
      remedy,
    };
  }

  async #byRelevance(asked: AskedQuery, shown: ShownPages): Promise<RankedPhoto[]> {
    const ranking = await this.#rank(asked, asked.request.limit, shown);
    return this.#describe(asked, ranking, ranking.order, shown);
  }

  /** The photos that follow the shown ones in this order of the likely ones, and the number of all of them. */
  async #sortedBy(
    order: PhotoOrder,
    asked: AskedQuery,
    precision: number,
    { photoIds }: ShownPages,
  ): Promise<{ readonly hits: RankedPhoto[]; readonly sorted: number }> {
    const { ranking, places } = await this.#likely(asked, precision, photoIds.size);
    const placeOf = new Map(places.map((i) => [numberAt(ranking.ids, i) as PhotoId, i]));
    const sorted = this.#store.photos.sorted([...placeOf.keys()], order);
    const following = sorted.flatMap((id) => (photoIds.has(id) ? [] : (placeOf.get(id) ?? [])));
    // In this order a later photo may be likelier.
    const hits = await this.#describe(asked, ranking, following, { photoIds, leastChance: 1 });
    return { hits, sorted: sorted.length };
  }

  /**
   * Places of all likely photos; of the closest ones if none is likely, or chances are unknown: as many as requested, or as
   * were shown before.
   */
  async #likely(
    asked: AskedQuery,
    precision: number,
    shown: number,
  ): Promise<{ readonly ranking: Ranking; readonly places: readonly number[] }> {
    const closest = Math.max(asked.request.limit, shown);
    for (let limit = Math.max(firstDepth, closest); ; limit *= 4) {
      const ranking = await this.#rank(asked, limit, nothingShown);
      const { order, chances } = ranking;
      const falling = chances === null ? [] : order.slice(0, limit).map((i) => numberAt(chances, i));
      const likely = dividerOf(falling, precision);
      if (likely < limit) return { ranking, places: order.slice(0, likely === 0 ? closest : likely) };
    }
  }

  async #correctSpelling(
    terms: readonly SearchTerm[],
    { text, asTyped }: Pick<QueryRequest, 'text' | 'asTyped'>,
    { active, state }: SearchedLibrary,
  ): Promise<Corrected> {
    const [corrections, language] = [this.#corrections, this.#language];
    if (asTyped || corrections === null) return { terms, corrections: [] };
    const corrected = await corrections.correct(active.model, state, terms, text);
    if (corrected.corrections.length === 0 || language === null) return corrected;
    // All words of another language are unknown, and similar to some English word.
    for (const term of corrected.terms) {
      if (term.kind === 'text' && term.text.includes(' ') && (await language.foreign(term.text)))
        return { terms, corrections: [] };
    }
    return corrected;
  }

  /** @param limit number of photos whose order must be right */
  async #rank(
    { terms: asked, filtered, judged: { fits, others }, library }: AskedQuery,
    limit: number,
    shown: ShownPages,
  ): Promise<Ranking> {
    const store = this.#store;
    const textsOf = (some: readonly PhotoId[]) => store.fullText.textsOf(some);
    const { active, live, state } = library;
    const examples = asked.flatMap(({ term }) => (term.kind === 'photo' ? [term.photoId] : []));
    const without = new Set([...examples, ...others, ...shown.photoIds]);
    const size = 2 * limit;
    const textSize = Math.max(textShortlist, 2 * limit);
    const ids = findCandidates({
      store,
      live,
      terms: asked,
      mask: filtered?.mask ?? null,
      without,
      also: fits,
      size,
      textSize,
    });
    if (ids.length === 0) return nothingFound;
    const names = await this.#names.of(state);
    const terms = asked.map((term) => exactlySubtracted(term, ids, textsOf, names));
    const evidence = await this.#comparison.evidence(terms, ids, library);
    const weighed: WeighedTerm[] = [];
    const judged: JudgedTerm[] = [];
    const grades: ((id: number) => WrittenGrade)[] = [];
    for (const [t, term] of terms.entries()) {
      const { term: typed, semantic, text } = term;
      const similar = evidence[t]?.similarities ?? null;
      const isWords = typed.kind === 'text' || typed.kind === 'phrase';
      const gradeOf = writtenGrades({ ...term, term: { ...typed, weight: 1 } }, ids, textsOf, names);
      if (isWords && typed.weight > 0) grades.push(gradeOf);
      if (!isWords && (semantic === null || similar === null)) continue;
      const relevance =
        isWords || semantic === null || similar === null
          ? await this.#relevance.of(
              { text: isWords ? typed.text : '', semantic, words: text?.scores ?? null },
              ids,
              similar,
              gradeOf,
              active.id,
              state,
            )
          : await this.#relevance.ofImage(similar, itemAt(evidence, t).sample, active.id, state);
      weighed.push({ ...relevance, weight: typed.weight });
      if (typed.weight > 0) judged.push({ term, evidence: itemAt(evidence, t), similarity: relevance.similarity });
    }
    const isWritten = hasAllWords(terms);
    const gradeOf = (id: number) => (isWritten(id) ? Math.min(...grades.map((of) => of(id))) : writtenGrade.none);
    const { totals, chances } = confirmedFirst(
      writtenFirst(combine(ids.length, weighed), Uint8Array.from(ids, gradeOf)),
      Uint8Array.from(ids, (id) => Number(fits.has(id as PhotoId))),
    );
    const distance = distanceTo(library, terms);
    const order = Array.from(ids.keys()).sort(
      (a, b) =>
        numberAt(totals, b) - numberAt(totals, a) ||
        distance(numberAt(ids, a)) - distance(numberAt(ids, b)) ||
        numberAt(ids, a) - numberAt(ids, b),
    );
    return { ids, order, totals, chances, evidence, judged };
  }

  /** The first `limit` photos at these places of the ranking, with all that is shown of them. */
  async #describe(
    { terms, judged: { fits }, request, library }: AskedQuery,
    { ids, totals, chances, evidence, judged }: Ranking,
    places: readonly number[],
    shown: ShownPages,
  ): Promise<RankedPhoto[]> {
    const store = this.#store;
    const photos: { readonly i: number; readonly photo: NonNullable<ReturnType<typeof photoOf>> }[] = [];
    for (const i of places) {
      if (photos.length === request.limit) break;
      const photo = photoOf(store, numberAt(ids, i), shown.photoIds.size + photos.length + 1);
      if (photo) photos.push({ i, photo });
    }
    const distance = distanceTo(library, terms);
    const unseen = judged.some(({ evidence: { learned } }) => learned !== null) ? await library.unseen() : null;
    const found = photos.map(({ photo }) => photo.photoId);
    const hitReasons = new HitReasons(store.fullText, judged, found, unseen);
    const explained = photos.map(({ i, photo }) => {
      const reasons = hitReasons.of(photo.photoId, i);
      return {
        i,
        photo,
        reasons,
        matched: reasons.flatMap((reason) => (reason.code === 'caption' ? reason.words : [])),
      };
    });
    const captions = store.texts.captionsOfAll(
      explained.flatMap(({ photo, matched }) => (matched.length === 0 ? [] : photo.photoId)),
    );
    return explained.map(({ i, photo, reasons, matched }): RankedPhoto => {
      const id = photo.photoId;
      return {
        ...photo,
        caption: matchingCaption(photo.caption, captions.get(id) ?? [], matched),
        score: meanCosine(evidence, i),
        distance: distance(id),
        probability: chances === null ? null : Math.min(shown.leastChance, numberAt(chances, i)),
        textScore: textScore(evidence, id),
        inPhotoText: evidence.some(({ weight, text }) => weight > 0 && text?.isInPhotoText(id) === true),
        reasons: [...(fits.has(id) ? [{ code: 'confirmed' } as const] : []), ...reasons],
        explanation: request.explain ? { total: numberAt(totals, i), terms: explain(terms, evidence, i, id) } : null,
      };
    });
  }

  /** Notices about terms that could not take part, and about words that may not be understood. */
  async #explainTerms(
    terms: readonly ReadyTerm[],
    info: EncoderInfo,
    notices: SearchNotice[],
  ): Promise<QueryAnswer['remedy']> {
    const silent = (ready: ReadyTerm) => ready.unknown !== null && !ready.text?.scores;
    const missing = terms.filter(silent);
    const asked = await this.#foreignTerm(terms, info);
    if (asked !== null) {
      notices.push(asked);
      return 'encoders';
    }
    if (missing.length === terms.length) notices.push(...missing.flatMap((ready) => ready.unknown ?? []));
    else {
      for (const { label } of missing) {
        notices.push(sentence('left-out', { term: label, encoder: info.name }));
      }
    }
    return null;
  }

  async #foreignTerm(terms: readonly ReadyTerm[], info: EncoderInfo): Promise<Sentence | null> {
    const language = this.#language;
    if (language === null || isMultilingual(info)) return null;
    for (const { term, text } of terms) {
      if (term.kind !== 'text') continue;
      // The person's own words are found in any language.
      if (text?.scores && text.unmatched.length === 0) continue;
      const foreign = await language.foreign(term.text, text?.scores ? text.unmatched : []);
      if (foreign) return foreignNotice(foreign, info.name);
    }
    return null;
  }
}

function filterPhotos(
  store: Store,
  facets: SearchedLibrary['facets'],
  filters: readonly Filter[],
  terms: readonly SearchTerm[],
  notices: SearchNotice[],
): FilteredPhotos | null {
  const phrases = terms.flatMap((term) => (term.kind === 'phrase' && hasWords(term.text) ? [term] : []));
  const conditions = phrases.map(({ text, weight }) => (weight < 0 ? not(withPhrase(text)) : withPhrase(text)));
  const { condition, notices: more } = compileFilters(filters, conditions, facets);
  notices.push(...more);
  if (condition === null) return null;
  const filtered = photosThat(store, condition);
  const asksText = filters.some(
    (filter) => filter.field === 'text' || (filter.field === 'has' && filter.what === 'text'),
  );
  if (asksText && store.ocr.counts().read === 0) notices.push(sentence('text-not-read', {}));
  else if (filtered.count === 0 && more.length === 0) notices.push(sentence('none-passes', {}));
  return filtered;
}

/** Photos that pass the filters, the newest first unless another order is asked for. */
function ofFilters(
  store: Store,
  { mask }: FilteredPhotos,
  { order, limit }: QueryRequest,
  shown: ShownPages,
): RankedPhoto[] {
  const hits: RankedPhoto[] = [];
  const found: number[] = [];
  const ids = order === 'relevance' ? store.photos.newestFirst() : store.photos.inOrder(order).map(({ id }) => id);
  for (const id of ids) {
    if (found.length === limit) break;
    if (mask.has(id) && !shown.photoIds.has(id)) found.push(id);
  }
  for (const id of found) {
    const hit = photoOf(store, id, shown.photoIds.size + hits.length + 1);
    if (hit)
      hits.push({
        ...hit,
        score: null,
        distance: 0,
        probability: null,
        textScore: null,
        inPhotoText: false,
        reasons: [{ code: 'filter' }],
        explanation: null,
      });
  }
  return hits;
}

function photoOf(store: Store, id: number, rank: number) {
  const photo = store.photos.line(id as PhotoId);
  if (!photo) return null;
  return { rank, ...shownOf(photo) };
}

/** Adds Hamming distances to the first added term with a code; all bits where a photo has none. */
function distanceTo({ live, active }: SearchedLibrary, terms: readonly ReadyTerm[]): (id: number) => number {
  const known = terms.filter((term) => term.semantic !== null);
  const code = (known.find((term) => term.term.weight > 0) ?? known[0])?.semantic?.code;
  return (id) => (code ? (live.index.distance(id, code) ?? active.model.bits) : 0);
}
