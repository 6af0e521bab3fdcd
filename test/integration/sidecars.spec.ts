// One job that writes the data of many photos to their sidecars: its plan, its writes, the values it leaves, and
// stopping it.
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import type { SidecarScope } from '../../src/shared/contract/metadata.ts';
import { itemAt, present } from '../../src/shared/at.ts';
import { sidecarJob } from '../../src/engine/jobs/sidecar-job.ts';
import { PhotoFolders } from '../../src/engine/library/reader/photo-folders.ts';
import { openStore } from '../../src/engine/store/database.ts';
import { readXmp } from '../../src/engine/library/metadata/xmp.ts';
import { testEngine, type TestEngine } from '../support/engine.ts';
import { undisturbed } from '../support/job-context.ts';
import { bag, xmpOf } from '../support/metadata-photo.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';

const library: SidecarScope = { of: 'library' };
const sidecarOf = (folder: string, name: string) => readXmp(readFileSync(join(folder, name)));

async function edit(engine: TestEngine, words: Params<'edits.apply'>): Promise<void> {
  await engine.api['edits.apply'](engineRequests['edits.apply'].params.parse(words));
}

const idAt = async (engine: TestEngine, path: string): Promise<PhotoId> =>
  (await engine.api['metadata.show']({ path })).id;

async function write(engine: TestEngine, scope: SidecarScope, replace = false) {
  const { id } = await engine.api['metadata.writeKnown']({ scope, replace });
  return present((await engine.finished(id)).sidecars);
}

/** Three photos: one written about here, one of Takeout, one with a sidecar that says something else than the library. */
async function threePhotos() {
  const takeout = JSON.stringify({
    title: 'b.jpg',
    description: 'Ducks',
    people: [{ name: 'Trude' }],
    photoTakenTime: { timestamp: '1404554726' },
  });
  const folder = await folderOf({
    'a.jpg': await jpeg({ red: 10 }),
    ...{ 'in/b.jpg': await jpeg({ red: 20 }), 'in/b.jpg.json': takeout },
    'c.jpg': await jpeg({ red: 30 }),
    'c.xmp': xmpOf('xmp:Rating="2"', `${bag('dc:subject', 'theirs')}<dc:description>Their words</dc:description>`),
    'd.jpg': await jpeg({ red: 40 }),
  });
  const engine = testEngine();
  await engine.index(folder);
  const [a, c] = [await idAt(engine, join(folder, 'a.jpg')), await idAt(engine, join(folder, 'c.jpg'))];
  await edit(engine, { photoIds: [a], addCaptions: ['The lake'], addTags: ['Family/Rex', 'sea'], date: '1968-06' });
  await edit(engine, { photoIds: [c], addCaptions: ['My words'], addTags: ['theirs', 'mine'], rating: 5 });
  return { folder, engine, a, c };
}

it('a plan says what would be written and in what sidecars disagree, and writes nothing', async () => {
  const { folder, engine } = await threePhotos();
  expect(await engine.api['metadata.plan']({ scope: library })).toEqual({
    ...{ photos: 4, toWrite: 3, newSidecars: 2, captions: 2, tags: 4, people: 1, ratings: 0, dates: 2, conflicts: 2 },
    examples: [
      {
        ...{ photo: join(folder, 'a.jpg'), caption: 'The lake', tags: ['Family', 'Rex', 'sea'] },
        ...{ people: [], rating: null, date: '1968-06' },
      },
      {
        ...{ photo: join(folder, 'c.jpg'), caption: null, tags: ['mine'], people: [], rating: null, date: null },
      },
      {
        ...{
          photo: join(folder, 'in/b.jpg'),
          caption: 'Ducks',
          tags: [],
          people: ['Trude'],
          rating: null,
          date: '2014-07-05T10:05:26Z',
        },
      },
    ],
    conflictExamples: [
      { photo: join(folder, 'c.jpg'), field: 'caption', sidecar: 'Their words', library: 'My words' },
      { photo: join(folder, 'c.jpg'), field: 'rating', sidecar: '2', library: '5' },
    ],
  });
  expect(readdirSync(folder).filter((name) => name.endsWith('.xmp'))).toEqual(['c.xmp']);
  const [{ id: folderId }] = [itemAt((await engine.api['library.status']({})).folders, 0)];
  expect(await engine.api['metadata.plan']({ scope: { of: 'folder', folderId } })).toMatchObject({ toWrite: 3 });
});

it('nothing is written until the person allows it', async () => {
  const { folder, engine } = await threePhotos();
  await expect(write(engine, library)).rejects.toMatchObject({ code: 'not-allowed' });
  expect(existsSync(join(folder, 'a.jpg.xmp'))).toBe(false);
});

it('other values of a sidecar stay unless they are to be replaced, and written values are not written again', async () => {
  const { folder, engine } = await threePhotos();
  await engine.api['metadata.writing']({ allowed: true });
  expect(await write(engine, library)).toEqual({ written: 3, unchanged: 0, kept: 1, failures: 0, failed: [] });
  expect(sidecarOf(folder, 'a.jpg.xmp')).toMatchObject({
    ...{ captions: ['The lake'], tags: ['Family', 'Rex', 'sea'] },
    dates: new Map([['exif:DateTimeOriginal', '1968-06']]),
  });
  expect(sidecarOf(folder, 'in/b.jpg.xmp')).toMatchObject({ captions: ['Ducks'], people: ['Trude'] });
  expect(sidecarOf(folder, 'in/b.jpg.xmp')?.dates.get('exif:DateTimeOriginal')).toBe('2014-07-05T10:05:26Z');
  expect(sidecarOf(folder, 'c.xmp')).toMatchObject({ captions: ['Their words'], tags: ['theirs', 'mine'] });
  expect(readdirSync(folder)).not.toContain('d.jpg.xmp');
  await engine.index(folder);
  expect(await engine.api['metadata.plan']({ scope: library })).toMatchObject({ toWrite: 1, tags: 0, conflicts: 2 });
  expect(await write(engine, library, true)).toMatchObject({ written: 1, unchanged: 1, kept: 0 });
  expect(sidecarOf(folder, 'c.xmp')).toMatchObject({ captions: ['My words'], ratings: [{ value: '5' }] });
  await engine.index(folder);
  expect(await engine.api['metadata.plan']({ scope: library })).toMatchObject({ toWrite: 0, conflicts: 0 });
});

it('the selection alone is written where it is asked for', async () => {
  const { folder, engine, a } = await threePhotos();
  await engine.api['metadata.writing']({ allowed: true });
  expect(await write(engine, { of: 'photos', photoIds: [a] })).toMatchObject({ written: 1 });
  expect(existsSync(join(folder, 'in/b.jpg.xmp'))).toBe(false);
});

it('failures are counted by kind and stop no other sidecar', async ({ skip }) => {
  skip(process.platform === 'win32' || process.getuid?.() === 0, 'this user may write everywhere');
  const { folder, engine } = await threePhotos();
  await engine.api['metadata.writing']({ allowed: true });
  chmodSync(join(folder, 'in'), 0o555);
  try {
    expect(await write(engine, library)).toMatchObject({
      ...{ written: 2, failures: 1 },
      failed: [{ code: 'read-only', count: 1 }],
    });
  } finally {
    chmodSync(join(folder, 'in'), 0o755);
  }
});

it('a damaged sidecar is left as it is and named', async () => {
  const { folder, engine } = await threePhotos();
  await engine.api['metadata.writing']({ allowed: true });
  writeFileSync(join(folder, 'a.xmp'), '<x:xmpmeta');
  const outcome = await write(engine, library);
  expect(outcome).toMatchObject({ written: 2, failures: 1, failed: [{ code: 'unreadable', count: 1 }] });
  expect(itemAt(itemAt(outcome.failed, 0).messages, 0)).toMatch(/^a\.xmp was not changed because/);
  expect(readFileSync(join(folder, 'a.xmp'), 'utf8')).toBe('<x:xmpmeta');
});

it('a photo whose file has gone since is named, and stops no other', async () => {
  const { folder, engine } = await threePhotos();
  await engine.api['metadata.writing']({ allowed: true });
  rmSync(join(folder, 'a.jpg'));
  expect(await write(engine, library)).toMatchObject({ written: 2, failures: 1 });
  expect(existsSync(join(folder, 'a.jpg.xmp'))).toBe(false);
});

it('a job that was stopped goes on with the rest, and counts what it had written before', async () => {
  const { folder, engine } = await threePhotos();
  const photoIds = await Promise.all(['a.jpg', 'c.jpg', 'in/b.jpg'].map((name) => idAt(engine, join(folder, name))));
  await engine.close();
  const store = openStore(engine.libraryDir);
  const photoFolders = new PhotoFolders({ readers: 1 });
  onTestFinished(() => {
    photoFolders.close();
    store.close();
  });
  const run = sidecarJob(store, photoFolders);
  const params = { photoIds, replace: true };
  const stop = new AbortController();
  const startedBefore = Date.now() - 1;
  const stopped = run(params, {
    ...undisturbed,
    signal: stop.signal,
    progress: (done) => {
      if (done === 1) stop.abort();
    },
  });
  await expect(stopped).rejects.toThrow();
  expect(existsSync(join(folder, 'a.jpg.xmp'))).toBe(true);
  expect(existsSync(join(folder, 'in/b.jpg.xmp'))).toBe(false);
  expect(await run(params, { ...undisturbed, startedBefore })).toMatchObject({ written: 3, unchanged: 0 });
});
