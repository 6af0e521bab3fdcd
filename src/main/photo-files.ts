// Which file a photo id stands for, and whether the page may have it: inside a library folder, and an image Chromium shows.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { PhotoId } from '../shared/contract/ids.ts';
import type { EngineProcess } from './engine-process.ts';

export type PhotoVariant = 'thumb' | 'full';

/** Never SVG, HTML or PDF: a photo is decoded, not executed. */
const shown = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);

export type PhotoFile =
  | { readonly ok: true; readonly path: string; readonly mime: string }
  | { readonly ok: false; readonly status: 403 | 404 | 415 };

/** `photo://thumb/<id>` and `photo://full/<id>`; anything else is refused before the engine hears of it. */
export function parsePhotoUrl(address: string): { variant: PhotoVariant; photoId: PhotoId } | null {
  const match = /^photo:\/\/(thumb|full)\/([1-9]\d{0,14})$/.exec(address);
  if (match === null) return null;
  return { variant: match[1] === 'thumb' ? 'thumb' : 'full', photoId: Number(match[2]) as PhotoId };
}

type Asks = Pick<EngineProcess, 'request'>;

/** The folders photos may be served from, asked once and again after the library changed. */
export class FolderRoots {
  readonly #engine: Asks;
  #roots: Promise<readonly string[]> | null = null;

  constructor(engine: Asks) {
    this.#engine = engine;
  }

  forget(): void {
    this.#roots = null;
  }

  /** Takes a path without symbolic links. */
  async contain(file: string): Promise<boolean> {
    const known = this.#roots !== null;
    if (isInside(await this.#ask(), file)) return true;
    if (!known) return false;
    this.forget();
    return isInside(await this.#ask(), file);
  }

  #ask(): Promise<readonly string[]> {
    this.#roots ??= this.#resolve().catch((error: unknown) => {
      this.forget();
      throw error;
    });
    return this.#roots;
  }

  async #resolve(): Promise<readonly string[]> {
    const status = await this.#engine.request('library.status', {});
    const folders = [...status.folders.map((folder) => folder.path), path.join(status.libraryDir, 'thumbnails')];
    const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
    return real.filter((folder) => folder !== null);
  }
}

export function isInside(roots: readonly string[], file: string): boolean {
  return roots.some((root) => {
    const below = path.relative(root, file);
    return below !== '' && below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
  });
}

export async function photoFile(
  engine: Asks,
  roots: FolderRoots,
  photoId: PhotoId,
  variant: PhotoVariant,
): Promise<PhotoFile> {
  const named = await engine.request('photos.file', { photoId, variant }).catch(() => null);
  const real = named === null ? null : await realpath(named.path).catch(() => null);
  if (named === null || real === null) return { ok: false, status: 404 };
  if (!(await roots.contain(real))) return { ok: false, status: 403 };
  if (!shown.has(named.mime)) return { ok: false, status: 415 };
  return { ok: true, path: real, mime: named.mime };
}
