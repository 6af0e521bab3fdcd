// Quality of the default order in a library of given features, in which each photo has its own caption.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { modelId, type ModelId, type PhotoId } from '../../../shared/contract/ids.ts';
import type { Encoder } from '../../encoder/encoder.ts';
import { starterInfo } from '../../encoder/starter/starter-encoder.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { writeUnseenPhotos } from '../../models/unseen-photos.ts';
import { Random } from '../../numerics/random.ts';
import { openStore } from '../../store/database.ts';
import { defaultOrderQuality } from './default-order-quality.ts';

const width = 8;
const info = { ...starterInfo, id: 'eight-numbers', imageWidth: width, textWidth: width, sharedWidth: width };
const photos = 150;
const heldOut = 40;
/** With 40 photos found, 91 in 100 or more are. */
const everything = { mean: 1, low: expect.closeTo(0.912, 3) as number, high: 1 };
const captionOf = (photo: number) => `zorblax${photo} by quimby${photo}`;

/** @param sees whether a text's row is that of its photo; otherwise all texts have the same row */
function library(sees: boolean) {
  const dir = temporaryFolder();
  const store = openStore(dir);
  onTestFinished(() => store.close());
  store.encoders.put({ info, path: '/encoder', files: {} });
  const random = new Random(3);
  const rows = Array.from({ length: photos }, () => Float32Array.from({ length: width }, () => random.normal()));
  const folder = store.folders.add('/photos', false).id;
  const ids = store.transaction(() =>
    rows.map((row, i) => {
      const photo = store.photos.insert(folder, photoFile(`p${i}.jpg`), { ...photoFacts, contentHash: String(i) });
      store.features.put('photo', info.id, photo, row);
      store.texts.replaceCaptions(photo, ['caption-file'], [{ text: captionOf(i), source: 'caption-file' }]);
      return photo;
    }),
  );
  const rowOf = (text: string) => rows[sees ? Number(/\d+/.exec(text)?.[0] ?? 0) : 0] ?? new Float32Array(width);
  const encoder = {
    info,
    encodeTexts: (texts: readonly string[]) =>
      Promise.resolve(Float32Array.from(texts.flatMap((text) => Array.from(rowOf(text))))),
  } as Encoder;
  const sameRows = () => Promise.resolve({ codes: new Uint8Array(2), real: new Float32Array(0) });
  const networks = { encodeImages: sameRows, encodeTexts: sameRows, wordsKnown: () => 1 };
  const model = { bits: 16, realWidth: 0, encoderWeight: 1, ...networks } as unknown as HashModel;
  const models = async (
    id: ModelId,
    unseen: readonly PhotoId[],
    clustered: readonly PhotoId[] = [],
  ): Promise<ModelsInUse> => {
    const modelDir = (one: ModelId) => join(dir, one);
    mkdirSync(modelDir(id), { recursive: true });
    await writeUnseenPhotos(modelDir(id), { heldOut: unseen, clustered, newest: ids.at(-1) ?? 0 });
    return {
      encoderId: () => info.id,
      encoderInfo: () => info,
      encoder: () => Promise.resolve(encoder),
      model: () => Promise.resolve({ id, model }),
      modelDir,
      notices: () => [],
    };
  };
  return { store, ids, models, asked: ids.slice(-heldOut) };
}

/** @param counts filled with what is reported: captions asked, and captions to ask */
const work = (counts: [number, number][] = []) => ({
  signal: new AbortController().signal,
  progress: (done: number, total: number) => void counts.push([done, total]),
});

const [trained, used] = [modelId.parse('trained'), modelId.parse('used')];

it('does not find a photo by its own caption, which is hidden', async () => {
  const { store, models, asked } = library(false);
  const quality = await defaultOrderQuality(store, await models(trained, asked), null, work());
  expect(quality).toMatchObject({ photos, queries: heldOut, before: null });
  expect(quality?.trained.mean).toBeLessThan(0.4);
});

it('finds a photo by its looks, also without codes of the model and without a described photo that is alike', async () => {
  const { store, models, asked } = library(true);
  const quality = await defaultOrderQuality(store, await models(trained, asked), null, work());
  expect(quality?.trained).toEqual(everything);
});

it('measures the model in use by the same captions, unless it has learned from their photos', async () => {
  const { store, ids, models, asked } = library(true);
  const ofTrained = await models(trained, asked);
  const counts: [number, number][] = [];
  const inUse = await models(used, ids.slice(-heldOut - 5));
  const measured = await defaultOrderQuality(store, ofTrained, inUse, work(counts));
  expect([measured?.before, measured?.beforeModel]).toEqual([everything, used]);
  expect(counts).toEqual(Array.from({ length: 2 * heldOut + 1 }, (_, done) => [done, 2 * heldOut]));
  const learned = await defaultOrderQuality(store, ofTrained, await models(used, asked.slice(1)), work());
  expect([learned?.before, learned?.beforeModel]).toEqual([null, undefined]);
});

it('is null where no photo with a caption was held out', async () => {
  const { store, models } = library(true);
  const counts: [number, number][] = [];
  expect(await defaultOrderQuality(store, await models(trained, []), null, work(counts))).toBeNull();
  expect(counts).toEqual([]);
});

it('does not ask for photos that were held out as whole clusters', async () => {
  const { store, models, asked } = library(true);
  const quality = await defaultOrderQuality(store, await models(trained, asked, asked.slice(0, 10)), null, work());
  expect(quality).toMatchObject({ queries: heldOut - 10 });
});
