// `npm run -s bench -- library [--photos=<n>]`: indexing a person's photos with the starter encoder: photos a minute, where the
// time goes, how often each photo is read, and how near it comes to the encoder alone.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Encoder, PreparedImage } from '../src/engine/encoder/encoder.ts';
import { photoBatch } from '../src/engine/jobs/encoding.ts';
import { HashCodes } from '../src/engine/jobs/hash-codes.ts';
import { indexJob } from '../src/engine/jobs/index-job.ts';
import { undisturbed } from '../test/support/job-context.ts';
import { PhotoFolders } from '../src/engine/library/reader/photo-folders.ts';
import { ActiveModels } from '../src/engine/models/active-models.ts';
import { openStore } from '../src/engine/store/database.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { photoFolder } from './lib/flickr8k.ts';
import { machine, printTable } from './lib/report.ts';

const { values } = parseArgs({ options: { photos: { type: 'string' } } });
const photos = Number(values.photos ?? 1000);
const cores = cpus().length;
const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
const [root, libraryDir] = [join(folder, 'photos'), join(folder, 'library')];
// As in the engine.
const threads = Math.max(1, cores - 1);
const readers = Math.min(4, Math.max(2, cores));

/**
 * Milliseconds in each part. Reading and decoding run in parallel to the others, so only the job's waiting for them
 * counts.
 */
const spent = { scan: 0, encode: 0, store: 0 };
let encoded = 0;
const images: PreparedImage[] = [];

/** Adds to `part` until the work is done. */
async function timing<T>(part: keyof typeof spent, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    spent[part] += performance.now() - started;
  }
}

class TimedModels extends ActiveModels {
  override async encoderForJobs(): Promise<Encoder | null> {
    const encoder = await super.encoderForJobs();
    if (encoder === null) return null;
    return {
      info: encoder.info,
      input: encoder.input,
      prepareImage: (source) => encoder.prepareImage(source),
      encodeTexts: (texts) => encoder.encodeTexts(texts),
      dispose: () => encoder.dispose(),
      encodeImages: (batch) => {
        encoded += batch.length;
        // Copies, because the encoder's thread takes ownership of the arrays.
        for (const image of batch) if (images.length < sampled) images.push(image.slice());
        return timing('encode', () => encoder.encodeImages(batch));
      },
    };
  }
}

class TimedFolders extends PhotoFolders {
  override scan(...args: Parameters<PhotoFolders['scan']>): ReturnType<PhotoFolders['scan']> {
    return timing('scan', () => super.scan(...args));
  }
}

/** Number of photos whose input is kept, to be encoded once more with nothing else running. */
const sampled = 200;

/** Bytes that the processes have read from the system. */
const bytesRead = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0), 0);
/** Seconds of processor time of a process. */
const seconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);

try {
  mkdirSync(root);
  for (const name of readdirSync(join(photoFolder, 'photos')).slice(0, photos)) {
    cpSync(join(photoFolder, 'photos', name), join(root, name));
  }
  const names = readdirSync(root);
  const bytes = names.reduce((sum, name) => sum + statSync(join(root, name)).size, 0);

  const store = openStore(libraryDir);
  const transaction = store.transaction.bind(store);
  store.transaction = (work) => {
    const started = performance.now();
    try {
      return transaction(work);
    } finally {
      spent.store += performance.now() - started;
    }
  };
  const photoFolders = new TimedFolders({ readers });
  const active = new TimedModels(store, { libraryDir, resourcesDir }, { threads, encoderThread: true });
  await active.encoderForJobs();
  store.folders.add(root, false);
  const run = indexJob(store, active, new HashCodes(store, active, () => undefined), photoFolders, libraryDir);
  // Start all reading processes first, so that reading their own program does not count as reading photos.
  const scan = { exclude: [], signal: undisturbed.signal, onProgress: () => undefined };
  await Promise.all(Array.from({ length: readers }, () => photoFolders.scan(root, scan)));
  spent.scan = 0;
  const [readBefore, busyBefore] = [bytesRead(photoFolders.readerPids), seconds(photoFolders.readerPids)];
  const started = performance.now();
  await run({ folderIds: null }, undisturbed);
  const wall = performance.now() - started;
  if (encoded !== names.length) throw new Error(`${encoded} of ${names.length} photos were encoded`);
  const read = bytesRead(photoFolders.readerPids) - readBefore;
  const busy = seconds(photoFolders.readerPids) - busyBefore;
  photoFolders.close();

  const encoder = await active.encoder();
  const alone = performance.now();
  for (let at = 0; at < images.length; at += photoBatch) await encoder.encodeImages(images.slice(at, at + photoBatch));
  const encoderAlone = ((performance.now() - alone) / images.length) * names.length;

  const share = (ms: number) => [(ms / 1000).toFixed(1), `${((100 * ms) / wall).toFixed(0)} %`];
  const waiting = wall - spent.scan - spent.encode - spent.store;
  console.log(
    `${machine()}; ${names.length} Flickr8k photos, ${(bytes / 2 ** 20).toFixed(0)} MB, starter encoder, ${threads} threads.\n`,
  );
  console.log(
    `${Math.round((names.length * 60_000) / wall)} photos a minute; ${(wall / 1000).toFixed(1)} s, the encoder alone ${(encoderAlone / 1000).toFixed(1)} s, ${((100 * encoderAlone) / wall).toFixed(0)} % of it.\n`,
  );
  printTable(
    ['part', 'seconds', 'of the job'],
    [
      ['scan', ...share(spent.scan)],
      ['encode, with photos read and decoded beside it', ...share(spent.encode)],
      ['store', ...share(spent.store)],
      ['waiting for photos to be read and decoded, and the rest', ...share(waiting)],
    ],
  );
  console.log(
    `\nReading processes: ${((busy * 1000) / names.length).toFixed(1)} ms of processor time a photo for metadata, decoding and thumbnail; ${(read / bytes).toFixed(2)} bytes read for each byte of a photo.`,
  );
  await active.close();
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
