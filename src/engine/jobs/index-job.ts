// The index job: finds what is new, changed, moved or gone in the folders, reads it, encodes it, and codes it.
import { join, relative } from 'node:path';
import { z } from 'zod';
import { HashlensError, toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { Failure, IndexResult } from '../../shared/contract/library.ts';
import type { Encoder, PreparedImage } from '../encoder/encoder.ts';
import { matchCaptions, readCaptionFile } from '../library/captions/caption-files.ts';
import { folderTags } from '../library/scan/folder-tags.ts';
import { readPhoto, type PhotoFacts } from '../library/read-photo.ts';
import { scanFolder, type FolderScan, type FoundPhoto } from '../library/scan/scan.ts';
import type { FolderRow } from '../store/folders.ts';
import type { KnownPhoto } from '../store/photos.ts';
import {
  codeRows,
  encodeMissing,
  isFailure,
  offlineFolders,
  photoBatch,
  prepareAhead,
  preparePhoto,
} from './encoding.ts';
import type { EncodingTools } from './encoding.ts';
import type { JobContext, JobRunner } from './queue.ts';

export const indexParams = z.object({ folderIds: z.array(z.int()).nullable() });

/** A file that has failed this often is not tried again until it changes or the person says so. */
const maxAttempts = 3;
const embedded = ['iptc', 'xmp', 'exif', 'sidecar', 'text-file'] as const;
const embeddedTags = ['iptc', 'xmp', 'exif', 'sidecar'] as const;

export function indexJob(tools: EncodingTools): JobRunner {
  return async (rawParams, context) => {
    const { folderIds } = indexParams.parse(rawParams);
    const all = tools.store.folders.list();
    const folders = folderIds === null ? all : all.filter((f) => folderIds.includes(f.id));
    const offline = await offlineFolders(tools.store);
    const online = folders.filter((f) => !offline.has(f.id));
    const away = folders.find((f) => offline.has(f.id));
    if (online.length === 0 && away) {
      throw new HashlensError(
        'folder-missing',
        `The folder ${away.path} is not there; connect its disk, or remove it from the library if it is gone for good.`,
      );
    }
    const results: IndexResult[] = [];
    for (const folder of online) {
      const others = all.filter((f) => f.id !== folder.id).map((f) => f.path);
      results.push(await indexFolder(tools, folder, [...others, tools.libraryDir], context));
    }
    tools.store.texts.removeUnusedTags();
    await encodeMissing(tools, context);
    const result = sum(results);
    if (result.indexed + result.unchanged === 0) throw nothingIndexed(online, result);
    return result;
  };
}

/** One file to read: with the row it updates, when the path is known or the bytes have moved here. */
interface Reading {
  readonly found: FoundPhoto;
  readonly known: KnownPhoto | null;
}

type ReadPhoto = Reading & { readonly facts: PhotoFacts; readonly image: PreparedImage | null };

async function indexFolder(
  tools: EncodingTools,
  folder: FolderRow,
  exclude: readonly string[],
  context: JobContext,
): Promise<IndexResult> {
  const { store } = tools;
  const message = `Looking for photos in ${folder.path}`;
  context.progress(0, 0, message);
  const scan = await scanFolder(folder.path, {
    signal: context.signal,
    exclude,
    onProgress: (files) => context.progress(files, 0, message),
  });
  const failures = new Map<string, ErrorData>(scan.failures.map((f) => [f.path, toErrorData(f.error)]));
  const captions = await readCaptions(folder, scan, failures);
  const { toRead, unchanged } = compare(tools, folder, scan, failures);

  const encoder = await tools.active.encoder();
  const prepare = (reading: Reading) => readOne(tools, encoder, folder, reading);
  let done = 0;
  let indexed = 0;
  for await (const batch of prepareAhead(toRead, photoBatch, prepare)) {
    context.signal.throwIfAborted();
    const good: ReadPhoto[] = [];
    for (const item of batch) {
      if ('error' in item) {
        failures.set(item.found.path, item.error);
        store.failures.record(folder.id, item.found, item.error);
      } else good.push(item);
    }
    await storeBatch(tools, encoder, folder, good, captions);
    indexed += good.length;
    done += batch.length;
    context.progress(done, toRead.length, 'Reading and encoding photos');
  }

  if (scan.captionStamp !== folder.captionStamp) refreshCaptions(tools, folder, captions);
  store.transaction(() => {
    for (const old of store.failures.list(folder.id)) {
      if (!failures.has(old.path)) store.failures.clear(folder.id, old.path);
    }
    store.folders.scanned(folder.id, scan.captionStamp);
  });
  const skippedReasons: Record<string, number> = {};
  const skipped = scan.skipped.filter((s) => !failures.has(s.path));
  for (const { reason } of skipped) skippedReasons[reason] = (skippedReasons[reason] ?? 0) + 1;
  return {
    indexed,
    unchanged,
    skipped: skipped.length,
    failed: failures.size,
    failures: [...failures].map(([path, error]): Failure => ({ path: join(folder.path, path), ...error })),
    skippedReasons,
  };
}

/** Captions from the folder's caption files, by photo path. A damaged file is a failure; the others count. */
async function readCaptions(
  folder: FolderRow,
  scan: FolderScan,
  failures: Map<string, ErrorData>,
): Promise<Map<string, string[]>> {
  const paths = scan.photos.map((p) => p.path);
  const captions = new Map<string, string[]>();
  for (const file of scan.captionFiles) {
    try {
      for (const [path, texts] of matchCaptions(folder.path, file, await readCaptionFile(file), paths)) {
        captions.set(path, [...(captions.get(path) ?? []), ...texts]);
      }
    } catch (error) {
      failures.set(relative(folder.path, file).replaceAll('\\', '/'), toErrorData(error));
    }
  }
  return captions;
}

/** What has to be read. Marks what is gone as missing and what is back as present; nothing is deleted. */
function compare(
  { store }: EncodingTools,
  folder: FolderRow,
  scan: FolderScan,
  failures: Map<string, ErrorData>,
): { toRead: Reading[]; unchanged: number } {
  const known = new Map(store.photos.inFolder(folder.id).map((p) => [p.path, p]));
  const failedBefore = new Map(store.failures.list(folder.id).map((f) => [f.path, f]));
  const toRead: Reading[] = [];
  let unchanged = 0;
  store.transaction(() => {
    for (const [path, error] of failures) store.failures.record(folder.id, { path, size: 0, mtimeMs: 0 }, error);
    for (const found of scan.photos) {
      const row = known.get(found.path) ?? null;
      known.delete(found.path);
      const failed = failedBefore.get(found.path);
      const sameFile = (old: { size: number; mtimeMs: number }) =>
        old.size === found.size && old.mtimeMs === found.mtimeMs;
      if (failed && sameFile(failed) && failed.attempts >= maxAttempts) {
        failures.set(found.path, { code: failed.code, message: failed.message });
      } else if (row && sameFile(row) && row.sidecarStamp === found.sidecarStamp && !failed) {
        if (row.present === 0) store.photos.setPresent(row.id, true);
        unchanged++;
      } else toRead.push({ found, known: row });
    }
    for (const gone of known.values()) if (gone.present === 1) store.photos.setPresent(gone.id, false);
  });
  return { toRead, unchanged };
}

async function readOne(
  tools: EncodingTools,
  encoder: Encoder,
  folder: FolderRow,
  reading: Reading,
): Promise<ReadPhoto | { found: FoundPhoto; error: ErrorData }> {
  const file = join(folder.path, reading.found.path);
  let facts: PhotoFacts;
  try {
    facts = await readPhoto(folder.path, reading.found);
  } catch (error) {
    return { found: reading.found, error: toErrorData(error) };
  }
  // Same bytes as before: only the texts or the time have changed, so the features stay.
  if (reading.known?.contentHash === facts.contentHash) return { ...reading, facts, image: null };
  const image = await preparePhoto(tools, encoder, file, facts.contentHash);
  if (isFailure(image)) return { found: reading.found, error: image };
  return { ...reading, facts, image };
}

/** Encodes the batch, then stores photos, texts and features in one transaction, then their codes. */
async function storeBatch(
  tools: EncodingTools,
  encoder: Encoder,
  folder: FolderRow,
  batch: readonly ReadPhoto[],
  captions: ReadonlyMap<string, string[]>,
): Promise<void> {
  if (batch.length === 0) return;
  const { store } = tools;
  const { id: encoderId, imageWidth } = encoder.info;
  const images = batch.flatMap((item) => item.image ?? []);
  const features = images.length > 0 ? await encoder.encodeImages(images) : new Float32Array(0);
  const ids: PhotoId[] = [];
  store.transaction(() => {
    let row = 0;
    for (const item of batch) {
      const id = storePhoto(tools, folder.id, item);
      storeTexts(tools, folder, id, item, captions.get(item.found.path) ?? []);
      if (item.image) {
        store.features.put('photo', encoderId, id, features.subarray(row * imageWidth, (row + 1) * imageWidth));
        row++;
      }
      store.failures.clear(folder.id, item.found.path);
      ids.push(id);
    }
  });
  await codeRows(tools, 'photo', ids);
}

function storePhoto({ store }: EncodingTools, folderId: FolderId, { found, known, facts }: ReadPhoto): PhotoId {
  // A file that is gone and one that has come with the same bytes are one photo that was moved or renamed.
  const row = known ?? store.photos.missingWithContent(facts.contentHash)[0] ?? null;
  if (row === null) return store.photos.insert(folderId, found, facts);
  store.photos.update(row.id, folderId, found, facts);
  return row.id;
}

function storeTexts(
  { store }: EncodingTools,
  folder: FolderRow,
  id: PhotoId,
  { found, facts }: ReadPhoto,
  fileCaptions: readonly string[],
): void {
  store.texts.replaceCaptions(id, embedded, facts.captions);
  store.texts.replaceCaptions(id, ['caption-file'], fileCaptions.map(fromCaptionFile));
  store.texts.replaceTags(id, embeddedTags, facts.tags);
  setFolderTags({ store }, folder, id, found.path);
  store.texts.refreshTagCaption(id);
}

const fromCaptionFile = (text: string) => ({ text, source: 'caption-file' as const });

function setFolderTags({ store }: Pick<EncodingTools, 'store'>, folder: FolderRow, id: PhotoId, path: string): void {
  const names = folder.folderNamesAsTags ? folderTags(path) : [];
  store.texts.replaceTags(
    id,
    ['folder'],
    names.map((name) => ({ name, source: 'folder' as const })),
  );
}

/** Caption files or the choice about folder names have changed: all photos of the folder get their texts anew. */
function refreshCaptions(tools: EncodingTools, folder: FolderRow, captions: ReadonlyMap<string, string[]>): void {
  const { store } = tools;
  store.transaction(() => {
    for (const photo of store.photos.inFolder(folder.id)) {
      if (photo.present === 0) continue;
      store.texts.replaceCaptions(photo.id, ['caption-file'], (captions.get(photo.path) ?? []).map(fromCaptionFile));
      setFolderTags(tools, folder, photo.id, photo.path);
      store.texts.refreshTagCaption(photo.id);
    }
  });
}

function sum(results: readonly IndexResult[]): IndexResult {
  const skippedReasons: Record<string, number> = {};
  for (const result of results) {
    for (const [reason, n] of Object.entries(result.skippedReasons)) {
      skippedReasons[reason] = (skippedReasons[reason] ?? 0) + n;
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
    `There are no photos in ${where}; choose a folder with JPEG, PNG, WebP, GIF, AVIF or TIFF files in it.`,
  );
}
