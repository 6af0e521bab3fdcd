// Finds the file of a photo id and checks that the page may have it: inside a library folder, and an image or a video
// that Chromium can show.
import { realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionId, PhotoId } from '../shared/contract/ids.ts';
import type { LibraryStatus } from '../shared/contract/library.ts';
import { DiskGate } from './disk-gate.ts';
import type { EngineProcess } from './engine-process.ts';

export type PhotoVariant = 'thumb' | 'full';

/** Never SVG, HTML or PDF: a photo is decoded, not executed. */
const shown = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
  ...['video/mp4', 'video/webm', 'video/ogg'],
]);

export type ServedPhoto =
  | {
      readonly ok: true;
      readonly path: string;
      readonly mime: string;
      /** Bytes `[start, end)` to serve; null for all. */
      readonly part: readonly [number, number] | null;
      /** The folder of the file, whose disk may hang. */
      readonly place: string;
    }
  | { readonly ok: false; readonly status: 403 | 404 | 415 };

export type PhotoAddress =
  | {
      readonly variant: PhotoVariant;
      readonly photoId: PhotoId;
      /** 0: the photo itself. */
      readonly version: number;
    }
  | { readonly variant: 'tile'; readonly photoId: PhotoId; readonly tile: number };

/**
 * Parses `photo://thumb/<id>`, `photo://full/<id>`, `photo://full/<id>/<version>` and `photo://tile/<id>/<tile>`. Anything else
 * is refused without a request to the engine.
 */
export function parsePhotoUrl(address: string): PhotoAddress | null {
  const match =
    /^photo:\/\/(?:(thumb)\/([1-9]\d{0,14})|full\/([1-9]\d{0,14})(?:\/([1-9]\d?))?|tile\/([1-9]\d{0,14})\/(0|[1-9]\d{0,4}))$/.exec(
      address,
    );
  if (match === null) return null;
  const [, thumb, thumbId, fullId, version = '0', tiledId, tile] = match;
  const photoId = Number(thumbId ?? fullId ?? tiledId) as PhotoId;
  if (tile !== undefined) return { variant: 'tile', photoId, tile: Number(tile) };
  return { variant: thumb === undefined ? 'full' : 'thumb', photoId, version: Number(version) };
}

/** A photo of a shared library, by its number there. */
export interface SharedAddress {
  readonly connection: ConnectionId;
  readonly id: number;
}

/** Parses `photo://shared/<connection>/<id>`; null for anything else. */
export function parseSharedUrl(address: string): SharedAddress | null {
  const match = /^photo:\/\/shared\/([1-9]\d{0,8})\/([1-9]\d{0,14})$/.exec(address);
  return match === null ? null : { connection: Number(match[1]) as ConnectionId, id: Number(match[2]) };
}

/** Whether bytes of a server begin like a WebP image, the only published format. */
export const isWebp = (bytes: Uint8Array): boolean =>
  /^RIFF[^]{4}WEBP/.test(Buffer.from(bytes.subarray(0, 12)).toString('latin1'));

/** The bytes `[start, end)` of a file that a request wants; `unsatisfiable` if they do not exist. */
export function parseRange(header: string | null, size: number): readonly [number, number] | 'unsatisfiable' | null {
  // Several ranges, or an invalid range, are answered with the whole file.
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null || match[0] === 'bytes=-') return null;
  const [, first = '', last = ''] = match;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start < end ? [start, end] : 'unsatisfiable';
}

type Asks = Pick<EngineProcess, 'request'>;

/** Folders that photos may be served from. Known from what the page asks, else requested once; again after the library changes. */
export class FolderRoots {
  readonly #engine: Asks;
  /** For all file access of main to these folders. */
  readonly gate: DiskGate;
  #roots: Promise<readonly string[]> | null = null;

  constructor(engine: Asks, gate = new DiskGate()) {
    this.#engine = engine;
    this.gate = gate;
  }

  forget(): void {
    this.#roots = null;
  }

  /** Takes the folders from an answer to somebody else, so that they are not requested once more. */
  learn(status: LibraryStatus): void {
    this.#roots ??= this.#resolve(status);
  }

  /** The folder a file is in; null for none. Takes a path without symbolic links. */
  async around(file: string): Promise<string | null> {
    const known = this.#roots !== null;
    const found = rootOf(await this.#ask(), file);
    if (found !== null || !known) return found;
    this.forget();
    return rootOf(await this.#ask(), file);
  }

  #ask(): Promise<readonly string[]> {
    this.#roots ??= this.#request().catch((error: unknown) => {
      this.forget();
      throw error;
    });
    return this.#roots;
  }

  async #request(): Promise<readonly string[]> {
    return this.#resolve(await this.#engine.request('library.status', {}));
  }

  /** Never fails: a folder that cannot be resolved is left out. */
  async #resolve(status: LibraryStatus): Promise<readonly string[]> {
    // No photo is shown from an offline folder, whose disk may hang.
    const online = status.folders.filter((folder) => folder.state === 'online').map((folder) => folder.path);
    const resolve = (folder: string) => this.gate.run(folder, () => realpath(folder)).catch(() => null);
    const thumbnails = await realpath(path.join(status.libraryDir, 'thumbnails')).catch(() => null);
    if (thumbnails !== null) this.gate.free.add(thumbnails);
    const real = [...(await Promise.all(online.map(resolve))), thumbnails];
    return real.filter((folder) => folder !== null);
  }
}

function rootOf(roots: readonly string[], file: string): string | null {
  return roots.find((root) => isInside([root], file)) ?? null;
}

export function isInside(roots: readonly string[], file: string): boolean {
  return roots.some((root) => {
    const below = path.relative(root, file);
    return below !== '' && below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
  });
}

const chunkBytes = 256 * 1024;

/** The bytes `[start, end)` of an open photo, read chunk by chunk through the gate of its place. */
export function photoStream(
  file: FileHandle,
  gate: DiskGate,
  place: string,
  [start, end]: readonly [number, number] = [0, Infinity],
): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const length = Math.min(chunkBytes, end - at);
      const read = () => file.read(Buffer.allocUnsafe(chunkBytes), 0, length, at);
      try {
        const { bytesRead, buffer } = await gate.run(place, read);
        at += bytesRead;
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        controller.close();
        await file.close();
      } catch (error) {
        controller.error(error);
        // On a hanging disk closing would wait, too, and block a thread.
        void gate.run(place, () => file.close()).catch(() => undefined);
      }
    },
    cancel: () => gate.run(place, () => file.close()).catch(() => undefined),
  });
}

export async function findPhotoFile(engine: Asks, roots: FolderRoots, address: PhotoAddress): Promise<ServedPhoto> {
  const { photoId } = address;
  const asked =
    address.variant === 'tile'
      ? engine.request('photos.tile', { photoId, tile: address.tile })
      : engine.request('photos.file', { photoId, variant: address.variant, version: address.version });
  const named = await asked.catch(() => null);
  if (named === null) return { ok: false, status: 404 };
  // The engine returns real paths; a path replaced by a link since is refused below.
  const expected = (await roots.around(named.path)) ?? path.dirname(named.path);
  const real = await roots.gate.run(expected, () => realpath(named.path)).catch(() => null);
  if (real === null) return { ok: false, status: 404 };
  const place = await roots.around(real);
  if (place === null) return { ok: false, status: 403 };
  if (!shown.has(named.mime)) return { ok: false, status: 415 };
  return { ok: true, path: real, mime: named.mime, part: named.part ?? null, place };
}
