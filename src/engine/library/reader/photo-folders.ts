// The engine's only access to photo folders: processes list, read and decode every file, so that a hanging disk or a
// hostile photo affects only such a process. The engine itself never waits for such a disk.
import path from 'node:path';
import type { HostMethods, VideoFrames } from '../../../shared/contract/host.ts';
import type { PhotoExposure } from '../../../shared/contract/photos.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { isBelow } from '../../runtime/below.ts';
import type { RgbPixels, Wanted } from '../../imaging/decode-photo.ts';
import type { FilePart } from '../../imaging/formats/iso-boxes.ts';
import { findFfmpeg, type VideoDecoder } from '../../imaging/formats/video.ts';
import type { PixelInput } from '../../imaging/pixel-input.ts';
import type { StoredPixels } from '../../imaging/stored-pixels.ts';
import { tooHeavy } from '../photo-errors.ts';
import type { PutCopy } from '../put-copy.ts';
import type { WrittenSidecar } from '../metadata/sidecar-writer.ts';
import type { XmpChanges } from '../metadata/write-xmp.ts';
import type { ChangedFolder, FoundPhoto } from '../scan/scan.ts';
import type { CaptionsResult, ProbeKind, ReadResult, RootState, ScanResult, Work } from './messages.ts';
import { frameMoments } from '../../../shared/frame-moments.ts';
import { isVideoName } from '../scan/file-kinds.ts';
import { unpackPhotos } from './packed-photos.ts';
import { mostCpuSeconds } from './reader-watch.ts';
import { ReaderPool, type PoolTask } from './reader-pool.ts';
import { NeedsMoreMemory, ReaderEnded, ReaderProcess, type Timeouts } from './reader-process-client.ts';

export interface FolderTimeouts {
  /** Milliseconds without news from a disk after which it counts as hanging, in a job. */
  readonly job: number;
  /** The same when a person waits for an answer. */
  readonly person: number;
  /**
   * Longest time for decoding one photo, in milliseconds. For a decoder that waits for ever; one that computes
   * reaches its limit before.
   */
  readonly decoding: number;
}

/**
 * A decoder with a quarter of a core or more reaches its limit of processor time first, so that a busy machine, where
 * readers give way to other work, ends no decoder that would have finished.
 */
const decodingMs = 4 * mostCpuSeconds * 1000;
const usual: FolderTimeouts = { job: 20_000, person: 2_500, decoding: decodingMs };
/** Longest time for reading one caption file, in milliseconds. */
const captionsMs = 120_000;
const probeLimits = { memory: 400 * 1024 * 1024, decoding: 0 };

export interface FoldersOptions {
  /** Number of processes that read photos of a job in parallel. */
  readonly readers: number;
  readonly timeouts?: Partial<FolderTimeouts>;
  /** Folders of the library: an image in one of them is read as a photo of that folder. */
  readonly roots?: () => readonly string[];
  /** Takes frames of videos where there is no ffmpeg. */
  readonly takeFrames?: TakeFrames | undefined;
  /** Path of ffmpeg, or null; by default the person's own. */
  readonly ffmpeg?: typeof findFfmpeg;
}

/** Takes frames of a video, elsewhere. @throws HashlensError `unsupported-format` where the video cannot be played there */
export type TakeFrames = (
  params: HostMethods['video.frames']['params'],
  signal: AbortSignal | undefined,
) => Promise<VideoFrames>;

export interface ReadOptions {
  readonly knownHash: string | null;
  readonly wanted: Wanted;
  readonly libraryDir: string | null;
  /** Read alone in its process pool: a photo that was being read when the program ended. */
  readonly alone?: boolean;
  readonly signal?: AbortSignal;
}

export class PhotoFolders {
  readonly #timeouts: FolderTimeouts;
  /** For jobs. */
  readonly #job: ReaderPool;
  /** For a waiting person: thumbnails of the window, dropped images. */
  readonly #person = new ReaderPool(3);
  readonly #roots: () => readonly string[];
  readonly #takeFrames: TakeFrames | undefined;
  readonly #ffmpeg: typeof findFfmpeg;
  #prober: ReaderProcess | null = null;
  #proberTimer: NodeJS.Timeout | null = null;
  /** Roots with an unanswered question, and its time. */
  readonly #hanging = new Map<string, number>();
  #closed = false;

  constructor({ readers, timeouts = {}, roots = () => [], takeFrames, ffmpeg = findFfmpeg }: FoldersOptions) {
    this.#ffmpeg = ffmpeg;
    this.#takeFrames = takeFrames;
    this.#timeouts = { ...usual, ...timeouts };
    this.#roots = roots;
    this.#job = new ReaderPool(readers, { isBackground: true });
  }

  /** Pids of the processes that read for jobs, for tests. */
  get readerPids(): readonly number[] {
    return this.#job.pids;
  }

  /** Pids of the processes that read for a waiting person, for tests. */
  get personPids(): readonly number[] {
    return this.#person.pids;
  }

  /** The one that decodes videos now; none where videos are skipped. */
  async videoDecoders(): Promise<readonly VideoDecoder[]> {
    if ((await this.#ffmpeg()) !== null) return ['ffmpeg'];
    return this.#takeFrames === undefined ? [] : ['chromium'];
  }

  /**
   * @throws HashlensError `folder-missing`, `offline` or `cancelled`
   */
  async scan(
    root: string,
    options: {
      exclude: readonly string[];
      signal: AbortSignal;
      onProgress: (files: number) => void;
      /** Scans only these folders. */
      changed?: readonly ChangedFolder[] | null;
    },
  ): Promise<ScanResult> {
    const { exclude, signal, onProgress, changed = null } = options;
    const timeouts = { disk: this.#timeouts.job, work: this.#timeouts.job };
    try {
      const videos = (await this.videoDecoders()).length > 0;
      const request = { root, exclude, videos, changed };
      const { photos, ...rest } = await this.#job.run('scan', request, { timeouts, signal, onProgress });
      return { photos: unpackPhotos(photos), ...rest };
    } catch (error) {
      throw this.#folderError(root, error);
    }
  }

  /**
   * Null for a photo that was deleted before it was exported, by its sidecar.
   * @throws HashlensError about the photo, or `offline` about its folder
   */
  async read(root: string, photo: FoundPhoto, options: ReadOptions): Promise<ReadResult | null> {
    const { alone = false, signal, ...rest } = options;
    const task: PoolTask = { timeouts: this.#photoTimeouts('job'), alone, signal };
    try {
      const count = rest.wanted.input === null ? 1 : frameMoments.length;
      return await this.#withFrames(root, photo.path, { count, signal }, (videoFrames) =>
        this.#job.run('photo', { root, photo, ...rest }, { ...task, videoFrames }),
      );
    } catch (error) {
      throw this.#photoError(root, photo.path, error);
    }
  }

  /** @throws HashlensError about the file, or `offline` about the folder */
  async captions(
    root: string,
    file: string,
    photoPaths: readonly string[],
    signal: AbortSignal,
  ): Promise<CaptionsResult> {
    const timeouts: Timeouts = { disk: this.#timeouts.job, work: captionsMs };
    try {
      // A file that needs more than its share is read again with all of the memory.
      return await this.#job.run('captions', { root, file, photoPaths }, { timeouts, signal });
    } catch (error) {
      if (error instanceof ReaderEnded && (error.reason === 'memory' || error.reason === 'unexpected')) {
        throw captionsTooHeavy(file, 'memory');
      }
      if (error instanceof ReaderEnded && error.reason === 'time') throw captionsTooHeavy(file, 'time');
      throw this.#folderError(root, error);
    }
  }

  /** WebP. @throws HashlensError about the photo, or `offline` about its folder */
  thumbnail(root: string, relative: string): Promise<Uint8Array> {
    return this.#shown('thumbnail', root, relative);
  }

  /** JPEG in full size. @throws HashlensError about the photo, or `offline` about its folder */
  full(root: string, relative: string): Promise<Uint8Array> {
    return this.#shown('full', root, relative);
  }

  /** All tiles of a huge photo. @throws HashlensError about the photo, or `offline` about its folder */
  tiles(root: string, relative: string): Promise<Uint8Array> {
    return this.#shown('tiles', root, relative);
  }

  /** Exposure and colours. @throws HashlensError about the photo, or `offline` about its folder */
  exposure(root: string, relative: string): Promise<PhotoExposure> {
    return this.#shown('exposure', root, relative);
  }

  async #shown<K extends 'thumbnail' | 'full' | 'tiles' | 'exposure'>(
    kind: K,
    root: string,
    relative: string,
  ): Promise<Work[K]['result']> {
    if (this.#hangs(root)) throw noAnswer(root);
    try {
      const task = { timeouts: this.#photoTimeouts('person'), lane: root };
      return await this.#withFrames(root, relative, {}, (videoFrames) =>
        this.#person.run(kind, { root, path: relative }, { ...task, videoFrames }),
      );
    } catch (error) {
      throw this.#photoError(root, relative, error);
    }
  }

  /**
   * Makes a folder for copies. For a job.
   * @returns an identifier that distinguishes it from another folder at the same path
   * @throws HashlensError `offline`, `io-error` and others about the folder
   */
  async prepareCopyFolder(folder: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.#job.run('place', { folder }, { timeouts: this.#photoTimeouts('job'), signal });
    } catch (error) {
      throw this.#folderError(folder, error);
    }
  }

  /**
   * Puts a copy of a photo at `target`, where nothing is overwritten. For a job.
   * @throws HashlensError about the photo, or `offline` about its folder or the disk of the copy
   */
  async copy(root: string, request: Omit<Work['copy']['request'], 'root'>, signal: AbortSignal): Promise<PutCopy> {
    try {
      return await this.#job.run('copy', { root, ...request }, { timeouts: this.#photoTimeouts('job'), signal });
    } catch (error) {
      throw this.#photoError(root, request.path, error);
    }
  }

  /** For a job. @throws HashlensError about the photo, or `offline` about its folder */
  async rgb(root: string, relative: string): Promise<RgbPixels> {
    try {
      return await this.#withFrames(root, relative, {}, (videoFrames) =>
        this.#job.run('rgb', { root, path: relative }, { timeouts: this.#photoTimeouts('job'), videoFrames }),
      );
    } catch (error) {
      throw this.#photoError(root, relative, error);
    }
  }

  /**
   * `[side, side, 3]` bytes of an image: its bytes, or the path of a file.
   * @throws HashlensError `too-heavy`; `offline` when its disk does not answer; the decoder's error as `internal`
   */
  async image(source: string | Uint8Array, input: PixelInput): Promise<Uint8Array> {
    const [root, name] = typeof source === 'string' ? this.#placeOf(source) : ['', 'This image'];
    const from = typeof source === 'string' ? { root, path: name } : source;
    if (this.#hangs(root)) throw noAnswer(root);
    try {
      const task = { timeouts: this.#photoTimeouts('person'), lane: root };
      const run = (videoFrames: VideoFrames | null) =>
        this.#person.run('image', { source: from, input }, { ...task, videoFrames });
      return await (typeof source === 'string' ? this.#withFrames(root, name, {}, run) : run(null));
    } catch (error) {
      throw this.#photoError(root, name, error);
    }
  }

  /** For a job. @throws HashlensError about the photo, or `offline` about its folder */
  async stored(root: string, relative: string): Promise<StoredPixels> {
    try {
      return await this.#withFrames(root, relative, {}, (videoFrames) =>
        this.#job.run('stored', { root, path: relative }, { timeouts: this.#photoTimeouts('job'), videoFrames }),
      );
    } catch (error) {
      throw this.#photoError(root, relative, error);
    }
  }

  /** The library's folder that contains a file, or else its own folder, and the path inside. */
  #placeOf(file: string): [root: string, relative: string] {
    const absolute = path.resolve(file);
    const root = this.#roots().find((known) => isBelow(absolute, known)) ?? path.dirname(absolute);
    return [root, path.relative(root, absolute)];
  }

  /**
   * Whether the folder exists. One that does not answer in time counts as offline; the next question is answered
   * at once.
   */
  async state(root: string): Promise<RootState> {
    return (await this.#probe('root', root, { root })) ?? 'offline';
  }

  /** The file's real path inside the folder; null if it does not exist or its disk does not answer, `''` if outside. */
  async file(root: string, relative: string): Promise<string | null> {
    return await this.#probe('file', root, { root, path: relative });
  }

  /** Position of a motion photo's video in its file; null without one, or if its disk does not answer. */
  async video(root: string, relative: string): Promise<FilePart | null> {
    return await this.#probe('video', root, { root, path: relative });
  }

  /**
   * Target of a path without symbolic links; null if it cannot be determined.
   * @throws HashlensError `offline` when its disk does not answer
   */
  async resolve(place: string): Promise<Work['resolve']['result']> {
    const absolute = path.resolve(place);
    const found = await this.#probe('resolve', absolute, { root: absolute });
    if (found === null && this.#hanging.has(absolute)) throw noAnswer(absolute);
    return found;
  }

  /**
   * Adds words to a photo's XMP sidecar, never to the photo.
   * @param options `keeps` leaves the sidecar's own caption, rating and date; `signal` of the job, if a job writes it
   * @throws HashlensError about the sidecar, or `offline` about the folder
   */
  async writeSidecar(
    root: string,
    photo: string,
    changes: XmpChanges,
    { keeps = false, signal }: { readonly keeps?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<WrittenSidecar> {
    const timeouts = { disk: this.#timeouts.job, work: this.#timeouts.job };
    const request = { root, path: photo, changes, keeps };
    try {
      return signal === undefined
        ? await this.#person.run('sidecar', request, { timeouts, lane: root })
        : await this.#job.run('sidecar', request, { timeouts, signal });
    } catch (error) {
      if (error instanceof ReaderEnded && (error.reason === 'time' || error.reason === 'memory')) {
        throw new HashlensError(
          'too-heavy',
          `The sidecar of ${photo} takes more ${error.reason} to change than Hashlens gives one file; write its words with another program.`,
          { cause: error },
        );
      }
      throw this.#folderError(root, error);
    }
  }

  /** The number of these files in `root` with the same size, and with the same content, of which few are read. */
  async compare(root: string, files: Work['compare']['request']['files'], hashes: number) {
    const timeouts = { disk: this.#timeouts.job, work: this.#timeouts.job };
    try {
      return await this.#person.run('compare', { root, files, hashes }, { timeouts, lane: root });
    } catch (error) {
      throw this.#folderError(root, error);
    }
  }

  /** Ends all processes, without waiting for their work. */
  close(): void {
    this.#closed = true;
    this.#job.close();
    this.#person.close();
    if (this.#proberTimer !== null) clearTimeout(this.#proberTimer);
    this.#prober?.kill('cancelled');
  }

  /**
   * Runs work on a file. Where ffmpeg is missing, a video's frames are taken elsewhere: at once if the name is that of a
   * video, else once a reader has found that the file is one. Looking for ffmpeg takes time, so photos do without.
   */
  async #withFrames<T>(
    root: string,
    relative: string,
    { count = 1, signal }: { readonly count?: number; readonly signal?: AbortSignal | undefined },
    work: (videoFrames: VideoFrames | null) => Promise<T>,
  ): Promise<T> {
    const player = this.#takeFrames;
    if (player === undefined) return work(null);
    const withTaken = async (): Promise<T> => {
      const real = await this.file(root, relative);
      // The reader reports the fault of a missing file.
      if (real === null || real === '') return work(null);
      return work(await player({ path: real, count }, signal));
    };
    if (isVideoName(path.basename(relative)) && (await this.#ffmpeg()) === null) return withTaken();
    try {
      return await work(null);
    } catch (error) {
      const cause = error instanceof HashlensError ? error.cause : undefined;
      const isVideo = cause instanceof HashlensError && cause.code === 'needs-frames';
      if (!isVideo) throw error;
      return withTaken();
    }
  }

  #photoTimeouts(who: 'job' | 'person'): Timeouts {
    return { disk: this.#timeouts[who], work: this.#timeouts.decoding };
  }

  #hangs(root: string): boolean {
    const since = this.#hanging.get(root);
    return since !== undefined && performance.now() - since > this.#timeouts.person;
  }

  /**
   * Null when there is no answer in time. Each root has one open question to its disk; further ones are answered here.
   * @throws HashlensError of `notStarted` where no process can be started
   */
  async #probe<K extends ProbeKind>(
    kind: K,
    root: string,
    request: Work[K]['request'],
    { force = false } = {},
  ): Promise<Work[K]['result'] | null> {
    if (this.#closed || (this.#hangs(root) && !force)) return null;
    if (this.#prober === null || this.#prober.ended) {
      this.#prober = new ReaderProcess();
      this.#hanging.clear();
    }
    const prober = this.#prober;
    await prober.ready;
    if (prober.startError !== undefined) throw prober.startError;
    this.#hanging.set(root, this.#hanging.get(root) ?? performance.now());
    // The root counts as hanging while a question is open; a disk that answers after minutes is online again.
    const forever = { disk: 2 ** 31 - 1, work: 2 ** 31 - 1 };
    const asked = prober
      .ask(kind, request, { limits: probeLimits, timeouts: forever })
      .then((result) => {
        this.#hanging.delete(root);
        return result;
      })
      .catch((error: unknown) => {
        if (error instanceof HashlensError) this.#hanging.delete(root);
        return null;
      });
    this.#restProberLater();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      // After a busy time of the engine, answers that have arrived are handled before it gives up.
      timer = setTimeout(() => setTimeout(() => resolve(null), 100), this.#timeouts.person);
    });
    return Promise.race([asked, late]).finally(() => clearTimeout(timer));
  }

  #restProberLater(): void {
    if (this.#proberTimer !== null) clearTimeout(this.#proberTimer);
    this.#proberTimer = setTimeout(() => {
      if (this.#prober?.busy === false) this.#prober.kill('cancelled');
      else if (this.#prober !== null) this.#restProberLater();
    }, 15_000).unref();
  }

  #photoError(root: string, relative: string, error: unknown): Error {
    if (error instanceof NeedsMoreMemory) return tooHeavy(relative, 'memory');
    if (error instanceof ReaderEnded) {
      if (error.reason === 'memory' || error.reason === 'time') return tooHeavy(relative, error.reason);
      if (error.reason === 'killed') return killed(path.basename(relative), error);
      if (error.reason === 'unexpected') {
        return new HashlensError(
          'too-heavy',
          `${path.basename(relative)} ended the process that decoded it, twice; save a copy of it with another program.`,
          { cause: error },
        );
      }
    }
    return this.#folderError(root, error);
  }

  #folderError(root: string, error: unknown): Error {
    if (error instanceof ReaderEnded) {
      if (error.reason === 'cancelled') return new HashlensError('cancelled', 'Reading photos was cancelled.');
      if (error.reason === 'disk') {
        // The folder counts as offline until the disk answers this question.
        this.#hanging.set(root, -this.#timeouts.person);
        void this.#probe('root', root, { root }, { force: true }).catch(() => undefined);
        return noAnswer(root);
      }
      if (error.cause instanceof HashlensError) return error.cause;
      if (error.reason === 'killed') return killed(`The folder ${root}`, error);
      return new HashlensError('internal', `The process that read ${root} ended: ${error.reason}.`, { cause: error });
    }
    return error instanceof Error ? error : new Error(String(error));
  }
}

const killed = (what: string, cause: Error): HashlensError =>
  new HashlensError(
    'system-limit',
    `${what} could not be read: the system ended the process at work on it, most likely for lack of memory; close other programs, then try again.`,
    { cause },
  );

const noAnswer = (root: string): HashlensError =>
  new HashlensError('offline', `The folder ${root} does not answer; check its disk or network connection.`);

function captionsTooHeavy(file: string, what: 'memory' | 'time'): HashlensError {
  return new HashlensError(
    'too-heavy',
    `The captions in ${file} were not read because they take too much ${what}; split the file into smaller ones.`,
  );
}
