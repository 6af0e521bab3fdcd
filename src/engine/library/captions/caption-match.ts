// Finds the photo that an entry of a caption file means. Names may have other folders, cases and slashes.
import path from 'node:path';
import type { CaptionEntry } from './caption-entry.ts';
import { itemAt } from '../../../shared/at.ts';

/** Largest number of captions kept per photo; further ones are dropped. */
export const maxCaptionsOfPhoto = 200;
/** Number of image names whose photo is remembered: captions of one image follow each other. */
const rememberedNames = 1000;
/** Most folders in an image's name; longer ones match nothing. */
const maxParts = 64;
/** Largest number of photos of one name to compare by their folders. */
const maxSameName = 256;

/**
 * Collects captions by relative photo path, each text once, in the order of the file. An image is looked for in this
 * order: at the entry's path relative to the caption file's folder, then with leading folders removed one by one
 * (`images/1.jpg`, `train2017/1.jpg`), then at the same places without an extension, then anywhere in the library by the
 * end of its path and by name alone, if only one photo fits below the innermost folder around the caption file with any. Each step tries the exact spelling first, then ignores
 * case. A number that is no name is one of COCO, whose files have twelve digits. Entries that fit no photo are left out.
 */
export class CaptionMatcher {
  readonly #root: string;
  readonly #folder: string;
  readonly #finder: PhotoFinder;
  readonly #found = new Map<string, string | null>();
  readonly #captions = new Map<string, Set<string>>();
  readonly #overfull = new Set<string>();

  constructor(root: string, captionFile: string, photoPaths: readonly string[]) {
    this.#root = root;
    this.#folder = slashes(path.relative(root, path.dirname(captionFile)));
    this.#finder = new PhotoFinder(photoPaths);
  }

  add({ image, caption }: CaptionEntry): void {
    const photo = this.#photoOf(image);
    if (photo === null) return;
    const captions = this.#captions.get(photo);
    if (captions === undefined) this.#captions.set(photo, new Set([caption]));
    else if (captions.size < maxCaptionsOfPhoto) captions.add(caption);
    else if (!captions.has(caption)) this.#overfull.add(photo);
  }

  /** Number of photos with more captions than are kept. */
  get overfull(): number {
    return this.#overfull.size;
  }

  result(): Map<string, string[]> {
    return new Map([...this.#captions].map(([photo, texts]) => [photo, [...texts]]));
  }

  #photoOf(image: string): string | null {
    const known = this.#found.get(image);
    if (known !== undefined) return known;
    if (this.#found.size >= rememberedNames) this.#found.clear();
    const parts = nameParts(this.#root, image);
    const photo = parts.length > maxParts ? null : this.#finder.find(this.#folder, parts);
    this.#found.set(image, photo);
    return photo;
  }
}

function slashes(text: string): string {
  return text.replaceAll('\\', '/');
}

/** The path components of the image; an absolute path inside the root starts at the root. */
function nameParts(root: string, image: string): string[] {
  const written = slashes(image);
  const base = `${slashes(root).replace(/\/+$/, '')}/`;
  const relative = written.startsWith(base) ? written.slice(base.length) : written;
  return relative.split('/').filter((part) => part !== '' && part !== '.');
}

/** Normalised spelling for comparisons: macOS decomposes accents, which a person does not see. */
function exactKey(text: string): string {
  return text.normalize('NFC');
}

function looseKey(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function add(map: Map<string, string[]>, key: string, photo: string): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [photo]);
  else same.push(photo);
}

/** `000000391895`, or `coco_train2014_000000391895`. */
const cocoName = /^(?:coco_[a-z]{3,5}\d{4}_)?(\d{12})$/;

const withoutExtension = (photo: string): string => photo.replace(/\.[^./]*$/, '');

class PhotoFinder {
  readonly #exact = new Map<string, string>();
  /** Null where several photos differ by case only. */
  readonly #loose = new Map<string, string | null>();
  /** Base name, lower case -> the photos that have it. */
  readonly #byName = new Map<string, string[]>();

  /** Path without the extension, lower case; null where several photos have it. */
  readonly #stems = new Map<string, string | null>();

  /** Base name without the extension -> photos, for lists of numbers. */
  readonly #byStem = new Map<string, string[]>();

  /** Number of COCO -> photos. */
  readonly #byNumber = new Map<string, string[]>();

  constructor(photoPaths: readonly string[]) {
    for (const photo of photoPaths) {
      this.#exact.set(exactKey(photo), photo);
      const loose = looseKey(photo);
      this.#loose.set(loose, this.#loose.has(loose) ? null : photo);
      const stem = withoutExtension(loose);
      this.#stems.set(stem, this.#stems.has(stem) ? null : photo);
      const name = looseKey(path.posix.basename(photo));
      add(this.#byName, name, photo);
      const bare = withoutExtension(name);
      add(this.#byStem, bare, photo);
      const [, number] = cocoName.exec(bare) ?? [];
      if (number !== undefined) add(this.#byNumber, number, photo);
    }
  }

  /** `folder`: the caption file's, relative to the root; `..` when it is above. */
  find(folder: string, parts: readonly string[]): string | null {
    const places = parts.flatMap((_part, skip) => {
      // Joining resolves `..`; from above the root only paths that come back into it can fit a photo.
      const place = path.posix.normalize(path.posix.join('/root', folder, ...parts.slice(skip)));
      return place.startsWith('/root/') ? [place.slice('/root/'.length)] : [];
    });
    for (const place of places) {
      const photo = this.#at(place);
      if (photo !== null) return photo;
    }
    for (const place of places) {
      const photo = this.#stems.get(looseKey(place)) ?? null;
      if (photo !== null) return photo;
    }
    return this.#anywhere(folder, parts) ?? this.#ofNumber(folder, parts);
  }

  #ofNumber(folder: string, parts: readonly string[]): string | null {
    const [name = ''] = parts;
    const [, number] = parts.length === 1 ? (/^0*(\d{1,12})(?:\.0)?$/.exec(name) ?? []) : [];
    const photos = number === undefined ? [] : nearest(folder, this.#byNumber.get(number.padStart(12, '0')) ?? []);
    return photos.length === 1 ? itemAt(photos, 0) : null;
  }

  #at(relative: string): string | null {
    return this.#exact.get(exactKey(relative)) ?? this.#loose.get(looseKey(relative)) ?? null;
  }

  #anywhere(folder: string, parts: readonly string[]): string | null {
    const name = parts.at(-1);
    if (name === undefined) return null;
    const named = this.#byName.get(looseKey(name));
    const written = (photo: string): string => (named === undefined ? withoutExtension(photo) : photo);
    let candidates = named ?? this.#byStem.get(looseKey(name)) ?? [];
    if (candidates.length > maxSameName) return null;
    const sameCase = candidates.filter((photo) => exactKey(path.posix.basename(written(photo))) === exactKey(name));
    if (sameCase.length > 0) candidates = sameCase;
    // Several photos have this name; the folders before it may single one out.
    for (let length = 2; candidates.length > 1 && length <= parts.length; length++) {
      const end = `/${looseKey(parts.slice(-length).join('/'))}`;
      const closer = candidates.filter((photo) => `/${looseKey(written(photo))}`.endsWith(end));
      if (closer.length === 0) break;
      candidates = closer;
    }
    const near = nearest(folder, candidates);
    return near.length === 1 ? itemAt(near, 0) : null;
  }
}

/** The photos below the innermost folder around the caption file that has any. */
function nearest(folder: string, photos: readonly string[]): readonly string[] {
  for (let around = folder; around !== '' && !around.startsWith('..'); around = parentOf(around)) {
    const below = photos.filter((photo) => photo.startsWith(`${around}/`));
    if (below.length > 0) return below;
  }
  return photos;
}

const parentOf = (folder: string): string => folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
