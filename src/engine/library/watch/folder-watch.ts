// Tells when something has changed in a folder and has come to rest: a file that is being copied changes all the time.
import type { ChildProcess } from 'node:child_process';
import { startNode } from '../../runtime/node-process.ts';
import type { FromWatcher, ToWatcher } from './watch-messages.ts';

export interface WatchTimes {
  /** A folder without changes for this long is at rest. */
  readonly restMs: number;
  /** A folder that never rests is looked at after this long all the same. */
  readonly mostMs: number;
  /** A process that has ended is started again after this long. */
  readonly againMs: number;
}

const usualTimes: WatchTimes = { restMs: 2_000, mostMs: 8_000, againMs: 60_000 };

export interface FolderWatchOptions {
  /** Folders in the watched ones whose changes say nothing. */
  readonly ignore: readonly string[];
  /** Settles when the folder has been looked at; what changes meanwhile is told afterwards. Must not reject. */
  readonly onChange: (root: string) => Promise<void>;
  /** Told of folders that cannot be watched. */
  readonly log: (line: string) => void;
  readonly times?: Partial<WatchTimes>;
}

interface Change {
  readonly first: number;
  last: number;
}

const program = new URL('./watch-process.ts', import.meta.url);
const heapMiB = 128;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #times: WatchTimes;
  readonly #changed = new Map<string, Change>();
  readonly #underWay = new Set<string>();
  #roots: readonly string[] = [];
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #again: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
  }

  /** Watches these folders and no others. */
  watch(roots: readonly string[]): void {
    this.#roots = roots;
    for (const root of this.#changed.keys()) if (!roots.includes(root)) this.#changed.delete(root);
    if (this.#closed || (roots.length === 0 && this.#child === null)) return;
    const message: ToWatcher = { kind: 'watch', roots, ignore: this.#options.ignore };
    this.#process().send(message, () => undefined);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#again !== null) clearTimeout(this.#again);
    this.#child?.kill('SIGKILL');
  }

  #process(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = startNode(program, { heapMiB });
    // The other end is this program's own, so its messages are taken to be what messages.ts says.
    child.on('message', (message) => this.#hear(message as FromWatcher));
    child.on('error', () => undefined);
    child.on('exit', () => {
      this.#child = null;
      if (this.#closed) return;
      this.#again = setTimeout(() => this.watch(this.#roots), this.#times.againMs).unref();
    });
    // Watching keeps no program from ending.
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }

  #hear(message: FromWatcher): void {
    if (message.kind === 'unwatched') {
      this.#options.log(`${message.root} cannot be watched: ${message.message}`);
      return;
    }
    const now = performance.now();
    const change = this.#changed.get(message.root);
    if (change === undefined) this.#changed.set(message.root, { first: now, last: now });
    else change.last = now;
    this.#look();
  }

  #look(): void {
    if (this.#timer !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const now = performance.now();
      for (const [root, { first, last }] of this.#changed) {
        if (this.#underWay.has(root)) continue;
        if (now - last < this.#times.restMs && now - first < this.#times.mostMs) continue;
        this.#changed.delete(root);
        void this.#tell(root);
      }
      if (this.#changed.size > 0) this.#look();
    }, this.#times.restMs / 4);
  }

  async #tell(root: string): Promise<void> {
    this.#underWay.add(root);
    await this.#options.onChange(root);
    this.#underWay.delete(root);
    if (this.#changed.size > 0) this.#look();
  }
}
