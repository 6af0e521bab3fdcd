// The cut-off on a real library: made by indexing, kept with the model, and able to say that nothing fits.
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { searchQuery } from '../../src/shared/contract/search.ts';
import { ActiveModels } from '../../src/engine/models/active-models.ts';
import { readCalibration } from '../../src/engine/search/relevance/calibration-file.ts';
import { calibrateLibrary } from '../../src/engine/search/relevance/calibrate-library.ts';
import { CutOff, saidSo } from '../../src/engine/search/relevance/cut-off.ts';
import { LibrarySample } from '../../src/engine/search/relevance/library-sample.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { albumWith, resourcesDir, sampleAlbum, testEngine } from '../support/engine.ts';
import { float32At } from '../../src/shared/at.ts';

describe('on the sample album', () => {
  let libraryDir: string;
  let store: Store;
  let active: ActiveModels;

  beforeAll(async () => {
    libraryDir = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
    const { job } = await engine.api['folders.add']({ path: sampleAlbum });
    await engine.finished(job.id);
    await engine.close();
    store = openStore(libraryDir);
    active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
    return async () => {
      await active.close();
      store.close();
      rmSync(libraryDir, { recursive: true, force: true });
    };
  });

  /** Chances of all photos, best score first. */
  async function chancesOf(text: string) {
    const { id, model } = await active.model();
    const encoder = await active.encoder();
    const row = await encoder.encodeTexts([text]);
    const { real } = await model.encodeTexts(row, [text]);
    const query = { row, real, sharedWeight: model.sharedWeight };
    const sample = await LibrarySample.open(store, active, { described: 0, background: 1000, seed: 1 });
    const scores = sample.of(query);
    const hits = sample.ids.map((photoId, i) => ({ photoId, score: float32At(scores, i) }));
    return new CutOff(store, active).chances(
      text,
      query,
      hits.sort((a, b) => b.score - a.score),
      id,
      '1',
    );
  }

  it('has a calibration beside the model once it is indexed', async () => {
    const { id } = await active.model();
    expect(existsSync(join(active.modelDir(id), 'calibration.json'))).toBe(true);
    expect(await readCalibration(active, id)).toMatchObject({ version: 2 });
  });

  it('gives falling chances where texts say nothing, and higher ones to something it has than to something it has not', async () => {
    const cat = await chancesOf('cat');
    const zebra = await chancesOf('airplane');
    const unsaid = [...(cat ?? [])].filter((chance) => Math.abs(chance - saidSo) > 1e-6);
    expect(unsaid).toEqual(unsaid.toSorted((a, b) => b - a));
    expect(unsaid.length).toBeGreaterThan(30);
    expect(cat?.[0]).toBeGreaterThan(zebra?.[0] ?? 1);
  });

  it('calibrates the same way twice', async () => {
    expect(await calibrateLibrary(store, active, { queries: 60 })).toEqual(
      await calibrateLibrary(store, active, { queries: 60 }),
    );
  });

  it('stops when it is told to', async () => {
    await expect(calibrateLibrary(store, active, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

it('does not calibrate again while the library stays much the same', async () => {
  const engine = testEngine();
  await engine.index(sampleAlbum);
  const { model } = await engine.api['library.status']({});
  const file = join(engine.libraryDir, 'models', model ?? '', 'calibration.json');
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
  expect(existsSync(join(engine.libraryDir, 'models', model ?? '', 'calibration.json'))).toBe(false);
  // And then nothing is claimed of what it finds: no divider, no chances, no word of how well anything fits.
  const answer = await engine.api['search.query'](searchQuery.parse({ text: 'a beach' }));
  expect(answer).toMatchObject({ weakFrom: null, notice: null });
  expect(answer.hits.map((hit) => hit.probability)).toEqual([null, null]);
});
