// The search and its results: by words, by an image, by a photo; without a query, the time line of all photos.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit, PhotoOrder } from '../../shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto, SearchAnswer, TextHit } from '../../shared/contract/search.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';
import { linesOf } from './line-loader.ts';
import { listOf, type PhotoList } from './photo-list.ts';
import { Timeline } from './timeline.svelte.ts';

export type ShownQuery =
  | { readonly kind: 'all' }
  /** `asTyped`: misspelt words are searched for as they are. */
  | { readonly kind: 'text'; readonly text: string; readonly asTyped: boolean }
  /** `preview` is an object URL of the image. */
  | { readonly kind: 'image'; readonly image: Uint8Array<ArrayBuffer>; readonly preview: string; readonly name: string }
  | { readonly kind: 'photo'; readonly photoId: PhotoId; readonly name: string };

/** Only a search by words gives more than a photo's distance. */
export type ShownPhoto = PhotoHit & Partial<Pick<RankedPhoto, 'probability' | 'textScore' | 'isRead' | 'explanation'>>;
/** Figures and notice of an answer. */
export type AnswerFacts = Omit<SearchAnswer<never>, 'hits'> &
  Partial<Pick<QueryAnswer, 'query' | 'corrections' | 'filtered' | 'remedy' | 'precision'>>;

/** Kind of results for an image or a photo. */
export type SearchTarget = 'photos' | 'captions' | 'tags';

/** Number of photos of the first answer; each further one has twice as many as the one before. */
const page = 120;
/** The engine gives no more at once. */
const most = 100_000;
const typingPauseMs = 250;
const tooLarge = 200 * 1024 * 1024;

export class Search {
  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the last request. Answers to earlier ones are dropped. */
  #lastRequest = 0;

  /** Text of the search box. */
  text = $state('');
  query = $state.raw<ShownQuery>({ kind: 'all' });
  target = $state<SearchTarget>('photos');
  hits = $state.raw<readonly ShownPhoto[]>([]);
  texts = $state.raw<readonly TextHit[]>([]);
  /** All photos of the library, shown while nothing is searched for. */
  readonly timeline: Timeline;
  /** Null for the time line. */
  answer = $state.raw<AnswerFacts | null>(null);
  /** A request is running whose answer will replace the results. */
  busy = $state(false);
  /** Reason why there is no answer. */
  error = $state.raw<unknown>(null);
  complete = $state(false);
  /** Whether scores are shown, with the engine's explanation of each. */
  explains = $state(false);

  /** The precision that divides the results; null where it is unknown. */
  readonly precision = $derived(
    this.hits.some(({ probability }) => typeof probability === 'number') ? (this.answer?.precision ?? null) : null,
  );
  /** Nothing is searched for: all photos are shown. */
  readonly showsTimeline = $derived(this.query.kind === 'all');
  readonly list: PhotoList = $derived.by(() => (this.showsTimeline ? this.timeline.list : listOf(this.hits)));
  readonly byExample = $derived(this.query.kind === 'image' || this.query.kind === 'photo');
  readonly showsTexts = $derived(this.byExample && this.target !== 'photos');

  constructor(ask: Ask) {
    this.#ask = ask;
    this.timeline = new Timeline(ask);
  }

  /** Takes a change of the box; searches once typing pauses. */
  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.submit(), typingPauseMs);
  }

  /** Searches now for the text of the box. An empty box under an image keeps the image. */
  submit(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.text.trim();
    if (text === '') return this.byExample ? Promise.resolve() : this.#begin({ kind: 'all' });
    if (isUnfinished(text)) return Promise.resolve();
    if (this.query.kind === 'text' && this.query.text === text && this.error === null) return Promise.resolve();
    return this.#begin({ kind: 'text', text, asTyped: false });
  }

  /** Searches for the words as they are spelled. */
  asTyped(): Promise<void> {
    return this.query.kind === 'text' ? this.#begin({ ...this.query, asTyped: true }) : Promise.resolve();
  }

  /** Puts words into the box and searches for them. */
  words(text: string): Promise<void> {
    this.text = text;
    return this.submit();
  }

  setOrder(order: PhotoOrder): Promise<void> {
    this.timeline.order = order;
    return this.showsTimeline ? this.#begin(this.query) : this.timeline.reload();
  }

  clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.text = '';
    return this.#begin({ kind: 'all' });
  }

  async byImage(file: Blob, name: string): Promise<void> {
    if (file.size === 0) return this.#fail(new Error(`${name} is empty.`));
    if (file.size > tooLarge) return this.#fail(new Error(`${name} is larger than 200 MB.`));
    const image = new Uint8Array(await file.arrayBuffer());
    clearTimeout(this.#timer);
    this.text = '';
    this.target = 'photos';
    await this.#begin({ kind: 'image', image, preview: URL.createObjectURL(file), name });
  }

  like(photoId: PhotoId, name: string): Promise<void> {
    clearTimeout(this.#timer);
    this.text = '';
    this.target = 'photos';
    return this.#begin({ kind: 'photo', photoId, name });
  }

  setTarget(target: SearchTarget): Promise<void> {
    this.target = target;
    return this.#begin(this.query);
  }

  /** Repeats a search by words, because the engine must compute the explanations. */
  explain(on: boolean): Promise<void> {
    this.explains = on;
    return on && this.query.kind === 'text' && this.answer !== null ? this.refresh() : Promise.resolve();
  }

  /** Sets the chance from which results count as matches, for this and later searches. */
  async setPrecision(precision: number): Promise<void> {
    try {
      await this.#ask('search.precision', { precision });
    } catch (error) {
      this.#fail(error);
      return;
    }
    await this.refresh();
  }

  /** Repeats the search for as many results as are shown. They stay visible meanwhile. */
  refresh(): Promise<void> {
    const shown = this.showsTexts ? this.texts.length : this.hits.length;
    return this.#run(Math.min(most, Math.max(page, Math.ceil(shown / page) * page)));
  }

  /** Loads again what is shown of these photos, where they are in the results. Their order stays. */
  async reloadLines(photoIds: readonly PhotoId[]): Promise<void> {
    const lines = await linesOf(this.#ask, this.hits, photoIds);
    if (lines.size === 0) return;
    this.hits = this.hits.map((hit) => {
      const line = lines.get(hit.photoId);
      if (line === undefined) return hit;
      const { caption, rating, isFavourite } = line;
      return { ...hit, caption, rating, isFavourite };
    });
  }

  async more(): Promise<void> {
    if (this.busy || this.complete || this.hits.length === 0) return;
    if (!this.showsTimeline && !this.showsTexts) await this.#run(Math.min(most, 2 * this.hits.length));
  }

  async #begin(query: ShownQuery): Promise<void> {
    if (this.query.kind === 'image' && this.query !== query) URL.revokeObjectURL(this.query.preview);
    this.query = query;
    this.busy = true;
    await this.#run(page, true);
  }

  /** @param isNew whether the person made this search, so that it is recorded among the recent searches */
  async #run(limit: number, isNew = false): Promise<void> {
    const request = ++this.#lastRequest;
    try {
      const { query } = this;
      if (query.kind === 'all') {
        await this.timeline.reload();
        if (request === this.#lastRequest) this.#show([], [], null, true);
      } else if (query.kind !== 'text' && this.target !== 'photos') {
        const source = query.kind === 'image' ? { image: query.image } : { photoId: query.photoId };
        const { hits, ...answer } = await this.#ask('search.describe', { source, target: this.target, limit });
        if (request === this.#lastRequest) this.#show([], hits, answer, true);
      } else {
        const { hits, ...answer } = await this.#find(query, limit, isNew);
        if (request === this.#lastRequest) this.#show(hits, [], answer, hits.length < limit || limit === most);
      }
    } catch (error) {
      if (request === this.#lastRequest) this.#fail(error);
    }
  }

  #find(
    query: Exclude<ShownQuery, { kind: 'all' }>,
    limit: number,
    log: boolean,
  ): Promise<AnswerFacts & { readonly hits: readonly ShownPhoto[] }> {
    if (query.kind === 'text') {
      const { text, asTyped } = query;
      return this.#ask('search.query', { text, asTyped, limit, explain: this.explains, log });
    }
    if (query.kind === 'image') return this.#ask('search.image', { image: query.image, limit });
    return this.#ask('search.similar', { photoId: query.photoId, limit });
  }

  #show(hits: readonly ShownPhoto[], texts: readonly TextHit[], answer: AnswerFacts | null, complete: boolean): void {
    this.hits = hits;
    this.texts = texts;
    this.answer = answer;
    this.complete = complete;
    this.busy = false;
    this.error = null;
  }

  #fail(error: unknown): void {
    this.#show([], [], null, true);
    this.error = error;
  }
}

/** `tag:` alone is not a query yet, and not an error either. */
function isUnfinished(text: string): boolean {
  const { terms, filters, notices } = parseQuery(text);
  return terms.length === 0 && filters.length === 0 && notices.length === 0;
}
