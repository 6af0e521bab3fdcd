// The index follows the library file: after any change of codes or photos, in this process or another, it equals an
// index of all rows read again.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { photoFacts as facts, photoFile as file } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { CaptionId, FolderId, ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import { openStore, type Store } from '../../store/database.ts';
import { itemKinds, presentRows, type ItemKind } from '../../store/item-kinds.ts';
import { LiveIndex } from './live-index.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';
import { rawDatabase } from '../../store/raw-database.ts';

const bytes = 8;
const models = ['a', 'b'] as unknown as readonly ModelId[];

function addModel(store: Store, id: ModelId): void {
  store.models.begin({ id, method: 'x', bits: 8 * bytes, encoderId: 'e', state: 'ready', options: {} });
}

/** A photo with a caption and a tag. */
function addPhoto(store: Store, folderId: FolderId, name: string, seed: number): PhotoId {
  const id = store.photos.insert(folderId, file(name), facts);
  store.texts.replaceCaptions(id, ['iptc'], [{ text: name, source: 'iptc' }]);
  store.texts.replaceTags(id, ['iptc'], [{ name: `tag ${seed % 5}`, source: 'iptc' }]);
  return id;
}

const codeOf = (seed: number) => new Uint8Array(bytes).map((_, i) => Math.imul(seed + 1, 0x9e3779b1 + i) >>> 20);
const idsOf = (store: Store, kind: ItemKind): number[] =>
  rawDatabase(store).prepare<[], number>(`SELECT id FROM ${kind}s`).pluck().all();

/** Row by row, as SQL says it. */
function naive(store: Store, kind: ItemKind, modelId: ModelId): [number, string][] {
  return rawDatabase(store)
    .prepare<[string], [number, Buffer]>(
      `SELECT c.${kind}_id, c.code FROM ${kind}_codes c
       WHERE c.model_id = ? AND c.${kind}_id IN (SELECT x.id FROM ${presentRows[kind]}) ORDER BY 1`,
    )
    .raw()
    .all(modelId)
    .map(([id, code]) => [id, code.toString('hex')]);
}

function held(live: LiveIndex): [number, string][] {
  const out = new Map<number, string>();
  // The code of each id, found as the one at distance 0 among all possible codes.
  for (let seed = 0; seed < 64; seed++) {
    const code = codeOf(seed);
    const { ids, distances } = live.index.rank(code, live.index.size);
    ids.forEach((id, i) => {
      if (distances[i] === 0) out.set(id, Buffer.from(code).toString('hex'));
    });
  }
  expect(out.size).toBe(live.index.size);
  return [...out].sort((a, b) => a[0] - b[0]);
}

const pick = fc.nat({ max: 1_000_000 });
const change = fc.record({
  kind: fc.constantFrom(...itemKinds),
  model: fc.constantFrom(...models),
  what: fc.constantFrom('code', 'photo', 'absent', 'present', 'delete', 'retag', 'recaption', 'bytes', 'model', 'pack'),
  at: pick,
  seed: fc.nat({ max: 63 }),
  elsewhere: fc.boolean(),
});

it('is the same as reading everything again, after any changes by any process', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40, size: 'max' }), (changes) => {
      const dir = temporaryFolder();
      const store = openStore(dir);
      const other = openStore(dir);
      const folderId = store.folders.add('/photos', null).id;
      for (const id of models) addModel(store, id);
      // Ids far apart are in different blocks.
      rawDatabase(store).exec("INSERT INTO sqlite_sequence (name, seq) VALUES ('captions', 4090), ('tags', 8188)");
      for (let i = 0; i < 6; i++) {
        if (i === 3) rawDatabase(store).exec("UPDATE sqlite_sequence SET seq = 9000 WHERE name = 'photos'");
        addPhoto(store, folderId, `${i}.jpg`, i);
      }
      for (const kind of itemKinds) {
        for (const model of models)
          for (const id of idsOf(store, kind)) store.codes.put(kind, model, id, codeOf(id % 64));
      }
      const live = itemKinds.flatMap((kind) =>
        models.map((modelId) => new LiveIndex(store, { kind, modelId, bits: 8 * bytes })),
      );
      const expectEqual = (index: LiveIndex) => {
        expect(index.refresh()).toBe(true);
        expect(held(index)).toEqual(naive(store, index.subject.kind, index.subject.modelId));
      };
      changes.forEach(({ kind, model, what, at, seed, elsewhere }, n) => {
        const by = elsewhere ? other : store;
        const choose = (of: ItemKind) => {
          const ids = idsOf(by, of);
          return ids.length === 0 ? undefined : numberAt(ids, at % ids.length);
        };
        const photo = choose('photo') as PhotoId | undefined;
        const id = choose(kind);
        if (what === 'code' && id !== undefined) by.codes.put(kind, model, id, codeOf(seed));
        if (what === 'photo') addPhoto(by, folderId, `new ${n}.jpg`, seed);
        if (what === 'model') by.models.remove(model);
        if (what === 'model') addModel(by, model);
        if (what === 'pack') Array.from(by.codes.pack(kind, model, bytes));
        if (photo !== undefined) {
          if (what === 'absent' || what === 'present') by.photos.setPresent(photo, what === 'present');
          if (what === 'delete') rawDatabase(by).prepare('DELETE FROM photos WHERE id = ?').run(photo);
          if (what === 'retag') by.texts.replaceTags(photo, ['iptc'], [{ name: `tag ${seed % 7}`, source: 'iptc' }]);
          if (what === 'recaption') {
            by.texts.replaceCaptions(photo, ['iptc'], [{ text: `${seed}`, source: 'iptc' }]);
          }
          if (what === 'bytes') {
            const before = by.photos.get(photo);
            if (before) by.photos.update(photo, folderId, before, { ...facts, contentHash: `${n}` });
          }
        }
        for (const index of live) {
          // One block a call, so that a change may come at any point of a pass.
          if (seed % 2 === 0) index.refresh(0);
          else if (seed % 3 === 0) expectEqual(index);
        }
      });
      for (const index of live) {
        const { kind, modelId } = index.subject;
        expectEqual(index);
        const all = store.codes.all(kind, modelId, bytes);
        expect(Array.from(all.ids)).toEqual(naive(store, kind, modelId).map(([id]) => id));
      }
      store.close();
      other.close();
    }),
    { seed: 11, numRuns: 40 },
  );
});

it('answers from what is there while the rest loads', async () => {
  const store = openStore(temporaryFolder());
  const folderId = store.folders.add('/photos', null).id;
  const [modelId = 'a' as ModelId] = models;
  addModel(store, modelId);
  store.transaction(() => {
    for (let block = 0; block < 30; block++) {
      rawDatabase(store).exec(
        `DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence VALUES ('photos', ${block * 4096})`,
      );
      const id = store.photos.insert(folderId, file(`${block}.jpg`), facts);
      store.codes.put('photo', modelId, id, codeOf(block));
    }
  });
  const live = new LiveIndex(store, { kind: 'photo', modelId, bits: 8 * bytes });
  expect(live.refresh(0)).toBe(false);
  expect(live.loaded).toBe(false);
  expect(live.progress).toEqual({ done: 1, total: 30 });
  expect(Array.from(live.index.rank(codeOf(0), 5).ids)).toEqual([1]);
  let last = live.progress;
  for await (const progress of live.load()) last = progress;
  expect(last).toEqual({ done: 30, total: 30 });
  expect(live.index.size).toBe(30);
  expect(live.loaded).toBe(true);
  store.close();
});

it('loads the same from packed blocks as from rows, and passes over codes of another length', () => {
  const store = openStore(temporaryFolder());
  const folderId = store.folders.add('/photos', null).id;
  const [modelId = 'a' as ModelId] = models;
  addModel(store, modelId);
  const ids = Array.from({ length: 40 }, (_, i) => addPhoto(store, folderId, `${i}.jpg`, i));
  for (const id of ids) store.codes.put('photo', modelId, id, codeOf(id));
  store.codes.put('photo', modelId, itemAt(ids, 3), codeOf(3).subarray(1));
  store.photos.setPresent(itemAt(ids, 5), false);
  const before = store.codes.all('photo', modelId, bytes);
  expect([...store.codes.pack('photo', modelId, bytes)]).toEqual([0]);
  expect([...store.codes.pack('photo', modelId, bytes)]).toEqual([]);
  expect(store.codes.all('photo', modelId, bytes)).toEqual(before);
  expect(before.ids.length).toBe(38);
  const caption = store.texts.captionsOf(itemAt(ids, 0))[0]?.id as CaptionId;
  store.codes.put('caption', modelId, caption, codeOf(1));
  expect([...store.codes.pack('caption', modelId, bytes)]).toEqual([caption >> 12]);
  store.close();
});
