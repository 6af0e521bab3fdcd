// The two schemes of the page: app:// serves the compiled page, photo:// serves photos by id, and thumbnails of shared libraries.
import { protocol } from 'electron';
import { constants, open, readFile, type FileHandle } from 'node:fs/promises';
import { appFile } from './app-files.ts';
import type { DiskGate } from './disk-gate.ts';
import type { EngineProcess } from './engine-process.ts';
import {
  findPhotoFile,
  isWebp,
  parsePhotoUrl,
  parseRange,
  parseSharedUrl,
  photoStream,
  type FolderRoots,
  type SharedAddress,
} from './photo-files.ts';

export const appOrigin = 'app://hashlens';
export const appUrl = `${appOrigin}/index.html`;

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' photo: blob:",
  'media-src photo:',
  "font-src 'self'",
  // The grid draws thumbnails. The page reads the bytes of no other photos.
  "connect-src 'self' photo://thumb",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Call before `ready`. */
export function declareSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    {
      scheme: 'photo',
      privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true, corsEnabled: true },
    },
    // On the hidden page that takes frames of videos.
    { scheme: 'video', privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true } },
  ]);
}

export function serveApp(folder: string): void {
  protocol.handle('app', async (request) => {
    if (request.method !== 'GET') return refusal(405);
    const found = appFile(request.url, folder);
    if (!found.ok) return refusal(found.status);
    try {
      return new Response(new Uint8Array(await readFile(found.path)), {
        headers: {
          'Content-Type': found.type,
          'Content-Security-Policy': contentSecurityPolicy,
          'X-Content-Type-Options': 'nosniff',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Referrer-Policy': 'no-referrer',
          'Cache-Control': 'no-cache',
        },
      });
    } catch {
      return refusal(404);
    }
  });
}

export function servePhotos(engine: EngineProcess, roots: FolderRoots): void {
  protocol.handle('photo', async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
    const shared = parseSharedUrl(request.url);
    if (shared !== null) return request.method === 'GET' ? sharedThumbnail(engine, shared) : refusal(405);
    const wanted = parsePhotoUrl(request.url);
    if (wanted === null) return refusal(400);
    const found = await findPhotoFile(engine, roots, wanted).catch(() => null);
    if (found === null) return refusal(503);
    if (!found.ok) return refusal(found.status);
    return serveFile(request, { ...found, gate: roots.gate });
  });
}

interface ServedFile {
  readonly path: string;
  /** Folder of its disk, for the gate. */
  readonly place: string;
  readonly gate: DiskGate;
  readonly mime: string;
  /** Bytes `[start, end)`; null for the whole file. */
  readonly part?: readonly [number, number] | null;
}

/** A file, or the range of it that the request names. */
export async function serveFile(
  request: Request,
  { path, place, gate, mime, part = null }: ServedFile,
): Promise<Response> {
  let file: FileHandle;
  try {
    // The file may have become a link or a pipe since the engine checked it: do not follow it and do not wait for it.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    file = await gate.run(place, () => open(path, flags));
  } catch {
    return refusal(404);
  }
  const stats = await gate.run(place, () => file.stat()).catch(() => null);
  if (stats === null || !stats.isFile()) {
    void gate.run(place, () => file.close()).catch(() => undefined);
    return refusal(404);
  }
  // A video inside a photo is served like a file.
  const [first, last] = part ?? [0, stats.size];
  const size = Math.max(0, Math.min(last, stats.size) - first);
  // Seeking in a video requests ranges of bytes.
  const range = parseRange(request.headers.get('range'), size);
  if (range === 'unsatisfiable') {
    await file.close();
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } });
  }
  const isPart = range !== null;
  const [start, end] = range ?? [0, size];
  const status = isPart ? 206 : 200;
  const headers = {
    'Content-Type': mime,
    'Content-Length': String(end - start),
    'Accept-Ranges': 'bytes',
    ...(isPart ? { 'Content-Range': `bytes ${start}-${end - 1}/${size}` } : {}),
    'X-Content-Type-Options': 'nosniff',
    // An edited photo keeps its id, so copies are cached for a short time only.
    'Cache-Control': 'private, max-age=60',
  };
  if (request.method === 'HEAD' || size === 0) {
    await file.close();
    return new Response(null, { status, headers });
  }
  return new Response(photoStream(file, gate, place, [first + start, first + end]), { status, headers });
}

/** A thumbnail of a searched shared library. The server is not trusted: the answer is an image or nothing. */
async function sharedThumbnail(engine: EngineProcess, address: SharedAddress): Promise<Response> {
  const found = await engine.request('connections.thumbnail', address).catch(() => null);
  if (found === null || !isWebp(found.image)) return refusal(404);
  return new Response(new Uint8Array(found.image), {
    headers: {
      'Content-Type': 'image/webp',
      'Content-Length': String(found.image.byteLength),
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, max-age=600',
    },
  });
}

/** Blocks file://, which Electron reads before it applies its session's rules. */
export function refuseFiles(): void {
  protocol.handle('file', () => refusal(403));
}

export function refusal(status: number): Response {
  const headers = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };
  return new Response(null, { status, headers });
}
