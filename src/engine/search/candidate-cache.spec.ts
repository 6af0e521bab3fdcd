// The cache gives what reading anew gives: when it is cold, warm, too small, and after the library has changed.
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import type { HashModel } from '../hashing/hash-model.ts';
import { openStore } from '../store/database.ts';
import { CandidateCache } from './candidate-cache.ts';
import { readCandidates } from './rerank.ts';

const bits = 16;
/** Its outputs are the rows' first numbers. */
const model = {
  bits,
  realWidth: bits,
  encodeImages: async (rows: Float32Array) => {
    const n = rows.length / starterInfo.imageWidth;
    const real = Float32Array.from(
      { length: n * bits },
      (_, i) => rows[Math.floor(i / bits) * starterInfo.imageWidth + (i % bits)] ?? 0,
    );
    return { real, codes: Uint8Array.from({ length: (n * bits) / 8 }, (_, i) => (real[i * 8] ?? 0) * 255) };
  },
} as unknown as HashModel;

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', null).id;
  const facts = {
    contentHash: 'a',
    width: 1,
    height: 1,
    format: 'jpeg',
    capturedAt: null,
    camera: null,
    rating: null,
    place: null,
  };
  const put = (id: number, seed: number) =>
    store.features.put(
      'photo',
      starterInfo.id,
      id,
      Float32Array.from({ length: 592 }, (_, i) => ((i * seed) % 17) / 17),
    );
  const ids = Array.from({ length: 20 }, (_, i) => {
    const id = store.photos.insert(folder, { path: `${i}.jpg`, size: 1, mtimeMs: 1, sidecarStamp: '' }, facts);
    // One without features is left out.
    if (i !== 5) put(id, i + 1);
    return id as number;
  });
  return { store, ids, put };
}

it.each([
  ['roomy', undefined],
  ['for seven photos', 7 * (4 * (80 + 16 + 1) + 2)],
  ['for one', 1],
])('%s', async (_, bytes) => {
  const { store, ids, put } = library();
  const cache = new CandidateCache(bytes);
  const check = async (wanted: readonly number[], state: string) => {
    const expected = await readCandidates(store, starterInfo, model, 'photo', wanted);
    const read = await cache.read(store, starterInfo, model, state, wanted);
    expect(read.ids.toSorted()).toEqual(expected.ids.toSorted());
    read.ids.forEach((id, i) => {
      const e = expected.ids.indexOf(id);
      expect(read.real.slice(i * bits, (i + 1) * bits)).toEqual(expected.real.slice(e * bits, (e + 1) * bits));
      expect(read.codes.slice(i * 2, (i + 1) * 2)).toEqual(expected.codes.slice(e * 2, (e + 1) * 2));
      expect(read.rows.slice(i * 80, (i + 1) * 80)).toEqual(expected.rows.slice(e * 592, e * 592 + 80));
    });
  };
  await check(ids.slice(0, 8), 'a');
  await check(ids.slice(4, 12), 'a');
  await check(ids.toReversed(), 'a');
  await Promise.all([check(ids.slice(2, 9), 'a'), check(ids.slice(5, 15), 'a')]);
  put(ids[3] ?? 0, 99);
  await check(ids, 'b');
  await check([], 'b');
});
