// The program of a process that touches photo folders: it lists them, reads files and decodes photos. A photo that takes
// too much, or a disk that hangs, costs this process and nothing else.
import { readdir, realpath, stat } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { toErrorData } from '../../../shared/errors.ts';
import { decodePhoto, decodeThumbnail, NeedsMemory, refuseHeavy, type Decoded } from '../../imaging/decode-photo.ts';
import { MAX_PIXELS, openUpright, squarePixels } from '../../imaging/pixel-input.ts';
import { readCaptionFile } from '../captions/caption-files.ts';
import { isInside, openInside } from '../open-inside.ts';
import { systemCode, toPhotoError } from '../photo-errors.ts';
import { hashFile, readPhoto, sourceOf, type OpenedPhoto } from '../read-photo.ts';
import { scanFolder } from '../scan/scan.ts';
import { thumbnailPath } from '../thumbnails/thumbnails.ts';
import type { FromReader, Limits, ToReader, Work, WorkKind } from './messages.ts';

if (process.send === undefined) throw new Error('reader-process.ts is started by reader-process-client.ts');
// Ctrl+C reaches every process of a terminal. The engine decides when its readers end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// An orderly exit would wait for threads that a disk keeps.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
sharp.cache(false);
sharp.concurrency(1);
try {
  // Where memory runs out altogether, Linux ends this process before the engine.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Other systems choose by themselves.
}

/** Processor time one photo may take. */
const cpuSeconds = 10;
const watchMs = 10;

const send = (message: FromReader): void => void process.send?.(message);

type Handlers = {
  [K in WorkKind]: (request: Work[K]['request'], seq: number, limits: Limits) => Promise<Work[K]['result']>;
};

const handlers: Handlers = {
  async scan({ root, exclude }, seq) {
    const scan = await scanFolder(root, { exclude, onProgress: (files) => send({ kind: 'progress', seq, files }) });
    return { ...scan, failures: scan.failures.map(({ path, error }) => ({ path, error: toErrorData(error) })) };
  },

  async photo({ root, photo, knownHash, wanted, libraryDir }, seq, limits) {
    let decoded: Decoded = { pixels: null, thumbnail: null };
    let stamp: OpenedPhoto['stamp'] | null = null;
    const facts = await readPhoto(root, photo, {
      onRead: () => send({ kind: 'read', seq }),
      decode: async (opened) => {
        stamp = opened.stamp;
        if (opened.contentHash === knownHash) return;
        refuseHeavy(opened.header, limits.decoding);
        const there = libraryDir !== null && (await hasThumbnail(libraryDir, opened.contentHash));
        decoded = await decodePhoto(opened.source, opened.header, {
          input: wanted.input,
          thumbnail: wanted.thumbnail && !there,
        });
      },
    });
    if (stamp === null) throw new Error(`${photo.path} was read without being opened`);
    return { facts, stamp, ...decoded };
  },

  async captions({ root, file, photoPaths }, seq) {
    send({ kind: 'read', seq });
    const { entries, notice } = await readCaptionFile(root, file, photoPaths);
    return { captions: entries, notice };
  },

  async thumbnail({ root, path: relative }, seq, limits) {
    const absolute = path.join(root, relative);
    try {
      await using file = await openInside(root, relative);
      const source = await sourceOf(file, absolute);
      send({ kind: 'read', seq });
      const header = await sharp(source, { failOn: 'none', limitInputPixels: MAX_PIXELS }).metadata();
      refuseHeavy(header, limits.decoding);
      return await decodeThumbnail(source, header);
    } catch (error) {
      if (error instanceof NeedsMemory) throw error;
      throw toPhotoError(absolute, error);
    }
  },

  async image({ source, input }, seq, limits) {
    // A device or a pipe may never end.
    if (typeof source === 'string' && !(await stat(source)).isFile()) throw new Error(`${source} is no regular file`);
    const header = await sharp(source, { failOn: 'error', limitInputPixels: MAX_PIXELS }).metadata();
    refuseHeavy(header, limits.decoding);
    send({ kind: 'read', seq });
    return squarePixels(await openUpright(source), input);
  },

  async root({ root }) {
    try {
      return (await readdir(root)).length === 0 ? 'empty' : 'there';
    } catch {
      return 'away';
    }
  },

  async file({ root, path: relative }) {
    try {
      const real = await realpath(path.join(root, relative));
      return isInside(await realpath(root), real) ? real : '';
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return null;
    }
  },

  async resolve({ root }) {
    try {
      const real = await realpath(root);
      return { real, isFolder: (await stat(real)).isDirectory() };
    } catch {
      return null;
    }
  },

  async compare({ root, files, hashes }) {
    const real = await realpath(root);
    let [sameSize, sameContent, compared] = [0, 0, 0];
    for (const { path: relative, size, contentHash } of files) {
      const stats = await stat(path.join(real, relative)).catch(() => null);
      if (stats === null || !stats.isFile() || stats.size !== size) continue;
      sameSize++;
      if (compared >= hashes) continue;
      compared++;
      if ((await hashFile(real, relative).catch(() => null)) === contentHash) sameContent++;
    }
    return { sameSize, sameContent, compared };
  },
};

/** An empty file is what a power cut may leave; it counts as none. */
const hasThumbnail = (libraryDir: string, contentHash: string): Promise<boolean> =>
  stat(thumbnailPath(libraryDir, contentHash)).then(
    (stats) => stats.size > 0,
    () => false,
  );

/** Reports the process when it is over its limits; the engine kills it. */
function watch(seq: number, { memory }: Limits, isPhoto: boolean): () => void {
  const before = process.cpuUsage();
  let told = false;
  const timer = setInterval(() => {
    const resident = process.memoryUsage.rss();
    // The engine may be busy: far above the limit nobody is waited for.
    if (resident > memory * 1.25) process.kill(process.pid, 'SIGKILL');
    if (told) return;
    const { user, system } = process.cpuUsage(before);
    const what = resident > memory ? 'memory' : isPhoto && (user + system) / 1e6 > cpuSeconds ? 'time' : null;
    if (what === null) return;
    told = true;
    send({ kind: 'over', seq, what });
  }, watchMs);
  return () => clearInterval(timer);
}

async function run<K extends WorkKind>(
  kind: K,
  seq: number,
  request: Work[K]['request'],
  limits: Limits,
): Promise<void> {
  const stop = watch(seq, limits, kind === 'photo' || kind === 'thumbnail' || kind === 'image');
  try {
    send({ kind: 'done', seq, result: await handlers[kind](request, seq, limits) });
  } catch (error) {
    if (error instanceof NeedsMemory) send({ kind: 'needs-memory', seq });
    else send({ kind: 'failed', seq, error: toErrorData(error) });
  } finally {
    stop();
  }
}

// The other end is this program's own engine, so its messages are taken to be what messages.ts says.
process.on('message', (message: ToReader) => void run(message.kind, message.seq, message.request, message.limits));
send({ kind: 'ready' });
