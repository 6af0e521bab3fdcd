// Program of a process that accesses photo folders: it lists them, reads files and decodes photos. A photo that
// needs too much, or a hanging disk, affects only this process.
import { readdir, readlink, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import { Responder, type FromRequester, type FromResponder, type RequestContext } from '../../../shared/protocol.ts';
import { videoIn } from '../../imaging/formats/motion.ts';
import { isBelow } from '../../runtime/below.ts';
import { ignoreTerminalSignals, announceStart } from '../../runtime/node-process.ts';
import type { ProbeKind, ReaderMethods, WorkContext, WorkHandlers, WorkKind } from './messages.ts';
import { openInside } from '../open-inside.ts';
import { watch, type Watch } from './reader-watch.ts';

if (process.send === undefined) throw new Error('reader-process.ts is started by reader-process-client.ts');
ignoreTerminalSignals();
// An orderly exit would wait for threads blocked by a disk.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// If memory runs out altogether, Linux ends this process before the engine; other systems choose by themselves.
// Written with the threads that read files: if the system gives none, this process ends before it has a photo.
await writeFile('/proc/self/oom_score_adj', '1000').catch(() => undefined);

const send = (message: FromResponder): void => void process.send?.(message);

const probes: Pick<WorkHandlers, ProbeKind> = {
  async root({ root }) {
    try {
      return (await readdir(root)).length === 0 ? 'empty' : 'online';
    } catch {
      return 'offline';
    }
  },

  async file({ root, path: relative }) {
    try {
      const real = await realpath(path.join(root, relative));
      const realRoot = await realpath(root);
      return isBelow(real, realRoot) ? real : '';
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return null;
    }
  },

  async video({ root, path: relative }) {
    await using file = await openInside(root, relative);
    const { size } = await file.stat();
    return await videoIn(size, async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  },

  async resolve({ root }) {
    try {
      const real = await realpath(root);
      return { real, is: (await stat(real)).isDirectory() ? 'folder' : 'file' };
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      return isMissing ? { real: await missingPlace(root), is: 'missing' } : null;
    }
  },
};

/** Largest number of links to follow in a row, as in Linux. */
const mostLinks = 40;

/** Target of a path, existing or not: links are followed as far as they exist. */
async function missingPlace(place: string, links = 0): Promise<string> {
  const folder = path.dirname(place);
  if (folder === place) return place;
  const target = links < mostLinks ? await readlink(place).catch(() => null) : null;
  if (target !== null) return missingPlace(path.resolve(await missingPlace(folder, links + 1), target), links + 1);
  const real = await realpath(folder).catch(() => missingPlace(folder, links + 1));
  return path.join(real, path.basename(place));
}

async function work<K extends WorkKind>(
  kind: K,
  request: ReaderMethods[K]['params']['request'],
  context: WorkContext,
): Promise<ReaderMethods[K]['result']> {
  if (kind in probes) return (probes as WorkHandlers)[kind](request, context);
  // Loaded on demand: a process that only checks folders starts in a fifth of the time.
  const { photoHandlers } = await import('./photo-work.ts');
  return (photoHandlers as WorkHandlers)[kind](request, context);
}

/** Questions are answered in parallel, and need no limits. */
const unwatched: Watch = { stop: () => undefined, allowSeconds: () => undefined };

/** Work on one file, whose processor time is limited. */
const fileKinds: ReadonlySet<WorkKind> = new Set([
  ...(['photo', 'thumbnail', 'full', 'tiles', 'rgb', 'stored', 'image', 'copy', 'sidecar', 'exposure'] as const),
]);

async function run(method: string, params: unknown, { news }: RequestContext<unknown>): Promise<unknown> {
  // The other end is this program's own engine, so a request is one of ReaderMethods.
  const kind = method as WorkKind;
  const { request, limits, videoFrames } = params as ReaderMethods[WorkKind]['params'];
  const isFile = fileKinds.has(kind);
  const { stop, allowSeconds } = kind in probes ? unwatched : watch(limits, isFile, news);
  try {
    return await work(kind, request, { ...limits, videoFrames, allowSeconds, news });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NeedsMemory')) throw error;
    throw new HashlensError('needs-memory', 'Decoding needs more memory than is allowed here.', { cause: error });
  } finally {
    stop();
  }
}

const responder = new Responder(run, send);
process.on('message', (message: FromRequester) => void responder.receive(message));
announceStart();
