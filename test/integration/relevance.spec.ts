// Relevance in a real library: fitted by indexing, stored with the model, and able to report that nothing fits.
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writtenGrade } from '../../src/engine/search/relevance/written-grade.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { ActiveModels } from '../../src/engine/models/active-models.ts';
import { fitLibrary } from '../../src/engine/search/relevance/fit-library.ts';
import { LibrarySample } from '../../src/engine/search/relevance/library-sample.ts';
import { Relevance } from '../../src/engine/search/relevance/relevance.ts';
import { Searcher } from '../../src/engine/search/searcher.ts';
import { readRelevance, refreshRelevance } from '../../src/engine/search/relevance/relevance-file.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { albumWith, resourcesDir, sampleAlbum, testEngine } from '../support/engine.ts';
import { copySampleLibrary, sampleLibrary } from '../support/sample-library.ts';
import { numberAt } from '../../src/shared/at.ts';

it('makes no model in an empty library', async () => {
  const libraryDir = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
  const store = openStore(libraryDir);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  await refreshRelevance(store, active, { signal: new AbortController().signal, progress: () => undefined });
  expect(store.models.list()).toEqual([]);
  expect(existsSync(join(libraryDir, 'models'))).toBe(false);
  await active.close();
  store.close();
  rmSync(libraryDir, { recursive: true, force: true });
});

describe('on the sample album', () => {
  let libraryDir: string;
  let store: Store;
  let active: ActiveModels;

  beforeAll(async () => {
    libraryDir = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    await copySampleLibrary(libraryDir);
    store = openStore(libraryDir);
    active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
    return async () => {
      await active.close();
      store.close();
      rmSync(libraryDir, { recursive: true, force: true });
    };
  });

  /** Judgements of all photos, in the order of the library. */
  async function relevanceOf(text: string, writtenPhoto?: number) {
    const { id, model } = await active.model();
    const encoder = await active.encoder();
    const row = await encoder.encodeTexts([text]);
    const { real } = await model.encodeTexts(row, [text]);
    const semantic = { row, real, encoderWeight: model.encoderWeight };
    const sample = await LibrarySample.open(store, active, { described: 0, background: 1000, seed: 1 });
    const scores = Float64Array.from(sample.of(semantic));
    const found = await new Relevance(store, active).of(
      { text, semantic, words: null },
      sample.ids,
      scores,
      (id) => (id === writtenPhoto ? writtenGrade.typed : writtenGrade.none),
      id,
      '1',
    );
    return { ...found, scores, ids: sample.ids };
  }

  it('has a relevance model beside the hash model once it is indexed', async () => {
    const { id } = await active.model();
    expect(existsSync(join(active.modelDir(id), 'relevance.json'))).toBe(true);
    expect(await readRelevance(active, id)).toMatchObject({ version: 7 });
  });

  it('gives falling chances, in the order of the scores, where texts say nothing, and higher ones to something it has', async () => {
    const cat = await relevanceOf('cat');
    const airplane = await relevanceOf('airplane');
    const order = Array.from(cat.scores.keys()).sort((a, b) => numberAt(cat.scores, b) - numberAt(cat.scores, a));
    const chances = order.map((i) => cat.chances?.[i] ?? Number.NaN);
    expect(chances.length).toBeGreaterThan(30);
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    expect(chances[0]).toBeGreaterThan(Math.max(...(airplane.chances ?? [1])));
  });

  it('puts photos first whose texts say what is asked for, however little they look like it, at 0.95 or more', async () => {
    const plain = await relevanceOf('cat');
    const worst = Math.min(...plain.odds);
    const captioned = plain.ids[plain.odds.indexOf(worst)];
    const { odds, chances, ids } = await relevanceOf('cat', captioned);
    expect(ids[odds.indexOf(Math.max(...odds))]).toBe(captioned);
    expect(chances?.filter((chance) => chance >= 0.95)).toEqual(Float64Array.of(0.95));
  });

  it('learns of images, too, and orders what is like one by the chances it shows', async () => {
    const { id } = await active.model();
    expect((await readRelevance(active, id))?.images).not.toBeNull();
    const searcher = new Searcher(store, active);
    const ids = store.photos.newestFirst();
    const [photoId] = [...ids];
    if (photoId === undefined) throw new Error('the album is empty');
    for (const text of ['', '+sea', '-animal']) {
      const { hits, weakFrom, precision } = await searcher.query(
        searchQuery.parse({ text, terms: [{ kind: 'photo', photoId }], limit: 30 }),
      );
      const chances = hits.map(({ probability }) => probability ?? Number.NaN);
      expect(chances.length).toBeGreaterThan(20);
      expect(chances).toEqual(chances.toSorted((a, b) => b - a));
      const above = chances.filter((chance) => chance >= precision).length;
      // Likeness to an image has no fixed limit, so that a query with one never has a divider above all hits.
      const isUndivided = above === chances.length || above === 0;
      expect(weakFrom).toBe(isUndivided ? null : above);
    }
    await searcher.close();
  });

  it('learns the same twice', async () => {
    expect(await fitLibrary(store, active, { queries: 60 })).toEqual(await fitLibrary(store, active, { queries: 60 }));
  });

  it('learns from words that no photo has, by hiding the photos that have them', async () => {
    expect((await fitLibrary(store, active))?.unnamed).toMatchObject({ similarity: expect.any(Object) as object });
  });

  it('stops when it is told to', async () => {
    await expect(fitLibrary(store, active, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

it('does not learn again while the library stays much the same', async () => {
  const engine = testEngine(await sampleLibrary());
  const { model } = await engine.api['library.status']({});
  const file = join(engine.libraryDir, 'models', model ?? '', 'relevance.json');
  const before = statSync(file).mtimeMs;
  await engine.index(sampleAlbum);
  expect(statSync(file).mtimeMs).toBe(before);
});

it('makes none for photos without captions and tags, and indexing them works all the same', async () => {
  const engine = testEngine();
  expect(await engine.index(albumWith('animals/red-panda.jpg', 'places/sandy-beach.jpg'))).toMatchObject({
    indexed: 2,
  });
  const { model } = await engine.api['library.status']({});
  expect(existsSync(join(engine.libraryDir, 'models', model ?? '', 'relevance.json'))).toBe(false);
  // Then its results carry no claims: no divider, no chances, no remark about their quality.
  const answer = await engine.api['search.query'](searchQuery.parse({ text: 'a beach' }));
  expect(answer).toMatchObject({ weakFrom: null, notice: null });
  expect(answer.hits.map((hit) => hit.probability)).toEqual([null, null]);
});
