// Searches the library for photos that are copies of each other, or nearly, and suggests which of each group to keep.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Store } from '../store/database.ts';
import type { KnownPhoto } from '../store/photos.ts';
import type { ActiveModels } from '../models/active-models.ts';
import { hammingDistance } from '../numerics/popcount.ts';
import { cosine } from '../search/rerank/rerank.ts';
import { chooseBest } from './best.ts';
import { pairsWithin } from './candidates.ts';
import { UnionFind } from './groups.ts';
import { PixelHashCache } from './pixel-hash-cache.ts';
import { correlation, hashBytes, pixelSignature, sharpness } from './pixel-hash.ts';
import { itemAt, numberAt } from '../../shared/at.ts';

export interface DuplicateTools {
  readonly store: Store;
  readonly active: ActiveModels;
  readonly libraryDir: string;
  /** Path of a small copy of the photo, made if need be; rejects when the photo cannot be read. */
  readonly thumbnail: (photoId: PhotoId, contentHash: string) => Promise<string>;
}

/** The part of a job's context this needs. */
export interface Progress {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, message: string) => void;
}

/** A photo against the group's best; null where it cannot be said. */
export interface FoundPhoto {
  readonly id: PhotoId;
  readonly identical: boolean;
  readonly distance: number | null;
  readonly cosine: number | null;
  readonly pixelDistance: number | null;
}

/** Plain data: the job's result. */
export interface FoundDuplicates {
  readonly searched: number;
  readonly unreadable: number;
  readonly complete: boolean;
  readonly groups: readonly { readonly reason: string; readonly photos: readonly FoundPhoto[] }[];
}

/** Two pictures this alike are copies, unless the encoder sees different things in them. */
const copy = { pixelDistance: 10, correlation: 0.9, cosine: 0.6 };
/** Two pictures of one moment: their codes are near, and features and pixels agree. `codeShare`: bits apart, of all. */
const moment = { codeShare: 0.08, pixelDistance: 16, correlation: 0.8, cosine: 0.95 };
/** Pairs of codes compared at most: some seconds. */
const budget = 400_000_000;
const atOnce = 4;
const saveEvery = 2000;

/** Photos of the same bytes are one content; only contents are compared. */
interface Content {
  readonly hash: string;
  readonly photos: readonly KnownPhoto[];
  /** The one whose features, code and thumbnail stand for all. */
  readonly first: KnownPhoto;
}

export async function findDuplicates(tools: DuplicateTools, job: Progress): Promise<FoundDuplicates> {
  const contents = contentsOf(tools.store);
  const pixels = await pixelHashes(tools, contents, job);
  const features = new Features(tools);
  const grids = new Grids(tools);
  const codes = await photoCodes(tools, contents);
  const { pairs, complete } = await candidatePairs(pixels.hashes, codes, job);

  const sets = new UnionFind(contents.length);
  let done = 0;
  for (const { a, b, near } of pairs) {
    job.signal.throwIfAborted();
    job.progress(++done, pairs.length, 'Comparing photos that look alike');
    const [one, other] = [contents[a], contents[b]];
    if (!one || !other || sets.find(a) === sets.find(b)) continue;
    if (await confirmed(one, other, near, features, grids)) sets.join(a, b);
  }

  const alike = sets.groups();
  const grouped = new Set(alike.flat());
  const sameBytes = contents.flatMap((content, i) => (content.photos.length > 1 && !grouped.has(i) ? [[i]] : []));
  const groups: FoundDuplicates['groups'][number][] = [];
  for (const members of [...alike, ...sameBytes]) {
    job.signal.throwIfAborted();
    groups.push(await judge(tools, contents, members, { pixels: pixels.hashes, codes, features }));
  }
  const searched = contents.reduce((sum, content) => sum + content.photos.length, 0);
  return { searched, unreadable: pixels.unreadable, complete, groups };
}

function contentsOf(store: Store): Content[] {
  const byHash = new Map<string, KnownPhoto[]>();
  for (const folder of store.folders.list()) {
    for (const photo of store.photos.inFolder(folder.id)) {
      if (photo.present === 0) continue;
      const same = byHash.get(photo.contentHash);
      if (same) same.push(photo);
      else byHash.set(photo.contentHash, [photo]);
    }
  }
  return [...byHash].flatMap(([hash, photos]) => {
    const sorted = photos.toSorted((a, b) => a.id - b.id);
    const first = sorted[0];
    return first ? [{ hash, photos: sorted, first }] : [];
  });
}

/** Pixel hashes of all contents, null where there is nothing to see. What has been looked at once is remembered. */
async function pixelHashes(
  { libraryDir, thumbnail }: DuplicateTools,
  contents: readonly Content[],
  { signal, progress }: Progress,
): Promise<{ hashes: (Uint8Array | null)[]; unreadable: number }> {
  const cache = await PixelHashCache.open(libraryDir);
  const save = () => cache.save(contents.map((content) => content.hash));
  const missing = contents.filter((content) => cache.get(content.hash) === null);
  let unreadable = 0;
  try {
    for (let at = 0; at < missing.length; at += atOnce) {
      signal.throwIfAborted();
      const look = async ({ hash, first }: Content) => {
        try {
          cache.set(hash, (await pixelSignature(await thumbnail(first.id, hash))).hash);
        } catch {
          unreadable++;
        }
      };
      await Promise.all(missing.slice(at, at + atOnce).map(look));
      progress(Math.min(at + atOnce, missing.length), missing.length, 'Looking at photos');
      if (at % saveEvery === saveEvery - atOnce) await save();
    }
  } finally {
    await save();
  }
  return { hashes: contents.map((content) => cache.get(content.hash)), unreadable };
}

/** Codes of the model in use by row of `contents`. */
async function photoCodes(
  { store, active }: DuplicateTools,
  contents: readonly Content[],
): Promise<(Uint8Array | null)[]> {
  const { id, model } = await active.model();
  const bytes = model.bits / 8;
  const { ids, codes } = store.codes.all('photo', id, bytes);
  const byPhoto = new Map(Array.from(ids, (photo, row) => [photo, codes.subarray(row * bytes, (row + 1) * bytes)]));
  return contents.map((content) => byPhoto.get(content.first.id) ?? null);
}

interface LikelyPair {
  readonly a: number;
  readonly b: number;
  /** Which thresholds it has to meet. */
  readonly near: typeof copy | typeof moment;
}

/**
 * Pairs whose pixel hashes are near, and pairs whose codes are near and whose pixel hashes do not contradict. The codes
 * alone miss copies: the starter encoder sees a photo shrunk to half its size up to 48 of 128 bits away.
 */
async function candidatePairs(
  pixels: readonly (Uint8Array | null)[],
  codes: readonly (Uint8Array | null)[],
  { signal, progress }: Progress,
): Promise<{ pairs: LikelyPair[]; complete: boolean }> {
  const pairs: LikelyPair[] = [];
  let complete = true;
  const codeBytes = codes.find((code) => code !== null)?.length ?? 0;
  const sources = [
    { rows: pixels, bytes: hashBytes, radius: copy.pixelDistance, near: copy },
    { rows: codes, bytes: codeBytes, radius: Math.floor(codeBytes * 8 * moment.codeShare), near: moment },
  ] as const;
  for (const { rows, bytes, radius, near } of sources) {
    const known = rows.flatMap((row, i) => (row === null ? [] : [i]));
    const packed = new Uint8Array(known.length * bytes);
    known.forEach((i, place) => packed.set(rows[i] ?? [], place * bytes));
    if (bytes === 0) continue;
    const found = pairsWithin(packed, bytes, radius, budget);
    let next = found.next();
    for (; next.done !== true; next = found.next()) {
      if (next.value === null) {
        progress(0, 0, 'Looking for photos that look alike');
        // Searches of others get their turn.
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        continue;
      }
      const [a, b] = [numberAt(known, next.value.a), numberAt(known, next.value.b)];
      const [one, other] = [pixels[a], pixels[b]];
      if (one && other && hammingDistance(one, other) <= near.pixelDistance) pairs.push({ a, b, near });
    }
    complete &&= next.value;
  }
  return { pairs, complete };
}

async function confirmed(
  one: Content,
  other: Content,
  near: LikelyPair['near'],
  features: Features,
  grids: Grids,
): Promise<boolean> {
  const alike = features.cosine(one.first.id, other.first.id);
  // Photos that are not encoded yet are judged by their pixels.
  if (alike !== null && alike < near.cosine) return false;
  const [first, second] = await Promise.all([grids.of(one), grids.of(other)]);
  return first !== null && second !== null && correlation(first, second) >= near.correlation;
}

/** Brightness grids of the photos that look like others; those used last are kept. */
class Grids {
  static readonly #most = 20_000;
  readonly #thumbnail: DuplicateTools['thumbnail'];
  readonly #kept = new Map<string, Promise<Float32Array | null>>();

  constructor({ thumbnail }: DuplicateTools) {
    this.#thumbnail = thumbnail;
  }

  of({ first, hash }: Content): Promise<Float32Array | null> {
    const made =
      this.#kept.get(hash) ??
      this.#thumbnail(first.id, hash)
        .then(pixelSignature)
        .then(
          ({ grid }) => grid,
          () => null,
        );
    this.#kept.delete(hash);
    this.#kept.set(hash, made);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > Grids.#most && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }
}

/** Image features of single photos, as far as they are there. */
class Features {
  readonly #store: Store;
  readonly #encoder: { id: string; imageWidth: number };

  constructor({ store, active }: DuplicateTools) {
    this.#store = store;
    this.#encoder = active.encoderInfo(active.encoderId());
  }

  cosine(a: PhotoId, b: PhotoId): number | null {
    const { id, imageWidth } = this.#encoder;
    const { ids, rows } = this.#store.features.read('photo', id, [a, b], imageWidth);
    return ids.length < 2 ? null : cosine(rows, 0, rows, imageWidth, imageWidth);
  }
}

/** Chooses the best of a group and measures the others against it. */
async function judge(
  { store, thumbnail }: DuplicateTools,
  contents: readonly Content[],
  members: readonly number[],
  known: { pixels: readonly (Uint8Array | null)[]; codes: readonly (Uint8Array | null)[]; features: Features },
): Promise<FoundDuplicates['groups'][number]> {
  const photos: { content: number; id: PhotoId; facts: Parameters<typeof chooseBest>[0][number] }[] = [];
  for (const content of members) {
    const { hash, first, photos: same } = itemAt(contents, content);
    const sharp = await thumbnail(first.id, hash)
      .then(sharpness)
      .catch(() => null);
    for (const { id } of same) {
      const row = store.photos.get(id);
      if (!row) continue;
      const { width, height, size, capturedAt, mtimeMs } = row;
      const facts = { width, height, size, sharpness: sharp, captured: capturedAt !== null };
      photos.push({ content, id, facts: { ...facts, date: capturedAt ?? mtimeMs } });
    }
  }
  const { best, reason } = chooseBest(photos.map((photo) => photo.facts));
  const kept = photos[best];
  if (!kept) throw new RangeError('a group without photos');
  const between = (of: readonly (Uint8Array | null)[], content: number) => {
    const [one, other] = [of[kept.content], of[content]];
    return one && other ? hammingDistance(one, other) : null;
  };
  const measured = photos.map(({ content, id }): FoundPhoto => {
    const identical = content === kept.content;
    return {
      id,
      identical,
      distance: between(known.codes, content),
      cosine: identical ? 1 : known.features.cosine(kept.id, id),
      pixelDistance: between(known.pixels, content),
    };
  });
  const order = (photo: FoundPhoto) => (photo.id === kept.id ? -2 : photo.identical ? -1 : (photo.pixelDistance ?? 65));
  return { reason, photos: measured.toSorted((a, b) => order(a) - order(b) || a.id - b.id) };
}
