// What the desktop does with photos: open, copy, drag out, move to the bin.
import type { CopyForm } from '../../shared/contract/copies.ts';
import type { JobId, PhotoId } from '../../shared/contract/ids.ts';
import type { Ask } from '../bridge.ts';
import { counted } from '../text/format.ts';
import type { Toasts } from './toasts.svelte.ts';

export class DesktopActions {
  readonly #ask: Ask;
  readonly #toasts: Toasts;
  readonly #onGone: (photoIds: readonly PhotoId[]) => void;
  /** Photos that are being dragged; the page may be what they are dropped on. */
  dragged = $state.raw<readonly PhotoId[]>([]);
  /** Photos of which copies are asked for; null while the dialog is closed. */
  exporting = $state.raw<readonly PhotoId[] | null>(null);

  /** @param onGone told the photos that were moved to the bin */
  constructor(ask: Ask, toasts: Toasts, onGone: (photoIds: readonly PhotoId[]) => void) {
    this.#ask = ask;
    this.#toasts = toasts;
    this.#onGone = onGone;
  }

  open(photoId: PhotoId): void {
    this.#run(() => this.#ask('app.openPhoto', { photoId }));
  }

  copy(photoIds: readonly PhotoId[], what: 'image' | 'files' | 'paths'): void {
    this.#run(async () => {
      const { copied } = await this.#ask('app.copy', { photoIds: [...photoIds], what });
      const left = photoIds.length - copied;
      const names = { image: 'The picture', files: counted(copied, 'file'), paths: counted(copied, 'path') } as const;
      const more = what === 'image' || left === 0 ? '' : `; ${counted(left, 'file is', 'files are')} not there now`;
      this.#toasts.note(`${names[what]} copied${more}`);
    });
  }

  /** Begins a drag, which may end in another program. */
  drag(photoIds: readonly PhotoId[]): void {
    this.dragged = photoIds;
    this.#run(() => this.#ask('app.dragOut', { photoIds: [...photoIds] }));
  }

  /** Opens the dialog that says what copies are to be. */
  askToExport(photoIds: readonly PhotoId[]): void {
    this.exporting = [...photoIds];
  }

  /** Asks for a folder and puts copies there, as a job. */
  export(photoIds: readonly PhotoId[], names: string, form: CopyForm): void {
    this.#run(() => this.#ask('app.exportCopies', { photoIds: [...photoIds], names, form }));
  }

  showCopies(jobId: JobId): void {
    this.#run(() => this.#ask('app.showCopies', { jobId }));
  }

  moveToBin(photoIds: readonly PhotoId[]): void {
    this.#run(async () => {
      const outcome = await this.#ask('app.moveToBin', { photoIds: [...photoIds] });
      if (outcome === null) return;
      const { moved, failed } = outcome;
      if (moved > 0) {
        this.#onGone(photoIds);
        this.#toasts.note(`${counted(moved, 'photo')} moved to the bin`);
      }
      if (failed > 0) {
        this.#toasts.error(new Error(`The system could not move ${counted(failed, 'photo')} to its bin.`));
      }
    });
  }

  #run(act: () => Promise<unknown>): void {
    act().catch((error: unknown) => this.#toasts.error(error));
  }
}
