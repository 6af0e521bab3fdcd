// Features of photos, captions and tags, made by the encoder in use where they are missing.
import { HashlensError, toErrorData } from '../../shared/errors.ts';
import { float32At } from '../../shared/at.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { Encoder, PreparedImage } from '../encoder/encoder.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { FoundPhoto } from '../library/scan/scan.ts';
import type { Store } from '../store/database.ts';
import type { FolderRow } from '../store/folders.ts';
import { itemKinds, type ItemKind } from '../store/item-kinds.ts';
import type { PhotoRow } from '../store/photos.ts';
import { inTurns } from './in-turns.ts';
import { isDue, recordFailure } from './tries.ts';
import { PhotosInView } from './photos-in-view.ts';
import type { JobContext } from './queue.ts';

/** Photos a network run takes: small enough that a search never waits long for the thread. */
export const photoBatch = 4;
const textBatch = 128;

/**
 * A bounded pipeline: while batch i is used, batch i + 1 is prepared, and no further one.
 * @param nextItems returns up to that many items, none when there are no more
 * @param prepare must not reject: failures are part of its result
 */
export async function* prepareAhead<T, P>(
  nextItems: (count: number) => readonly T[],
  size: number,
  prepare: (item: T) => Promise<P>,
): AsyncGenerator<P[]> {
  const start = () => Promise.all(nextItems(size).map(prepare));
  for (let ready = await start(); ready.length > 0;) {
    const next = start();
    yield ready;
    ready = await next;
  }
}

/**
 * The batches with their features, which are made one batch at a time, each while the one before is used.
 * @param encode a rejection becomes the result of its batch and of all later batches
 */
export async function* encodeAhead<B, F>(
  batches: AsyncIterable<B>,
  encode: (batch: B) => Promise<F>,
): AsyncGenerator<{ readonly batch: B; readonly features: Promise<F> }> {
  let before: { readonly batch: B; readonly features: Promise<F> } | null = null;
  for await (const batch of batches) {
    const ready: Promise<unknown> = before?.features ?? Promise.resolve();
    const features = ready.then(() => encode(batch));
    // Work that ends early uses no more batches.
    features.catch(() => undefined);
    if (before !== null) yield before;
    before = { batch, features };
  }
  if (before !== null) yield before;
}

/** Hands out items in their order. */
export function inOrder<T>(items: readonly T[]): (count: number) => readonly T[] {
  let at = 0;
  return (count) => items.slice(at, (at += count));
}

/** Access to the files of photos. */
export type PhotosToRead = Pick<PhotoFolders, 'read' | 'state' | 'videoDecoders'>;

export interface MissingOptions {
  /** Kinds to encode; by default all. */
  readonly among?: readonly ItemKind[];
  /** Photos in view are encoded first. */
  readonly inView?: PhotosInView;
  /** Whether the job is automatic: photos that failed before then wait. */
  readonly automatic?: boolean;
  /** Called before each batch; an error it throws ends the work. */
  readonly beforeBatch?: () => void;
}

/**
 * Encodes every present photo, caption and tag that has no features of an encoder. Each batch is stored when it is done.
 * @param encoder null while the chosen one cannot be used; then nothing is encoded
 * @returns paths of folders that are offline, and the number of their photos without features
 */
export async function encodeMissing(
  store: Store,
  photoFolders: PhotosToRead,
  encoder: Encoder | null,
  context: JobContext,
  {
    among = itemKinds,
    inView = new PhotosInView(),
    automatic = false,
    beforeBatch = () => undefined,
  }: MissingOptions = {},
): Promise<OfflinePhotos> {
  let offline: OfflinePhotos = { photos: 0, folders: [] };
  if (encoder === null) return offline;
  const batched = { ...context, mayContinue: () => (beforeBatch(), context.mayContinue()) };
  if (among.includes('photo'))
    offline = await encodeMissingPhotos(store, photoFolders, encoder, { inView, automatic }, batched);
  for (const kind of ['caption', 'tag'] as const) {
    if (among.includes(kind)) await encodeMissingTexts(store, encoder, kind, batched);
  }
  return offline;
}

/** Photos without features in offline folders. */
export interface OfflinePhotos {
  readonly photos: number;
  readonly folders: readonly string[];
}

const withoutFeatures = (store: Store, kind: ItemKind, encoderId: string): Promise<number[]> =>
  inTurns(store.features.lastId(kind), (from, to) => store.features.missing(kind, encoderId, from, to));

async function encodeMissingPhotos(
  store: Store,
  photoFolders: PhotosToRead,
  encoder: Encoder,
  { inView, automatic }: Required<Pick<MissingOptions, 'inView' | 'automatic'>>,
  context: JobContext,
): Promise<OfflinePhotos> {
  const ids = (await withoutFeatures(store, 'photo', encoder.info.id)) as PhotoId[];
  if (ids.length === 0) return { photos: 0, folders: [] };
  const offline = await offlineFolders(photoFolders, store.folders.list());
  const decoders = await photoFolders.videoDecoders();
  const all = ids.flatMap((id) => store.photos.get(id) ?? []);
  const failed = new Map(store.failures.list().map((failure) => [`${failure.folderId} ${failure.path}`, failure]));
  const rows = all.filter((row) => {
    const failure = failed.get(`${row.folderId} ${row.path}`);
    const isSame = failure?.size === row.size && failure.mtimeMs === row.mtimeMs;
    return !offline.has(row.folderId) && (!isSame || isDue(failure, decoders, automatic));
  });
  let done = 0;
  const prepare = async (row: (typeof rows)[number]) => {
    if (offline.has(row.folderId)) return null;
    if (store.features.copyFromSameContent(encoder.info.id, row.id)) return null;
    try {
      const read = await photoFolders.read(row.folderPath, fileOf(row), {
        knownHash: null,
        wanted: { input: encoder.input, thumbnail: false },
        libraryDir: null,
      });
      // The file has changed since; indexing reads it again.
      if (read?.facts.contentHash !== row.contentHash || read.pixels === null) return null;
      return { row, images: [read.pixels, ...read.frames] };
    } catch (error) {
      if (error instanceof HashlensError && error.code === 'offline') offline.add(row.folderId);
      return { row, error: toErrorData(error) };
    }
  };
  for await (const batch of prepareAhead(inView.first(rows), encoder.imageBatch ?? photoBatch, prepare)) {
    await context.mayContinue();
    context.signal.throwIfAborted();
    const good: { id: PhotoId; images: readonly PreparedImage[] }[] = [];
    for (const item of batch) {
      if (item === null) continue;
      if ('images' in item) good.push({ id: item.row.id, images: item.images });
      else if (item.error.code !== 'offline') {
        recordFailure(store.failures, item.row.folderId, item.row, item.error, decoders);
      }
    }
    if (good.length > 0) {
      const features = await encodePictures(
        encoder,
        good.map((g) => g.images),
      );
      store.transaction(() =>
        putRows(good, features, (g, row) => store.features.put('photo', encoder.info.id, g.id, row)),
      );
    }
    done += batch.length;
    context.progress(done, rows.length, 'Encoding photos');
  }
  const left = all.filter((row) => offline.has(row.folderId)).map(({ id }) => id);
  const waiting = store.features.lacking('photo', encoder.info.id, left);
  const folders = new Set(waiting.flatMap((id) => store.photos.get(id as PhotoId)?.folderPath ?? []));
  return { photos: waiting.length, folders: [...folders] };
}

/**
 * Feature rows of photos, `[photos, imageWidth]`. A video's row is the mean of its frames' rows, with the lengths of the
 * poster's row, because search compares directions.
 * @param pictures the frames of each photo, the poster first
 */
export async function encodePictures(
  encoder: Encoder,
  pictures: readonly (readonly PreparedImage[])[],
): Promise<Float32Array> {
  const rows = await encoder.encodeImages(pictures.flat());
  const { imageWidth: width, sharedWidth } = encoder.info;
  if (rows.length === pictures.length * width) return rows;
  const means = new Float32Array(pictures.length * width);
  let at = 0;
  pictures.forEach((frames, photo) => {
    const mean = means.subarray(photo * width, (photo + 1) * width);
    const poster = rows.subarray(at * width, (at + 1) * width);
    for (let frame = 0; frame < frames.length; frame++, at++) {
      for (let i = 0; i < width; i++) mean[i] = float32At(mean, i) + float32At(rows, at * width + i);
    }
    // The shared numbers and the rest have a length each.
    for (const [start, end] of [
      [0, sharedWidth],
      [sharedWidth, width],
    ] as const) {
      const scale = length(poster.subarray(start, end)) / Math.max(length(mean.subarray(start, end)), 1e-12);
      for (let i = start; i < end; i++) mean[i] = float32At(mean, i) * scale;
    }
  });
  return means;
}

const length = (numbers: Float32Array): number => Math.hypot(...numbers);

/** The file of a photo as a scan would give it, without its sidecars. */
export const fileOf = ({ path, size, mtimeMs, ctimeMs }: PhotoRow): FoundPhoto => {
  return { path, size, mtimeMs, ctimeMs: ctimeMs ?? 0, link: true, sidecars: [], sidecarStamp: '', versions: [] };
};

function putRows<T>(items: readonly T[], matrix: Float32Array, put: (item: T, row: Float32Array) => void): void {
  const width = matrix.length / Math.max(1, items.length);
  items.forEach((item, i) => put(item, matrix.subarray(i * width, (i + 1) * width)));
}

async function encodeMissingTexts(
  store: Store,
  encoder: Encoder,
  kind: 'caption' | 'tag',
  context: JobContext,
): Promise<void> {
  const ids = await withoutFeatures(store, kind, encoder.info.id);
  for (let at = 0; at < ids.length; at += textBatch) {
    await context.mayContinue();
    context.signal.throwIfAborted();
    const batch = ids.slice(at, at + textBatch);
    await encodeTexts(store, encoder, kind, batch);
    context.progress(at + batch.length, ids.length, kind === 'caption' ? 'Encoding captions' : 'Encoding tags');
  }
}

/** Encodes captions or tags and stores their features. */
export async function encodeTexts(
  store: Store,
  encoder: Pick<Encoder, 'info' | 'encodeTexts'>,
  kind: 'caption' | 'tag',
  ids: readonly number[],
): Promise<void> {
  for (let at = 0; at < ids.length; at += textBatch) {
    const batch = ids.slice(at, at + textBatch);
    const features = await encoder.encodeTexts(store.features.texts(kind, batch));
    store.transaction(() => putRows(batch, features, (id, row) => store.features.put(kind, encoder.info.id, id, row)));
  }
}

/** Folders whose disk is not connected. An emptied mount point that had photos counts as offline too. */
export async function offlineFolders(
  photoFolders: Pick<PhotoFolders, 'state'>,
  rows: readonly FolderRow[],
): Promise<Set<number>> {
  const states = await Promise.all(rows.map(async (row) => ({ row, state: await photoFolders.state(row.path) })));
  const offline = states.filter(({ row, state }) => state === 'offline' || (state === 'empty' && row.photos > 0));
  return new Set(offline.map(({ row }) => row.id));
}
