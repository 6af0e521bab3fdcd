// The search and its results: by words, by an image, by a photo; without a query, the time line of all photos.
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
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

/** Whether both ask for the same; an image is only itself. */
export function sameQuery(a: ShownQuery, b: ShownQuery): boolean {
  if (a === b) return true;
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text && a.asTyped === b.asTyped;
  if (a.kind === 'photo' && b.kind === 'photo') return a.photoId === b.photoId;
  return a.kind === 'all' && b.kind === 'all';
}

/** What is shown, and in which order photos are where nothing is searched for. */
export interface Shown {
  readonly query: ShownQuery;
  readonly target: Target;
  readonly order: PhotoOrder;
}

/** What a query found, kept for as long as somebody may come back to it. */
interface Results {
  readonly hits: readonly ShownPhoto[];
  readonly texts: readonly TextHit[];
  readonly answer: AnswerFacts | null;
  readonly complete: boolean;
  /** How often the library had changed when it was asked. */
  readonly changes: number;
}

/** Why results are no longer what a search would give: photos came or went, or another model is in use. */
export type Staleness = 'photos' | 'model';

/** Number of photos of the first answer; each further one has twice as many as the one before. */
const page = 120;
/** The engine gives no more at once. */
const most = 100_000;
const typingPauseMs = 250;
/** Results that are shown for so long have been looked at. */
const lookedAtMs = 3000;
const tooLarge = 200 * 1024 * 1024;

export class Search {
  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the last request. Answers to earlier ones are dropped. */
  #lastRequest = 0;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #results = new WeakMap<ShownQuery, Results>();
  /** Queries that were looked at, and those among them that are remembered. */
  readonly #looked = new WeakSet<ShownQuery>();
  readonly #remembered = new WeakSet<ShownQuery>();

  /** How often the library has changed, as far as the page knows. */
  changes = $state(0);
  /** The model that would answer now; null while it is not known. */
  model = $state<ModelId | null>(null);
  #shownChanges = $state(0);

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
  /** Null while the results are what a search would give now. */
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

  /** Searches now for the text of the box, also where that was searched for before: Enter. An empty box under an image keeps the image. */
  async submit(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.text.trim();
    if (text === '') return this.byExample ? this.refresh() : this.#begin({ kind: 'all' });
    if (isUnfinished(text)) return;
    if (!this.#asksFor(text)) return this.#begin({ kind: 'text', text, asTyped: false }, true);
    const isAsked = this.busy;
    this.look();
    if (!isAsked) await this.refresh();
  }

  /** Searches for what was typed, which the person may not have finished. */
  async #typed(): Promise<void> {
    const text = this.text.trim();
    if (text === '') return this.byExample ? undefined : this.#begin({ kind: 'all' });
    if (!isUnfinished(text) && (!this.#asksFor(text) || this.error !== null)) {
      await this.#begin({ kind: 'text', text, asTyped: false });
    }
  }

  #asksFor = (text: string): boolean => sameQuery(this.query, { kind: 'text', text, asTyped: false });

  /** The person has looked at the results: from now on they are a search that was made, and no step of typing. */
  look = (): void => {
    clearTimeout(this.#lookTimer);
    this.#looked.add(this.query);
    this.#remember(this.query);
  };

  /** Whether the results of a query were looked at; those of other queries than words always are. */
  wasLookedAt = (query: ShownQuery): boolean => query.kind !== 'text' || this.#looked.has(query);

  /** Shows again what was shown before, with the results of that time where they are still known. */
  revisit({ query, target, order }: Shown): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#lookTimer);
    this.query = query;
    this.target = target;
    this.text = query.kind === 'text' ? query.text : '';
    const reorders = order !== this.timeline.order;
    this.timeline.order = order;
    const known = this.#results.get(query);
    if (known === undefined || (query.kind === 'all' && reorders)) {
      this.busy = true;
      return this.#run(page);
    }
    this.#lastRequest++;
    this.#show(known);
    // Words and photos may have changed meanwhile; the grid keeps its place.
    if (query.kind === 'all') void this.refresh();
    return Promise.resolve();
  }

  /** Searches for the words as they are spelled. */
  asTyped(): Promise<void> {
    return this.query.kind === 'text' ? this.#begin({ ...this.query, asTyped: true }, true) : Promise.resolve();
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
    return this.#begin({ ...this.query });
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
    const { hits, texts, answer, complete } = this;
    this.#results.set(this.query, { hits, texts, answer, complete, changes: this.#shownChanges });
  }

  async more(): Promise<void> {
    if (this.busy || this.complete || this.hits.length === 0) return;
    if (!this.showsTimeline && !this.showsTexts) await this.#run(Math.min(most, 2 * this.hits.length));
  }

  /** @param isLooked whether the person asked for these very words, and not on the way to others */
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
    if (query.kind !== 'text' && this.target !== 'photos') {
      const source = query.kind === 'image' ? { image: query.image } : { photoId: query.photoId };
      const { hits: texts, ...answer } = await this.#ask('search.describe', { source, target: this.target, limit });
      return { hits: [], texts, answer, complete: true };
    }
    const { hits, ...answer } = await this.#findPhotos(query, limit);
    return { hits, texts: [], answer, complete: hits.length < limit || limit === most };
  }

  /** Adds the words to the recent searches, once, when they were looked at and have an answer. */
  #remember(query: ShownQuery): void {
    const hits = this.#results.get(query)?.hits.length;
    if (query.kind !== 'text' || hits === undefined || !this.#looked.has(query) || this.#remembered.has(query)) return;
    this.#remembered.add(query);
    // A list of recent searches is no reason to disturb anybody.
    this.#ask('search.remember', { text: query.text, hits }).catch(() => undefined);
  }

  #findPhotos(
    query: Exclude<ShownQuery, { kind: 'all' }>,
    limit: number,
  ): Promise<AnswerFacts & { readonly hits: readonly ShownPhoto[] }> {
    if (query.kind === 'text') {
      const { text, asTyped } = query;
      return this.#ask('search.query', { text, asTyped, limit, explain: this.explains, log: false });
    }
    if (query.kind === 'image') return this.#ask('search.image', { image: query.image, limit });
    return this.#ask('search.similar', { photoId: query.photoId, limit });
  }

  #show({ hits, texts, answer, complete, changes }: Results): void {
    this.#shownChanges = changes;
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
