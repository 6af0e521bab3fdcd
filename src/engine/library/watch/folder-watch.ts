// Reports changes in folders after a quiet period: a file being copied changes all the time.
import type { ChildProcess } from 'node:child_process';
import { onMessage, startNode } from '../../runtime/node-process.ts';
import type { ChangedFolder } from '../scan/scan.ts';
import { mergeChanges } from './changed-folders.ts';
import type { FromWatcher, ToWatcher } from './watch-messages.ts';

export interface WatchTimes {
  /** Quiet period after the last change. */
  readonly restMs: number;
  /** Longest wait in folders that change all the time. */
  readonly mostMs: number;
  /** Delay before an ended process is started again. */
  readonly againMs: number;
}

const usualTimes: WatchTimes = { restMs: 2_000, mostMs: 6_000, againMs: 60_000 };

/** Changes by watched folder; null where the whole folder must be scanned. */
export type Changes = ReadonlyMap<string, readonly ChangedFolder[] | null>;

export interface FolderWatchOptions {
  /** Folders inside the watched ones whose changes are ignored. */
  readonly ignore: readonly string[];
  /**
   * Receives the changes of all folders together, because a photo may have moved from one to another. Settles when
   * they are handled; later changes are reported afterwards. Must not reject.
   */
  readonly onChange: (changes: Changes) => Promise<void>;
  /** Receives a watched folder of which not everything can be watched. */
  readonly onUnwatched: (root: string, reason: string) => void;
  readonly times?: Partial<WatchTimes>;
}

const program = new URL('./watch-process.ts', import.meta.url);
const heapMiB = 128;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #times: WatchTimes;
  #changed = new Map<string, readonly ChangedFolder[] | null>();
  /** Times of the first and the last of these changes. */
  #first = 0;
  #last = 0;
  #isUnderWay = false;
  #roots: readonly string[] = [];
  /** Roots that the system cannot watch. */
  readonly #unwatched = new Set<string>();
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
    const watched = roots.filter((root) => !this.#unwatched.has(root));
    if (this.#closed || (watched.length === 0 && this.#child === null)) return;
    const message: ToWatcher = { kind: 'watch', roots: watched, ignore: this.#options.ignore };
    this.#process().send(message, () => undefined);
  }

  /** Tries folders again that the system could not watch. */
  retry(): void {
    if (this.#unwatched.size === 0) return;
    this.#unwatched.clear();
    this.watch(this.#roots);
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
    // The other end is this program's own, so its messages have the types of messages.ts.
    onMessage(child, (message) => this.#hear(message as FromWatcher));
    const startAgainLater = (): void => {
      this.#child = null;
      if (this.#closed) return;
      this.#again = setTimeout(() => this.watch(this.#roots), this.#times.againMs).unref();
    };
    // A process that could not be started emits no `exit`.
    child.on('error', () => child.pid === undefined && startAgainLater());
    child.on('exit', startAgainLater);
    // Watching does not keep a program from ending.
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }

  #hear(message: FromWatcher): void {
    if (message.kind === 'unwatched') {
      this.#leave(message.root, message.part === null);
      this.#options.onUnwatched(message.root, message.message);
      return;
    }
    this.#last = performance.now();
    if (this.#changed.size === 0) this.#first = this.#last;
    const before = this.#changed.get(message.root);
    this.#changed.set(message.root, before === undefined ? message.folders : mergeChanges(before, message.folders));
    this.#look();
  }

  /**
   * A subscription that failed at the system's limit keeps what it has taken of that until its process ends, and other
   * programs lack it; the process starts again without the folder.
   */
  #leave(root: string, isWhole: boolean): void {
    if (!isWhole || !this.#roots.includes(root)) return;
    this.#unwatched.add(root);
    const child = this.#child;
    if (child === null || this.#closed) return;
    child.removeAllListeners('exit');
    child.kill('SIGKILL');
    this.#child = null;
    this.watch(this.#roots);
  }

  #look(): void {
    if (this.#timer !== null || this.#closed || this.#isUnderWay || this.#changed.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const now = performance.now();
      const isAtRest = now - this.#last >= this.#times.restMs || now - this.#first >= this.#times.mostMs;
      if (isAtRest) void this.#tell();
      else this.#look();
    }, this.#times.restMs / 4);
  }

  async #tell(): Promise<void> {
    const changes = this.#changed;
    this.#changed = new Map();
    // Its folder may have been removed from the library in the meantime.
    if (changes.size === 0) return;
    this.#isUnderWay = true;
    await this.#options.onChange(changes);
    this.#isUnderWay = false;
    this.#look();
  }
}
