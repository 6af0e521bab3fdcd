// Maintenance of an open library: a check of its file after the start, and a backup once a day, in a thread.
import { toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { Backup, LibraryFault } from '../../shared/contract/backup.ts';
import { WorkerRequester } from '../runtime/worker-requester.ts';
import { isBackupDue, type RemovalRequest, type BackupRemoval } from './backups.ts';

/** Requests to the thread. */
export interface MaintenanceMethods {
  readonly check: { readonly params: { readonly libraryDir: string }; readonly result: readonly LibraryFault[] };
  readonly backUp: {
    /** `folder` is null for the library's own folder of backups. */
    readonly params: { readonly libraryDir: string; readonly folder: string | null };
    /** Null without anything to keep. */
    readonly result: Backup | null;
  };
  readonly removePhotos: {
    readonly params: { readonly libraryDir: string; readonly removal: RemovalRequest };
    readonly result: BackupRemoval;
  };
}

/** Delay of the check, so that the first search and the first photos come before it. */
const startMs = 5_000;
const hourMs = 60 * 60 * 1000;

export class LibraryMaintenance {
  readonly #libraryDir: string;
  readonly #notice: (notice: ErrorData) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #changed = false;
  #closed = false;
  #checking: WorkerRequester<MaintenanceMethods> | null = null;

  /** @param notice receives messages about damage and failed backups */
  constructor(libraryDir: string, notice: (notice: ErrorData) => void) {
    this.#libraryDir = libraryDir;
    this.#notice = notice;
  }

  /** Starts the check and the daily backup, for an engine that stays open. */
  watch(): void {
    const later = setTimeout(() => void this.#inTurn(() => this.#look()), startMs);
    const hourly = setInterval(() => void this.#inTurn(() => this.#backUpIfDue()), hourMs);
    for (const timer of [later, hourly]) this.#timers.push(timer.unref());
  }

  /** Call when a job or an edit has changed the library. */
  changed(): void {
    this.#changed = true;
  }

  /**
   * Backs the library up now.
   * @param folder other than the library's own folder of backups
   * @returns null without anything to keep
   */
  backUp(folder: string | null = null): Promise<Backup | null> {
    return this.#inTurn(() => this.#request('backUp', { libraryDir: this.#libraryDir, folder }));
  }

  /** Removes photos from the library's own backups. */
  removePhotos(removal: RemovalRequest): Promise<BackupRemoval> {
    return this.#inTurn(() => this.#request('removePhotos', { libraryDir: this.#libraryDir, removal }));
  }

  /** Ends the check, finishes a backup in progress, and makes the day's backup if the library has changed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#checking?.terminate();
    await this.#work.catch(() => undefined);
    if (this.#changed) await this.#backUpIfDue();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.catch(() => undefined).then(work);
    this.#work = done;
    done.catch(() => undefined);
    return done;
  }

  async #look(): Promise<void> {
    const faults = await this.#request('check', { libraryDir: this.#libraryDir }).catch(() => null);
    const [first] = faults ?? [];
    if (first !== undefined) {
      this.#notice({
        code: 'library-damaged',
        message: `The library's database is damaged (${first.detail}). Your photos are not touched. Close Hashlens and repair the library before you go on.`,
      });
      // Backups made before the damage stay the newest.
      return;
    }
    if (faults !== null) await this.#backUpIfDue();
  }

  async #backUpIfDue(): Promise<void> {
    if (!(await isBackupDue(this.#libraryDir).catch(() => false))) return;
    try {
      await this.#request('backUp', { libraryDir: this.#libraryDir, folder: null });
      this.#changed = false;
    } catch (error) {
      const { code, message } = toErrorData(error);
      this.#notice({ code, message: `The daily backup was not made: ${message}` });
    }
  }

  async #request<K extends keyof MaintenanceMethods>(
    method: K,
    params: MaintenanceMethods[K]['params'],
  ): Promise<MaintenanceMethods[K]['result']> {
    const program = new URL('./maintenance-worker.ts', import.meta.url);
    const thread = new WorkerRequester<MaintenanceMethods>(program, null, 'The thread has ended.');
    if (method === 'check') this.#checking = thread;
    return thread.request(method, params).finally(() => {
      if (this.#checking === thread) this.#checking = null;
    });
  }
}
