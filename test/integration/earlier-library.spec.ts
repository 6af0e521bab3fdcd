// A library of an earlier version in this one: all of its data are there, and work continues.
import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { earlierLibrary, earlierModel } from '../support/earlier-library.ts';
import { fileNames, search, testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('opens with its photos, captions, model in use and saved searches', async () => {
  const { library } = earlierLibrary(temporaryFolder());
  const { api } = testEngine(library);
  const status = await api['library.status']({});
  expect(status).toMatchObject({ photos: 12, model: earlierModel });
  expect((await api['models.list']({})).map(({ id, state }) => [id, state])).toEqual(
    expect.arrayContaining([
      [earlierModel, 'ready'],
      ['rotation-starter-1', 'ready'],
    ]),
  );
  expect((await api['search.saved']({})).map(({ name, text }) => [name, text])).toEqual([['My cats', 'cat']]);
});

it('answers a search with its model before anything is indexed again', async () => {
  const { library } = earlierLibrary(temporaryFolder());
  const answer = await search(testEngine(library), { text: 'a cat', limit: 3 });
  expect(answer.modelId).toBe(earlierModel);
  expect(fileNames(answer).every((name) => /cat|kitten/.test(name))).toBe(true);
  expect(answer.hits[0]?.caption).toMatch(/cat|kitten/i);
});

it('is still found with its folder gone', async () => {
  const { library, photos } = earlierLibrary(temporaryFolder());
  rmSync(photos, { recursive: true });
  const engine = testEngine(library);
  const { hits } = await search(engine, { text: 'a cat', limit: 3 });
  const details = await Promise.all(hits.map(({ photoId }) => engine.api['photos.get']({ photoId })));
  expect(details.map(({ available }) => available)).toEqual([false, false, false]);
});

it('encodes no photo again when its folder is indexed', async () => {
  const { library, photos } = earlierLibrary(temporaryFolder());
  const db = new Database(path.join(library, 'library.db'));
  onTestFinished(() => void db.close());
  // Rows that no encoder would write.
  db.exec('UPDATE photo_features SET row = zeroblob(length(row))');
  const rows = db.prepare('SELECT count(*) FROM photo_features WHERE row = zeroblob(length(row))').pluck();
  expect(rows.get()).toBe(12);
  const engine = testEngine(library);
  await engine.index(photos);
  expect(await engine.api['library.status']({})).toMatchObject({ photos: 12, missing: 0, failures: 0 });
  expect(rows.get()).toBe(12);
});
