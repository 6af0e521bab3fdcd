// The cut-off on a real library: made by indexing, kept with the model, and able to say that nothing fits.
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { Active } from '../../src/engine/search/active.ts';
import { readCalibration } from '../../src/engine/search/calibration/calibration-file.ts';
import { calibrateLibrary } from '../../src/engine/search/calibration/calibrate-library.ts';
import { CutOff } from '../../src/engine/search/calibration/cut-off.ts';
import { PhotoScores } from '../../src/engine/search/calibration/photo-scores.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { albumWith, resourcesDir, sampleAlbum, testEngine } from '../support/engine.ts';

describe('on the sample album', () => {
  let libraryDir: string;
  let store: Store;
  let active: Active;

  beforeAll(async () => {
    libraryDir = mkdtempSync(join(realpathSync(tmpdir()), 'hashlens-test-'));
    const engine = openEngine({ libraryDir, resourcesDir, interactive: false, emit: () => undefined });
    const { job } = await engine.api['folders.add']({ path: sampleAlbum });
    await engine.finished(job.id);
    await engine.close();
    store = openStore(libraryDir);
    active = new Active(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
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
    const query = { row, real: (await model.encodeTexts(row, [text])).real };
    const photos = await PhotoScores.open(store, active, { most: 1000, seed: 1 });
    const scores = photos.of(query).sort().reverse();
    return new CutOff(store, active).chances(text, query, scores, id, '1');
  }

  it('has a calibration beside the model once it is indexed', async () => {
    const { id } = await active.model();
    expect(existsSync(join(active.modelDir(id), 'calibration.json'))).toBe(true);
    expect(await readCalibration(active, id)).toMatchObject({ version: 1 });
  });

  it('gives falling chances, and higher ones to something it has than to something it has not', async () => {
    const cat = await chancesOf('cat');
    const zebra = await chancesOf('airplane');
    expect([...(cat ?? [])]).toEqual([...(cat ?? [])].sort((a, b) => b - a));
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
});
