// The search and its results: by words, by an image, by a photo; without a query, the time line of all photos.
import { m } from '../../language/language.ts';
import type { Judgement } from '../../shared/contract/judgements.ts';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import type { PageParams } from '../../shared/contract/page.ts';
import type { PhotoHit, PhotoOrder } from '../../shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto, ResultOrder, SearchAnswer, TextHit } from '../../shared/contract/search.ts';
import { toErrorData } from '../../shared/errors.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';
import { photoSet } from '../grid/photo-set.ts';
import { linesOf } from './line-loader.ts';
import { listOf, type PhotoList } from './photo-list.ts';
import {
  examplesOf,
  mostExamples,
  queryOf,
  readQuery,
  sameQuery,
  sameSource,
  queryText,
  type Example,
  type ImageSource,
  type ShownQuery,
} from './shown-query.ts';
import { Timeline } from './timeline.svelte.ts';

/** Only searches by words return more than a photo's distance. */
export type ShownPhoto = PhotoHit & Partial<Pick<RankedPhoto, 'probability' | 'textScore' | 'reasons' | 'explanation'>>;
/** Figures and notice of an answer. */
export type AnswerFacts = Omit<SearchAnswer<never>, 'hits'> &
  Partial<
    Pick<QueryAnswer, 'query' | 'corrections' | 'leftOut' | 'filtered' | 'remedy' | 'precision' | 'sorted' | 'next'>
  >;

/** Kind of results for an image or a photo. */
export type SearchTarget = 'photos' | 'captions' | 'tags';

type TermParams = NonNullable<PageParams<'search.query'>['terms']>[number];

/** The present query, and the order of photos without one. */
export interface Shown {
  readonly query: ShownQuery;
  readonly target: SearchTarget;
  readonly order: PhotoOrder;
}

/** Results of a query, kept as long as the person may come back to it. */
interface Results {
  readonly hits: readonly ShownPhoto[];
  readonly texts: readonly TextHit[];
  readonly answer: AnswerFacts | null;
  readonly complete: boolean;
  /** Number of library changes at the time of the request. */
  readonly changes: number;
}

/** The reason why the results are out of date: photos came or went, or another model is in use. */
export type Staleness = 'photos' | 'model';

/** Number of photos in the first answer; each further one doubles it. */
const page = 120;
/** Largest number of results that are appended at once. */
const mostContinued = 1000;
/** Largest number that the engine returns at once. */
const most = 100_000;
const typingPauseMs = 250;
/** Time after which shown results count as looked at. */
const lookedAtMs = 3000;
const tooLarge = 200 * 1024 * 1024;

export class Search {
  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the last request. Answers to earlier ones are dropped. */
  #lastRequest = 0;
  /** Cursor of the last continuation, which is asked for once while these results are shown. */
  #continued: string | null = null;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #results = new WeakMap<ShownQuery, Results>();
  /** Queries that were looked at, and those stored in the recent searches. */
  readonly #looked = new WeakSet<ShownQuery>();
  readonly #remembered = new WeakSet<ShownQuery>();
  /** Queries whose results are in an order other than that of relevance. */
  readonly #orders = new WeakMap<ShownQuery, ResultOrder>();

  /** Number of library changes known to the page. */
  changes = $state(0);
  /** The model that would answer now; null if unknown. */
  model = $state<ModelId | null>(null);
  #shownChanges = $state(0);

  /** Text of the search box. */
  text = $state('');
  query = $state.raw<ShownQuery>({ kind: 'all' });
  #answered = $state.raw<ShownQuery>({ kind: 'all' });
  target = $state<SearchTarget>('photos');
  hits = $state.raw<readonly ShownPhoto[]>([]);
  texts = $state.raw<readonly TextHit[]>([]);
  /** All photos of the library, shown without a query. */
  readonly timeline: Timeline;
  /** Null for the time line. */
  answer = $state.raw<AnswerFacts | null>(null);
  /** A request is running whose answer will replace the results. */
  busy = $state(false);
  /** Reason why there is no answer: an error, or a sentence for the person. */
  error = $state.raw<unknown>(null);
  complete = $state(false);
  /** Whether scores are shown, with the engine's explanation of each. */
  explains = $state(false);

  /** The precision that divides the results; null if unknown. */
  readonly precision = $derived(
    this.hits.some(({ probability }) => typeof probability === 'number') ? (this.answer?.precision ?? null) : null,
  );
  /** There is no query: all photos are shown. */
  readonly showsTimeline = $derived(this.query.kind === 'all');
  /** Whether the results have an order of relevance: those of filters alone do not. */
  readonly isRanked = $derived.by(
    () => !this.showsTimeline && (this.examples.length > 0 || this.answer?.query?.terms.length !== 0),
  );
  /** Order of the results. */
  readonly resultOrder: ResultOrder = $derived(this.#orders.get(this.query) ?? 'relevance');
  /** Whether all photos are listed: without a query, and after that until the first results are there. */
  readonly listsTimeline: boolean = $derived(this.showsTimeline || (this.busy && this.#answered.kind === 'all'));
  readonly list: PhotoList = $derived.by(() => (this.listsTimeline ? this.timeline.list : listOf(this.hits)));
  /** The query of the photos listed: the earlier one as long as its results are shown. */
  readonly listedQuery: ShownQuery = $derived(this.showsTimeline ? this.query : this.#answered);
  readonly examples: readonly Example[] = $derived(examplesOf(this.query));
  /** The query is a single photo or image, for which text results exist, too. */
  readonly byExample = $derived(this.query.kind === 'image' || this.query.kind === 'photo');
  readonly showsTexts = $derived(this.byExample && this.target !== 'photos');
  /** Whether nothing is shown, neither photos nor texts. */
  readonly isEmpty = $derived(this.list.count === 0 && this.texts.length === 0);
  /** Whether all parts of the query were left out, so that nothing was searched for. */
  readonly asksNothing = $derived.by(() => {
    const query = this.answer?.query;
    return this.examples.length === 0 && query?.terms.length === 0 && query.filters.length === 0;
  });
  /** Null while the results are up to date. */
  readonly stale: Staleness | null = $derived.by(() => {
    if (this.answer === null || this.busy) return null;
    if (this.model !== null && this.answer.modelId !== this.model) return 'model';
    return this.#shownChanges < this.changes ? 'photos' : null;
  });

  constructor(ask: Ask) {
    this.#ask = ask;
    this.timeline = new Timeline(ask);
  }

  /** Takes a change of the box; searches once typing pauses. */
  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#typed(), typingPauseMs);
  }

  /** Puts words into the box without searching. */
  fill(text: string): void {
    clearTimeout(this.#timer);
    this.text = text;
  }

  /** Whether the box's text asks for nothing yet, as `tag:` alone. */
  get isUnfinished(): boolean {
    const text = this.text.trim();
    return text !== '' && isUnfinished(text);
  }

  /** Searches now for the box's text, even if it is unchanged: Enter. An unfinished text is not searched for. */
  submit(): Promise<void> {
    return this.isUnfinished ? Promise.resolve() : this.#searchFor(queryOf(this.text.trim(), this.examples));
  }

  async #searchFor(wanted: ShownQuery): Promise<void> {
    clearTimeout(this.#timer);
    if (!sameQuery(this.query, wanted)) return this.#begin(wanted, true);
    const isAsked = this.busy;
    this.look();
    if (!isAsked) await this.refresh();
  }

  /** Searches for typed text, which may be unfinished. */
  async #typed(): Promise<void> {
    if (this.isUnfinished) return;
    const wanted = queryOf(this.text.trim(), this.examples);
    if (!sameQuery(this.query, wanted) || this.error !== null) await this.#begin(wanted);
  }

  /** The person has looked at the results: the query is final, not a step of typing. */
  look = (): void => {
    clearTimeout(this.#lookTimer);
    this.#looked.add(this.query);
    this.#remember(this.query);
  };

  /** Whether the results of a query were looked at; always true for queries without words. */
  wasLookedAt = (query: ShownQuery): boolean => queryText(query) === '' || this.#looked.has(query);

  /** Shows an earlier query again, with its earlier results if they are still known. */
  revisit({ query, target, order }: Shown): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#lookTimer);
    this.query = query;
    this.target = target;
    this.text = queryText(query);
    const reorders = order !== this.timeline.order;
    this.timeline.order = order;
    const known = this.#results.get(query);
    if (known === undefined || (query.kind === 'all' && reorders)) {
      this.busy = true;
      return this.#run(page);
    }
    this.#lastRequest++;
    this.#show(known);
    // Words and photos may have changed meanwhile; the grid keeps its position.
    if (query.kind === 'all') void this.refresh();
    return Promise.resolve();
  }

  /** Searches for the words as spelled. */
  asTyped(): Promise<void> {
    const { query } = this;
    return 'asTyped' in query ? this.#begin({ ...query, asTyped: true }, true) : Promise.resolve();
  }

  /** Puts words into the box and searches only for them. */
  words(written: string): Promise<void> {
    const { text, examples } = readQuery(written);
    this.text = text;
    return this.#searchFor(queryOf(text.trim(), examples));
  }

  /** Changes the words of the query and keeps its photos and images. */
  reword(text: string): Promise<void> {
    this.text = text;
    return this.submit();
  }

  /**
   * Like `reword`, for a step of setting filters or weights: it is looked at only when the person stays with its
   * results.
   */
  narrow(text: string): Promise<void> {
    this.fill(text);
    return this.#typed();
  }

  /** Adds photos or images to the query, or subtracts them: results become more, or less, like them. */
  addExamples(sources: readonly Example['source'][], weight: number): Promise<void> {
    const others = this.examples.filter(({ source }) => !sources.some((added) => sameSource(added, source)));
    const examples = [...others, ...sources.map((source) => ({ source, weight }))];
    return this.#exemplify(examples.slice(-mostExamples));
  }

  /** Weighs an example; the weight 0 removes it. */
  weighExample(index: number, weight: number): Promise<void> {
    return this.#exemplify(
      this.examples.flatMap((one, i) => (i !== index ? [one] : weight === 0 ? [] : [{ ...one, weight }])),
      weight === 0,
    );
  }

  #exemplify(examples: readonly Example[], isLooked = true): Promise<void> {
    clearTimeout(this.#timer);
    this.target = 'photos';
    return this.#begin(queryOf(this.text.trim(), examples), isLooked);
  }

  setOrder(order: PhotoOrder): Promise<void> {
    this.timeline.order = order;
    return this.showsTimeline ? this.#begin(this.query) : this.timeline.reload();
  }

  /** Shows the results of the query in another order, until the next query. */
  sortResults(order: ResultOrder): Promise<void> {
    const query = { ...this.query };
    this.#orders.set(query, order);
    return this.#begin(query, true);
  }

  clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.text = '';
    return this.#begin({ kind: 'all' });
  }

  /** Searches by images alone, all of them together. */
  async byImages(files: readonly File[]): Promise<void> {
    const empty = files.find(({ size }) => size === 0);
    if (empty !== undefined) return this.#fail(m.search_box_empty_file({ name: empty.name }));
    const large = files.find(({ size }) => size > tooLarge);
    if (large !== undefined) return this.#fail(m.search_box_large_file({ name: large.name }));
    if (files.length > mostExamples)
      return this.#fail(m.search_box_many_images({ most: mostExamples, count: files.length }));
    const sources: ImageSource[] = [];
    for (const file of files) {
      const image = new Uint8Array(await file.arrayBuffer());
      sources.push({ kind: 'image', image, preview: URL.createObjectURL(file), name: file.name });
    }
    this.text = '';
    await this.#exemplify(sources.map((source) => ({ source, weight: 1 })));
  }

  like(photoId: PhotoId, name: string): Promise<void> {
    return this.likeOnly({ kind: 'photo', photoId, name });
  }

  /** Searches by one photo or image alone. */
  likeOnly(source: Example['source']): Promise<void> {
    this.text = '';
    return this.#exemplify([{ source, weight: 1 }]);
  }

  setTarget(target: SearchTarget): Promise<void> {
    this.target = target;
    return this.#begin({ ...this.query });
  }

  /** Repeats a search by words, because the engine must compute the explanations. */
  explain(on: boolean): Promise<void> {
    this.explains = on;
    return on && 'asTyped' in this.query && this.answer !== null ? this.refresh() : Promise.resolve();
  }

  /** Sets the chance from which results count as matches, for this and later searches. Throws if it was not stored. */
  async setPrecision(precision: number): Promise<void> {
    await this.#ask('search.precision', { precision });
    await this.refresh();
  }

  /** Repeats the search for as many results as are shown, which stay visible meanwhile. */
  refresh(): Promise<void> {
    const shown = this.showsTexts ? this.texts.length : this.hits.length;
    return this.#run(Math.min(most, Math.max(page, Math.ceil(shown / page) * page)));
  }

  /** Reloads the shown data of these photos in the results. Their order stays. */
  async reloadLines(photoIds: readonly PhotoId[]): Promise<void> {
    const lines = await linesOf(this.#ask, this.hits, photoIds);
    if (lines.size === 0) return;
    this.hits = this.hits.map((hit) => {
      const line = lines.get(hit.photoId);
      if (line === undefined) return hit;
      const { caption, rating, isFavourite } = line;
      return { ...hit, caption, rating, isFavourite };
    });
    this.#keepResults();
  }

  /** Stores the results for a later return to the query. */
  #keepResults(): void {
    const { hits, texts, answer, complete } = this;
    this.#results.set(this.query, { hits, texts, answer, complete, changes: this.#shownChanges });
  }

  /** Shows the person's judgements without moving the remaining results. */
  judge(photoIds: readonly number[], judgement: Judgement | null): void {
    const isJudged = ({ photoId }: ShownPhoto) => photoIds.includes(photoId);
    if (judgement === null) return void this.refresh();
    if (judgement === 'match') {
      this.hits = this.hits.map((hit) =>
        isJudged(hit)
          ? {
              ...hit,
              reasons: [{ code: 'confirmed' }, ...(hit.reasons ?? []).filter(({ code }) => code !== 'confirmed')],
            }
          : hit,
      );
      return this.#keepResults();
    }
    const removed = this.#withoutPhotos(isJudged);
    if (this.answer !== null) this.answer = { ...this.answer, leftOut: (this.answer.leftOut ?? 0) + removed };
    this.#keepResults();
  }

  /**
   * Takes photos whose files are gone out of the results; the others stay.
   * @param earlier queries that the person may come back to, whose kept results lose them too
   * @returns a function that has them in their places again, for as long as nothing else has changed there
   */
  leaveOut(photoIds: readonly PhotoId[], earlier: readonly ShownQuery[] = []): () => void {
    const gone = photoSet(photoIds);
    const isGone = ({ photoId }: ShownPhoto): boolean => gone.has(photoId);
    const kept: { readonly query: ShownQuery; readonly before: Results; readonly after: Results }[] = [];
    for (const query of earlier) {
      const before = query === this.query ? undefined : this.#results.get(query);
      if (before === undefined || !before.hits.some(isGone)) continue;
      const after = { ...before, ...without(before, isGone) };
      this.#results.set(query, after);
      kept.push({ query, before, after });
    }
    const before = { hits: this.hits, answer: this.answer };
    if (this.#withoutPhotos(isGone) > 0) this.#keepResults();
    const { hits } = this;
    return () => {
      for (const one of kept) if (this.#results.get(one.query) === one.after) this.#results.set(one.query, one.before);
      if (this.hits !== hits || hits === before.hits) return;
      this.hits = before.hits;
      this.answer = before.answer;
      this.#keepResults();
    };
  }

  /** Takes photos out of the results. @returns the number of those that were among them */
  #withoutPhotos(isGone: (photo: ShownPhoto) => boolean): number {
    if (!this.hits.some(isGone)) return 0;
    const { hits, answer } = without(this, isGone);
    const removed = this.hits.length - hits.length;
    this.hits = hits;
    this.answer = answer;
    return removed;
  }

  async more(): Promise<void> {
    const shown = this.showsTexts ? this.texts.length : this.hits.length;
    if (this.busy || this.complete || shown === 0 || this.query.kind === 'all') return;
    const next = this.answer?.next ?? null;
    if (next !== null && !this.showsTexts) await this.#continue(this.query, next);
    else await this.#run(Math.min(most, 2 * shown));
  }

  /** Appends the results that follow. */
  async #continue(query: Exclude<ShownQuery, { kind: 'all' }>, cursor: string): Promise<void> {
    if (this.#continued === cursor) return;
    this.#continued = cursor;
    const request = ++this.#lastRequest;
    const shown = this.hits.length;
    try {
      const params = this.#params(query, Math.min(mostContinued, shown));
      const { hits, weakFrom, next } = await this.#ask('search.query', { ...params, cursor });
      const { answer } = this;
      if (request !== this.#lastRequest || answer === null) return;
      const divider = weakFrom === null ? null : this.hits.length + weakFrom;
      this.hits = [...this.hits, ...hits];
      this.answer = { ...answer, next, weakFrom: answer.weakFrom ?? divider };
      this.complete = next === null;
      this.#keepResults();
    } catch (error) {
      if (request !== this.#lastRequest) return;
      // After a restart of the engine, or many other searches: ask for all again.
      if (toErrorData(error).code === 'not-found') await this.#run(Math.min(most, 2 * shown));
      else this.#fail(error);
    }
  }

  /** @param isLooked whether the person asked for exactly these words, not on the way to others */
  async #begin(query: ShownQuery, isLooked = false): Promise<void> {
    clearTimeout(this.#lookTimer);
    this.query = query;
    this.busy = true;
    if (isLooked) this.#looked.add(query);
    await this.#run(page);
  }

  async #run(limit: number): Promise<void> {
    const request = ++this.#lastRequest;
    const { query, changes } = this;
    try {
      const found = await this.#find(query, limit);
      if (request !== this.#lastRequest) return;
      const results = { ...found, changes };
      this.#results.set(query, results);
      this.#show(results);
      this.#remember(query);
      if (!this.wasLookedAt(query)) this.#lookTimer = setTimeout(this.look, lookedAtMs);
    } catch (error) {
      if (request === this.#lastRequest) this.#fail(error);
    }
  }

  async #find(query: ShownQuery, limit: number): Promise<Omit<Results, 'changes'>> {
    if (query.kind === 'all') {
      await this.timeline.reload();
      return { hits: [], texts: [], answer: null, complete: true };
    }
    if ((query.kind === 'image' || query.kind === 'photo') && this.target !== 'photos') {
      const source = query.kind === 'image' ? { image: query.image } : { photoId: query.photoId };
      const { hits: texts, ...answer } = await this.#ask('search.describe', { source, target: this.target, limit });
      return { hits: [], texts, answer, complete: texts.length < limit || texts.length >= answer.searched };
    }
    const { hits, ...answer } = await this.#findPhotos(query, limit);
    return { hits, texts: [], answer, complete: hits.length < limit || limit === most };
  }

  /** Adds the words to the recent searches, once, when the results were looked at and have an answer. */
  #remember(query: ShownQuery): void {
    const hits = this.#results.get(query)?.hits.length;
    if (query.kind !== 'text' || hits === undefined || !this.#looked.has(query) || this.#remembered.has(query)) return;
    this.#remembered.add(query);
    // A failure of the recent searches is not worth a message.
    this.#ask('search.remember', { text: query.text, hits }).catch(() => undefined);
  }

  #findPhotos(
    query: Exclude<ShownQuery, { kind: 'all' }>,
    limit: number,
  ): Promise<AnswerFacts & { readonly hits: readonly ShownPhoto[] }> {
    const params = this.#params(query, limit);
    if ('asTyped' in query || params.order !== 'relevance') return this.#ask('search.query', params);
    if (query.kind === 'image') return this.#ask('search.image', { image: query.image, limit });
    return this.#ask('search.similar', { photoId: query.photoId, limit });
  }

  #params(query: Exclude<ShownQuery, { kind: 'all' }>, limit: number): PageParams<'search.query'> {
    const order = this.#orders.get(query) ?? 'relevance';
    const { text, asTyped } = 'asTyped' in query ? query : { text: '', asTyped: false };
    const terms = examplesOf(query).map(({ source, weight }): TermParams =>
      source.kind === 'photo'
        ? { kind: 'photo', photoId: source.photoId, weight }
        : { kind: 'image', image: source.image, weight },
    );
    return { text, terms, asTyped, order, limit, explain: this.explains, log: false };
  }

  #show({ hits, texts, answer, complete, changes }: Results): void {
    this.#shownChanges = changes;
    this.#continued = null;
    this.#answered = this.query;
    this.hits = hits;
    this.texts = texts;
    this.answer = answer;
    this.complete = complete;
    this.busy = false;
    this.error = null;
  }

  #fail(error: unknown): void {
    this.#show({ hits: [], texts: [], answer: null, complete: true, changes: this.changes });
    this.error = error;
  }
}

/** `tag:` alone is not a query yet, and not an error either. */
function isUnfinished(text: string): boolean {
  const { terms, filters, notices } = parseQuery(text);
  return terms.length === 0 && filters.length === 0 && notices.length === 0;
}

/** Results without some of their photos, with ranks, number and divider of the others. */
function without(
  { hits, answer }: Pick<Results, 'hits' | 'answer'>,
  isGone: (photo: ShownPhoto) => boolean,
): Pick<Results, 'hits' | 'answer'> {
  const weakFrom = answer?.weakFrom ?? null;
  const above = hits.slice(0, weakFrom ?? 0).filter(isGone).length;
  const left = hits.filter((hit) => !isGone(hit));
  const removed = hits.length - left.length;
  const sorted = typeof answer?.sorted === 'number' ? answer.sorted - removed : null;
  return {
    hits: left.map((hit, i) => ({ ...hit, rank: i + 1 })),
    answer: answer === null ? null : { ...answer, sorted, weakFrom: weakFrom === null ? null : weakFrom - above },
  };
}
