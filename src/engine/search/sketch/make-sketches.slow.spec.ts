// Sketches from the library file to the index, and the effects of changes of the library on them.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import { blockIds } from '../../store/codes.ts';
import { openStore, type Store } from '../../store/database.ts';
import { LiveIndex } from '../hamming/live-index.ts';
import { shortlist } from '../query/shortlist.ts';
import { similarities } from '../rerank/rerank.ts';
import { sketchWidth } from './basis.ts';
import { makeSketches } from './make-sketches.ts';
import { float64At, itemAt } from '../../../shared/at.ts';
import { rawDatabase } from '../../store/raw-database.ts';

const modelId = 'm' as ModelId;
const sharedWidth = 8;
const model = { bits: 16, realWidth: 24, encoderWeight: 0.4 };
const stride = sharedWidth + model.realWidth;
const fewest = 100;

/** Photos in three blocks of ids, with codes and rows. */
function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const folderId = store.folders.add('/photos', null).id;
  store.models.begin({ id: modelId, method: 'x', bits: model.bits, encoderId: 'e', state: 'ready', options: {} });
  const random = new Random(3);
  const code = () => Uint8Array.of(random.below(256), random.below(256));
  const row = () => Float32Array.from({ length: stride }, () => random.normal());
  const give = (id: PhotoId) => {
    store.codes.put('photo', modelId, id, code());
    store.vectors.put('photo', modelId, { ids: [id], rows: row() });
  };
  const ids: PhotoId[] = [];
  store.transaction(() => {
    for (let i = 0; i < 300; i++) {
      if (i % 100 === 0 && i > 0) {
        rawDatabase(store)
          .prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'photos'")
          .run((i / 100) * 4096 + 7);
      }
      const id = store.photos.insert(folderId, file(`${i}.jpg`), facts);
      give(id);
      ids.push(id);
    }
  });
  const live = new LiveIndex(store, { kind: 'photo', modelId, bits: model.bits });
  const query = {
    code: code(),
    row: row(),
    real: row().subarray(0, model.realWidth),
    encoderWeight: model.encoderWeight,
  };
  return { store, ids, live, query, give };
}

async function make(store: Store, from = fewest): Promise<number> {
  let done = 0;
  for await (const progress of makeSketches(store, sharedWidth, { id: modelId, model }, from)) ({ done } = progress);
  return done;
}

it('puts what scores best into the shortlist, however far its code is', async () => {
  const { store, ids, live, query } = library();
  expect(await make(store)).toBe(3);
  live.refresh();
  expect(live.sketches.blocks).toBe(3);
  const rows = store.vectors.read('photo', modelId, ids, stride);
  const scores = similarities(query, { ...rows, sharedWidth, realWidth: model.realWidth });
  const order = rows.ids.map((id, i) => ({ id, score: float64At(scores, i) })).sort((a, b) => b.score - a.score);
  const terms = [{ query, weight: 1 }];
  const chosen = new Set(live.sketches.best(live.index.ids(), terms, 40).ids);
  expect(chosen.size).toBe(40);
  // Rounding to float16 and to a byte changes a few photos at the border.
  expect(order.slice(0, 30).filter(({ id }) => !chosen.has(id))).toEqual([]);
  expect(shortlist(live, terms, { atLeast: 40, more: 0, onlySubtracted: false }, undefined)).toHaveLength(300);
});

it('searches for nothing if the query has no code', async () => {
  const { store, live, query } = library();
  const subtracted = [{ query, weight: -1 }];
  const listed = (onlySubtracted: boolean) =>
    shortlist(live, subtracted, { atLeast: 1, more: 0, onlySubtracted }, undefined).length;
  live.refresh();
  expect([listed(false), listed(true)]).toEqual([0, 300]);
  await make(store);
  live.refresh();
  expect([listed(false), listed(true)]).toEqual([0, 300]);
});

it('makes again only what has changed', async () => {
  const { store, ids, live, query, give } = library();
  await make(store);
  expect(await make(store)).toBe(0);
  live.refresh();
  const [, , third] = [ids[0], ids[100], ids[250]];
  give(third as PhotoId);
  live.refresh();
  // The photo's block has none until they are made again; its photos are compared by their codes.
  expect(live.sketches.blocks).toBe(2);
  const terms = [{ query, weight: 1 }];
  const all = live.index.ids();
  expect(live.sketches.best(all, terms, 300).ids).toHaveLength(200);
  expect(live.sketches.without(all)).toHaveLength(100);
  const listed = shortlist(live, terms, { atLeast: 1, more: 0, onlySubtracted: false }, undefined);
  expect([...listed].sort((a, b) => a - b)).toEqual(ids);
  expect(await make(store)).toBe(1);
  live.refresh();
  expect(live.sketches.best(all, terms, 300).isComplete).toBe(true);
});

it('makes sketches beside photos that are gone and never got a row, and of such a photo when it is back', async () => {
  const { store, ids } = library();
  const missing = itemAt(ids, 150);
  store.photos.setPresent(missing, false);
  rawDatabase(store).prepare('DELETE FROM photo_vectors WHERE key & 4294967295 = ?').run(missing);
  await make(store);
  expect(store.sketches.stale(modelId)).toEqual([]);
  store.photos.setPresent(missing, true);
  // The case of filling in missing rows: the code is unchanged, the row is new.
  const row = store.vectors.read('photo', modelId, [itemAt(ids, 0)], stride).rows;
  store.vectors.put('photo', modelId, { ids: [missing], rows: row });
  store.sketches.remove(modelId, [missing]);
  expect(await make(store)).toBe(1);
  const set = store.sketches.set(modelId)?.stamp ?? 0n;
  const [first, second] = [itemAt(ids, 0), missing].map((id) => {
    const from = (id % blockIds) * sketchWidth;
    return store.sketches.block(modelId, Math.floor(id / blockIds), set)?.slice(from, from + sketchWidth);
  });
  expect(first).toHaveLength(sketchWidth);
  expect(second).toEqual(first);
});

it('is the same in another program that has the library open', async () => {
  const { store, live } = library();
  const other = openStore(store.file.replace(/library\.db$/, ''));
  onTestFinished(() => other.close());
  live.refresh();
  expect(live.sketches.blocks).toBe(0);
  await make(other);
  live.refresh();
  expect(live.sketches.blocks).toBe(3);
  other.models.remove(modelId);
  live.refresh();
  expect([live.sketches.blocks, live.index.size]).toEqual([0, 0]);
  const left = (table: string) => rawDatabase(store).prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  expect([left('sketch_sets'), left('packed_sketches')]).toEqual([0, 0]);
});

it('leaves a block whose rows are not all there, and a small library', async () => {
  const { store, ids, live } = library();
  expect(await make(store, 301)).toBe(0);
  rawDatabase(store).prepare('DELETE FROM photo_vectors WHERE key & 4294967295 = ?').run(ids[150]);
  await make(store);
  live.refresh();
  expect(live.sketches.blocks).toBe(2);
  // Missing photos keep their sketches and are not searched.
  store.photos.setPresent(itemAt(ids, 0), false);
  live.refresh();
  expect([live.sketches.blocks, live.index.size]).toEqual([2, 299]);
});

it('finds directions again in a library that has grown to four times its size', async () => {
  const { store, live } = library();
  await make(store);
  live.refresh();
  const first = store.sketches.set(modelId)?.stamp;
  rawDatabase(store).prepare('UPDATE sketch_sets SET photos = 75').run();
  expect(await make(store)).toBe(0);
  expect(store.sketches.set(modelId)?.stamp).toBe(first);
  rawDatabase(store).prepare('UPDATE sketch_sets SET photos = 74').run();
  expect(await make(store)).toBe(3);
  expect(store.sketches.set(modelId)?.stamp).not.toBe(first);
  live.refresh();
  expect(live.sketches.blocks).toBe(3);
});

it('writes nothing beside codes that have changed meanwhile, nor in directions that have', () => {
  const { store, ids, give } = library();
  store.sketches.begin(modelId, 300, new Uint8Array(4));
  const set = store.sketches.set(modelId)?.stamp ?? 0n;
  const [block, other] = store.sketches.stale(modelId);
  if (!block || !other) throw new Error('no block is stale');
  const written = () => rawDatabase(store).prepare<[], number>('SELECT block FROM packed_sketches').pluck().all();
  give(itemAt(ids, 0));
  store.sketches.put(modelId, set, block, new Int8Array(64));
  store.sketches.put(modelId, set + 1n, other, new Int8Array(64));
  expect(written()).toEqual([]);
  store.sketches.put(modelId, set, other, new Int8Array(64));
  expect(written()).toEqual([other.block]);
});
