// Takes frames of videos for the engine where there is no ffmpeg: one after another, on a page that is opened when it is
// needed and ended when it takes too long, takes too much memory, or has nothing to do.
import { constants, open } from 'node:fs/promises';
import path from 'node:path';
import { decodedFrames, type VideoFrames } from '../shared/contract/host.ts';
import { HashlensError } from '../shared/errors.ts';
import type { FramesWanted } from '../shared/frame-moments.ts';
import type { FolderRoots } from './photo-files.ts';

/** The address under which the page reads the video. */
export const videoFileUrl = 'video://player/file';

export interface VideoLimits {
  /** Longest time for one video in milliseconds, the opening of the page included. */
  readonly videoMs: number;
  /** Idle time in milliseconds after which the page is closed. */
  readonly idleMs: number;
  /** Largest working set of the page's process, in kilobytes. */
  readonly kilobytes: number;
  /** Milliseconds between two looks at the memory. */
  readonly watchMs: number;
}

const usual: VideoLimits = { videoMs: 40_000, idleMs: 15_000, kilobytes: 1_500_000, watchMs: 500 };

/** The one file that the page can read. */
export interface PlayedFile {
  readonly path: string;
  /** The folder of the file, whose disk may hang. */
  readonly place: string;
  /** Another one for each file, because Chromium keeps what it has read of an address. */
  readonly url: string;
}

/** A page that plays videos, with a process of its own. */
export interface Player {
  /** Resolves when it can be asked, which may be never. */
  readonly loaded: Promise<void>;
  /** The page's answer, unchecked; there may never be one. */
  ask(wanted: FramesWanted): Promise<unknown>;
  /** Working set of its process; 0 if it is not known. */
  kilobytes(): number;
  /** Ends the page. */
  close(): void;
}

/**
 * @param played the file that the page can read now; null for none
 * @param onEnd to call when the process has ended without `close`
 */
export type OpenPlayer = (played: () => PlayedFile | null, onEnd: () => void) => Player;

export class VideoFramesPage {
  readonly #roots: FolderRoots;
  readonly #open: OpenPlayer;
  readonly #limits: VideoLimits;
  #player: Player | null = null;
  #playing: PlayedFile | null = null;
  #taken = 0;
  /** Ends the work on the present video. */
  #give: (reason: Error) => void = () => undefined;
  /** Videos are decoded one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(roots: FolderRoots, openPlayer: OpenPlayer, limits: Partial<VideoLimits> = {}) {
    this.#roots = roots;
    this.#open = openPlayer;
    this.#limits = { ...usual, ...limits };
  }

  /**
   * @param file a real path
   * @throws HashlensError `unsupported-format` where Chromium cannot play it; `cancelled`; Error of the file system
   */
  framesOf(file: string, count: number, signal: AbortSignal): Promise<VideoFrames> {
    const taken = this.#last.then(() => {
      if (signal.aborted) throw new HashlensError('cancelled', 'Reading photos was cancelled.');
      return this.#framesNow(file, count, signal);
    });
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  close(): void {
    clearTimeout(this.#idle);
    const player = this.#player;
    this.#player = null;
    player?.close();
  }

  async #framesNow(file: string, count: number, signal: AbortSignal): Promise<VideoFrames> {
    const place = (await this.#roots.around(file)) ?? path.dirname(file);
    const stats = await this.#roots.gate.run(place, async () => {
      await using opened = await open(
        file,
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      );
      return await opened.stat();
    });
    clearTimeout(this.#idle);
    const url = `${videoFileUrl}?${++this.#taken}`;
    this.#playing = { path: file, place, url };
    try {
      const answer = await this.#underLimits(signal, async () => {
        const player = (this.#player ??= this.#opened());
        await player.loaded;
        return player.ask({ url, count });
      });
      const { width, height, seconds, frames } = decodedFrames.parse(answer);
      this.#idle = setTimeout(() => this.close(), this.#limits.idleMs);
      return { width, height, seconds, frames, size: stats.size, mtimeMs: stats.mtimeMs };
    } catch (cause) {
      // The next video gets a new process.
      this.close();
      if (signal.aborted) throw new HashlensError('cancelled', 'Reading photos was cancelled.', { cause });
      throw new HashlensError(
        'unsupported-format',
        `${path.basename(file)} is a video that Chromium cannot play; install ffmpeg to have its frames searched.`,
        { cause },
      );
    } finally {
      this.#playing = null;
    }
  }

  /** @throws Error of the work, or when a limit is reached, the page has ended or `signal` is aborted */
  async #underLimits<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { videoMs, kilobytes, watchMs } = this.#limits;
    const { promise: given, reject } = Promise.withResolvers<never>();
    const cancelled = (): void => reject(new Error('cancelled'));
    const late = setTimeout(() => reject(new Error(`no answer within ${videoMs} ms`)), videoMs);
    const watching = setInterval(() => {
      if ((this.#player?.kilobytes() ?? 0) > kilobytes) reject(new Error('it takes too much memory'));
    }, watchMs);
    this.#give = reject;
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      return await Promise.race([work(), given]);
    } finally {
      clearTimeout(late);
      clearInterval(watching);
      signal.removeEventListener('abort', cancelled);
    }
  }

  #opened(): Player {
    const player: Player = this.#open(
      () => this.#playing,
      () => {
        if (this.#player !== player) return;
        this.#give(new Error('the page that played it ended'));
        // A page that ends while it is idle is not asked again.
        this.close();
      },
    );
    return player;
  }
}
