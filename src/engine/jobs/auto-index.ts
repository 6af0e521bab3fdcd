// Keeps the library in step with its folders: indexes changes as they happen, and all folders at the start and every
// few hours, because network drives report nothing and a closed program misses changes.
import { FolderWatch, type Changes, type FolderWatchOptions } from '../library/watch/folder-watch.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Store } from '../store/database.ts';
import type { JobQueue } from './queue.ts';
import type { ErrorData } from '../../shared/errors.ts';

/** Delay of the first scan of all folders, so that it does not slow down the start. */
const firstLookMs = 20_000;
const everyMs = 3 * 60 * 60 * 1000;
/** Time between two scans of folders that the system cannot watch. */
const unwatchedMs = 15 * 60 * 1000;

type Watching = Pick<FolderWatch, 'watch' | 'retry' | 'close'>;

export interface AutoIndexOptions {
  readonly store: Pick<Store, 'folders'>;
  readonly queue: Pick<JobQueue, 'enqueue' | 'finished' | 'list'>;
  readonly libraryDir: string;
  readonly log: (line: string) => void;
  /** Receives, once for each folder, that it cannot be watched. */
  readonly notice: (notice: ErrorData) => void;
  readonly firstLookMs?: number;
  /** Starts watching; a separate process by default. */
  readonly startWatch?: (options: FolderWatchOptions) => Watching;
}

/** An index job that runs or waits for its turn; a paused one may stay so for days. */
const indexing = (queue: Pick<JobQueue, 'list'>): Job | undefined =>
  queue.list().find(({ kind, state }) => kind === 'index' && (state === 'running' || state === 'queued'));

export class AutoIndex {
  readonly #options: AutoIndexOptions;
  readonly #watch: Watching;
  readonly #timers: NodeJS.Timeout[];
  /** Folders of which not everything is watched, since the last try. */
  readonly #unwatched = new Set<string>();
  readonly #reported = new Set<string>();

  constructor(options: AutoIndexOptions) {
    this.#options = options;
    const { libraryDir, startWatch = (watched) => new FolderWatch(watched) } = options;
    this.#watch = startWatch({
      ignore: [libraryDir],
      onChange: (changes) => this.#indexChanged(changes),
      onUnwatched: (root, reason) => this.#noteUnwatched(root, reason),
    });
    this.#timers = [
      setTimeout(() => void this.#indexAll(), options.firstLookMs ?? firstLookMs).unref(),
      setInterval(() => void this.#indexAll(), everyMs).unref(),
      setInterval(() => void this.#indexUnwatched(), unwatchedMs).unref(),
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

  #noteUnwatched(root: string, reason: string): void {
    this.#unwatched.add(root);
    this.#options.log(`${root} cannot be watched: ${reason}`);
    if (this.#reported.has(root)) return;
    this.#reported.add(root);
    this.#options.notice({
      code: 'system-limit',
      message: `Changes in ${root} are not noticed at once, as the system cannot watch all of it; the folder is looked at every 15 minutes instead.`,
    });
  }

  async #indexUnwatched(): Promise<void> {
    if (this.#unwatched.size === 0) return;
    const changes = new Map(Array.from(this.#unwatched, (root) => [root, null]));
    this.#unwatched.clear();
    this.#watch.retry();
    await this.#indexChanged(changes);
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
      // A folder that was added just now is being read: a second job would only be seen to wait for that.
      const before = indexing(queue);
      if (before !== undefined) await queue.finished(before.id);
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
