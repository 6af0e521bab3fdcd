// Keeps the library in step with its folders: indexes changes as they happen, and all folders at the start and every
// few hours, because network drives report nothing and a closed program misses changes.
import { FolderWatch, type Changes, type FolderWatchOptions } from '../library/watch/folder-watch.ts';
import type { Store } from '../store/database.ts';
import type { JobQueue } from './queue.ts';

/** Delay of the first scan of all folders, so that it does not slow down the start. */
const firstLookMs = 20_000;
const everyMs = 3 * 60 * 60 * 1000;

type Watching = Pick<FolderWatch, 'watch' | 'close'>;

export interface AutoIndexOptions {
  readonly store: Pick<Store, 'folders'>;
  readonly queue: Pick<JobQueue, 'enqueue' | 'finished'>;
  readonly libraryDir: string;
  readonly log: (line: string) => void;
  readonly firstLookMs?: number;
  /** Starts watching; a separate process by default. */
  readonly startWatch?: (options: FolderWatchOptions) => Watching;
}

export class AutoIndex {
  readonly #options: AutoIndexOptions;
  readonly #watch: Watching;
  readonly #timers: NodeJS.Timeout[];

  constructor(options: AutoIndexOptions) {
    this.#options = options;
    const { libraryDir, log, startWatch = (watched) => new FolderWatch(watched) } = options;
    this.#watch = startWatch({ ignore: [libraryDir], onChange: (changes) => this.#indexChanged(changes), log });
    this.#timers = [
      setTimeout(() => void this.#indexAll(), options.firstLookMs ?? firstLookMs).unref(),
      setInterval(() => void this.#indexAll(), everyMs).unref(),
    ];
    this.refresh();
  }

  /** Call when folders were added, removed or moved. */
  refresh(): void {
    try {
      this.#watch.watch(this.#options.store.folders.paths());
    } catch (error) {
      this.#options.log(`the folders to watch cannot be read: ${String(error)}`);
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#watch.close();
  }

  async #indexChanged(changes: Changes): Promise<void> {
    await this.#trying(async ({ store, queue }) => {
      const changed = store.folders.list().flatMap(({ id, path }) => {
        const folders = changes.get(path);
        return folders === undefined ? [] : [{ folderId: id, folders }];
      });
      if (changed.length > 0) await queue.finished(queue.enqueue('index', { folderIds: null, changed }).id);
    });
  }

  async #indexAll(): Promise<void> {
    await this.#trying(async ({ store, queue }) => {
      if (store.folders.paths().length === 0) return;
      await queue.finished(queue.enqueue('index', { folderIds: null, automatic: true }).id);
      // A folder that was offline could not be watched; it may be back now.
      this.refresh();
    });
  }

  async #trying(work: (options: AutoIndexOptions) => Promise<void>): Promise<void> {
    try {
      await work(this.#options);
    } catch (error) {
      this.#options.log(`folders could not be looked at: ${String(error)}`);
    }
  }
}
