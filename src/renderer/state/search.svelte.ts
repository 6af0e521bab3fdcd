// What is looked for and what was found: by words, by an image, like a photo, or simply the recent photos.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { PhotoHit } from '../../shared/contract/photos.ts';
import type { QueryAnswer, RankedPhoto, SearchAnswer, TextHit } from '../../shared/contract/search.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';

export type Query =
  | { readonly kind: 'recent' }
  /** `asTyped`: misspelt words are searched for as they are. */
  | { readonly kind: 'text'; readonly text: string; readonly asTyped: boolean }
  /** `preview` is an object URL of the image. */
  | { readonly kind: 'image'; readonly image: Uint8Array<ArrayBuffer>; readonly preview: string; readonly name: string }
  | { readonly kind: 'photo'; readonly photoId: PhotoId; readonly name: string };

/** Only a search by words says more of a photo than how near it is. */
export type ShownPhoto = PhotoHit & Partial<Pick<RankedPhoto, 'probability' | 'textScore' | 'explanation'>>;
/** Figures and notice of an answer. */
export type AnswerFacts = Omit<SearchAnswer<never>, 'hits'> &
  Partial<Pick<QueryAnswer, 'query' | 'corrections' | 'filtered' | 'remedy' | 'precision'>>;

/** What an image or a photo is asked to find. */
export type Target = 'photos' | 'captions' | 'tags';

/** How many more are asked for at each end of the list; an answer holds at most 1000. */
const page = 120;
const most = 1000;
const typingPauseMs = 250;
const tooLarge = 200 * 1024 * 1024;

export class Search {
  readonly #ask: Ask;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Only the answer to the last question is shown. */
  #asked = 0;

  /** What stands in the search box. */
  text = $state('');
  query = $state.raw<Query>({ kind: 'recent' });
  target = $state<Target>('photos');
  hits = $state.raw<readonly ShownPhoto[]>([]);
  texts = $state.raw<readonly TextHit[]>([]);
  /** Null for the recent photos. */
  answer = $state.raw<AnswerFacts | null>(null);
  /** A question is under way whose answer will replace what is shown. */
  busy = $state(false);
  /** Why there is no answer. */
  error = $state.raw<unknown>(null);
  complete = $state(false);
  /** Scores are shown, and the engine says how each came about. */
  explains = $state(false);

  /** How likely the results are is known; null where nobody can tell. */
  readonly precision = $derived(
    this.hits.some(({ probability }) => typeof probability === 'number') ? (this.answer?.precision ?? null) : null,
  );
  readonly byExample = $derived(this.query.kind === 'image' || this.query.kind === 'photo');
  readonly showsTexts = $derived(this.byExample && this.target !== 'photos');

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The box changed; asks once typing pauses. */
  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.submit(), typingPauseMs);
  }

  /** Asks now for what stands in the box. An empty box under an image leaves the image. */
  submit(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.text.trim();
    if (text === '') return this.byExample ? Promise.resolve() : this.#begin({ kind: 'recent' });
    if (isUnfinished(text)) return Promise.resolve();
    if (this.query.kind === 'text' && this.query.text === text && this.error === null) return Promise.resolve();
    return this.#begin({ kind: 'text', text, asTyped: false });
  }

  /** Asks for the words as they are spelled. */
  asTyped(): Promise<void> {
    return this.query.kind === 'text' ? this.#begin({ ...this.query, asTyped: true }) : Promise.resolve();
  }

  /** Puts words into the box and asks for them. */
  words(text: string): Promise<void> {
    this.text = text;
    return this.submit();
  }

  clear(): Promise<void> {
    clearTimeout(this.#timer);
    this.text = '';
    return this.#begin({ kind: 'recent' });
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

  aim(target: Target): Promise<void> {
    this.target = target;
    return this.#begin(this.query);
  }

  /** Words are asked for anew, because what explains them has to be worked out. */
  explain(on: boolean): Promise<void> {
    this.explains = on;
    return on && this.query.kind === 'text' && this.answer !== null ? this.refresh() : Promise.resolve();
  }

  /** From which chance on results are matches, for this and later searches. */
  async demand(precision: number): Promise<void> {
    try {
      await this.#ask('search.precision', { precision });
    } catch (error) {
      this.#fail(error);
      return;
    }
    await this.refresh();
  }

  /** Asks the same again, for as much as is shown; what is shown stays meanwhile. */
  refresh(): Promise<void> {
    const shown = this.showsTexts ? this.texts.length : this.hits.length;
    // Someone deep in their photos keeps them; one answer could not hold as many.
    if (this.query.kind === 'recent' && shown > most) return Promise.resolve();
    return this.#run(Math.min(most, Math.max(page, Math.ceil(shown / page) * page)));
  }

  async more(): Promise<void> {
    if (this.busy || this.complete || this.hits.length === 0) return;
    if (this.query.kind === 'recent') await this.#moreRecent();
    else if (!this.showsTexts) await this.#run(Math.min(most, this.hits.length + 2 * page));
  }

  async #begin(query: Query): Promise<void> {
    if (this.query.kind === 'image' && this.query !== query) URL.revokeObjectURL(this.query.preview);
    this.query = query;
    this.busy = true;
    await this.#run(page, true);
  }

  /** @param anew whether the person asks, so that it belongs to the searches made before */
  async #run(limit: number, anew = false): Promise<void> {
    const asked = ++this.#asked;
    try {
      const { query } = this;
      if (query.kind === 'recent') {
        const hits = await this.#ask('photos.recent', { limit, offset: 0 });
        if (asked === this.#asked) this.#show(hits, [], null, hits.length < limit);
      } else if (query.kind !== 'text' && this.target !== 'photos') {
        const source = query.kind === 'image' ? { image: query.image } : { photoId: query.photoId };
        const { hits, ...answer } = await this.#ask('search.describe', { source, target: this.target, limit });
        if (asked === this.#asked) this.#show([], hits, answer, true);
      } else {
        const { hits, ...answer } = await this.#find(query, limit, anew);
        if (asked === this.#asked) this.#show(hits, [], answer, hits.length < limit || limit === most);
      }
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
  }

  #find(
    query: Exclude<Query, { kind: 'recent' }>,
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

  async #moreRecent(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const next = await this.#ask('photos.recent', { limit: page, offset: this.hits.length });
      if (asked !== this.#asked) return;
      // Photos that arrived meanwhile push known ones onto this page.
      const known = this.hits.slice(-page).map((hit) => hit.photoId);
      this.#show([...this.hits, ...next.filter((hit) => !known.includes(hit.photoId))], [], null, next.length < page);
    } catch (error) {
      if (asked === this.#asked) this.#fail(error);
    }
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

/** `tag:` alone asks nothing yet, and is no mistake either. */
function isUnfinished(text: string): boolean {
  const { terms, filters, notices } = parseQuery(text);
  return terms.length === 0 && filters.length === 0 && notices.length === 0;
}
