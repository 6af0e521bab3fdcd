// Text in photos: read on request, found by search, updated with new and changed photos, paused, removed.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/shared/json.ts';
import { engineRequests, type Params } from '../../src/shared/contract/engine.ts';
import type { OcrStatus } from '../../src/shared/contract/ocr.ts';
import { paint } from '../support/drawn-text.ts';
import { testEngine, type TestEngine } from '../support/engine.ts';
import { folderOf } from '../support/photo-tree.ts';
import { runOn } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const look = { width: 640, height: 320, size: 60, face: 'DejaVu Sans', ink: '#111', ground: '#fe9' };
const sign = (...lines: string[]): Promise<Buffer> => paint(lines, look);
/** A picture without text. */
const plain = (colour: string): Promise<Buffer> => paint([], { ...look, ground: colour });

const query = async (engine: TestEngine, params: Params<'search.query'>) =>
  (await engine.api['search.query'](engineRequests['search.query'].params.parse(params))).hits.map(
    ({ path, inPhotoText }) => [basename(path), inPhotoText],
  );

/** Waits until nothing is left to read. */
async function readAll(engine: TestEngine): Promise<OcrStatus> {
  const job = await engine.api['ocr.read']({});
  if (job !== null) await engine.finish(job);
  return engine.api['ocr.status']({});
}

it('reads nothing until it is asked to; then search finds photos by the words they show, and says so', async () => {
  const folder = await folderOf({
    'one.jpg': await sign('Zimtschnecke'),
    'two.jpg': await plain('#358'),
    'three.jpg': await sign('No entry'),
  });
  const engine = testEngine();
  await engine.index(folder);
  expect(await engine.api['ocr.status']({})).toMatchObject({ on: false, photos: 3, read: 0 });
  expect(await engine.api['ocr.read']({})).toBeNull();
  const unread = await engine.api['search.query'](engineRequests['search.query'].params.parse({ text: 'has:text' }));
  expect([unread.hits.length, unread.notice]).toEqual([0, 'Text in photos has not been read in this library.']);

  const measured = await engine.api['ocr.measure']({});
  expect(measured).toMatchObject({ on: false, read: 0 });
  expect(measured.secondsPerPhoto).toBeGreaterThan(0);

  const { job } = await engine.api['ocr.set']({ on: true });
  if (job === null) throw new Error('there are photos to read');
  await engine.finish(job);
  expect(await engine.api['ocr.status']({})).toMatchObject({ on: true, read: 3, withText: 2, failed: 0 });
  expect((await query(engine, { text: 'zimtschnecke' }))[0]).toEqual(['one.jpg', true]);
  expect(await query(engine, { text: 'text:zimt*' })).toEqual([['one.jpg', false]]);
  expect(await query(engine, { text: '"no entry"' })).toEqual([['three.jpg', true]]);
  expect(await query(engine, { text: '-has:text' })).toEqual([['two.jpg', false]]);
  const [hit] = (await engine.api['search.query'](engineRequests['search.query'].params.parse({ text: 'text:entry' })))
    .hits;
  if (hit === undefined) throw new Error('it was found above');
  expect((await engine.api['photos.get']({ photoId: hit.photoId })).text).toBe('No entry');
});

it('reads new and changed photos while it is on, copies without reading, and forgets everything when it is told to', async () => {
  const folder = await folderOf({ 'a.jpg': await sign('Bahnhof') });
  const engine = testEngine();
  await engine.index(folder);
  await engine.api['ocr.set']({ on: true });
  await readAll(engine);
  writeFileSync(join(folder, 'a.jpg'), await sign('Flughafen'));
  writeFileSync(join(folder, 'b.jpg'), await sign('Rathaus'));
  copyFileSync(join(folder, 'b.jpg'), join(folder, 'c.jpg'));
  await engine.index(folder);
  expect(await readAll(engine)).toMatchObject({ photos: 3, read: 3, withText: 3 });
  expect(await query(engine, { text: 'text:bahnhof' })).toEqual([]);
  expect(await query(engine, { text: 'text:flughafen' })).toEqual([['a.jpg', false]]);
  expect((await query(engine, { text: 'text:rathaus' })).sort()).toEqual([
    ['b.jpg', false],
    ['c.jpg', false],
  ]);

  rmSync(join(folder, 'c.jpg'));
  await engine.index(folder);
  await engine.api['library.removeMissing']({});
  expect(await query(engine, { text: 'text:rathaus' })).toEqual([['b.jpg', false]]);

  await engine.api['ocr.set']({ on: false });
  expect(await engine.api['ocr.removeText']({})).toMatchObject({ on: false, read: 0, withText: 0 });
  expect(await query(engine, { text: 'text:rathaus' })).toEqual([]);
});

it('steps back for other work, can be paused and goes on, and remembers what it has read', async () => {
  const files = Object.fromEntries(
    await Promise.all(Array.from({ length: 6 }, async (_, i) => [`${i}.jpg`, await sign(`Haus ${i}`)] as const)),
  );
  const folder = await folderOf(files);
  const engine = testEngine();
  await engine.index(folder);
  const { job } = await engine.api['ocr.set']({ on: true });
  if (job === null) throw new Error('there are photos to read');
  await expect.poll(async () => (await engine.api['ocr.status']({})).read).toBeGreaterThan(0);
  await engine.index(folder);
  const before = await engine.api['ocr.status']({});
  expect(before.read).toBeLessThan(6);
  await engine.api['jobs.pause']({ jobId: job.id });
  expect((await engine.finished(job.id)).state).toBe('paused');
  const { read } = await engine.api['ocr.status']({});
  await engine.finish(await engine.api['jobs.resume']({ jobId: job.id }));
  expect(await engine.api['ocr.status']({})).toMatchObject({ read: 6, withText: 6 });
  expect(read).toBeLessThan(6);
});

it('says in the command line how long it takes before it begins', async () => {
  const folder = await folderOf({ 'a.jpg': await sign('Bahnhof') });
  const library = temporaryFolder();
  await runOn(library, ['index', folder]);
  const on = await runOn(library, ['text', 'on']);
  expect(on.stderr).toMatch(/About \d+\.\d seconds a photo here/);
  expect(on.stdout).toContain('1 of 1 photos read, 1 with text.');
  expect((await runOn(library, ['search', 'text', 'bahnhof'])).stdout).toContain('(text in the photo)');
  expect(parseJson(z.unknown(), (await runOn(library, ['text', 'off', '--json'])).stdout)).toMatchObject({
    on: false,
    withText: 1,
  });
});
