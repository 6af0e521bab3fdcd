// The cache gives the same rows as the store: when it is cold, warm, too small, and after the library has changed.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { starterInfo } from '../../encoder/starter/starter-encoder.ts';
import type { ModelId } from '../../../shared/contract/ids.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import { openStore } from '../../store/database.ts';
import type { ActiveModel } from '../../models/active-models.ts';
import { CandidateCache } from './candidate-cache.ts';
import { readCandidates } from './rerank.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

const bits = 16;
/** Its outputs are the rows' first numbers. */
const active: ActiveModel = {
  id: 'm' as ModelId,
  model: {
    bits,
    realWidth: bits,
    encodeImages: async (rows: Float32Array) => {
      const n = rows.length / starterInfo.imageWidth;
      const real = Float32Array.from({ length: n * bits }, (_, i) =>
        float32At(rows, Math.floor(i / bits) * starterInfo.imageWidth + (i % bits)),
      );
      return { real, codes: Uint8Array.from({ length: (n * bits) / 8 }, (_, i) => float32At(real, i * 8) * 255) };
    },
  } as unknown as HashModel,
};

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folder = store.folders.add('/photos', null).id;
  const put = (id: number, seed: number) =>
    store.features.put(
      'photo',
      starterInfo.id,
      id,
      Float32Array.from({ length: 592 }, (_, i) => ((i * seed) % 17) / 17),
    );
  const ids = Array.from({ length: 20 }, (_, i) => {
    const id = store.photos.insert(folder, photoFile(`${i}.jpg`), photoFacts);
    // One photo gets no features.
    if (i !== 5) put(id, i + 1);
    return id as number;
  });
  return { store, ids, put };
}

it.each([
  ['roomy', undefined],
  ['for seven photos', 7 * 4 * (80 + 16 + 1)],
  ['for one', 1],
])('%s', async (_, bytes) => {
  const { store, ids, put } = library();
  const cache = new CandidateCache(bytes);
  const check = async (wanted: readonly number[], state: string) => {
    const expected = await readCandidates(store, starterInfo, active, 'photo', wanted);
    const read = await cache.read(store, starterInfo, active, state, wanted);
    expect(read.ids.toSorted()).toEqual(expected.ids.toSorted());
    read.ids.forEach((id, i) => {
      const e = expected.ids.indexOf(id);
      expect(read.rows.slice(i * 96, (i + 1) * 96)).toEqual(expected.rows.slice(e * 96, (e + 1) * 96));
    });
  };
  await check(ids.slice(0, 8), 'a');
  await check(ids.slice(4, 12), 'a');
  await check(ids.toReversed(), 'a');
  await Promise.all([check(ids.slice(2, 9), 'a'), check(ids.slice(5, 15), 'a')]);
  put(numberAt(ids, 3), 99);
  await check(ids, 'b');
  await check([], 'b');
});

it('gives what is stored, and computes the rest', async () => {
  const { store, ids } = library();
  store.models.begin({
    id: active.id,
    method: 'x',
    bits,
    encoderId: starterInfo.id,
    state: 'ready',
    options: {},
  });
  const computed = await readCandidates(store, starterInfo, active, 'photo', ids);
  const stored = [ids[2], ids[7]] as [number, number];
  store.vectors.put('photo', active.id, { ids: stored, rows: new Float32Array(2 * 96).fill(0.5) });
  const read = await readCandidates(store, starterInfo, active, 'photo', ids.toReversed());
  expect(read.ids).toEqual(computed.ids.toReversed());
  read.ids.forEach((id, i) => {
    const e = computed.ids.indexOf(id);
    const expected = stored.includes(id) ? new Float32Array(96).fill(0.5) : computed.rows.slice(e * 96, (e + 1) * 96);
    expect(read.rows.slice(i * 96, (i + 1) * 96)).toEqual(expected);
  });
  const alone = await readCandidates(store, starterInfo, active, 'photo', stored);
  expect(alone.ids).toEqual(stored);
});
