// The index job: finds new, changed, moved and missing photos in the folders, and reads, encodes and codes them.
import { basename, join, relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { HashlensError, toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { Failure, IndexResult } from '../../shared/contract/indexing.ts';
import type { Encoder, PreparedImage } from '../encoder/encoder.ts';
import type { VideoDecoder } from '../imaging/formats/video.ts';
import { maxCaptionsOfPhoto } from '../library/captions/caption-match.ts';
import { metadataReader } from '../library/metadata/describe.ts';
import { placeAt } from '../library/metadata/places.ts';
import type { SidecarFault } from '../library/metadata/sidecars.ts';
import { folderTags } from '../library/scan/folder-tags.ts';
import type { PhotoFacts } from '../library/read-photo.ts';
import type { ReadResult, ScanResult } from '../library/reader/messages.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { ActiveModels } from '../models/active-models.ts';
import type { ChangedFolder, FoundPhoto } from '../library/scan/scan.ts';
import { collectGarbageSoon } from '../runtime/collect-garbage.ts';
import type { Store } from '../store/database.ts';
import type { FailureRow } from '../store/failures.ts';
import type { FolderRow } from '../store/folders.ts';
import { pathSetAside, type KnownPhoto } from '../store/photos.ts';
import {
  encodeAhead,
  encodeMissing,
  encodePictures,
  inOrder,
  offlineFolders,
  photoBatch,
  prepareAhead,
} from './encoding.ts';
import { changedFiles, exchangedPlaces } from './exchanged-places.ts';
import type { HashCodes } from './hash-codes.ts';
import { relocateMoved } from './moved-folders.ts';
import { IndexScope } from './index-scope.ts';
import { boundAfterWrites } from '../library/thumbnails/thumbnails.ts';
import {
  cacheRoom,
  isTidyingDue,
  cacheThumbnail,
  mergeVersion,
  passWordsOn,
  removeLongMissing,
  tidyThumbnails,
} from './library-upkeep.ts';
import { PhotosInView } from './photos-in-view.ts';
import type { JobContext, JobRunner } from './queue.ts';
import { isAsTried, isDue, maxAttempts, recordFailure } from './tries.ts';

const indexParams = z.object({
  /** Null for all folders. */
  folderIds: z.array(z.int()).nullable(),
  /** Scans only changed parts: these folders, null for all of one. */
  changed: z
    .array(
      z.object({
        folderId: z.int(),
        folders: z.array(z.object({ path: z.string(), deep: z.boolean() })).nullable(),
      }),
    )
    .optional(),
  /** Whether the program started the job, and no person. */
  automatic: z.boolean().optional(),
  /** Key of `automatic` in jobs that earlier releases queued. */
  byItself: z.boolean().optional(),
});
export type IndexRequest = z.input<typeof indexParams>;
type Changed = readonly ChangedFolder[] | null;

/** Number of photos whose scan leaves so much garbage that it is collected (docs/measurements.md, Garbage of a scan). */
const manyPhotos = 20_000;
/** Number of times the program may die while it reads a photo alone; afterwards the photo is not read again. */
const maxDeaths = 3;
/** Sources of words that are read again with the photo. */
const captionSources = ['iptc', 'xmp', 'exif', 'png', 'comment', 'sidecar', 'text-file', 'takeout', 'picasa'] as const;
const tagSources = ['iptc', 'xmp', 'exif', 'png', 'comment', 'sidecar', 'takeout', 'picasa', 'apple'] as const;
const nameSources = ['xmp', 'sidecar', 'takeout', 'picasa'] as const;

export function indexJob(
  store: Store,
  active: ActiveModels,
  codes: HashCodes,
  photoFolders: PhotoFolders,
  libraryDir: string,
  inView = new PhotosInView(),
): JobRunner {
  return async (rawParams, context) => {
    using after = new DisposableStack();
    const { folderIds, changed, byItself = false, automatic = byItself } = indexParams.parse(rawParams);
    const changes = changed && new Map(changed.map(({ folderId, folders }) => [folderId, folders]));
    // In an automatic job, files that failed before wait.
    const waits = automatic || changes !== undefined;
    const all = store.folders.list();
    const wanted = all.filter((f) => (changes ? changes.has(f.id) : (folderIds?.includes(f.id) ?? true)));
    if (folderIds !== null && folderIds.length > 0 && wanted.length === 0) {
      throw removed();
    }
    const offline = await offlineFolders(photoFolders, wanted);
    const notices: Failure[] = wanted.filter((f) => offline.has(f.id)).map((f) => noticeOf(f.path, folderOffline(f)));
    const online = wanted.filter((f) => !offline.has(f.id));
    const decoders = await photoFolders.videoDecoders();

    const scanned: ScannedFolder[] = [];
    const scan = async (row: FolderRow) => {
      const others = all.filter((f) => f.id !== row.id).map((f) => f.path);
      const found = await stayingOnline(row, notices, () =>
        scanOne(store, photoFolders, row, [...others, libraryDir], changes?.get(row.id) ?? null, context),
      );
      if (found !== null) scanned.push(found);
    };
    // Scan all folders before reading a photo: a photo moved between two of them is then known to be missing
    // from the first.
    for (const row of online) await scan(row);
    for (const row of await exchangedWith(store, photoFolders, scanned, all)) await scan(row);
    moveExchanged(store, scanned);
    if (scanned.reduce((sum, found) => sum + found.scan.photos.length, 0) >= manyPhotos)
      after.defer(collectGarbageSoon);
    const folders: IndexedFolder[] = [];
    for (const folder of scanned) {
      const copied = await isCopied(photoFolders, folder, context.signal);
      folders.push(compare(store, folder, { decoders, waits, copied, startedBefore: context.startedBefore }));
    }
    // A folder that has been found inside another one is not missing.
    const still = new Set([...store.folders.paths(), libraryDir]);
    for (const notice of notices.filter(({ path }) => !still.has(path))) notices.splice(notices.indexOf(notice), 1);
    await renewWords(store, context);
    const encoder = await active.encoderForJobs();
    if (encoder === null) {
      const trouble = active.notices().filter(({ code }) => code === 'encoder-unusable');
      notices.push(...trouble.map((notice) => ({ path: libraryDir, ...notice })));
    }
    const results: IndexResult[] = [];
    const indexing = new Indexing(store, codes, photoFolders, libraryDir, encoder, decoders, notices, context);
    for (const folder of folders) {
      const result = await stayingOnline(folder.row, notices, () => indexing.index(folder));
      if (result !== null) results.push(result);
    }
    const [first] = notices.filter((notice) => notice.code === 'offline' || notice.code === 'folder-missing');
    if (results.length === 0 && first) throw new HashlensError(first.code, first.message);

    const copies = await passWordsOn(store, context);
    const removal = await removeLongMissing(store, libraryDir);
    const result = sum(results, notices, removal.photos + copies > 0);
    await boundAfterWrites(libraryDir, cacheRoom(store));
    if (changes) {
      if (result.indexed + copies === 0) return result;
      // Photos were encoded and coded as they were read.
      await encodeMissing(store, photoFolders, encoder, context, { among: ['caption', 'tag'] });
      await codes.makeMissing(context, ['caption', 'tag']);
      return result;
    }
    await encodeMissing(store, photoFolders, encoder, context, { inView, automatic });
    await codes.makeMissing(context);
    if (!automatic || isTidyingDue(store)) await tidyThumbnails(store, photoFolders, libraryDir, context);
    if (result.indexed + result.unchanged === 0) {
      const isRemoved = online.length > 0 && online.every(({ id }) => store.folders.get(id) === null);
      throw isRemoved ? removed() : nothingIndexed(online, result);
    }
    return result;
  };
}

/** Number of photos whose words are made again in one turn (docs/measurements.md, Turns and first uses). */
const renewedAtOnce = 100;

/** Makes words of photos again that an earlier release made; searches come between. */
async function renewWords(store: Store, context: JobContext): Promise<void> {
  while (store.transaction(() => store.fullText.renew(renewedAtOnce))) {
    await turn();
    await context.mayContinue();
    context.signal.throwIfAborted();
  }
}

const noticeOf = (path: string, error: unknown): Failure => ({ path, ...toErrorData(error) });

const removed = (): HashlensError =>
  new HashlensError('folder-missing', 'The folder has been removed from the library, so it is not indexed.');

const folderOffline = (folder: FolderRow): HashlensError =>
  new HashlensError(
    'folder-missing',
    `The folder ${folder.path} is not there; connect its disk, or remove it from the library if it is gone for good.`,
  );

/**
 * A folder that goes offline during indexing is a notice: its photos stay as they are, and the other folders
 * continue.
 */
async function stayingOnline<T>(folder: FolderRow, notices: Failure[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HashlensError)) throw error;
    if (error.code !== 'offline' && error.code !== 'folder-missing') throw error;
    notices.push(noticeOf(folder.path, error));
    return null;
  }
}

/** A file to read, with the row to update where the path is known. */
interface Reading {
  readonly found: FoundPhoto;
  readonly known: KnownPhoto | null;
  /**
   * Number of times the program died while it read this photo alone; null if the last reading did not end in a
   * crash.
   */
  readonly deaths: number | null;
}

type ReadPhoto = Reading & {
  readonly facts: PhotoFacts;
  readonly stamp: ReadResult['stamp'];
  /** Frames to encode; none where the features stay. */
  readonly images: readonly PreparedImage[];
  /** The row of a photo that is missing elsewhere and has moved here. */
  readonly movedFrom: KnownPhoto | null;
  /** Another photo with this path, whose file is gone. */
  readonly replaced: KnownPhoto | null;
};
type Unread = { readonly found: FoundPhoto; readonly error: ErrorData };
/** A photo that was deleted before it was exported. */
type Trashed = Pick<Reading, 'found' | 'known'> & { readonly isTrashed: true };
/** A HashlensError where the folder went offline, which is not the photo's failure. */
type ReadItem = ReadPhoto | Unread | Trashed | HashlensError;

interface ScannedFolder {
  readonly row: FolderRow;
  readonly scan: ScanResult;
  /** Counts of the photos found. */
  readonly paths: ReadonlySet<string>;
  readonly scope: IndexScope;
  /** Errors by relative path. */
  readonly failures: Map<string, ErrorData>;
  /** Photos of the folder, or of its scanned part, by path. */
  readonly known: Map<string, KnownPhoto>;
}

interface IndexedFolder extends ScannedFolder {
  readonly toRead: readonly Reading[];
  readonly unchanged: number;
  /** Photos already indexed by this job before a pause or an interruption. */
  readonly indexedBefore: number;
  /** Photos that are newly missing or back. */
  readonly moved: number;
  /** Photos whose file is now a version of another one, with the path of that. */
  readonly absorbed: readonly (readonly [KnownPhoto, main: string])[];
  /** Files that failed last time, by path. */
  readonly failedBefore: ReadonlyMap<string, FailureRow>;
  /** Whether files that have failed before wait until their next try is due. */
  readonly waits: boolean;
}

/** @param changed null for the whole folder */
async function scanOne(
  store: Store,
  photoFolders: PhotoFolders,
  row: FolderRow,
  exclude: readonly string[],
  changed: Changed,
  context: JobContext,
): Promise<ScannedFolder> {
  const message = `Looking for photos in ${row.path}`;
  context.progress(0, 0, message);
  const scan = await photoFolders.scan(row.path, {
    signal: context.signal,
    exclude,
    changed,
    onProgress: (files) => context.progress(files, 0, message),
  });
  const again = () => scanOne(store, photoFolders, row, exclude, null, context);
  const isWhole = scan.scannedPart === null;
  // A caption file may describe photos in all of the folder.
  if (!isWhole && (row.captionStamp !== '' || scan.captionFiles.length > 0)) return again();
  // A mount point without its disk may hold other files.
  const hasVideos = scan.skipped.some(({ reason }) => reason === 'video');
  const isEmpty = scan.photos.length === 0 && scan.failures.length === 0 && !hasVideos && row.photos > 0;
  if (isEmpty && (isWhole || (await photoFolders.state(row.path)) !== 'online')) throw folderOffline(row);
  const failures = new Map<string, ErrorData>(scan.failures.map((f) => [f.path, f.error]));
  if (await relocateMoved(store, photoFolders, row, scan)) {
    row = store.folders.get(row.id) ?? row;
    // The captions of the moved photos are read in a scan of the whole folder.
    if (!isWhole) return again();
  }
  const scope = new IndexScope(scan.scannedPart);
  const known = await knownPhotos(store, row, scan, scope, context);
  const paths = new Set(scan.photos.map(({ path }) => path));
  return { row, scan, paths, scope, failures, known };
}

const isMissingFrom =
  ({ scope, failures }: ScannedFolder) =>
  (path: string): boolean =>
    scope.has(path) && !isUnreadable(path, failures);

/**
 * Folders not scanned yet whose photos match files that have replaced others: their photos may have exchanged names.
 */
async function exchangedWith(
  store: Store,
  photoFolders: PhotoFolders,
  scanned: readonly ScannedFolder[],
  all: readonly FolderRow[],
): Promise<FolderRow[]> {
  const left = all.filter(({ id }) => !scanned.some(({ row }) => row.id === id) && store.folders.get(id) !== null);
  if (left.length === 0) return [];
  const replacing = scanned.flatMap(({ known, scan }) =>
    changedFiles({ known, files: scan.photos }).files.filter(({ path }) => known.has(path)),
  );
  if (replacing.length === 0) return [];
  const ids = store.photos.foldersWith(replacing, new Set(left.map(({ id }) => id)));
  const offline = await offlineFolders(
    photoFolders,
    left.filter(({ id }) => ids.has(id)),
  );
  return left.filter(({ id }) => ids.has(id) && !offline.has(id));
}

/** Moves photos to the present places of their files where these have exchanged places. */
function moveExchanged(store: Store, scanned: readonly ScannedFolder[]): void {
  const moves = exchangedPlaces(
    scanned.map((folder) => ({
      known: folder.known,
      files: folder.scan.photos,
      isMissing: isMissingFrom(folder),
      folder,
    })),
  );
  if (moves.length === 0) return;
  store.transaction(() => {
    store.photos.moveAmong(moves.map(({ photo, to, path }) => ({ id: photo.id, folderId: to.row.id, path })));
  });
  for (const { photo, from } of moves) from.known.delete(photo.path);
  for (const { photo, to, path } of moves) {
    to.known.set(path, { ...photo, folderId: to.row.id, path, metadataReader: 0 });
  }
}

const knownSlice = 8192;

/** The photos of the folder, or of its scanned part, by path. */
async function knownPhotos(
  store: Store,
  { id }: FolderRow,
  { scannedPart }: ScanResult,
  scope: IndexScope,
  { signal }: JobContext,
): Promise<Map<string, KnownPhoto>> {
  const known = new Map<string, KnownPhoto>();
  const add = (photos: readonly KnownPhoto[]) => {
    for (const photo of photos) known.set(photo.path, photo);
    return photos.at(-1);
  };
  if (scannedPart !== null) {
    for (const folder of scannedPart.listed) {
      add(store.photos.inSubfolder(id, folder, (inside) => scope.isMissing(inside)));
      await turn();
      signal.throwIfAborted();
    }
    return known;
  }
  for (let last = ''; ;) {
    const photo = add(store.photos.inFolderAfter(id, last, knownSlice));
    if (photo === undefined) return known;
    last = photo.path;
    await turn();
    signal.throwIfAborted();
  }
}

const noneIndexed: IndexResult = {
  indexed: 0,
  unchanged: 0,
  skipped: 0,
  failed: 0,
  failures: [],
  skippedReasons: {},
  isChanged: true,
};

/** Contents of a folder's caption files. */
interface FileCaptions {
  /** Captions by photo path. */
  readonly byPath: ReadonlyMap<string, string[]>;
  /** Files that are damaged or have become empty, by path, with the photos whose captions were read nevertheless. */
  readonly lost: ReadonlyMap<string, ReadonlySet<string>>;
}
const noCaptions: FileCaptions = { byPath: new Map(), lost: new Map() };

interface CaptionStamp {
  readonly line: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The lines of a stamp of caption files, by path. */
function stampedFiles(stamp: string): Map<string, CaptionStamp> {
  const files = new Map<string, CaptionStamp>();
  for (const line of stamp.split('\n')) {
    const [, path, size, mtimeMs, ctimeMs] = /^(.*) (\d+) (\S+) (\S+)$/.exec(line) ?? [];
    if (path === undefined) continue;
    files.set(path, { line, size: Number(size), mtimeMs: Number(mtimeMs), ctimeMs: Number(ctimeMs) });
  }
  return files;
}

/** The stamp to store. Lost files keep their earlier stamp. */
function readStamp(before: string, now: string, lost: ReadonlyMap<string, unknown>): string {
  if (lost.size === 0) return now;
  const old = stampedFiles(before);
  const lines = [...stampedFiles(now)].map(([path, { line }]) => (lost.has(path) ? old.get(path)?.line : line));
  return lines.filter((line) => line !== undefined).join('\n');
}

/** Failures of the folder's caption files, by path: those whose next try is due, and those that wait. */
function failedCaptions({ scan, failedBefore, waits }: IndexedFolder, decoders: readonly VideoDecoder[]) {
  const due = new Map<string, FailureRow>();
  const waiting = new Map<string, FailureRow>();
  if (failedBefore.size === 0) return { due, waiting };
  for (const [path, stamp] of stampedFiles(scan.captionStamp)) {
    const failed = failedBefore.get(path);
    if (failed === undefined) continue;
    const isWaiting = isAsTried(failed, stamp) && !isDue(failed, decoders, waits);
    (isWaiting ? waiting : due).set(path, failed);
  }
  return { due, waiting };
}

/** Reads, encodes and stores the photos of scanned folders, for one job. */
class Indexing {
  readonly #store: Store;
  readonly #codes: HashCodes;
  readonly #photoFolders: PhotoFolders;
  readonly #libraryDir: string;
  readonly #encoder: Encoder | null;
  readonly #decoders: readonly VideoDecoder[];
  readonly #notices: Failure[];
  readonly #context: JobContext;
  /** Rows of photos that have moved; each may go to one file only. */
  readonly #claimed = new Set<PhotoId>();

  constructor(
    store: Store,
    codes: HashCodes,
    photoFolders: PhotoFolders,
    libraryDir: string,
    encoder: Encoder | null,
    decoders: readonly VideoDecoder[],
    notices: Failure[],
    context: JobContext,
  ) {
    this.#store = store;
    this.#codes = codes;
    this.#photoFolders = photoFolders;
    this.#libraryDir = libraryDir;
    this.#encoder = encoder;
    this.#decoders = decoders;
    this.#notices = notices;
    this.#context = context;
  }

  async index(folder: IndexedFolder): Promise<IndexResult> {
    const store = this.#store;
    const { row, scan, scope, failures, toRead, unchanged, indexedBefore } = folder;
    const { due, waiting } = failedCaptions(folder, this.#decoders);
    for (const [path, { code, message }] of waiting) failures.set(path, { code, message });
    const stampOf = (lost: ReadonlyMap<string, unknown>) => readStamp(row.captionStamp, scan.captionStamp, lost);
    const refreshes = due.size > 0 || stampOf(waiting) !== row.captionStamp;
    let captions = refreshes ? await this.#readCaptions(folder, waiting) : null;

    const cache = { works: true };
    const prepare = (reading: Reading) => this.#read(folder, reading, cache);
    // Photos being read when the program died come last, one by one, so that they do not keep others from being
    // indexed.
    const suspects = toRead.filter((r) => r.deaths !== null).sort((a, b) => (a.deaths ?? 0) - (b.deaths ?? 0));
    const photosInBatch = this.#encoder?.imageBatch ?? photoBatch;
    async function* batches() {
      yield* prepareAhead(inOrder(toRead.filter((r) => r.deaths === null)), photosInBatch, prepare);
      yield* prepareAhead(inOrder(suspects), 1, prepare);
    }
    const trashed: Trashed[] = [];
    let done = 0;
    let indexed = indexedBefore;
    for await (const { batch, features } of encodeAhead(batches(), (batch) => this.#encode(batch))) {
      this.#context.signal.throwIfAborted();
      await this.#context.mayContinue();
      // The person has removed it meanwhile.
      if (store.folders.get(row.id) === null) return { ...noneIndexed, indexed };
      const good: ReadPhoto[] = [];
      for (const item of batch) {
        if (item instanceof HashlensError) continue;
        if ('isTrashed' in item) {
          trashed.push(item);
          continue;
        }
        if ('error' in item) {
          failures.set(item.found.path, item.error);
          recordFailure(store.failures, row.id, item.found, item.error, this.#decoders);
        } else {
          noteFaults(store, row, item, failures, this.#notices);
          good.push(item);
        }
      }
      if (good.length > 0) captions ??= await this.#readCaptions(folder, waiting);
      const stored = await this.#storeBatch(row, good, await features, captions ?? noCaptions);
      if (!stored) return { ...noneIndexed, indexed };
      const lost = batch.find((item) => item instanceof HashlensError);
      if (lost !== undefined) throw lost;
      indexed += good.length;
      done += batch.length;
      this.#context.progress(indexedBefore + done, indexedBefore + toRead.length, 'Reading and encoding photos');
    }

    if (store.folders.get(row.id) === null) return { ...noneIndexed, indexed };
    if (refreshes && captions !== null) refreshCaptions(store, row, captions);
    const captionStamp = stampOf(captions?.lost ?? waiting);
    let isChanged = captionStamp !== row.captionStamp || indexed + folder.moved > 0 || row.lastScanAt === null;
    store.transaction(() => {
      let hasMerged = false;
      for (const { known } of trashed) {
        if (known?.present !== 1) continue;
        store.photos.setPresent(known.id, false);
        isChanged = true;
      }
      for (const [{ id }, path] of folder.absorbed) {
        // One that could not be read does not replace its version.
        const main = store.photos.at(row.id, path);
        if (main?.present !== 1) continue;
        mergeVersion(store, id, main.id);
        isChanged = true;
        hasMerged = true;
      }
      if (hasMerged) store.texts.removeUnusedTags();
      isChanged ||= [...failures.keys()].some((path) => !folder.failedBefore.has(path));
      for (const old of store.failures.list(row.id)) {
        if (failures.has(old.path) || !scope.has(old.path)) continue;
        store.failures.clear(row.id, old.path);
        isChanged = true;
      }
      store.folders.scanned(row.id, captionStamp);
    });
    const skippedReasons: Record<string, number> = {};
    const deleted = trashed.map(({ found }) => ({ path: found.path, reason: 'trash' }));
    const skipped = [...scan.skipped.filter((s) => !failures.has(s.path)), ...deleted];
    for (const { reason } of skipped) {
      const { [reason]: before = 0 } = skippedReasons;
      skippedReasons[reason] = before + 1;
    }
    return {
      indexed,
      unchanged,
      skipped: skipped.length,
      failed: failures.size,
      failures: [...failures].map(([path, error]): Failure => ({ path: join(row.path, path), ...error })),
      skippedReasons,
      isChanged,
    };
  }

  /**
   * Captions from the folder's caption files, by photo path. A damaged file, or one that has become empty, is a
   * failure; the others count.
   * @param waiting failures of files whose next try is not due; they are read beside the others and not counted
   */
  async #readCaptions(
    { row, scan, failures }: IndexedFolder,
    waiting: ReadonlyMap<string, FailureRow>,
  ): Promise<FileCaptions> {
    const captions = new Map<string, string[]>();
    const lost = new Map<string, ReadonlySet<string>>();
    const paths = scan.photos.map((p) => p.path);
    const [before, now] = [stampedFiles(row.captionStamp), stampedFiles(scan.captionStamp)];
    for (const file of scan.captionFiles) {
      this.#context.progress(0, 0, `Reading captions of ${row.path}`);
      const name = relative(row.path, file).replaceAll('\\', '/');
      failures.delete(name);
      const fail = (error: ErrorData, read: Iterable<string> = []) => {
        failures.set(name, error);
        lost.set(name, new Set(read));
        const { size = 0, mtimeMs = 0 } = now.get(name) ?? {};
        if (!waiting.has(name))
          recordFailure(this.#store.failures, row.id, { path: name, size, mtimeMs }, error, this.#decoders);
      };
      if (now.get(name)?.size === 0 && (before.get(name)?.size ?? 0) > 0) {
        const message = `${basename(file)} has become empty, so the captions it had are kept; restore it from a backup, or delete it.`;
        fail({ code: 'unreadable', message });
        continue;
      }
      try {
        const {
          captions: found,
          notice,
          damage,
        } = await this.#photoFolders.captions(row.path, file, paths, this.#context.signal);
        for (const [path, texts] of found) {
          const known = captions.get(path);
          if (known === undefined) captions.set(path, [...texts]);
          else known.push(...texts.slice(0, maxCaptionsOfPhoto - known.length));
        }
        if (notice !== null) this.#notices.push({ path: file, code: 'too-large', message: notice });
        if (damage !== null) {
          const read = found.map(([path]) => path);
          fail({ code: 'unreadable', message: damage }, read);
        }
      } catch (error) {
        this.#context.signal.throwIfAborted();
        if (error instanceof HashlensError && error.code === 'offline') throw error;
        fail(toErrorData(error));
      }
    }
    return { byPath: captions, lost };
  }

  /**
   * @param cache whether thumbnails can be written
   */
  async #read(folder: IndexedFolder, reading: Reading, cache: { works: boolean }): Promise<ReadItem> {
    const encoder = this.#encoder;
    const { row } = folder;
    const { found, known } = reading;
    const suspect = reading.deaths !== null;
    if (this.#context.signal.aborted)
      return { found, error: { code: 'cancelled', message: 'Indexing was cancelled.' } };
    this.#store.photosInReading.start(row.id, found.path, suspect);
    try {
      const read = await this.#photoFolders.read(row.path, found, {
        knownHash: known?.contentHash ?? null,
        wanted: { input: encoder?.input ?? null, thumbnail: cache.works },
        libraryDir: this.#libraryDir,
        alone: suspect,
      });
      if (read === null) return { found, known, isTrashed: true };
      const { facts, stamp, pixels, frames, thumbnail, damaged, foreignBytes } = read;
      if (thumbnail !== null)
        await cacheThumbnail(this.#libraryDir, facts.contentHash, thumbnail, cache, this.#notices);
      const path = join(row.path, found.path);
      if (damaged) this.#notices.push({ path, ...cutShort(found.path) });
      if (foreignBytes > 0) this.#notices.push({ path, ...foreignData(found.path, foreignBytes) });
      const returned = known === null ? null : this.#returnedTo(known, found, facts.contentHash);
      const isOther = known !== null && (returned !== null || isAnotherPhoto(this.#store, known, facts));
      const movedFrom =
        returned ?? (known === null || isOther ? await this.#movedHere(folder, facts.contentHash) : null);
      const replaced = isOther && known.folderId === row.id && known.path === found.path ? known : null;
      // The same bytes as before: only texts, time or place have changed, so the features stay.
      const images =
        pixels === null || encoder === null || this.#hasFeatures(movedFrom, encoder) ? [] : [pixels, ...frames];
      return { ...reading, known: isOther ? null : known, facts, stamp, images, movedFrom, replaced };
    } catch (error) {
      const data = toErrorData(error);
      if (data.code === 'offline') return new HashlensError(data.code, data.message);
      if (data.code === 'io-error' && (await this.#photoFolders.state(row.path)) !== 'online')
        return folderOffline(row);
      return { found, error: data };
    } finally {
      this.#store.photosInReading.end(row.id, found.path);
    }
  }

  /** The missing photo with these bytes that `known` has replaced at this path; null without one. */
  #returnedTo(known: KnownPhoto, { path }: FoundPhoto, contentHash: string): KnownPhoto | null {
    if (known.contentHash === contentHash || known.path !== path) return null;
    const returned = this.#store.photos
      .mayHaveMovedWith(contentHash)
      .find(({ id, folderId, path: aside }) => folderId === known.folderId && aside === pathSetAside(path, id));
    if (returned === undefined || this.#claimed.has(returned.id)) return null;
    this.#claimed.add(returned.id);
    return returned;
  }

  #hasFeatures(photo: KnownPhoto | null, { info }: Encoder): boolean {
    return photo !== null && this.#store.features.lacking('photo', info.id, [photo.id]).length === 0;
  }

  /** The row of a missing photo with these bytes, whose file was moved or renamed. */
  async #movedHere({ row, paths, scope }: IndexedFolder, contentHash: string): Promise<KnownPhoto | null> {
    const candidates = this.#store.photos.mayHaveMovedWith(contentHash);
    if (candidates.length === 0) return null;
    for (const candidate of candidates) {
      if (this.#claimed.has(candidate.id)) continue;
      // The photo is back at its old place; this file is a copy of it.
      if (candidate.folderId === row.id && paths.has(candidate.path)) continue;
      const old = this.#store.folders.get(candidate.folderId);
      const isLookedAt = old?.id === row.id && scope.has(candidate.path);
      // A folder outside this job may have lost it. Its own files must be there, to be sure that its disk is
      // not offline.
      const isKnownMissing = candidate.present === 0;
      if (!isKnownMissing && (old === null || old.id === row.id)) continue;
      if (!isKnownMissing && old !== null && (await this.#photoFolders.state(old.path)) !== 'online') continue;
      if (old !== null && !isLookedAt && (await this.#photoFolders.file(old.path, candidate.path)) !== null) continue;
      if (this.#claimed.has(candidate.id)) continue;
      this.#claimed.add(candidate.id);
      return candidate;
    }
    return null;
  }

  /** Feature rows of the photos of a batch that have frames to encode; null without any. */
  async #encode(batch: readonly ReadItem[]): Promise<Float32Array | null> {
    const pictures = batch.flatMap((item) => ('images' in item && item.images.length > 0 ? [item.images] : []));
    if (this.#encoder === null || pictures.length === 0) return null;
    this.#context.signal.throwIfAborted();
    return encodePictures(this.#encoder, pictures);
  }

  /**
   * Stores photos, texts and features in one transaction, then their codes.
   * @returns false, with nothing stored, when the folder was removed meanwhile
   */
  async #storeBatch(
    folder: FolderRow,
    batch: readonly ReadPhoto[],
    features: Float32Array | null,
    captions: FileCaptions,
  ): Promise<boolean> {
    if (batch.length === 0) return true;
    const [store, encoder] = [this.#store, this.#encoder];
    const ids: PhotoId[] = [];
    const stored = store.transaction(() => {
      if (store.folders.get(folder.id) === null) return false;
      let row = 0;
      for (const item of batch) {
        const id = storePhoto(store, folder.id, item);
        storeTexts(store, folder, id, item, captions);
        if (item.images.length > 0 && encoder !== null && features !== null) {
          const { id: encoderId, imageWidth } = encoder.info;
          store.features.put('photo', encoderId, id, features.subarray(row * imageWidth, (row + 1) * imageWidth));
          row++;
        }
        store.failures.clear(folder.id, item.found.path);
        ids.push(id);
      }
      return true;
    });
    if (stored) await this.#codes.make('photo', ids);
    return stored;
  }
}

interface Comparison {
  /** Decoders of videos at hand. */
  readonly decoders: readonly VideoDecoder[];
  /** Whether files that have failed before wait until their next try is due. */
  readonly waits: boolean;
  /** Whether the folder was copied as a whole. */
  readonly copied: boolean;
  readonly startedBefore: number | null;
}

/** The files to read. Marks missing photos as missing and returned ones as present; deletes nothing. */
function compare(
  store: Store,
  scanned: ScannedFolder,
  { decoders, waits, copied, startedBefore }: Comparison,
): IndexedFolder {
  const { row: folder, known, scope, failures } = scanned;
  // Videos that another program, which can decode them, has indexed stay as they are.
  const isKept = ({ path, reason }: { path: string; reason: string }): boolean =>
    reason === 'video' && known.get(path)?.present === 1;
  const kept = scanned.scan.skipped.filter(isKept);
  const scan = { ...scanned.scan, skipped: scanned.scan.skipped.filter((skipped) => !isKept(skipped)) };
  for (const { path } of kept) known.delete(path);
  const failedBefore = new Map(store.failures.list(folder.id).map((f) => [f.path, f]));
  const toRead: Reading[] = [];
  let unchanged = kept.length;
  const absorbed: (readonly [KnownPhoto, main: string])[] = [];
  let indexedBefore = 0;
  let moved = 0;
  store.transaction(() => {
    const left = new Map(store.photosInReading.left(folder.id).map((p) => [p.path, p.deaths]));
    for (const [path, error] of failures) store.failures.record(folder.id, { path, size: 0, mtimeMs: 0 }, error, 0);
    // A program that can decode no videos keeps the failures of another that tried.
    for (const { path, reason } of scan.skipped) {
      const failed = reason === 'video' ? failedBefore.get(path) : undefined;
      if (failed) failures.set(path, { code: failed.code, message: failed.message });
    }
    for (const found of scan.photos) {
      const row = known.get(found.path) ?? null;
      known.delete(found.path);
      const failed = failedBefore.get(found.path);
      const deaths = left.get(found.path);
      if (deaths !== undefined && deaths >= maxDeaths) {
        const error = failureOfCrashes(found);
        recordFailure(store.failures, folder.id, found, error, decoders, maxAttempts);
        store.photosInReading.end(folder.id, found.path);
        failures.set(found.path, error);
      } else if (failed && isAsTried(failed, found) && !isDue(failed, decoders, waits)) {
        failures.set(found.path, { code: failed.code, message: failed.message });
      } else if (row && !failed && isUnchanged(row, found, copied)) {
        // The failures of its sidecars are still valid.
        for (const sidecar of found.sidecars) {
          const fault = failedBefore.get(sidecar);
          if (fault) failures.set(sidecar, { code: fault.code, message: fault.message });
        }
        if (row.present === 0) {
          store.photos.setPresent(row.id, true);
          moved++;
        }
        if (row.ctimeMs !== found.ctimeMs || row.sidecarStamp !== found.sidecarStamp) store.photos.touch(row.id, found);
        if (startedBefore !== null && row.indexedAt >= startedBefore) indexedBefore++;
        else unchanged++;
      } else toRead.push({ found, known: row, deaths: deaths ?? null });
    }
    takeOver(toRead, known);
    const mainOf = new Map(scan.photos.flatMap(({ path, versions }) => versions.map((version) => [version, path])));
    for (const missing of known.values()) {
      const main = mainOf.get(missing.path);
      if (main !== undefined) {
        absorbed.push([missing, main]);
        continue;
      }
      if (missing.present === 0 || isUnreadable(missing.path, failures) || !scope.has(missing.path)) continue;
      store.photos.setPresent(missing.id, false);
      moved++;
    }
  });
  return { ...scanned, scan, toRead, unchanged, indexedBefore, moved, absorbed, failedBefore, waits };
}

/**
 * Keeps a photo whose file is now another of its versions: a JPEG was added beside its RAW, or the JPEG is gone and
 * the RAW is left.
 * @param missing photos without a file in any scan, by path; photos that are taken over are removed from it
 */
function takeOver(toRead: Reading[], missing: Map<string, KnownPhoto>): void {
  if (missing.size === 0) return;
  const byVersion = new Map(
    [...missing.values()].flatMap((photo) => photo.versions.map((path) => [path, photo] as const)),
  );
  for (const [i, reading] of toRead.entries()) {
    if (reading.known !== null) continue;
    const { path, versions } = reading.found;
    const before = versions.map((version) => missing.get(version)).find((photo) => photo !== undefined);
    const photo = before ?? byVersion.get(path);
    if (photo === undefined || !missing.has(photo.path)) continue;
    missing.delete(photo.path);
    toRead[i] = { ...reading, known: photo };
  }
}

interface Times {
  readonly size: number;
  readonly mtimeMs: number;
}
const sameFile = (a: Times, b: Times): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs;

/** A stamp of sidecars without the times that programs cannot set; older libraries do not have these. */
const withoutChangeTimes = (stamp: string): string => stamp.replace(/^(.* \S+ \d+(?:\.\d+)?) \d+(?:\.\d+)?$/gm, '$1');

function isUnchanged(row: KnownPhoto, found: FoundPhoto, copied: boolean): boolean {
  if (!sameFile(row, found) || row.metadataReader < metadataReader) return false;
  const sameSidecars = row.sidecarStamp === found.sidecarStamp;
  if (row.ctimeMs === found.ctimeMs && sameSidecars) return true;
  // A library from before change times were stored, a file that was moved back, or a folder that was copied as a
  // whole.
  if (row.ctimeMs !== null && row.present === 1 && !copied) return false;
  return sameSidecars || withoutChangeTimes(row.sidecarStamp) === withoutChangeTimes(found.sidecarStamp);
}

/** Number and bytes of files whose content is compared in a folder that seems to be copied, and number at once. */
const comparedFiles = 1000;
const comparedBytes = 1024 ** 3;
const comparedAtOnce = 8;

/**
 * Whether the folder was copied, restored or given other permissions as a whole: most files differ in their change
 * time and in nothing else, and those of an even sample have the content that they had. A single such file may have been
 * changed by a program that restored its old date, and is read.
 */
async function isCopied(
  photoFolders: PhotoFolders,
  { row: { path }, known, scan }: ScannedFolder,
  signal: AbortSignal,
): Promise<boolean> {
  let same = 0;
  const touched: KnownPhoto[] = [];
  for (const found of scan.photos) {
    const row = known.get(found.path);
    if (row === undefined || row.ctimeMs === null || !sameFile(row, found)) continue;
    same++;
    if (row.ctimeMs !== found.ctimeMs) touched.push(row);
  }
  if (touched.length < 20 || touched.length <= same / 2) return false;
  const bytes = touched.reduce((sum, { size }) => sum + size, 0);
  const step = Math.ceil(Math.max(touched.length / comparedFiles, bytes / comparedBytes));
  const sample = touched.filter((_, at) => at % step === 0);
  try {
    for (let at = 0; at < sample.length; at += comparedAtOnce) {
      const files = sample.slice(at, at + comparedAtOnce);
      const { sameContent } = await photoFolders.compare(path, files, files.length);
      signal.throwIfAborted();
      if (sameContent < files.length) return false;
    }
  } catch (error) {
    signal.throwIfAborted();
    // The files are read instead, which names those at fault.
    if (error instanceof HashlensError) return false;
    throw error;
  }
  return true;
}

/** Whether the file, or a folder above it, could not be read: it may still exist. */
function isUnreadable(path: string, failures: ReadonlyMap<string, ErrorData>): boolean {
  if (failures.has(path)) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (failures.has(path.slice(0, end))) return true;
  }
  return false;
}

const failureOfCrashes = ({ path }: FoundPhoto): ErrorData => ({
  code: 'too-heavy',
  message: `${path} was being read each time the program ended, ${maxDeaths} times, so it is left out; save a copy of it with another program.`,
});

/** The failure of a photo that can be decoded only in part and is indexed as a viewer shows it. */
const cutShort = (path: string): ErrorData => ({
  code: 'unreadable',
  message: `${basename(path)} is damaged or cut short; its readable part is indexed. Restore it from a backup if you have one.`,
});

/** The notice of a photo with data behind its picture that neither a camera nor a known program has put there. */
const foreignData = (path: string, bytes: number): ErrorData => ({
  code: 'unreadable',
  message: `${basename(path)} has ${Math.ceil(bytes / 1024)} KiB of other data behind its picture; the picture is indexed. Save a copy of it with another program to be rid of the data.`,
});

/**
 * Whether a missing photo's path now has another photo. A program that removes a file before it writes the edited one
 * keeps its camera and time.
 */
function isAnotherPhoto(store: Store, known: KnownPhoto, facts: PhotoFacts): boolean {
  if (known.present === 1 || known.contentHash === facts.contentHash) return false;
  const row = store.photos.get(known.id);
  if (row === null || facts.camera === null || facts.capturedAt === null) return true;
  const { capturedAt } = store.edits.fileFacts(known.id) ?? row;
  return row.camera !== facts.camera || capturedAt !== facts.capturedAt;
}

function storePhoto(store: Store, folderId: FolderId, item: ReadPhoto): PhotoId {
  const { found, known, movedFrom, replaced, facts, stamp } = item;
  if (replaced !== null) store.photos.setAside(replaced.id, replaced.path);
  // The content may be newer than the listing.
  const file = { path: found.path, sidecarStamp: found.sidecarStamp, versions: found.versions, ...stamp };
  const row = known ?? movedFrom;
  const positionPlace = facts.position === null ? null : placeAt(facts.position);
  const described = { ...facts, positionPlace, metadataReader };
  if (row === null) return store.photos.insert(folderId, file, described);
  const shown = lostSources(store, item).size > 0 ? store.photos.get(row.id) : null;
  const before = shown && { ...shown, ...store.edits.fileFacts(row.id) };
  const { capturedAt, capturedUntil, utcOffset, dateSource, rating, place } = before ?? described;
  const kept = { capturedAt, capturedUntil, utcOffset, dateSource, rating, place };
  store.photos.update(row.id, folderId, file, { ...described, ...kept });
  return row.id;
}

/**
 * Sources of words that were read before and cannot be read now, because a crash or a full disk has damaged the
 * file.
 */
function lostSources(store: Store, { known, facts }: ReadPhoto): Set<string> {
  if (facts.sidecarFaults.length === 0) return new Set();
  const before = new Set(known === null ? [] : store.texts.sourcesOf(known.id));
  return new Set(
    facts.sidecarFaults.flatMap(({ kind, source }) => {
      // An empty text may be one that has not been filled yet; an empty JSON may belong to another program.
      return source === 'sidecar' || kind !== 'empty' || before.has(source) ? [source] : [];
    }),
  );
}

const faultTexts: Readonly<Record<SidecarFault['kind'], string>> = {
  empty: 'is empty',
  zeros: 'holds nothing but zeros',
  damaged: 'is damaged',
  'character-set': 'is in a character set that is not known',
  'too-large': 'is too large',
};

const remedies: Partial<Readonly<Record<SidecarFault['kind'], string>>> = {
  'character-set': 'save it as UTF-8',
  'too-large': 'split it, or give it another name',
};

/** Damaged sidecars are separate failures; the photo itself is indexed. */
function noteFaults(
  store: Store,
  folder: FolderRow,
  item: ReadPhoto,
  failures: Map<string, ErrorData>,
  notices: Failure[],
): void {
  const { found, facts } = item;
  const lost = lostSources(store, item);
  for (const { path, kind, source } of facts.sidecarFaults) {
    if (!lost.has(source)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const remedy = remedies[kind] ?? 'restore it from a backup, or delete it';
    const message = `${name} ${faultTexts[kind]}, so what it said before is kept; ${remedy}.`;
    const error: ErrorData = { code: 'unreadable', message };
    failures.set(path, error);
    store.failures.record(folder.id, { path, size: 0, mtimeMs: 0 }, error, 0);
  }
  if (facts.unreadable.length > 0) {
    const fields = facts.unreadable.join(', ');
    const message = `${found.path}: the text of ${fields} was left out, as its character set is not known; write it again in UTF-8.`;
    notices.push({ path: join(folder.path, found.path), code: 'unreadable', message });
  }
}

function storeTexts(store: Store, folder: FolderRow, id: PhotoId, item: ReadPhoto, captions: FileCaptions): void {
  const { found, facts } = item;
  const lost = lostSources(store, item);
  const read = <S extends string>(sources: readonly S[]): S[] => sources.filter((source) => !lost.has(source));
  store.texts.replaceCaptions(id, read(captionSources), facts.captions);
  storeFileCaptions(store, id, found.path, captions);
  store.texts.replaceTags(id, read(tagSources), facts.tags);
  store.texts.replacePeople(id, read(nameSources), facts.people);
  setFolderTags(store, folder, id, found.path);
  store.edits.show(id);
  store.texts.refreshTagCaption(id);
}

/** Captions of a photo from caption files; texts of lost files stay where no others were read. */
function storeFileCaptions(store: Store, id: PhotoId, path: string, { byPath, lost }: FileCaptions): void {
  const isKept = [...lost.values()].some((read) => !read.has(path));
  const kept = !isKept ? [] : store.texts.captionsOf(id).filter(({ source }) => source === 'caption-file');
  const texts = new Set([...kept.map(({ text }) => text), ...(byPath.get(path) ?? [])]);
  const captions = Array.from(texts, (text) => ({ text, source: 'caption-file' as const }));
  store.texts.replaceCaptions(id, ['caption-file'], captions);
}

function setFolderTags(store: Store, folder: FolderRow, id: PhotoId, path: string): void {
  const names = folder.folderNamesAsTags ? folderTags(path) : [];
  store.texts.replaceTags(
    id,
    ['folder'],
    names.map((name) => ({ name, source: 'folder' as const })),
  );
}

/** Caption files or the choice about folder names have changed: all photos of the folder get their texts again. */
function refreshCaptions(store: Store, folder: FolderRow, captions: FileCaptions): void {
  store.transaction(() => {
    for (const photo of store.photos.inFolder(folder.id)) {
      if (photo.present === 0) continue;
      storeFileCaptions(store, photo.id, photo.path, captions);
      setFolderTags(store, folder, photo.id, photo.path);
      store.edits.showTexts(photo.id);
      store.texts.refreshTagCaption(photo.id);
    }
  });
}

function sum(results: readonly IndexResult[], notices: readonly Failure[], hasChanges: boolean): IndexResult {
  const skippedReasons: Record<string, number> = {};
  for (const result of results) {
    for (const [reason, n] of Object.entries(result.skippedReasons)) {
      const { [reason]: before = 0 } = skippedReasons;
      skippedReasons[reason] = before + n;
    }
  }
  const total = (key: 'indexed' | 'unchanged' | 'skipped' | 'failed') => results.reduce((n, r) => n + r[key], 0);
  return {
    indexed: total('indexed'),
    unchanged: total('unchanged'),
    skipped: total('skipped'),
    failed: total('failed'),
    failures: results.flatMap((r) => r.failures),
    skippedReasons,
    notices,
    isChanged: hasChanges || notices.length > 0 || results.some((r) => r.isChanged),
  };
}

function nothingIndexed(folders: readonly FolderRow[], result: IndexResult): HashlensError {
  const where = folders.map((f) => f.path).join(', ');
  const first = result.failures[0];
  if (first) {
    return new HashlensError(
      'nothing-indexed',
      `No photo in ${where} could be read; the first reason: ${first.message}`,
    );
  }
  return new HashlensError(
    'empty-folder',
    `There are no photos in ${where}; choose a folder with JPEG, PNG, HEIC, RAW or other photo files in it.`,
  );
}
