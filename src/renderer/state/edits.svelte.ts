// The person's words about photos: the engine stores each change at once, and it can be undone and redone.
import { m } from '../../language/language.ts';
import {
  mostEdited,
  tagName,
  type EditOutcome,
  type WordsOfPhotos,
  type WrittenState,
} from '../../shared/contract/edits.ts';
import type { Params } from '../../shared/contract/engine.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { toErrorData } from '../../shared/errors.ts';
import type { Ask } from '../bridge.ts';
import { shownName } from '../text/shown-text.ts';
import { atMost } from './at-most.ts';
import type { Toasts } from './toasts.svelte.ts';

/** A change of some photos, without the photos. */
export type Edit = Omit<Params<'edits.apply'>, 'photoIds'>;

type Inverse = EditOutcome['inverse'];

/** Undoes a change; returns the change that redoes it. */
export type Undo = () => Promise<Undo>;

/** A change that was made: its description, and its inverse. */
type Change = { readonly what: string } & (
  | { readonly undo: Undo }
  // The reason why the change is final, and what helps instead.
  | { readonly final: string }
);

/** Errors that stay, because an album, a search or a model was removed meanwhile. */
const goneCodes: ReadonlySet<string> = new Set(['not-found', 'model-missing']);

/** Number of changes that can be undone; older ones are final. */
const mostUndone = 200;

export class Edits {
  readonly #ask: Ask;
  readonly #toasts: Toasts;
  readonly #onChanged: (photoIds: readonly PhotoId[]) => void;
  #done = $state.raw<readonly Change[]>([]);
  #undone = $state.raw<readonly { readonly what: string; readonly undo: Undo }[]>([]);
  /** Changes are made one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Begin changes that wait for their turn; those begun go on. */
  #waiting: readonly (() => Promise<void>)[] = [];
  /** Save the typed texts of boxes. */
  #savers: readonly (() => void)[] = [];
  #isLeaving = false;

  /** The last request for words without an answer. */
  #open: { readonly question: string; readonly answer: Promise<WordsOfPhotos | null> } | null = null;

  /** Number of changes so far: shown words are loaded again with each. */
  version = $state(0);
  readonly canUndo = $derived(this.#done.length > 0);
  readonly canRedo = $derived(this.#undone.length > 0);

  /** @param onChanged receives the photos that have changed */
  constructor(ask: Ask, toasts: Toasts, onChanged: (photoIds: readonly PhotoId[]) => void) {
    this.#ask = ask;
    this.#toasts = toasts;
    this.#onChanged = onChanged;
  }

  /** Has a typed text saved when the page ends, until the returned function is called. */
  beforeEnd(save: () => void): () => void {
    this.#savers = [...this.#savers, save];
    return () => {
      this.#savers = this.#savers.filter((other) => other !== save);
    };
  }

  /** Saves all typed texts: the page ends. All changes are sent now, as the answer to an earlier one may not arrive any more. */
  leave(): void {
    this.#isLeaving = true;
    for (const start of this.#waiting) start().catch(() => undefined);
    for (const save of this.#savers) save();
    this.#isLeaving = false;
  }

  /**
   * Makes a change. After an error, which is shown, nothing has changed.
   * @param what the change in words, as in “Tag Rex added”
   * @param unchanged the message if nothing has changed; null for none
   * @returns whether it is saved
   */
  apply(photoIds: Iterable<PhotoId>, edit: Edit, what: string, unchanged: string | null = null): Promise<boolean> {
    const ids = [...photoIds];
    if (ids.length === 0) return Promise.resolve(false);
    return this.perform(async () => {
      atMost(mostEdited, ids);
      const ask = () => this.#ask('edits.apply', { photoIds: ids, ...edit });
      // Repeat the change with the engine that is started after a crash: making it twice has the same effect.
      const outcome = await ask().catch((error: unknown) => {
        if (toErrorData(error).code === 'engine-stopped') return ask();
        throw error;
      });
      if (outcome.photos === 0) {
        if (unchanged !== null) this.#toasts.note(unchanged);
        return null;
      }
      this.#changed(outcome);
      const message = outcome.photos === 1 ? what : m.edits_where({ change: what, count: outcome.photos });
      return { what, message, undo: this.#restoring(outcome.inverse) };
    });
  }

  /**
   * Makes a change of any kind, undoable like all others. After an error, which is shown, nothing has changed.
   * @param make null if nothing changed; `message` if the message says more than `what`
   */
  perform(make: () => Promise<(Change & { readonly message?: string }) | null>): Promise<boolean> {
    return this.#inTurn(async () => {
      const made = await make();
      if (made === null) return;
      const { what, message = what } = made;
      this.#done = [...this.#done, made].slice(-mostUndone);
      this.#undone = [];
      this.#toasts.note(message, 'final' in made ? null : { label: m.common_undo(), run: () => void this.undo() });
    });
  }

  /**
   * Changes a value of any kind, such as a setting. Nothing happens if it has the value already.
   * @param what the change in words, asked for after it
   * @param read gives the value, once earlier changes are made
   * @param put stores a value; throws if it was not stored
   */
  set<T>(what: () => string, read: () => T, value: T, put: (value: T) => Promise<void>): Promise<boolean> {
    return this.perform(async () => {
      const before = read();
      if (JSON.stringify(before) === JSON.stringify(value)) return null;
      const undo = await this.#putting(put, value, before)();
      return { what: what(), undo };
    });
  }

  #putting<T>(put: (value: T) => Promise<void>, value: T, other: T): Undo {
    return async () => {
      await put(value);
      return this.#putting(put, other, value);
    };
  }

  /** Adds a tag in the form in which it is stored, or says that the photos have it. The engine refuses an invalid one. */
  addTag(photoIds: Iterable<PhotoId>, typed: string): Promise<boolean> {
    const tag = tagName.safeParse(typed).data ?? typed;
    const name = shownName(tag);
    return this.apply(photoIds, { addTags: [tag] }, m.words_editor_tag_added({ name }), m.edits_has_tag({ name }));
  }

  removeCaption(photoIds: Iterable<PhotoId>, text: string): Promise<boolean> {
    return this.apply(photoIds, { removeCaptions: [text] }, m.words_editor_caption_removed());
  }

  rate(photoIds: Iterable<PhotoId>, rating: number): Promise<boolean> {
    return this.apply(
      photoIds,
      { rating },
      rating === 0 ? m.edits_rating_removed() : m.edits_rated({ stars: '★'.repeat(rating) }),
    );
  }

  favourite(photoIds: Iterable<PhotoId>, isFavourite: boolean): Promise<boolean> {
    return this.apply(photoIds, { isFavourite }, isFavourite ? m.edits_favourite() : m.edits_no_favourite());
  }

  /** Common words of these photos; null if the engine has failed. Concurrent callers share one request. */
  words(photoIds: readonly PhotoId[]): Promise<WordsOfPhotos | null> {
    const question = `${this.version} ${photoIds.join()}`;
    if (this.#open?.question === question) return this.#open.answer;
    const load = async () => this.#ask('edits.words', { photoIds: atMost(mostEdited, photoIds) });
    const answer = load()
      .catch((error: unknown) => {
        this.#toasts.error(error);
        return null;
      })
      .finally(() => {
        if (this.#open?.question === question) this.#open = null;
      });
    this.#open = { question, answer };
    return answer;
  }

  completeTag(text: string): Promise<readonly { readonly name: string; readonly photos: number }[]> {
    return this.#ask('edits.completeTag', { text }).catch(() => []);
  }

  undo = (): Promise<boolean> =>
    this.#inTurn(async () => {
      const change = this.#done.at(-1);
      if (change === undefined) return this.#toasts.note(m.edits_nothing_undo());
      const forget = (): void => {
        this.#done = this.#done.slice(0, -1);
      };
      if ('final' in change) {
        forget();
        return this.#toasts.note(change.final);
      }
      const inverse = await this.#step(change.undo, forget);
      this.#undone = [...this.#undone, { what: change.what, undo: inverse }];
      this.#toasts.note(m.edits_undone({ change: change.what }), {
        label: m.common_redo(),
        run: () => void this.redo(),
      });
    });

  redo = (): Promise<boolean> =>
    this.#inTurn(async () => {
      const change = this.#undone.at(-1);
      if (change === undefined) return this.#toasts.note(m.edits_nothing_redo());
      const forget = (): void => {
        this.#undone = this.#undone.slice(0, -1);
      };
      const inverse = await this.#step(change.undo, forget);
      this.#done = [...this.#done, { what: change.what, undo: inverse }];
      this.#toasts.note(m.edits_redone({ change: change.what }), {
        label: m.common_undo(),
        run: () => void this.undo(),
      });
    });

  /** Undoes or redoes a change, and forgets it. One whose subject is gone is forgotten too, so that those before it can be undone. */
  async #step(undo: Undo, forget: () => void): Promise<Undo> {
    try {
      const inverse = await undo();
      forget();
      return inverse;
    } catch (error) {
      if (goneCodes.has(toErrorData(error).code)) forget();
      throw error;
    }
  }

  #restoring(inverse: Inverse): Undo {
    return async () => {
      const outcome = await this.#ask('edits.restore', { states: [...inverse] });
      this.#changed(outcome);
      return this.#restoring(outcome.inverse);
    };
  }

  #changed({ inverse }: EditOutcome): void {
    this.version++;
    this.#onChanged(inverse.flatMap((state) => state.photoIds as WrittenState['photoIds']));
  }

  #inTurn(work: () => Promise<void>): Promise<boolean> {
    let begun: Promise<void> | null = null;
    const start = (): Promise<void> => (begun ??= work());
    this.#waiting = [...this.#waiting, start];
    const done = (this.#isLeaving ? start() : this.#turn.then(start)).then(
      () => true,
      (error: unknown) => {
        this.#toasts.error(error);
        return false;
      },
    );
    this.#turn = done.finally(() => {
      this.#waiting = this.#waiting.filter((other) => other !== start);
    });
    return done;
  }
}
