// Watches over an open library: looks through its file after the start, and backs it up once a day.
import { Worker } from 'node:worker_threads';
import { HashlensError, type ErrorData } from '../../shared/errors.ts';
import type { Backup, LibraryFault } from '../../shared/contract/backup.ts';
import { isBackupDue } from './backups.ts';

export interface KeeperTask {
  readonly task: 'check' | 'backup';
  readonly libraryDir: string;
  /** Where the backup goes; null for the library's own folder of backups. */
  readonly folder: string | null;
}

export type KeeperResult =
  { readonly faults: readonly LibraryFault[] } | { readonly backup: Backup | null } | { readonly error: ErrorData };

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
    return this.#inTurn(async () => {
      const result = await this.#run('backup', folder);
      if ('error' in result) throw new HashlensError(result.error.code, result.error.message);
      return 'backup' in result ? result.backup : null;
    });
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
    const result = await this.#run('check', null);
    const [first] = 'faults' in result ? result.faults : [];
    if (first !== undefined) {
      this.#notice({
        code: 'library-damaged',
        message: `The library's database is damaged (${first.detail}). Your photos are not touched. Close Hashlens and repair the library before you go on.`,
      });
      // Backups made before the damage stay the newest.
      return;
    }
    if ('faults' in result) await this.#backUpIfDue();
  }

  async #backUpIfDue(): Promise<void> {
    if (!(await isBackupDue(this.#libraryDir).catch(() => false))) return;
    const result = await this.#run('backup', null);
    if ('error' in result) {
      this.#notice({ code: result.error.code, message: `The daily backup was not made: ${result.error.message}` });
    } else this.#changed = false;
  }

  #run(task: KeeperTask['task'], folder: string | null): Promise<KeeperResult> {
    const workerData: KeeperTask = { task, libraryDir: this.#libraryDir, folder };
    return new Promise((resolve) => {
      const worker = new Worker(new URL('./keeper-worker.ts', import.meta.url), { workerData });
      if (task === 'check') this.#checking = worker;
      const failed = (error: unknown): void => {
        resolve({ error: { code: 'internal', message: error instanceof Error ? error.message : String(error) } });
      };
      worker.once('message', (result: KeeperResult) => resolve(result));
      worker.once('error', failed);
      worker.once('exit', () => {
        if (this.#checking === worker) this.#checking = null;
        failed(new Error('the thread has ended'));
      });
    });
  }
}
