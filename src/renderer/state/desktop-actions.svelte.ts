// Desktop actions on photos: open, copy, drag out, move to the bin.
import { m } from '../../language/language.ts';
import type { CopyForm } from '../../shared/contract/copies.ts';
import type { JobId, PhotoId } from '../../shared/contract/ids.ts';
import { mostOpened, type BinOutcome } from '../../shared/contract/page.ts';
import { mostFiles } from '../../shared/contract/photos.ts';
import { HashlensError } from '../../shared/errors.ts';
import { mostMenuItems } from '../../shared/menu-size.ts';
import type { Ask } from '../bridge.ts';
import { showMenu, type MenuPlace } from '../menus/menu.ts';
import { shownName } from '../text/shown-text.ts';
import { atMost } from './at-most.ts';
import type { Edits, Undo } from './edits.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** The middle of the element with the focus, where a menu without a pointer belongs. */
function focusedPlace(): MenuPlace {
  const { left, top, width, height } = (document.activeElement ?? document.body).getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

export class DesktopActions {
  readonly #ask: Ask;
  readonly #toasts: Toasts;
  readonly #edits: Edits;
  readonly #onMovedToBin: (photoIds: readonly PhotoId[]) => () => void;
  readonly #onPrograms: () => void;
  /** Photos being dragged; they may be dropped on the page itself. */
  dragged = $state.raw<readonly PhotoId[]>([]);
  /** Photos to copy; null while the dialog is closed. */
  exporting = $state.raw<readonly PhotoId[] | null>(null);

  /**
   * @param onMovedToBin receives the photos that were moved to the bin; the function that it returns is called when all of
   *   them are out of it again
   * @param onPrograms called after the chosen programs have changed
   */
  constructor(
    ask: Ask,
    toasts: Toasts,
    edits: Edits,
    onMovedToBin: (photoIds: readonly PhotoId[]) => () => void,
    onPrograms: () => void,
  ) {
    this.#onPrograms = onPrograms;
    this.#ask = ask;
    this.#toasts = toasts;
    this.#edits = edits;
    this.#onMovedToBin = onMovedToBin;
  }

  /** Opens the first `mostOpened` of them in other programs. */
  open(photoIds: readonly PhotoId[]): void {
    const opened = photoIds.slice(0, mostOpened);
    this.#run(async () => {
      await this.#ask('app.openPhotos', { photoIds: opened });
      const count = photoIds.length - opened.length;
      if (count > 0) this.#toasts.note(m.desktop_actions_opened({ most: mostOpened, count }));
    });
  }

  showInFolder(photoIds: readonly PhotoId[]): void {
    this.#run(async () => {
      const { left } = await this.#ask('app.showInFolder', { photoIds: atMost(mostFiles, photoIds) });
      if (left > 0) this.#toasts.note(m.desktop_actions_folders({ most: mostOpened, count: left }));
    });
  }

  /** Offers the programs for a photo, and any other that the person chooses. */
  openWith(photoId: PhotoId, place: MenuPlace = focusedPlace()): void {
    const open = (programId: string | null) => (): void =>
      this.#run(async () => {
        await this.#ask('app.openWith', { photoId, programId });
        if (programId === null) this.#onPrograms();
      });
    this.#run(async () => {
      const programs = await this.#ask('app.programs', { photoId });
      if (programs.length === 0) return open(null)();
      // The likeliest are first; a line and the choice of another program follow them.
      const entries = programs
        .slice(0, mostMenuItems - 2)
        .map(({ id, name }) => ({ label: shownName(name), run: open(id) }));
      const other = { label: m.desktop_actions_other_program(), run: open(null) };
      await showMenu(this.#ask, [...entries, 'line', other], place);
    });
  }

  /** Takes a program that the person chose off the list. */
  forgetProgram(programId: string): void {
    const what = (): string => m.desktop_actions_forgotten({ name: shownName(programId) });
    const put = async (isListed: boolean): Promise<void> => {
      await this.#ask(isListed ? 'app.restoreProgram' : 'app.forgetProgram', { programId });
      this.#onPrograms();
    };
    void this.#edits.set(what, () => true, false, put);
  }

  copy(photoIds: readonly PhotoId[], what: 'image' | 'files' | 'paths'): void {
    this.#run(async () => {
      const { copied } = await this.#ask('app.copy', { photoIds: atMost(mostFiles, photoIds), what });
      const left = photoIds.length - copied;
      if (what === 'image') return this.#toasts.note(m.desktop_actions_image());
      const done = (what === 'files' ? m.desktop_actions_files : m.desktop_actions_paths)({ count: copied });
      this.#toasts.note(left === 0 ? done : m.desktop_actions_left({ copied: done, count: left }));
    });
  }

  copyText(text: string): void {
    this.#run(async () => {
      await this.#ask('app.copyText', { text });
      this.#toasts.note(m.desktop_actions_text());
    });
  }

  /** Begins a drag, which may end in another program. */
  drag(photoIds: readonly PhotoId[]): void {
    this.dragged = photoIds;
    this.#run(async () => this.#ask('app.dragOut', { photoIds: atMost(mostFiles, photoIds) }));
  }

  /** Opens the dialog with the options of copies. */
  askToExport(photoIds: readonly PhotoId[]): void {
    try {
      this.exporting = atMost(mostFiles, photoIds);
    } catch (error) {
      this.#toasts.error(error);
    }
  }

  /** Asks for a folder and puts copies there, as a job. */
  export(photoIds: readonly PhotoId[], names: string, form: CopyForm): void {
    this.#run(() => this.#ask('app.exportCopies', { photoIds: [...photoIds], names, form }));
  }

  showCopies(jobId: JobId): void {
    this.#run(() => this.#ask('app.showCopies', { jobId }));
  }

  moveToBin(photoIds: readonly PhotoId[]): void {
    void this.#edits.perform(async () => {
      const outcome = await this.#toBin(photoIds);
      if (outcome === null) return null;
      const what = m.desktop_actions_moved({ count: outcome.moved.length });
      return outcome.move === null
        ? { what, final: m.desktop_actions_final() }
        : { what, undo: this.#outOfBin(photoIds, outcome.move, outcome.showAgain) };
    });
  }

  /** Null if the person declined, and if nothing was moved, which is shown. */
  async #toBin(photoIds: readonly PhotoId[]): Promise<(BinOutcome & { readonly showAgain: () => void }) | null> {
    const outcome = await this.#ask('app.moveToBin', { photoIds: atMost(mostFiles, photoIds) });
    if (outcome === null) return null;
    const { moved, failed } = outcome;
    if (failed > 0) this.#toasts.error(new Error(m.desktop_actions_bin_failed({ count: failed })));
    if (moved.length === 0) return null;
    return { ...outcome, showAgain: this.#onMovedToBin(moved) };
  }

  /** A redo asks again before it moves the files. */
  #outOfBin(photoIds: readonly PhotoId[], move: number, showAgain: () => void): Undo {
    return async () => {
      const { restored, failed } = await this.#ask('app.takeOutOfBin', { move });
      const left = new HashlensError('not-found', m.desktop_actions_not_restored({ count: failed }));
      if (restored === 0) throw left;
      if (failed > 0) this.#toasts.error(left);
      else showAgain();
      return async () => {
        const outcome = await this.#toBin(photoIds);
        if (outcome === null || outcome.move === null) throw new HashlensError('cancelled', 'Nothing was moved.');
        return this.#outOfBin(photoIds, outcome.move, outcome.showAgain);
      };
    };
  }

  #run(act: () => Promise<unknown>): void {
    act().catch((error: unknown) => this.#toasts.error(error));
  }
}
