// Takes frames of videos for the engine where there is no ffmpeg: Chromium decodes them on a hidden page of its own, which
// has no network, no Node and a single file.
import { app, session, WebContentsView, type Session, type WebContents } from 'electron';
import { constants, open } from 'node:fs/promises';
import path from 'node:path';
import { decodedFrames, type VideoFrames } from '../shared/contract/host.ts';
import { HashlensError } from '../shared/errors.ts';
import { framesChannel, type FramesWanted } from '../shared/frame-moments.ts';
import type { FolderRoots } from './photo-files.ts';
import { refusal, serveFile } from './protocols.ts';
import { guardSession, sandboxed } from './security.ts';

const pageUrl = 'video://player/';
const fileUrl = `${pageUrl}file`;
const pagePolicy = "default-src 'none'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Longest time for one video. */
const videoMs = 40_000;
/** Idle time after which the page is closed. */
const idleMs = 15_000;
/** Largest working set of the page's process, in kilobytes. */
const mostKilobytes = 1_500_000;
const watchMs = 500;

interface Playing {
  readonly path: string;
  readonly place: string;
  /** A new address for each file, because Chromium keeps the data of an address. */
  readonly url: string;
}

export class VideoFramesPage {
  readonly #roots: FolderRoots;
  #session: Session | null = null;
  #view: WebContentsView | null = null;
  /** The only file that the page can read. */
  #playing: Playing | null = null;
  #taken = 0;
  /** Videos are decoded one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(roots: FolderRoots) {
    this.#roots = roots;
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
    const view = this.#view;
    this.#view = null;
    view?.webContents.close();
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
    this.#playing = { path: file, place, url: `${fileUrl}?${++this.#taken}` };
    try {
      const answer = await this.#ask(await this.#page(), { url: this.#playing.url, count }, signal);
      const { width, height, seconds, frames } = decodedFrames.parse(answer);
      this.#idle = setTimeout(() => this.close(), idleMs);
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

  /** @returns what the page sends, unchecked */
  async #ask(page: WebContents, wanted: FramesWanted, signal: AbortSignal): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const received = (_event: unknown, answer: unknown): void => resolve(answer);
    const gone = (): void => reject(new Error('the page that played it ended'));
    const cancelled = (): void => reject(new Error('cancelled'));
    const late = setTimeout(() => reject(new Error(`no answer within ${videoMs} ms`)), videoMs);
    const watching = setInterval(() => {
      const metric = app.getAppMetrics().find(({ pid }) => pid === page.getOSProcessId());
      if ((metric?.memory.workingSetSize ?? 0) > mostKilobytes) reject(new Error('it takes too much memory'));
    }, watchMs);
    page.ipc.on(framesChannel, received);
    page.on('render-process-gone', gone);
    signal.addEventListener('abort', cancelled, { once: true });
    try {
      page.send(framesChannel, wanted);
      return await promise;
    } finally {
      clearTimeout(late);
      clearInterval(watching);
      signal.removeEventListener('abort', cancelled);
      page.ipc.off(framesChannel, received);
      page.off('render-process-gone', gone);
    }
  }

  async #page(): Promise<WebContents> {
    if (this.#view !== null) return this.#view.webContents;
    // Belongs to no window: it never shows, and does not keep the application open.
    const view = new WebContentsView({
      webPreferences: {
        session: this.#ownSession(),
        preload: path.join(import.meta.dirname, '../preload/video-frames.cjs'),
        ...sandboxed,
        backgroundThrottling: false,
      },
    });
    this.#view = view;
    const { webContents } = view;
    webContents.setAudioMuted(true);
    // A page that ends while it is idle is not asked again.
    webContents.on('render-process-gone', () => {
      if (this.#view === view) this.close();
    });
    await webContents.loadURL(pageUrl);
    return webContents;
  }

  /** In memory, with the rules of the application's own session. */
  #ownSession(): Session {
    if (this.#session !== null) return this.#session;
    const own = session.fromPartition('video-frames', { cache: false });
    guardSession(own, /^video:\/\/player\//);
    own.protocol.handle('file', () => refusal(403));
    own.protocol.handle('video', (request) => {
      if (request.method !== 'GET') return refusal(405);
      if (request.url === pageUrl) {
        const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': pagePolicy };
        return new Response('', { headers });
      }
      const playing = this.#playing;
      if (playing === null || request.url !== playing.url) return refusal(404);
      return serveFile(request, { ...playing, gate: this.#roots.gate, mime: 'application/octet-stream' });
    });
    this.#session = own;
    return own;
  }
}
