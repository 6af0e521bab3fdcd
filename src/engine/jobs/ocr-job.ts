// Reads the text in photos that have not been read yet, the newest first. Results are stored photo by photo, so that
// a stopped job resumes there.
import { HashlensError, isMachineFault, toErrorData } from '../../shared/errors.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { TextReader } from '../ocr/text-reader.ts';
import { openTextReaderInWorker } from '../ocr/worker-text-reader.ts';
import type { Store } from '../store/database.ts';
import type { PhotoRow } from '../store/photos.ts';
import { offlineFolders } from './encoding.ts';
import { JobYielded, type JobContext, type JobQueue, type JobRunner } from './queue.ts';

/** @param threads number of threads for the next photos */
export function ocrJob(store: Store, photoFolders: PhotoFolders, threads: () => Promise<number>): JobRunner {
  return async (_params, context) => {
    if (!store.settings.isOn('read-text')) return;
    const offline = await offlineFolders(photoFolders, store.folders.list());
    const rows = store.ocr
      .missing()
      .flatMap((id) => store.photos.get(id) ?? [])
      .filter((row) => !offline.has(row.folderId));
    if (rows.length === 0) return;
    await using reader = new PacedReader(threads);
    await readAll(store, photoFolders, reader, rows, offline, context);
  };
}

/** A text reader that is opened again when the number of threads has changed. */
class PacedReader {
  readonly #threads: () => Promise<number>;
  #open: { readonly threads: number; readonly reader: TextReader } | null = null;

  constructor(threads: () => Promise<number>) {
    this.#threads = threads;
  }

  async read(rgb: RgbPixels): ReturnType<TextReader['read']> {
    const threads = await this.#threads();
    if (this.#open !== null && this.#open.threads !== threads) await this[Symbol.asyncDispose]();
    this.#open ??= { threads, reader: await openTextReaderInWorker(threads) };
    return this.#open.reader.read(rgb);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.reader.dispose();
  }
}

async function readAll(
  store: Store,
  photoFolders: PhotoFolders,
  reader: PacedReader,
  rows: readonly PhotoRow[],
  offline: Set<number>,
  context: JobContext,
): Promise<void> {
  const message = 'Reading text in photos';
  let spent = 0;
  let read = 0;
  context.progress(0, rows.length, message);
  // While one photo is read, the next is decoded.
  let next = rows[0] === undefined ? null : picture(store, photoFolders, rows[0], offline);
  for (const [i, row] of rows.entries()) {
    await context.mayContinue();
    context.signal.throwIfAborted();
    if (context.othersWait()) throw new JobYielded();
    const started = performance.now();
    const found = await next;
    const ahead = rows[i + 1];
    next = ahead === undefined ? null : picture(store, photoFolders, ahead, offline);
    const result = found === null || 'error' in found ? found : { text: await textOf(reader, found.rgb) };
    store.transaction(() => keep(store, row, result));
    if (result !== null && 'text' in result) {
      spent += (performance.now() - started) / 1000;
      read++;
    }
    context.progress(i + 1, rows.length, message);
  }
  if (read > 0) store.settings.set('read-text-seconds', String(spent / read));
}

/** The photo was changed, lost or removed meanwhile, or has the content of another photo that was read. */
function keep(
  store: Store,
  row: PhotoRow,
  result: { readonly text: string } | { readonly error: string } | null,
): void {
  const now = store.photos.get(row.id);
  if (now === null || now.contentHash !== row.contentHash || result === null) return;
  if ('error' in result) store.ocr.fail(row.id, result.error);
  else store.ocr.put(row.id, result.text);
}

type Pixels = { readonly rgb: RgbPixels } | { readonly error: string };

/** Null where there is nothing to read now. Never rejects. */
async function picture(
  store: Store,
  photoFolders: PhotoFolders,
  row: PhotoRow,
  offline: Set<number>,
): Promise<Pixels | null> {
  if (offline.has(row.folderId)) return null;
  try {
    if (store.transaction(() => store.ocr.copyFromSameContent(row.id))) return null;
    return { rgb: await photoFolders.rgb(row.folderPath, row.path) };
  } catch (error) {
    const { code, message } = toErrorData(error);
    if (code === 'offline') offline.add(row.folderId);
    return code === 'cancelled' || isMachineFault(code) ? null : { error: message };
  }
}

const textOf = async (reader: Pick<TextReader, 'read'>, rgb: RgbPixels): Promise<string> =>
  (await reader.read(rgb)).map(({ text }) => text).join('\n');

/** Number of photos read to measure the speed, and the time limit. */
const measuredPhotos = 4;
const measuringMs = 15_000;

/**
 * Seconds a photo takes, measured on the newest photos; null where none can be read.
 * @throws HashlensError where the networks are missing
 */
export async function measureReading(
  store: Store,
  photoFolders: PhotoFolders,
  threads: number,
): Promise<number | null> {
  const ids: readonly PhotoId[] = store.ocr.missing();
  const offline = await offlineFolders(photoFolders, store.folders.list());
  const reader = await openTextReaderInWorker(threads);
  const end = performance.now() + measuringMs;
  const times: number[] = [];
  try {
    for (const id of ids) {
      if (times.length > measuredPhotos || performance.now() > end) break;
      const row = store.photos.get(id);
      if (row === null || offline.has(row.folderId)) continue;
      const started = performance.now();
      try {
        await reader.read(await photoFolders.rgb(row.folderPath, row.path));
      } catch (error) {
        if (error instanceof HashlensError) continue;
        throw error;
      }
      times.push((performance.now() - started) / 1000);
    }
  } finally {
    await reader.dispose();
  }
  // The first photo starts the processes.
  const counted = times.length > 1 ? times.slice(1) : times;
  return counted.length === 0 ? null : counted.reduce((sum, seconds) => sum + seconds, 0) / counted.length;
}

export const unfinishedReading = (queue: Pick<JobQueue, 'list'>): Job[] =>
  queue.list().filter(({ kind, finishedAt }) => kind === 'ocr' && finishedAt === null);

/** Resumes reading if it is on and photos are left. A paused job stays paused, as the person asked. */
export function resumeReading(store: Store, queue: Pick<JobQueue, 'list' | 'enqueue'>): Job | null {
  if (!store.settings.isOn('read-text') || !store.ocr.hasMissing()) return null;
  const [waiting] = unfinishedReading(queue);
  return waiting ?? queue.enqueue('ocr', {});
}
