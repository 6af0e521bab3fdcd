// Searches the library for copies and near-copies of photos, and suggests which photo of each group to keep.
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Store } from '../store/database.ts';
import type { KnownPhoto, PhotoRow } from '../store/photos.ts';
import type { ActiveModel, ActiveModels } from '../models/active-models.ts';
import type { StoredPixels } from '../imaging/stored-pixels.ts';
import type { LongWork } from '../runtime/long-work.ts';
import { hammingDistance } from '../numerics/popcount.ts';
import { HammingIndex } from '../search/hamming/hamming-index.ts';
import { cosine } from '../numerics/cosine.ts';
import { chooseBest } from './best.ts';
import { bestView, cropAgreement, turnedAgreement } from './alignment.ts';
import { pairsWithin } from './code-pairs.ts';
import { colourBytes, colourCode } from './colour-code.ts';
import { compressedPicture, isDerived, type CompressedPicture } from './derived.ts';
import { isEnlarged } from './enlarged.ts';
import { UnionFind } from './groups.ts';
import { burstRadius } from './burst-radius.ts';
import { lookBytes, PixelHashCache } from './pixel-hash-cache.ts';
import { hashBytes, pixelHash, sharpness } from './pixel-hash.ts';
import { cellsOf, correlation, rasterOf, whole, type Raster } from './raster.ts';
import { itemAt, numberAt } from '../../shared/at.ts';

/** Path of a small copy of a photo, made if need be; rejects when the photo cannot be read. */
type MakeThumbnail = (photoId: PhotoId, contentHash: string) => Promise<string>;
/** The pixels of a photo's file; rejects when it cannot be read. */
type ReadPixels = (row: PhotoRow) => Promise<StoredPixels>;

/** A photo compared with the group's best; null where a number is unknown. */
export interface ComparedPhoto {
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
  readonly groups: readonly { readonly reason: string; readonly photos: readonly ComparedPhoto[] }[];
}

/** Thresholds of copies: pictures that look alike, unless the encoder sees different things in them. */
const copy = { pixelDistance: 10, correlation: 0.9, cosine: 0.6 };
/** Thresholds of pictures of one burst: their codes are near (burst-radius.ts), and features and pixels agree. */
const burst = { pixelDistance: 16, correlation: 0.8, cosine: 0.95 };
/**
 * Thresholds of copies that were mirrored, turned or cropped: nearly the same colours, and agreement once aligned.
 * Of 1000 Flickr8k photos no two agree by more than .91 when cropped or .72 when turned; copies that lost 8 to 30
 * percent of their sides agree by .997 and more, turned copies by .988 (bench/duplicates.ts).
 */
const edited = { colourDistance: 40, crop: 0.96, turn: 0.95 };
/** Number of nearest photos by colour that are aligned with a photo. */
const mostInColour = 8;
/** Cells per side in which two pictures are compared. */
const cells = 16;
/** Largest number of code pairs to compare: some seconds. */
const budget = 400_000_000;
const atOnce = 4;
const saveEvery = 2000;

/** Photos of the same bytes are one content; only contents are compared. */
interface Content {
  readonly hash: string;
  readonly photos: readonly KnownPhoto[];
  /** The photo whose features, code and thumbnail represent the content. */
  readonly first: KnownPhoto;
}

export async function findDuplicates(
  store: Store,
  active: ActiveModels,
  libraryDir: string,
  thumbnail: MakeThumbnail,
  readPixels: ReadPixels,
  job: LongWork,
): Promise<FoundDuplicates> {
  const contents = contentsOf(store);
  const pixels = await pixelHashes(libraryDir, thumbnail, contents, job);
  const features = new Features(store, active.encoderInfo(active.encoderId()));
  const rasters = new Rasters(thumbnail);
  const model = await active.model();
  const codes = photoCodes(store, model, contents);
  const radius = burstRadius(model, active.encoderId());
  const { pairs, complete } = await candidatePairs(pixels.hashes, codes, radius, job);

  const sets = new UnionFind(contents.length);
  let done = 0;
  for (const { a, b, near } of pairs) {
    job.signal.throwIfAborted();
    job.progress(++done, pairs.length, 'Comparing photos that look alike');
    const [one, other] = [contents[a], contents[b]];
    if (!one || !other || sets.find(a) === sets.find(b)) continue;
    if (await confirmed(one, other, near, features, rasters)) sets.join(a, b);
  }
  const inColour = await colourPairs(pixels.colours, job);
  done = 0;
  for (const [a, b] of inColour) {
    job.signal.throwIfAborted();
    job.progress(++done, inColour.length, 'Comparing photos of the same colours');
    const [one, other] = [contents[a], contents[b]];
    if (!one || !other || sets.find(a) === sets.find(b)) continue;
    if (await isEdited(one, other, rasters)) sets.join(a, b);
  }

  const alike = sets.groups();
  const grouped = new Set(alike.flat());
  const sameBytes = contents.flatMap((content, i) => (content.photos.length > 1 && !grouped.has(i) ? [[i]] : []));
  const groups: FoundDuplicates['groups'][number][] = [];
  for (const members of [...alike, ...sameBytes]) {
    job.signal.throwIfAborted();
    const evidence = { pixels: pixels.hashes, codes, features, rasters };
    groups.push(await judge(store, thumbnail, readPixels, contents, members, evidence));
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

/** Pixel hashes and colour codes of all contents, null where the thumbnail cannot be read. Results are cached. */
async function pixelHashes(
  libraryDir: string,
  thumbnail: MakeThumbnail,
  contents: readonly Content[],
  { signal, progress }: LongWork,
): Promise<{ hashes: (Uint8Array | null)[]; colours: (Uint8Array | null)[]; unreadable: number }> {
  const cache = await PixelHashCache.open(libraryDir);
  const save = () => cache.save(contents.map((content) => content.hash));
  const missing = contents.filter((content) => cache.get(content.hash) === null);
  let unreadable = 0;
  try {
    for (let at = 0; at < missing.length; at += atOnce) {
      signal.throwIfAborted();
      const lookAt = async ({ hash, first }: Content) => {
        try {
          const small = await thumbnail(first.id, hash);
          const look = new Uint8Array(lookBytes);
          look.set(await pixelHash(small));
          look.set(await colourCode(small), hashBytes);
          cache.set(hash, look);
        } catch {
          unreadable++;
        }
      };
      await Promise.all(missing.slice(at, at + atOnce).map(lookAt));
      progress(Math.min(at + atOnce, missing.length), missing.length, 'Looking at photos');
      if (at % saveEvery === saveEvery - atOnce) await save();
    }
  } finally {
    await save();
  }
  const part = (from: number, to: number) =>
    contents.map((content) => cache.get(content.hash)?.subarray(from, to) ?? null);
  return { hashes: part(0, hashBytes), colours: part(hashBytes, lookBytes), unreadable };
}

/** Codes of a model by row of `contents`. */
function photoCodes(store: Store, { id, model }: ActiveModel, contents: readonly Content[]): (Uint8Array | null)[] {
  const bytes = model.bits / 8;
  const { ids, codes } = store.codes.all('photo', id, bytes);
  const byPhoto = new Map(Array.from(ids, (photo, row) => [photo, codes.subarray(row * bytes, (row + 1) * bytes)]));
  return contents.map((content) => byPhoto.get(content.first.id) ?? null);
}

interface LikelyPair {
  readonly a: number;
  readonly b: number;
  /** Thresholds that the pair has to meet. */
  readonly near: typeof copy | typeof burst;
}

/**
 * Pairs with near pixel hashes, and pairs with near codes whose pixel hashes do not contradict. Codes alone miss
 * copies: with the starter encoder a photo shrunk to half its size is up to 48 of 128 bits away.
 */
async function candidatePairs(
  pixels: readonly (Uint8Array | null)[],
  codes: readonly (Uint8Array | null)[],
  codeRadius: number,
  { signal, progress }: LongWork,
): Promise<{ pairs: LikelyPair[]; complete: boolean }> {
  const pairs: LikelyPair[] = [];
  let complete = true;
  const codeBytes = codes.find((code) => code !== null)?.length ?? 0;
  const sources = [
    { rows: pixels, bytes: hashBytes, radius: copy.pixelDistance, near: copy },
    { rows: codes, bytes: codeBytes, radius: codeRadius, near: burst },
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
        // Let other searches run.
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

/** Each photo with its nearest photos by colour; each pair once, the smaller row first. */
async function colourPairs(
  colours: readonly (Uint8Array | null)[],
  { signal, progress }: LongWork,
): Promise<[number, number][]> {
  const known = colours.flatMap((code, i) => (code === null ? [] : [i]));
  const packed = new Uint8Array(known.length * colourBytes);
  known.forEach((i, place) => packed.set(colours[i] ?? [], place * colourBytes));
  const index = new HammingIndex({ ids: Int32Array.from(known), codes: packed }, colourBytes * 8);
  const pairs = new Map<string, [number, number]>();
  for (const [place, i] of known.entries()) {
    if (place % pauseEvery === 0) {
      progress(place, known.length, 'Looking for photos of the same colours');
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    const code = packed.subarray(place * colourBytes, (place + 1) * colourBytes);
    const { ids, distances } = index.rank(code, mostInColour + 1);
    ids.forEach((other, rank) => {
      if (other === i || numberAt(distances, rank) > edited.colourDistance) return;
      const pair: [number, number] = other < i ? [other, i] : [i, other];
      pairs.set(pair.join(' '), pair);
    });
  }
  return [...pairs.values()];
}

/** Scans between yields to the event loop: a hundred take some milliseconds in a library of 100,000. */
const pauseEvery = 100;

async function isEdited(one: Content, other: Content, rasters: Rasters): Promise<boolean> {
  const [a, b] = await Promise.all([rasters.of(one), rasters.of(other)]);
  if (a === null || b === null) return false;
  return (
    turnedAgreement(a, b) >= edited.turn || cropAgreement(a, b) >= edited.crop || cropAgreement(b, a) >= edited.crop
  );
}

async function confirmed(
  one: Content,
  other: Content,
  near: LikelyPair['near'],
  features: Features,
  rasters: Rasters,
): Promise<boolean> {
  const alike = features.cosine(one.first.id, other.first.id);
  // Without features the pixels decide.
  if (alike !== null && alike < near.cosine) return false;
  const [first, second] = await Promise.all([rasters.of(one), rasters.of(other)]);
  if (first === null || second === null) return false;
  return correlation(cellsOf(first, whole, cells), cellsOf(second, whole, cells)) >= near.correlation;
}

/** Cache of small grey pictures; keeps the most recently used. */
class Rasters {
  static readonly #most = 5000;
  readonly #thumbnail: MakeThumbnail;
  readonly #kept = new Map<string, Promise<Raster | null>>();

  constructor(thumbnail: MakeThumbnail) {
    this.#thumbnail = thumbnail;
  }

  of({ first, hash }: Content): Promise<Raster | null> {
    const made =
      this.#kept.get(hash) ??
      this.#thumbnail(first.id, hash)
        .then(rasterOf)
        .catch(() => null);
    this.#kept.delete(hash);
    this.#kept.set(hash, made);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > Rasters.#most && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }
}

type EncoderShape = Pick<ReturnType<ActiveModels['encoderInfo']>, 'id' | 'imageWidth'>;

/** Image features of single photos, where they exist. */
class Features {
  readonly #store: Store;
  readonly #encoder: EncoderShape;

  constructor(store: Store, encoder: EncoderShape) {
    this.#store = store;
    this.#encoder = encoder;
  }

  cosine(a: PhotoId, b: PhotoId): number | null {
    const { id, imageWidth } = this.#encoder;
    const { ids, rows } = this.#store.features.read('photo', id, [a, b], imageWidth);
    return ids.length < 2 ? null : cosine(rows, 0, rows, imageWidth, imageWidth);
  }
}

/** Data of all contents, by row. */
interface Known {
  readonly pixels: readonly (Uint8Array | null)[];
  readonly codes: readonly (Uint8Array | null)[];
  readonly features: Features;
  readonly rasters: Rasters;
}

/** Largest number of files of a group to read in full. */
const mostFiles = 40;

/** Evidence from the files of a group. */
interface FileEvidence {
  /** Contents saved from another one of the group. */
  readonly derived: ReadonlySet<number>;
  /** Contents enlarged from a smaller one of the group. */
  readonly enlarged: ReadonlySet<number>;
  /** Contents in a format for web pages. */
  readonly forWeb: ReadonlySet<number>;
  /** Share of fully white pixels, by content. */
  readonly clipped: ReadonlyMap<number, number>;
}

/** Reads the first file of each content in a group. */
async function compareFiles(
  rows: readonly { readonly content: number; readonly row: PhotoRow }[],
  contents: readonly Content[],
  rasters: Rasters,
  readPixels: ReadPixels,
): Promise<FileEvidence> {
  const known = new Map<number, { readonly picture: CompressedPicture; readonly raster: Raster }>();
  for (const { content, row } of rows) {
    if (known.has(content) || known.size >= mostFiles) continue;
    const picture = await readPixels(row).then(compressedPicture, () => null);
    const raster = await rasters.of(itemAt(contents, content));
    if (picture && raster) known.set(content, { picture, raster });
  }
  const derived = new Set<number>();
  for (const [content, copy] of known) {
    for (const [other, source] of known) {
      // Two files may each look saved from the other; one must stay.
      if (other === content || derived.has(other)) continue;
      const views = {
        sourceAsCopy: bestView(copy.raster, source.raster).view,
        copyAsSource: bestView(source.raster, copy.raster).view,
      };
      if (isDerived(copy.picture, source.picture, views)) {
        derived.add(content);
        break;
      }
    }
  }
  const enlarged = new Set<number>();
  for (const [content, large] of known) {
    for (const small of known.values()) {
      if (!areCopies(large.raster, small.raster) || !(await isEnlarged(large.picture, small.picture))) continue;
      enlarged.add(content);
      break;
    }
  }
  const isForWeb = ({ format }: CompressedPicture) => format === 'webp' || format === 'gif';
  return {
    ...{ derived, enlarged },
    forWeb: new Set(Array.from(known).flatMap(([content, { picture }]) => (isForWeb(picture) ? [content] : []))),
    clipped: new Map(Array.from(known, ([content, { picture }]) => [content, picture.clipped])),
  };
}

/** Least correlation between two copies of one picture, with or without text over them. */
const samePicture = 0.97;
const areCopies = (a: Raster, b: Raster): boolean =>
  correlation(cellsOf(a, whole, cells), cellsOf(b, whole, cells)) >= samePicture;

/** Sharpness by content; empty for copies of one picture. */
async function sharpnessOf(
  members: readonly Content[],
  thumbnail: MakeThumbnail,
  rasters: Rasters,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const [first] = members;
  const main = first ? await rasters.of(first) : null;
  for (const member of members) {
    const raster = await rasters.of(member);
    const same = member !== first && main !== null && raster !== null && areCopies(main, raster);
    // Among copies, sharpness would measure text and watermarks over the picture.
    if (same) return new Map();
    const value = await thumbnail(member.first.id, member.hash)
      .then(sharpness)
      .catch(() => null);
    if (value !== null) found.set(member.hash, value);
  }
  return found;
}

/** Chooses the best of a group and measures the others against it. */
async function judge(
  store: Store,
  thumbnail: MakeThumbnail,
  readPixels: ReadPixels,
  contents: readonly Content[],
  members: readonly number[],
  { rasters, ...known }: Known,
): Promise<FoundDuplicates['groups'][number]> {
  const rows = members.flatMap((content) =>
    (contents[content]?.photos ?? []).flatMap(({ id }) => {
      const row = store.photos.get(id);
      return row ? [{ content, id, row }] : [];
    }),
  );
  const { derived, enlarged, forWeb, clipped } = await compareFiles(rows, contents, rasters, readPixels);
  const sharp = await sharpnessOf(
    members.flatMap((content) => contents[content] ?? []),
    thumbnail,
    rasters,
  );
  const photos = rows.map(({ content, id, row: { width, height, size, capturedAt, mtimeMs } }) => ({
    content,
    id,
    facts: {
      ...{ width, height, size, captured: capturedAt !== null, date: capturedAt ?? mtimeMs },
      derived: derived.has(content),
      enlarged: enlarged.has(content),
      forWeb: forWeb.has(content),
      clipped: clipped.get(content) ?? null,
      sharpness: sharp.get(contents[content]?.hash ?? '') ?? null,
    },
  }));
  const { best, reason } = chooseBest(photos.map((photo) => photo.facts));
  const kept = photos[best];
  if (!kept) throw new RangeError('a group without photos');
  const between = (of: readonly (Uint8Array | null)[], content: number) => {
    const [one, other] = [of[kept.content], of[content]];
    return one && other ? hammingDistance(one, other) : null;
  };
  const measured = photos.map(({ content, id }): ComparedPhoto => {
    const identical = content === kept.content;
    return {
      id,
      identical,
      distance: between(known.codes, content),
      cosine: identical ? 1 : known.features.cosine(kept.id, id),
      pixelDistance: between(known.pixels, content),
    };
  });
  const order = (photo: ComparedPhoto) =>
    photo.id === kept.id ? -2 : photo.identical ? -1 : (photo.pixelDistance ?? 65);
  return { reason, photos: measured.toSorted((a, b) => order(a) - order(b) || a.id - b.id) };
}
