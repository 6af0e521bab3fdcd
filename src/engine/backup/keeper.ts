// Watches over an open library: looks through its file after the start, and backs it up once a day.
import { Worker } from 'node:worker_threads';
import { toErrorData, type ErrorData } from '../../shared/errors.ts';
import { Requester, type FromResponder } from '../../shared/protocol.ts';
import type { Backup, LibraryFault } from '../../shared/contract/backup.ts';
import { isBackupDue, type Forgotten, type ForgottenInBackups } from './backups.ts';

/** What the thread is asked. */
export interface KeeperMethods {
  readonly check: { readonly params: { readonly libraryDir: string }; readonly result: readonly LibraryFault[] };
  readonly backUp: {
    /** `folder` is null for the library's own folder of backups. */
    readonly params: { readonly libraryDir: string; readonly folder: string | null };
    /** Null where there is nothing to keep. */
    readonly result: Backup | null;
  };
  readonly forget: {
    readonly params: { readonly libraryDir: string; readonly forgotten: Forgotten };
    readonly result: ForgottenInBackups;
  };
}

/** The first search and the first photos come before. */
const startMs = 5_000;
const hourMs = 60 * 60 * 1000;

export class Keeper {
  readonly #libraryDir: string;
  readonly #notice: (notice: ErrorData) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #changed = false;
  #closed = false;
  #checking: Worker | null = null;

  /** @param notice told of damage, and of a backup that could not be made */
  constructor(libraryDir: string, notice: (notice: ErrorData) => void) {
    this.#libraryDir = libraryDir;
    this.#notice = notice;
  }

  /** For an engine that stays open. */
  watch(): void {
    const later = setTimeout(() => void this.#inTurn(() => this.#look()), startMs);
    const hourly = setInterval(() => void this.#inTurn(() => this.#backUpIfDue()), hourMs);
    for (const timer of [later, hourly]) this.#timers.push(timer.unref());
  }

  /** A job has changed the library. */
  changed(): void {
    this.#changed = true;
  }

  /**
   * Backs the library up now.
   * @param folder other than the library's own folder of backups
   * @returns null where there is nothing to keep
   */
  backUp(folder: string | null = null): Promise<Backup | null> {
    return this.#inTurn(() => this.#request('backUp', { libraryDir: this.#libraryDir, folder }));
  }

  /** Removes photos from the library's own backups. */
  forget(forgotten: Forgotten): Promise<ForgottenInBackups> {
    return this.#inTurn(() => this.#request('forget', { libraryDir: this.#libraryDir, forgotten }));
  }

  /** An engine that has changed something leaves no day without a backup. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    // A check can be made another time; a backup that has begun is finished.
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

  async #request<K extends keyof KeeperMethods>(
    method: K,
    params: KeeperMethods[K]['params'],
  ): Promise<KeeperMethods[K]['result']> {
    const worker = new Worker(new URL('./keeper-worker.ts', import.meta.url));
    const requester = new Requester<KeeperMethods>((message) => worker.postMessage(message));
    if (method === 'check') this.#checking = worker;
    worker.on('message', (message: FromResponder) => requester.receive(message));
    worker.once('error', (error: unknown) => requester.end(error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', () => {
      if (this.#checking === worker) this.#checking = null;
      requester.end(new Error('the thread has ended'));
    });
    return requester.request(method, params);
  }
}
