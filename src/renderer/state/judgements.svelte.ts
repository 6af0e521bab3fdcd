// The person's judgements of results: right or wrong for their search.
import { m } from '../../language/language.ts';
import type { JudgementEntry, JudgementList, Judgement } from '../../shared/contract/judgements.ts';
import type { Params } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { parseQuery } from '../../shared/query/grammar.ts';
import type { Ask } from '../bridge.ts';
import { loadPages } from './pages.ts';
import type { Edits, Undo } from './edits.svelte.ts';
import type { Search, ShownPhoto } from './search.svelte.ts';

const pageSize = 200;

type States = readonly Params<'judgements.give'>['states'][number][];

interface GivenJudgement {
  readonly photoId: number;
  readonly judgement: Judgement | null;
}

export class Judgements {
  readonly #ask: Ask;
  readonly #edits: Edits;
  readonly #search: Search;
  readonly #onError: (error: unknown) => void;

  /** All judgements; null until they have been loaded. */
  list = $state.raw<JudgementList | null>(null);
  /** Number of judgements wanted: as many as were shown. */
  #asked = $state(pageSize);
  readonly hasMore = $derived(this.list !== null && this.#asked < this.list.total);

  /** Judgements of the present search's results since it was made. */
  #given = $state.raw<{ readonly query: string; readonly judgements: readonly GivenJudgement[] }>({
    query: '',
    judgements: [],
  });

  /** Words of the present search; null if its results cannot be judged. */
  readonly query: string | null = $derived.by(() => {
    const { query, hits } = this.#search;
    if (query.kind !== 'text' || hits.length === 0) return null;
    return parseQuery(query.text).terms.some(({ kind, weight }) => kind !== 'photo' && weight > 0) ? query.text : null;
  });

  constructor(ask: Ask, edits: Edits, search: Search, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#edits = edits;
    this.#search = search;
    this.#onError = onError;
  }

  /** The person's judgement of a result of the present search. */
  judgementOf({ photoId, reasons = [] }: ShownPhoto): Judgement | null {
    const given =
      this.#given.query === this.query
        ? this.#given.judgements.findLast((one) => one.photoId === photoId)?.judgement
        : undefined;
    return given === undefined ? (reasons.some(({ code }) => code === 'confirmed') ? 'match' : null) : given;
  }

  /** Reason why the shown results of a search cannot be judged; null where they can, and without a search. */
  readonly obstacle: string | null = $derived.by(() => {
    const { showsTimeline, examples } = this.#search;
    if (showsTimeline || this.query !== null) return null;
    return examples.length > 0 ? m.judgements_with_image() : m.judgements_without_words();
  });

  /** Judges results of the present search as right or wrong; null removes the judgement. */
  give(photoIds: Iterable<PhotoId>, judgement: Judgement | null): Promise<boolean> {
    const { query } = this;
    const ids = [...photoIds];
    if (query === null || ids.length === 0) return Promise.resolve(false);
    return this.#perform([{ query, photoIds: ids, judgement }], wordsFor(ids.length, judgement, query));
  }

  /** Removes the judgements of these photos about a search. */
  withdraw(query: string, photoIds: readonly PhotoId[]): Promise<boolean> {
    const what = m.judgements_withdrawn({ count: photoIds.length, query });
    return this.#perform([{ query, photoIds: [...photoIds], judgement: null }], what);
  }

  /** Loads as many as were shown before, the newest first. */
  async load(): Promise<void> {
    try {
      this.list = await loadPages(
        this.#asked,
        pageSize,
        (offset) => this.#ask('judgements.list', { limit: pageSize, ...(offset === 0 ? {} : { offset }) }),
        (list, { total, entries }) => {
          const isNew = ({ query, photoId }: JudgementEntry) =>
            list.entries.every((one) => one.query !== query || one.photoId !== photoId);
          return { total, entries: [...list.entries, ...entries.filter(isNew)] };
        },
      );
    } catch (error) {
      this.#onError(error);
    }
  }

  showMore = (): Promise<void> => {
    this.#asked += pageSize;
    return this.load();
  };

  #perform(states: States, what: string): Promise<boolean> {
    return this.#edits.perform(async () => {
      const { photos, inverse } = await this.#ask('judgements.give', { states: [...states] });
      if (photos === 0) return null;
      this.#show(states);
      return { what, undo: this.#restoring(inverse) };
    });
  }

  #restoring(states: States): Undo {
    return async () => {
      const { inverse } = await this.#ask('judgements.give', { states: [...states] });
      this.#note(states);
      if (this.list !== null) await this.load();
      await this.#search.refresh();
      return this.#restoring(inverse);
    };
  }

  #note(states: States): void {
    const { query } = this;
    if (query === null) return;
    const before = this.#given.query === query ? this.#given.judgements : [];
    const given = states.flatMap(({ photoIds, judgement }) => photoIds.map((photoId) => ({ photoId, judgement })));
    this.#given = { query, judgements: [...before, ...given] };
  }

  /** Results stay in place while the person looks at them; those judged as wrong leave. */
  #show(states: States): void {
    this.#note(states);
    if (this.list !== null) void this.load();
    for (const { photoIds, judgement } of states) this.#search.judge(photoIds, judgement);
  }
}

function wordsFor(photos: number, judgement: Judgement | null, query: string): string {
  if (judgement === null) return m.judgements_nothing();
  return (judgement === 'match' ? m.judgements_kept : m.judgements_left_out)({ count: photos, query });
}
