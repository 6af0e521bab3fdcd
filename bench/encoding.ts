// Cost of encoding photos: `npm run -s bench -- encoding [--photos=<n>] [--device=<device>]`, for the starter and
// for a network of ViT-B/32's size with random weights: the network alone, the job around it, the parts of the job,
// and the first query after a start.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTinyClip } from '../scripts/make-tiny-clip.ts';
import { openEncoderInProcess } from '../src/engine/encoder/devices/process-encoder.ts';
import type { Encoder, PreparedImage } from '../src/engine/encoder/encoder.ts';
import type { EncoderSpec } from '../src/engine/encoder/open-encoder.ts';
import { starterInfo } from '../src/engine/encoder/starter/starter-encoder.ts';
import { withTextCache } from '../src/engine/encoder/text-cache.ts';
import { openEncoderInWorker } from '../src/engine/encoder/worker-encoder.ts';
import { openUpright, squarePixels } from '../src/engine/imaging/pixel-input.ts';
import { encodeMissing, photoBatch } from '../src/engine/jobs/encoding.ts';
import { hashFile } from '../src/engine/library/read-photo.ts';
import { PhotoFolders } from '../src/engine/library/reader/photo-folders.ts';
import { openStore, type Store } from '../src/engine/store/database.ts';
import { encoderDevices, type EncoderDevice } from '../src/shared/contract/encoders.ts';
import { undisturbed } from '../test/support/job-context.ts';
import { photoFacts, photoFile } from '../test/support/photo-rows.ts';
import { resourcesDir } from '../test/support/resources.ts';
import { photoFolder } from './lib/flickr8k.ts';
import { digits, machine, printTable } from './lib/report.ts';

const { values } = parseArgs({
  options: { photos: { type: 'string', default: '96' }, device: { type: 'string', multiple: true } },
});
const count = Number(values.photos);
const wanted = values.device ?? [];
const devices = ['cpu', ...wanted].map((name): EncoderDevice => {
  const device = encoderDevices.find((one) => one === name);
  if (device === undefined) throw new Error(`there is no device ${name}; known are ${encoderDevices.join(', ')}`);
  return device;
});
// As in the engine.
const threads = Math.max(1, cpus().length - 1);
const readers = Math.min(4, Math.max(2, cpus().length));
const folder = mkdtempSync(join(tmpdir(), 'hashlens-bench-'));
const root = join(folder, 'photos');

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const open = (spec: EncoderSpec): Promise<Encoder> =>
  spec.device === 'cpu' ? openEncoderInWorker(spec) : openEncoderInProcess(spec);

/** The photos as a scan would return them. */
async function libraryOf(names: readonly string[], libraryDir: string): Promise<Store> {
  const store = openStore(libraryDir);
  const { id: folderId } = store.folders.add(root, null);
  for (const name of names) {
    const path = join(root, name);
    const contentHash = await hashFile(root, name);
    const { size, mtimeMs } = statSync(path);
    store.photos.insert(folderId, { ...photoFile(name), size, mtimeMs }, { ...photoFacts, contentHash });
  }
  return store;
}

type Cells = readonly (string | number)[];

/** Milliseconds per photo, and their share of the sum of the parts. */
interface Cost {
  readonly photos: Cells[];
  readonly texts: Cells[];
}

async function measure(name: string, spec: EncoderSpec, names: readonly string[]): Promise<Cost> {
  const cost: Cost = { photos: [], texts: [] };
  const files = names.map((one) => join(root, one));
  for (const batch of spec.device === 'cpu' ? [photoBatch] : [photoBatch, 16]) {
    let encoder = await open(spec);
    const openMs = await milliseconds(async () => {
      await encoder.dispose();
      encoder = await open(spec);
    });
    const texts = withTextCache(encoder);
    const firstText = await milliseconds(() => texts.encodeTexts(['two dogs on a beach']));
    const nextText = await milliseconds(() => texts.encodeTexts(['a child in a red coat']));
    const sameText = await milliseconds(() => texts.encodeTexts(['two dogs on a beach']));
    const { input } = encoder;
    const decodeMs = await milliseconds(async () => {
      for (const file of files) await (await openUpright(file)).open().raw().toBuffer();
    });
    const prepared: PreparedImage[] = [];
    const pixelsMs = await milliseconds(async () => {
      for (const file of files) prepared.push(await squarePixels(await openUpright(file), input));
    });
    await encoder.encodeImages(prepared.slice(0, batch));
    const networkMs = await milliseconds(async () => {
      for (let at = 0; at < prepared.length; at += batch) await encoder.encodeImages(prepared.slice(at, at + batch));
    });
    const libraryDir = mkdtempSync(join(folder, 'library-'));
    const store = await libraryOf(names, libraryDir);
    const photoFolders = new PhotoFolders({ readers, roots: () => [root] });
    // The processes that read photos start with the first photos.
    await Promise.all(files.slice(0, 2 * readers).map((file) => photoFolders.image(file, input)));
    let storeMs = 0;
    const timedStore = new Proxy(store, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (key !== 'transaction' || typeof value !== 'function') return value;
        return (work: () => unknown): unknown => {
          const began = performance.now();
          const result: unknown = Reflect.apply(value, target, [work]);
          storeMs += performance.now() - began;
          return result;
        };
      },
    });
    const jobMs = await milliseconds(() =>
      encodeMissing(timedStore, photoFolders, { ...encoder, imageBatch: batch }, undisturbed, { among: ['photo'] }),
    );
    const encoded = names.length - store.features.missing('photo', encoder.info.id).length;
    photoFolders.close();
    store.close();
    await encoder.dispose();
    if (encoded !== names.length) throw new Error(`${encoded} of ${names.length} photos were encoded`);
    const parts = [decodeMs, Math.max(0, pixelsMs - decodeMs), networkMs, storeMs];
    const sum = parts.reduce((total, ms) => total + ms, 0);
    const share = (ms: number): string => `${digits(ms / names.length)} (${((100 * ms) / sum).toFixed(0)} %)`;
    const ratio = `${((100 * networkMs) / jobMs).toFixed(0)} %`;
    cost.photos.push([name, spec.device ?? 'cpu', batch, ...parts.map(share), digits(jobMs / names.length), ratio]);
    cost.texts.push([name, spec.device ?? 'cpu', ...[openMs, firstText, nextText, sameText].map(digits)]);
  }
  return cost;
}

try {
  mkdirSync(root);
  const names = readdirSync(join(photoFolder, 'photos')).slice(0, count);
  for (const name of names) cpSync(join(photoFolder, 'photos', name), join(root, name));
  const clipDir = join(folder, 'clip-base32');
  await makeTinyClip(clipDir, { size: 'base32' });
  const costs: Cost[] = [];
  for (const device of devices) {
    const starter = {
      kind: 'starter',
      dir: join(resourcesDir, 'starter'),
      id: starterInfo.id,
      threads,
      device,
    } as const;
    costs.push(await measure('starter', starter, names));
    const clip = { kind: 'folder', dir: clipDir, id: 'clip:base32', threads, device } as const;
    costs.push(await measure('ViT-B/32', clip, names));
  }
  console.log(`${machine()}`);
  console.log(
    `${names.length} photos of Flickr8k, ${threads} threads for a network, ${readers} readers. Milliseconds a photo, and`,
  );
  console.log('the share of each part in the sum of all; the job does the parts beside each other.\n');
  const head = ['encoder', 'device', 'batch', 'decode', 'pixels', 'network', 'store', 'job', 'network alone / job'];
  printTable(
    head,
    costs.flatMap(({ photos }) => photos),
  );
  console.log(
    '\nMilliseconds of a query: opening the encoder after a start, its first text, another one, the first once more.\n',
  );
  printTable(
    ['encoder', 'device', 'open', 'first text', 'another text', 'same text'],
    costs.flatMap(({ texts }) => texts),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
