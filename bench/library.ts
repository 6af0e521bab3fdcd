// `npm run -s bench -- library [--photos=<n>] [--large=<n>] [--clip=<n>]`: indexing a person's photos with the starter encoder,
// and with a network of ViT-B/32's size whose random weights make meaningless rows with the same work: photos a
// minute, where the time goes, how often each photo is read, and how near it comes to the encoder alone; for the small
// photos of Flickr8k, and for photos of 12 megapixels, as cameras and phones make them.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { makeTinyClip } from '../scripts/make-tiny-clip.ts';
import type { Encoder, PreparedImage } from '../src/engine/encoder/encoder.ts';
import { openEncoderInWorker } from '../src/engine/encoder/worker-encoder.ts';
import type { PixelInput } from '../src/engine/imaging/pixel-input.ts';
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

const { values } = parseArgs({
  options: { photos: { type: 'string' }, large: { type: 'string' }, clip: { type: 'string' } },
});
const cores = cpus().length;
// As in the engine.
const threads = Math.max(1, cores - 1);
const readers = Math.min(4, Math.max(2, cores));

/** Number of photos whose input is kept, to be encoded once more with nothing else running. */
const sampled = 200;

/** Milliseconds of the job in each part, and the input of the first photos. */
class Spent {
  scan = 0;
  encode = 0;
  store = 0;
  /** While at least one photo is being read and decoded, in processes beside everything else. */
  decode = 0;
  #reading = 0;
  #readingSince = 0;
  encoded = 0;
  readonly images: PreparedImage[] = [];

  async decoding<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reading++ === 0) this.#readingSince = performance.now();
    try {
      return await work();
    } finally {
      if (--this.#reading === 0) this.decode += performance.now() - this.#readingSince;
    }
  }

  /** Adds to `part` until the work is done. */
  async timing<T>(part: 'scan' | 'encode', work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this[part] += performance.now() - started;
    }
  }
}

class TimedModels extends ActiveModels {
  readonly #spent: Spent;
  readonly #clip: Encoder | null;
  /** @param clip takes the place of the starter */
  constructor(spent: Spent, clip: Encoder | null, ...args: ConstructorParameters<typeof ActiveModels>) {
    super(...args);
    this.#spent = spent;
    this.#clip = clip;
  }

  override async encoderForJobs(): Promise<Encoder | null> {
    const encoder = this.#clip ?? (await super.encoderForJobs());
    if (encoder === null) return null;
    const spent = this.#spent;
    return {
      info: encoder.info,
      input: encoder.input,
      prepareImage: (source) => encoder.prepareImage(source),
      encodeTexts: (texts) => encoder.encodeTexts(texts),
      dispose: () => encoder.dispose(),
      encodeImages: (batch) => {
        spent.encoded += batch.length;
        for (const image of batch) if (spent.images.length < sampled) spent.images.push(image);
        return spent.timing('encode', () => encoder.encodeImages(batch));
      },
    };
  }
}

class TimedFolders extends PhotoFolders {
  readonly #spent: Spent;
  constructor(spent: Spent, ...args: ConstructorParameters<typeof PhotoFolders>) {
    super(...args);
    this.#spent = spent;
  }

  override scan(...args: Parameters<PhotoFolders['scan']>): ReturnType<PhotoFolders['scan']> {
    return this.#spent.timing('scan', () => super.scan(...args));
  }

  override read(...args: Parameters<PhotoFolders['read']>): ReturnType<PhotoFolders['read']> {
    return this.#spent.decoding(() => super.read(...args));
  }
}

/** Bytes that the processes have read from the system. */
const bytesRead = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0), 0);
/** Seconds of processor time of processes. */
const seconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
/** Milliseconds of processor time of this process. */
const ownMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Processes that keep other cores busy, once they have begun. */
function keepBusy(
  count: number,
  work: 'arithmetic' | 'decoding',
  folder: string,
  input: PixelInput,
): Promise<readonly ChildProcess[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const child = fork(new URL('lib/busy-core.ts', import.meta.url), [work, folder]);
      child.send(input);
      await once(child, 'message');
      return child;
    }),
  );
}

type Photos = (root: string) => Promise<void> | void;

async function measure(what: string, photos: Photos, clip: Encoder | null = null): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
  const [root, libraryDir] = [join(folder, 'photos'), join(folder, 'library')];
  const spent = new Spent();
  try {
    mkdirSync(root);
    await photos(root);
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
    const photoFolders = new TimedFolders(spent, { readers });
    const active = new TimedModels(spent, clip, store, { libraryDir, resourcesDir }, { threads, encoderThread: true });
    await active.encoderForJobs();
    store.folders.add(root, false);
    const run = indexJob(store, active, new HashCodes(store, active, () => undefined), photoFolders, libraryDir);
    // Start all reading processes first, so that reading their own program does not count as reading photos.
    const scan = { exclude: [], signal: undisturbed.signal, onProgress: () => undefined };
    await Promise.all(Array.from({ length: readers }, () => photoFolders.scan(root, scan)));
    spent.scan = 0;
    const [readBefore, busyBefore] = [bytesRead(photoFolders.readerPids), seconds(photoFolders.readerPids)];
    const [started, ownBefore] = [performance.now(), ownMs()];
    await run({ folderIds: null }, undisturbed);
    const [wall, own] = [performance.now() - started, ownMs() - ownBefore];
    if (spent.encoded !== names.length) throw new Error(`${spent.encoded} of ${names.length} photos were encoded`);
    const read = bytesRead(photoFolders.readerPids) - readBefore;
    const busy = seconds(photoFolders.readerPids) - busyBefore;
    photoFolders.close();

    const { images } = spent;
    const encoder = clip ?? (await active.encoder());
    const perImage = names.length / images.length;
    /** Milliseconds for all photos, by the clock and of the processor. */
    const encodeAll = async (): Promise<readonly [clock: number, own: number]> => {
      const [began, before] = [performance.now(), ownMs()];
      for (let at = 0; at < images.length; at += photoBatch)
        await encoder.encodeImages(images.slice(at, at + photoBatch));
      return [(performance.now() - began) * perImage, (ownMs() - before) * perImage];
    };
    const [encoderAlone, encoderOwn] = await encodeAll();
    const beside = async (work: 'arithmetic' | 'decoding'): Promise<number> => {
      const busyCores = await keepBusy(cores - threads, work, root, encoder.input);
      try {
        return (await encodeAll())[0];
      } finally {
        for (const busyCore of busyCores) busyCore.kill('SIGKILL');
      }
    };
    const [besideArithmetic, besideDecoding] = [await beside('arithmetic'), await beside('decoding')];

    const share = (ms: number) => [(ms / 1000).toFixed(1), `${((100 * ms) / wall).toFixed(0)} %`];
    const each = (ms: number) => (ms / names.length).toFixed(1);
    const waiting = wall - spent.scan - spent.encode - spent.store;
    console.log(
      `\n${names.length} ${what}, ${(bytes / 2 ** 20).toFixed(0)} MB, ${clip === null ? 'starter encoder' : "ViT-B/32's size"}, ${threads} threads.\n`,
    );
    console.log(
      `${Math.round((names.length * 60_000) / wall)} photos a minute; ${(wall / 1000).toFixed(1)} s, the encoder alone ${(encoderAlone / 1000).toFixed(1)} s, ${((100 * encoderAlone) / wall).toFixed(0)} % of it.\n`,
    );
    // Shows the cost of the machine: cores share memory, caches and the highest clock.
    console.log(
      `The encoder alone beside other cores that are busy with arithmetic ${(besideArithmetic / 1000).toFixed(1)} s, with decoding photos ${(besideDecoding / 1000).toFixed(1)} s.\n`,
    );
    printTable(
      ['part', 'seconds', 'of the job'],
      [
        ['scan', ...share(spent.scan)],
        ['decode: photos read and decoded, beside encode and store', ...share(spent.decode)],
        ['encode', ...share(spent.encode)],
        ['store', ...share(spent.store)],
        ['waiting for decoded photos, and the rest', ...share(waiting)],
      ],
    );
    console.log(
      `\nProcessor time a photo: encoder ${each(encoderOwn)} ms; reading processes ${each(busy * 1000)} ms for metadata, decoding and thumbnail; the rest (messages, database, thumbnail files) ${each(own - encoderOwn)} ms. ${(read / bytes).toFixed(2)} bytes read for each byte of a photo.`,
    );
    await active.close();
    store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const samples = readdirSync(join(photoFolder, 'photos'));

const small = (count: number) => (root: string) => {
  for (const name of samples.slice(0, count)) cpSync(join(photoFolder, 'photos', name), join(root, name));
};
const large = (count: number) => async (root: string) => {
  for (const name of samples.slice(0, count)) {
    await sharp(join(photoFolder, 'photos', name))
      .resize(4000, 3000, { fit: 'cover' })
      .jpeg({ quality: 90 })
      .toFile(join(root, name));
  }
};

console.log(`${machine()}; other work on the machine: load average ${(loadavg()[0] ?? 0).toFixed(1)}.`);
await measure('Flickr8k photos', small(Number(values.photos ?? 1000)));
await measure('photos of 12 megapixels', large(Number(values.large ?? 200)));
const clipDir = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
try {
  await makeTinyClip(clipDir, { size: 'base32' });
  const clip = await openEncoderInWorker({ kind: 'folder', dir: clipDir, id: 'clip:base32', threads, device: 'cpu' });
  const count = Number(values.clip ?? 100);
  await measure('Flickr8k photos', small(count), clip);
  await measure('photos of 12 megapixels', large(count), clip);
  await clip.dispose();
} finally {
  rmSync(clipDir, { recursive: true, force: true });
}
