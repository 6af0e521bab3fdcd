// Keeps the library up with its folders: indexes one when something has changed in it, and all of them at the start and every
// few hours, as network drives tell nothing and a closed program hears nothing.
import { FolderWatch } from '../library/watch/folder-watch.ts';
import type { Store } from '../store/database.ts';
import type { JobQueue } from './queue.ts';

/** The first look at all folders leaves the start to the person. */
const firstLookMs = 20_000;
const everyMs = 3 * 60 * 60 * 1000;

export interface KeepUpOptions {
  readonly store: Pick<Store, 'folders'>;
  readonly queue: Pick<JobQueue, 'enqueue' | 'finished'>;
  readonly libraryDir: string;
  readonly log: (line: string) => void;
  readonly firstLookMs?: number;
}

export class KeepUp {
  readonly #options: KeepUpOptions;
  readonly #watch: FolderWatch;
  readonly #timers: NodeJS.Timeout[];

  constructor(options: KeepUpOptions) {
    this.#options = options;
    const { libraryDir, log } = options;
    this.#watch = new FolderWatch({ ignore: [libraryDir], onChange: (root) => this.#index(root), log });
    this.#timers = [
      setTimeout(() => void this.#index(null), options.firstLookMs ?? firstLookMs).unref(),
      setInterval(() => void this.#index(null), everyMs).unref(),
    ];
    this.refresh();
  }

  /** Call when folders have come, gone or moved. */
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

  /** @param root null for all folders */
  async #index(root: string | null): Promise<void> {
    const { store, queue, log } = this.#options;
    try {
      const folders = store.folders.list().filter((folder) => root === null || folder.path === root);
      if (folders.length === 0) return;
      const folderIds = root === null ? null : folders.map(({ id }) => id);
      await queue.finished(queue.enqueue('index', { folderIds }).id);
      // A folder that was away could not be watched; it may be there now.
      if (root === null) this.refresh();
    } catch (error) {
      log(`folders could not be looked at: ${String(error)}`);
    }
  }
}
