// Metadata in a library: dates and people are found, words of lost sidecars stay, and a newer reader reads again
// without encoding.
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { engineRequests } from '../../src/shared/contract/engine.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { testEngine, type TestEngine } from '../support/engine.ts';
import { bag, photoWith, xmpOf } from '../support/metadata-photo.ts';
import { folderOf, jpeg } from '../support/photo-tree.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function found(engine: TestEngine, text: string): Promise<string[]> {
  const answer = await engine.api['search.query'](engineRequests['search.query'].params.parse({ text, k: 50 }));
  return answer.hits.map((hit) => basename(hit.path)).sort();
}

const photo = (red: number) => jpeg({ width: 40, height: 30, red });
const original = (text: string) => ({ exif: { exif: { 0x9003: { ascii: text } } } });

describe('a library', () => {
  it('finds photos by their dates, as precisely as they are known, and agrees with itself', async () => {
    const folder = await folderOf({
      'year.jpg': await photoWith(original('1968:00:00 00:00:00')),
      'month.jpg': await photoWith(original('1968:06:00 00:00:00')),
      'day.jpg': await photoWith({ iptc: { 55: '19680615' } }),
      'time.jpg': await photoWith(original('1968:06:15 10:00:00')),
      'reset.jpg': await photoWith(original('1980:01:01 00:00:00')),
      'IMG-20190101-WA0001.jpg': await photo(3),
    });
    const copied = new Date('2026-06-01T12:00:00Z');
    for (const name of ['reset.jpg', 'IMG-20190101-WA0001.jpg']) utimesSync(join(folder, name), copied, copied);
    const engine = testEngine();
    await engine.index(folder);
    const all1968 = ['day.jpg', 'month.jpg', 'time.jpg', 'year.jpg'];
    expect(await found(engine, 'date:1968')).toEqual(all1968);
    expect(await found(engine, 'date:1960..1970')).toEqual(all1968);
    expect(await found(engine, 'before:1969')).toEqual(all1968);
    expect(await found(engine, 'date:1968-06')).toEqual(['day.jpg', 'month.jpg', 'time.jpg']);
    expect(await found(engine, 'date:1968-06-15')).toEqual(['day.jpg', 'time.jpg']);
    expect(await found(engine, 'on:06-15')).toEqual(['day.jpg', 'time.jpg']);
    expect(await found(engine, 'date:1980')).toEqual([]);
    expect(await found(engine, 'has:date')).toEqual(['IMG-20190101-WA0001.jpg', ...all1968]);
    expect(await found(engine, 'date:2019-01-01')).toEqual(['IMG-20190101-WA0001.jpg']);
    expect(await found(engine, '-has:date')).toEqual(['reset.jpg']);
    const recent = await engine.api['photos.recent']({ limit: 10, offset: 0 });
    expect(recent.map((hit) => basename(hit.path)).slice(0, 2)).toEqual(['reset.jpg', 'IMG-20190101-WA0001.jpg']);
  });

  it('finds people by their names and as a filter, and shows them', async () => {
    const regions = bag('Iptc4xmpExt:PersonInImage', 'Ingrid Muster', 'Tom');
    const folder = await folderOf({
      'a.jpg': await photoWith({ xmp: xmpOf('', regions) }),
      'b.jpg': await photo(2),
    });
    const engine = testEngine();
    await engine.index(folder);
    for (const text of [
      '"Ingrid Muster"',
      'person:ingrid',
      'person:"Ingrid Muster"',
      'has:person',
      'person:nobody,tom',
    ]) {
      expect([text, await found(engine, text)]).toEqual([text, ['a.jpg']]);
    }
    expect(await found(engine, '-person:Tom')).toEqual(['b.jpg']);
    const [hit] = (
      await engine.api['search.query'](engineRequests['search.query'].params.parse({ text: 'has:person' }))
    ).hits;
    if (hit === undefined) throw new Error('a.jpg is found');
    const details = await engine.api['photos.get']({ photoId: hit.photoId });
    expect(details).toMatchObject({ people: ['Ingrid Muster', 'Tom'], dateSource: 'file' });
    const { items } = await engine.api['search.complete']({ text: 'person:ing', cursor: 10, limit: 5 });
    expect(items).toMatchObject([{ text: 'person:"Ingrid Muster"', photos: 1 }]);
  });

  it('keeps what an emptied, zeroed or cut sidecar said, and names it until it is whole again', async () => {
    const whole = xmpOf('xmp:Rating="4"', bag('dc:subject', 'river') + bag('Iptc4xmpExt:PersonInImage', 'Anna'));
    const folder = await folderOf({
      ...{ 'a.jpg': await photo(1), 'a.jpg.xmp': whole, 'b.jpg': await photo(2), 'b.xmp': whole },
      ...{ 'c.jpg': await photo(3), 'c.jpg.txt': 'By the river', 'd.jpg': await photo(4), 'd.txt': '' },
      ...{ 'e.jpg': await photo(5), 'e.jpg.xmp': whole },
    });
    const engine = testEngine();
    expect(await engine.index(folder)).toMatchObject({ indexed: 5, failed: 0 });
    writeFileSync(join(folder, 'a.jpg.xmp'), '');
    writeFileSync(join(folder, 'b.xmp'), Buffer.alloc(900));
    writeFileSync(join(folder, 'c.jpg.txt'), '');
    writeFileSync(join(folder, 'e.jpg.xmp'), whole.slice(0, -60));
    for (const run of ['first', 'second']) {
      const { failed, failures } = await engine.index(folder);
      expect([run, failed, failures.map(({ path }) => basename(path)).sort()]).toEqual([
        ...[run, 4, ['a.jpg.xmp', 'b.xmp', 'c.jpg.txt', 'e.jpg.xmp']],
      ]);
      for (const { message } of failures) expect(message).toMatch(/what it said before is kept; restore it/);
      expect(await found(engine, 'tag:river')).toEqual(['a.jpg', 'b.jpg', 'e.jpg']);
      expect(await found(engine, 'rating:4')).toEqual(['a.jpg', 'b.jpg', 'e.jpg']);
      expect(await found(engine, 'person:Anna')).toEqual(['a.jpg', 'b.jpg', 'e.jpg']);
      expect(await found(engine, '"by the river"')).toEqual(['c.jpg']);
    }
    writeFileSync(join(folder, 'a.jpg.xmp'), xmpOf('', bag('dc:subject', 'lake')));
    expect(await engine.index(folder)).toMatchObject({ failed: 3 });
    expect(await found(engine, 'tag:river')).toEqual(['b.jpg', 'e.jpg']);
    expect(await found(engine, 'tag:lake')).toEqual(['a.jpg']);
  });

  it.each([
    ['captions.csv', 'image,caption\na.jpg,By the river\n'],
    ['captions.json', '{"a.jpg": "By the river"}'],
    ['metadata.jsonl', '{"file_name": "a.jpg", "text": "By the river"}'],
    ['.picasa.ini', '[a.jpg]\r\ncaption=By the river\r\n'],
  ])('keeps what %s said when it is emptied or zeroed, and names it until it is whole again', async (name, whole) => {
    const folder = await folderOf({ 'a.jpg': await photo(1), [name]: whole });
    const engine = testEngine();
    expect(await engine.index(folder)).toMatchObject({ failed: 0 });
    for (const content of ['', Buffer.alloc(900), Buffer.alloc(900)]) {
      writeFileSync(join(folder, name), content);
      writeFileSync(join(folder, 'b.jpg'), await photo(2));
      const { failures } = await engine.index(folder);
      expect(failures.map(({ path }) => basename(path))).toEqual([name]);
      expect(await found(engine, '"by the river"')).toEqual(['a.jpg']);
    }
    writeFileSync(join(folder, name), whole.replace('river', 'lake'));
    expect(await engine.index(folder)).toMatchObject({ failed: 0 });
    expect(await found(engine, '"by the river"')).toEqual([]);
    expect(await found(engine, '"by the lake"')).toEqual(['a.jpg']);
  });

  it('of an older reader is read again, and not encoded again', async () => {
    const folder = await folderOf({ 'a.jpg': await photoWith({ xmp: xmpOf('dc:title="Ladybug"') }) });
    const library = temporaryFolder();
    const before = testEngine(library);
    await before.index(folder);
    await before.close();
    const db = new SQLite(join(library, 'library.db'));
    db.exec(`UPDATE photos SET metadata_reader = 0; DELETE FROM captions`);
    const rows = () => db.prepare('SELECT rowid, hex(row) FROM photo_features').raw().all();
    const encoded = rows();
    const engine = testEngine(library);
    expect(await engine.index(folder)).toMatchObject({ indexed: 1 });
    expect(await found(engine, '"ladybug"')).toEqual(['a.jpg']);
    expect(rows()).toEqual(encoded);
    expect(await engine.index(folder)).toMatchObject({ indexed: 0, unchanged: 1 });
    db.close();
  });
});

describe('a position', () => {
  it('has its photo found by the place and the year, with no network', async () => {
    const gps = (degrees: number) => ({ rationals: [[Math.round(degrees * 1e6), 1e6]] as const });
    const exif = {
      exif: { 0x9003: { ascii: '2019:07:31 12:00:00' } },
      gps: { 1: { ascii: 'N' }, 2: gps(41.8902), 3: { ascii: 'E' }, 4: gps(12.4922) },
    };
    const folder = await folderOf({ 'a.jpg': await photoWith({ exif }), 'b.jpg': await photo(2) });
    const engine = testEngine();
    await engine.index(folder);
    for (const text of ['place:Rome', 'place:Italy', '"rome"', 'has:place']) {
      expect([text, await found(engine, text)]).toEqual([text, ['a.jpg']]);
    }
    const answer = await engine.api['search.query'](engineRequests['search.query'].params.parse({ text: 'Rome 2019' }));
    expect(basename(answer.hits[0]?.path ?? '')).toBe('a.jpg');
    const details = await engine.api['metadata.show']({ path: join(folder, 'a.jpg') });
    expect(details.place).toMatch(/Rome.*Ital/);
    const shown = await engine.api['photos.get']({ photoId: answer.hits[0]?.photoId ?? (0 as PhotoId) });
    expect(shown.position?.latitude).toBeCloseTo(41.8902, 5);
    expect(shown.position?.longitude).toBeCloseTo(12.4922, 5);
    expect(shown.modifiedAt).toBe(statSync(join(folder, 'a.jpg')).mtimeMs);
  });
});

describe('the exposure of a photo', () => {
  it('is read from the file as it is now, and unknown while the file is not there', async () => {
    const exif = { exif: { 0x829a: { rationals: [[1, 250]] }, 0x8827: { short: 400 } } } as const;
    const folder = await folderOf({ 'a.jpg': await photoWith({ exif }) });
    const engine = testEngine();
    await engine.index(folder);
    const [photoId] = (await engine.api['photos.timeline']({ order: 'taken' })).photoIds;
    if (photoId === undefined) throw new Error('no photo');
    // A disk that is slow to answer gives no exposure at first.
    const shown = () => engine.api['photos.exposure']({ photoId });
    await expect.poll(shown).toMatchObject({ seconds: 0.004, iso: 400, aperture: null });
    writeFileSync(join(folder, 'a.jpg'), await photoWith({ exif: { exif: { 0x8827: { short: 800 } } } }));
    await expect.poll(shown).toMatchObject({ seconds: null, iso: 800 });
    renameSync(folder, `${folder} away`);
    expect(await shown()).toBeNull();
    renameSync(`${folder} away`, folder);
    await expect(engine.api['photos.exposure']({ photoId: 99 as PhotoId })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

it('gives the code of a photo that the model in use made', async () => {
  const engine = testEngine();
  await engine.index(await folderOf({ 'a.jpg': await photo(1) }));
  const [photoId] = (await engine.api['photos.timeline']({ order: 'taken' })).photoIds;
  const code = await engine.api['photos.code']({ photoId: photoId ?? (0 as PhotoId) });
  const { model } = await engine.api['library.status']({});
  expect(code?.modelId).toBe(model);
  expect(code?.code).toMatch(/^[\da-f]+$/);
  expect(code?.code.length).toBe((code?.bits ?? 0) / 4);
  expect(await engine.api['photos.code']({ photoId: 99 as PhotoId })).toBeNull();
});
