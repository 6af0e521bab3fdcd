// Teaching a word: its example photos, its matches, and the accepted ones.
import { SvelteSet } from 'svelte/reactivity';
import { m } from '../../language/language.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { WordFinding } from '../../shared/contract/words.ts';
import type { Ask } from '../bridge.ts';
import { shownName } from '../text/shown-text.ts';
import type { Edits } from './edits.svelte.ts';

export class Teaching {
  readonly #ask: Ask;
  readonly #edits: Edits;

  isOpen = $state(false);
  name = $state('');
  /** Photos of the word in addition to those tagged with it. */
  examples = $state.raw<readonly PhotoId[]>([]);
  /** Null before anything was learned. */
  finding = $state.raw<WordFinding | null>(null);
  busy = $state(false);
  /** The reason why nothing could be learned. */
  error = $state.raw<unknown>(null);
  /** Photos to tag if the person agrees. */
  readonly chosen = new SvelteSet<PhotoId>();

  constructor(ask: Ask, edits: Edits) {
    this.#ask = ask;
    this.#edits = edits;
  }

  /** Opens the dialog, and learns at once if the word is known. */
  open = (examples: readonly PhotoId[], name = ''): void => {
    this.examples = [...examples];
    this.name = name;
    this.finding = null;
    this.error = null;
    this.chosen.clear();
    this.isOpen = true;
    if (name !== '') void this.learn();
  };

  close = (): void => {
    this.isOpen = false;
  };

  learn = async (): Promise<void> => {
    const name = this.name.trim();
    if (name === '' || this.busy) return;
    this.busy = true;
    this.error = null;
    try {
      this.finding = await this.#ask('words.teach', { name, photoIds: [...this.examples] });
      this.chosen.clear();
      for (const { photoId, isLikely } of this.finding.photos) if (isLikely) this.chosen.add(photoId);
    } catch (error) {
      this.finding = null;
      this.error = error;
    } finally {
      this.busy = false;
    }
  };

  /** Photos that have left the library are neither shown nor tagged. */
  leaveOut(photoIds: readonly PhotoId[]): void {
    const isLeft = (photoId: PhotoId): boolean => photoIds.includes(photoId);
    for (const photoId of photoIds) this.chosen.delete(photoId);
    if (this.finding === null) return;
    this.finding = { ...this.finding, photos: this.finding.photos.filter(({ photoId }) => !isLeft(photoId)) };
  }

  toggle = (photoId: PhotoId): void => {
    if (!this.chosen.delete(photoId)) this.chosen.add(photoId);
  };

  /** Tags the examples and the chosen photos, and looks for more. */
  accept = async (): Promise<void> => {
    const name = this.name.trim();
    const photoIds = [...this.examples, ...[...this.chosen].filter((photoId) => !this.examples.includes(photoId))];
    if (await this.#edits.apply(photoIds, { addTags: [name] }, m.teach_dialog_added({ name: shownName(name) })))
      await this.learn();
  };

  /** Removes the word from all photos. */
  withdraw = async (): Promise<void> => {
    const name = this.name.trim();
    const tagged = this.finding?.tagged ?? [];
    if (await this.#edits.apply(tagged, { removeTags: [name] }, m.teach_dialog_withdrawn({ name: shownName(name) })))
      this.close();
  };
}
