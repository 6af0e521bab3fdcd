// Words written in the application: found at once, kept apart from the files' words, undone step by step, and still
// there after the photo was indexed again, renamed, repaired or restored.
import { copyFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { repairLibrary } from '../../src/engine/backup/restore.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { rawDatabase } from '../../src/engine/store/raw-database.ts';
import type { EditOutcome } from '../../src/shared/contract/edits.ts';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { itemAt as at } from '../../src/shared/at.ts';
import { fileNames, search, testEngine, type TestEngine } from '../support/engine.ts';
import { bag, photoWith, xmpOf } from '../support/metadata-photo.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';
import { jsonLines, runOn, startServer } from '../support/program.ts';
import { sampleLibrary } from '../support/sample-library.ts';

const apply = (engine: TestEngine, edit: Params<'edits.apply'>): Promise<EditOutcome> =>
  engine.api['edits.apply'](engineRequests['edits.apply'].params.parse(edit));

const restore = (engine: TestEngine, { inverse }: EditOutcome): Promise<EditOutcome> =>
  engine.api['edits.restore'](engineRequests['edits.restore'].params.parse({ states: inverse }));

const photo = (engine: TestEngine, path: string) => engine.api['metadata.show']({ path });

const idOf = async (engine: TestEngine, path: string): Promise<PhotoId> => (await photo(engine, path)).id;

/** A photo's words as a person sees them. */
async function seen(engine: TestEngine, path: string) {
  const { captions, tags, rating, isFavourite, capturedAt, capturedUntil, dateSource, written } = await photo(
    engine,
    path,
  );
  const texts = captions.map(({ text }) => text);
  return { captions: texts, tags, rating, isFavourite, capturedAt, capturedUntil, dateSource, written };
}

const pictures = ['kitten.jpg', 'panda.jpg', 'lake.jpg'] as const;

/** Photos without metadata. */
async function album(): Promise<{ engine: TestEngine; paths: string[]; photoIds: PhotoId[] }> {
  const engine = testEngine();
  const files = await Promise.all(pictures.map(async (name, i) => [name, await jpeg({ red: 60 * i })] as const));
  const folder = await folderOf(Object.fromEntries(files));
  await engine.index(folder);
  const paths = pictures.map((name) => join(folder, name));
  const photoIds: PhotoId[] = [];
  for (const path of paths) photoIds.push(await idOf(engine, path));
  return { engine, paths, photoIds };
}

/** A photo whose own XMP has a caption, tags, a rating and a date. */
async function describedPhoto(): Promise<{ engine: TestEngine; folder: string; path: string; photoIds: PhotoId[] }> {
  const xmp = xmpOf(
    '',
    `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">a dog</rdf:li></rdf:Alt></dc:description>${bag('dc:subject', 'dog', 'Places|Rome')}<xmp:Rating>2</xmp:Rating><exif:DateTimeOriginal>2001-02-03T04:05:06</exif:DateTimeOriginal>`,
  );
  const folder = await folderOf({ 'a.jpg': await photoWith({ xmp }) });
  const engine = testEngine();
  await engine.index(folder);
  const path = join(folder, 'a.jpg');
  return { engine, folder, path, photoIds: [await idOf(engine, path)] };
}

describe('what is written', () => {
  it('is found by its words at once, and by meaning within seconds', async () => {
    const { engine, photoIds } = await album();
    await apply(engine, {
      photoIds: [at(photoIds, 2)],
      addCaptions: ['Opa beim Angeln'],
      addTags: ['Urlaub/Walchensee'],
    });
    for (const text of ['angeln', 'walchensee', 'tag:Urlaub', 'tag:Urlaub/Walchensee']) {
      const answer = await search(engine, { text, mode: 'hybrid' });
      expect([text, fileNames(answer)[0]]).toEqual([text, 'lake.jpg']);
    }
    expect((await search(engine, { text: 'tag:Walchensee' })).filtered).toBe(1);
    expect((await search(engine, { text: 'tag:Urlaub/Chiemsee' })).filtered).toBe(0);
    const store = openStore(engine.libraryDir);
    const coded = (kind: string) =>
      rawDatabase(store)
        .prepare(`SELECT count(*) FROM ${kind}_codes JOIN ${kind}_features USING (${kind}_id)`)
        .pluck()
        .get();
    await expect.poll(() => [coded('caption'), coded('tag')], { timeout: 10_000 }).toEqual([1, 2]);
    store.close();
  });

  it('is taken back step by step and done once more, for many photos that differed', async () => {
    const { engine, paths, photoIds } = await album();
    await apply(engine, { photoIds: [at(photoIds, 0)], addTags: ['Katze'], rating: 3, title: 'Mimi' });
    const before = await Promise.all(paths.map((path) => seen(engine, path)));
    const change = { addTags: ['Katze', 'Tier'], rating: 5, isFavourite: true, title: '', date: '1987-05' };
    const done = await apply(engine, { photoIds, ...change, addCaptions: ['im Garten'] });
    expect(done.photos).toBe(3);
    const after = await Promise.all(paths.map((path) => seen(engine, path)));
    expect(at(after, 0)).toMatchObject({
      ...{ captions: ['im Garten'], tags: ['Favorite', 'Katze', 'Tier'], rating: 5, isFavourite: true },
      ...{ capturedAt: Date.UTC(1987, 4), capturedUntil: Date.UTC(1987, 5), dateSource: 'Hashlens' },
      written: { title: null, rating: 5, date: '1987-05', tags: ['Katze', 'Tier'] },
    });
    const undone = await restore(engine, done);
    expect(await Promise.all(paths.map((path) => seen(engine, path)))).toEqual(before);
    await restore(engine, undone);
    expect(await Promise.all(paths.map((path) => seen(engine, path)))).toEqual(after);
  });

  it('changes nothing and has no inverse where it was so already', async () => {
    const { engine, path, photoIds } = await describedPhoto();
    const before = await seen(engine, path);
    expect(await apply(engine, { photoIds, addTags: ['DOG'], addCaptions: [' a  dog '], removeTags: ['cat'] })).toEqual(
      {
        photos: 0,
        inverse: [],
      },
    );
    expect(await seen(engine, path)).toEqual(before);
  });

  it('is refused as a whole if its date is not a date', async () => {
    const { engine, paths, photoIds } = await album();
    await expect(apply(engine, { photoIds, addTags: ['x'], date: '2001-02-31' })).rejects.toMatchObject({
      code: 'bad-argument',
    });
    expect((await seen(engine, at(paths, 0))).tags).toEqual([]);
  });

  it('counts stars, tags and captions of several photos', async () => {
    const { engine, photoIds } = await album();
    await apply(engine, { photoIds, addTags: ['Familie/Rex'], addCaptions: ['am See'] });
    await apply(engine, { photoIds: photoIds.slice(1), rating: 4, isFavourite: true, addTags: ['Hund'] });
    expect(await engine.api['edits.words']({ photoIds })).toEqual({
      photos: 3,
      tags: [
        { name: 'Familie/Rex', photos: 3 },
        { name: 'Hund', photos: 2 },
      ],
      captions: [{ text: 'am See', photos: 3 }],
      ratings: [1, 0, 0, 0, 2, 0],
      favourites: 2,
      described: 3,
    });
    expect(await engine.api['edits.completeTag']({ text: 're', limit: 5 })).toEqual([
      { name: 'Rex', photos: 3 },
      { name: 'Familie/Rex', photos: 3 },
    ]);
  });

  it('is no description if it is only the favourite mark', async () => {
    const { engine, photoIds } = await album();
    await apply(engine, { photoIds, isFavourite: true });
    expect(await engine.api['edits.words']({ photoIds })).toMatchObject({ described: 0, favourites: 3 });
    const store = openStore(engine.libraryDir);
    expect(rawDatabase(store).prepare('SELECT count(*) FROM captions').pluck().get()).toBe(0);
    store.close();
  });
});

describe('what a file says', () => {
  it('is hidden while the person has taken it away, and comes back with it', async () => {
    const { engine, folder, path, photoIds } = await describedPhoto();
    const before = await seen(engine, path);
    expect(before).toMatchObject({ captions: ['a dog'], tags: ['dog', 'Places', 'Rome'], rating: 2 });
    const done = await apply(engine, {
      ...{ photoIds, removeCaptions: ['a dog'], addCaptions: ['Rex'], removeTags: ['dog', 'ROME'] },
      ...{ rating: 0, date: '2001-03' },
    });
    const wanted = { captions: ['Rex'], tags: ['Places'], rating: null, dateSource: 'Hashlens' };
    expect(await seen(engine, path)).toMatchObject(wanted);
    expect((await search(engine, { text: 'tag:dog' })).filtered).toBe(0);
    writeFileSync(join(folder, 'a.jpg.xmp'), xmpOf('', bag('dc:subject', 'dog', 'beach')));
    await engine.index(folder);
    expect(await seen(engine, path)).toMatchObject({ ...wanted, tags: ['beach', 'Places'] });
    await restore(engine, done);
    expect(await seen(engine, path)).toEqual({ ...before, tags: ['beach', 'dog', 'Places', 'Rome'] });
  });

  it('is not said twice where the person writes the same', async () => {
    const { engine, folder, path, photoIds } = await describedPhoto();
    await apply(engine, { photoIds, addCaptions: ['by the sea'], addTags: ['sea'] });
    writeFileSync(join(folder, 'a.txt'), 'by the sea\n');
    await engine.index(folder);
    expect((await seen(engine, path)).captions).toEqual(['by the sea', 'a dog']);
    await apply(engine, { photoIds, removeCaptions: ['by the sea'] });
    expect((await seen(engine, path)).captions).toEqual(['a dog']);
  });
});

describe('what was written is there', () => {
  const change = { addCaptions: ['Opa beim Angeln'], addTags: ['Urlaub/Walchensee'], rating: 4, date: '1987' };

  it('after the file was renamed and its bytes were changed', async () => {
    const { engine, paths, photoIds } = await album();
    await apply(engine, { photoIds, ...change });
    const [path = ''] = paths;
    const before = await seen(engine, path);
    const moved = path.replace('kitten', 'cat');
    renameSync(path, moved);
    await engine.index(join(path, '..'));
    expect(await seen(engine, moved)).toEqual(before);
    writeFileSync(moved, await jpeg());
    await engine.index(join(path, '..'));
    expect(await seen(engine, moved)).toEqual(before);
  });

  it('though the file was gone for longer than other photos are kept', async () => {
    const { engine, paths, photoIds } = await album();
    const [path = '', other = ''] = paths;
    await apply(engine, { photoIds: [at(photoIds, 0)], ...change });
    const before = await seen(engine, path);
    const bytes = readFileSync(path);
    rmSync(path);
    rmSync(other);
    await engine.index(join(path, '..'));
    const store = openStore(engine.libraryDir);
    rawDatabase(store).prepare('UPDATE photos SET missing_since = 1 WHERE NOT present').run();
    store.close();
    await engine.index(join(path, '..'));
    expect((await engine.api['library.status']({})).missing).toBe(1);
    writeFileSync(path, bytes);
    await engine.index(join(path, '..'));
    expect(await seen(engine, path)).toEqual({ ...before, capturedAt: before.capturedAt });
  });

  it('at a copy of the photo, once its file is gone, and at both when it is back', async () => {
    const { engine, paths, photoIds } = await album();
    const [path = ''] = paths;
    const folder = join(path, '..');
    const copy = join(folder, 'copy of kitten.jpg');
    copyFileSync(path, copy);
    await engine.index(folder);
    await apply(engine, { photoIds: [at(photoIds, 0)], ...change });
    const before = await seen(engine, path);
    const copyId = await idOf(engine, copy);
    await apply(engine, { photoIds: [copyId], addCaptions: ['Am See'], rating: 2 });
    const bytes = readFileSync(path);
    rmSync(path);
    await engine.index(folder);
    const now = await seen(engine, copy);
    expect(now).toMatchObject({
      captions: ['Am See', 'Opa beim Angeln'],
      tags: before.tags,
      rating: 2,
      capturedAt: before.capturedAt,
    });
    expect(fileNames(await search(engine, { text: 'Angeln', mode: 'hybrid' })).slice(0, 1)).toEqual([
      'copy of kitten.jpg',
    ]);
    // A word taken off the copy afterwards stays off it.
    await apply(engine, { photoIds: [copyId], removeTags: ['Urlaub/Walchensee'] });
    await engine.index(folder);
    expect((await seen(engine, copy)).tags).toEqual([]);
    writeFileSync(path, bytes);
    await engine.index(folder);
    expect((await seen(engine, path)).captions).toEqual(['Opa beim Angeln']);
    expect((await seen(engine, copy)).captions).toEqual(['Am See', 'Opa beim Angeln']);
  });

  it('at the renamed file alone, although there is a copy', async () => {
    const { engine, paths, photoIds } = await album();
    const [path = ''] = paths;
    const copy = `${path}.copy.jpg`;
    copyFileSync(path, copy);
    await engine.index(join(path, '..'));
    await apply(engine, { photoIds: [at(photoIds, 0)], ...change });
    renameSync(path, path.replace('kitten', 'cat'));
    await engine.index(join(path, '..'));
    expect((await seen(engine, copy)).captions).toEqual([]);
    expect((await seen(engine, path.replace('kitten', 'cat'))).captions).toEqual(['Opa beim Angeln']);
  });

  it('in the albums of the photo, which its copy joins when its file is gone', async () => {
    const { engine, paths, photoIds } = await album();
    const [path = ''] = paths;
    const copy = `${path}.copy.jpg`;
    copyFileSync(path, copy);
    await engine.index(join(path, '..'));
    const { id } = await engine.api['albums.create']({ name: 'Best' });
    await engine.api['albums.add']({ albumId: id, photoIds: [at(photoIds, 0)] });
    rmSync(path);
    await engine.index(join(path, '..'));
    expect((await engine.api['albums.list']({})).find((one) => one.id === id)?.photos).toBe(1);
  });

  it('after a repair of the library, and in a backup', async () => {
    const { engine, paths, photoIds } = await album();
    await apply(engine, { photoIds, ...change, removeTags: ['nothing'] });
    const before = await Promise.all(paths.map((path) => seen(engine, path)));
    const backup = await engine.api['library.backup']({});
    expect(backup).not.toBeNull();
    await engine.close();
    await repairLibrary(engine.libraryDir);
    const repaired = testEngine(engine.libraryDir);
    await repaired.index(join(at(paths, 0), '..'));
    expect(await Promise.all(paths.map((path) => seen(repaired, path)))).toEqual(before);
    await repaired.close();
    const kept = new SQLite(backup?.path ?? '', { readonly: true });
    const texts = kept.prepare('SELECT text FROM own_captions').pluck().all();
    kept.close();
    expect(texts).toEqual(Array(3).fill('Opa beim Angeln'));
  });

  it('when the engine is killed after it has said so', async () => {
    const { engine, paths } = await album();
    await engine.close();
    const savedTags: string[] = [];
    for (let trial = 0; trial < 3; trial++) {
      const server = await startServer(engine.libraryDir);
      // At a different moment each time: before the edit arrives, during the write, after the answer.
      setTimeout(() => server.signal('SIGKILL'), 300 + 500 * trial);
      for (let n = 0; n < 2; n++) {
        const tag = `trial ${trial} tag ${n}`;
        const { status } = await runOn(engine.libraryDir, ['edit', ...paths, '--tag', tag]);
        if (status === 0) savedTags.push(tag);
      }
      await server.ended;
    }
    expect(savedTags.length).toBeGreaterThan(2);
    const again = testEngine(engine.libraryDir);
    for (const path of paths)
      expect((await photo(again, path)).written.tags).toEqual(expect.arrayContaining(savedTags));
    const store = openStore(engine.libraryDir);
    // After an unanswered edit, all photos have the tag or none.
    const halves = rawDatabase(store).prepare('SELECT name FROM own_tags GROUP BY name HAVING count(*) <> 3').all();
    expect(halves).toEqual([]);
    store.close();
  }, 240_000);
});

it('the command line says the same things about photos', async () => {
  const { engine, paths } = await album();
  await engine.close();
  const [path = '', other = ''] = paths;
  const options = [
    '--tag',
    'Urlaub/Walchensee',
    '--rating',
    '4',
    '--favourite',
    '--caption',
    'am See',
    '--date',
    '1987-05',
  ];
  const first = await runOn(engine.libraryDir, ['edit', path, other, ...options]);
  expect([first.status, first.stdout]).toEqual([0, 'Saved; 2 photos are changed.\n']);
  const second = await runOn(engine.libraryDir, ['edit', path, '--no-favourite', '--rating', 'file', '--json']);
  expect(jsonLines(second)[0]).toMatchObject({
    photos: 1,
    inverse: [{ rating: 4, tags: [{ name: 'Favorite', state: 'added' }] }],
  });
  const again = await runOn(engine.libraryDir, ['edit', path, '--no-favourite']);
  expect(again.stdout).toBe('Nothing to change.\n');
  const wrong = await runOn(engine.libraryDir, ['edit', path, '--date', 'yesterday']);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/1968-06-15/)]);
  const shown = await runOn(engine.libraryDir, ['metadata', 'show', path, '--json']);
  expect(jsonLines(shown)[0]).toMatchObject({
    rating: null,
    isFavourite: false,
    captions: [{ text: 'am See', source: 'own' }],
  });
  const texts = openStore(engine.libraryDir);
  expect(rawDatabase(texts).prepare('SELECT count(*) FROM caption_codes').pluck().get()).toBe(2);
  texts.close();
});

it('a sidecar gets what was written', async () => {
  const { engine, path, photoIds } = await describedPhoto();
  await apply(engine, { photoIds, addCaptions: ['Rex'], addTags: ['Family/Rex'], rating: 5, date: '2001-03' });
  await engine.api['metadata.writing']({ allowed: true });
  const written = await engine.api['metadata.write'](
    engineRequests['metadata.write'].params.parse({ path, known: true }),
  );
  const text = readFileSync(written.sidecar, 'utf8');
  for (const word of ['Rex', 'Family', 'Rating>5', '2001-03']) expect(text).toContain(word);
  if (written.job === null) throw new Error('the folder is read again');
  await engine.finish(written.job);
  expect(await seen(engine, path)).toMatchObject({ captions: ['Rex', 'a dog'], rating: 5 });
});

it('the relevance model is fitted again without a job, once captions were written', async () => {
  const engine = testEngine(await sampleLibrary());
  const { model } = await engine.api['library.status']({});
  const file = join(engine.libraryDir, 'models', String(model), 'relevance.json');
  const written = statSync(file).mtimeMs;
  const { hits } = await search(engine, { text: 'animal', limit: 30 });
  await apply(engine, {
    photoIds: hits.map(({ photoId }) => photoId),
    addCaptions: ['an afternoon at home'],
  });
  await expect.poll(() => statSync(file).mtimeMs).toBeGreaterThan(written);
});
