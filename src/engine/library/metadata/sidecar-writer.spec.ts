// The sidecar that is written, its preserved content, and files that are never touched.
import { readdirSync, readFileSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bag, xmpOf } from '../../../../test/support/metadata-photo.ts';
import { folderOf } from '../../../../test/support/photo-tree.ts';
import { temporaryOf } from '../../runtime/atomic-write.ts';
import { scanFolder } from '../scan/scan.ts';
import { writeSidecar } from './sidecar-writer.ts';
import type { XmpChanges } from './write-xmp.ts';
import { readXmp } from './xmp.ts';

const sea: XmpChanges = { tags: ['sea'] };
const tagsIn = (folder: string, name: string) => readXmp(readFileSync(path.join(folder, name)))?.tags;

it('makes one beside the photo where there is none, with the stamp that a scan finds', async () => {
  const folder = await folderOf({ 'in/a.jpg': 'x', 'in/b.jpg.xmp': xmpOf('', '') });
  const written = await writeSidecar(folder, 'in/a.jpg', sea);
  expect(readdirSync(path.join(folder, 'in')).toSorted()).toEqual(['a.jpg', 'a.jpg.xmp', 'b.jpg.xmp']);
  expect(tagsIn(folder, 'in/a.jpg.xmp')).toEqual(['sea']);
  const [photo] = (await scanFolder(folder)).photos;
  expect(written).toEqual({
    ...{ path: 'in/a.jpg.xmp', isChanged: true, kept: [], stamp: photo?.sidecarStamp },
    modifiedAt: statSync(path.join(folder, 'in/a.jpg.xmp')).mtimeMs,
  });
  expect(photo?.sidecars).toEqual(['in/a.jpg.xmp']);
});

it('changes the one that is there, under its own name, and keeps all else in it', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'A.XMP': xmpOf('xmp:Label="Red"', bag('dc:subject', 'old')) });
  expect(await writeSidecar(folder, 'a.jpg', sea)).toMatchObject({ path: 'A.XMP', isChanged: true });
  expect(readdirSync(folder).toSorted()).toEqual(['A.XMP', 'a.jpg']);
  expect(readFileSync(path.join(folder, 'A.XMP'), 'utf8')).toBe(
    xmpOf('xmp:Label="Red"', bag('dc:subject', 'old', 'sea')),
  );
});

it('takes the first of several for XMP, and no list of captions for one', async () => {
  const empty = xmpOf('', '');
  const folder = await folderOf({ 'a.jpg': 'x', 'a.txt': 'a dog', 'a.xmp': empty, 'a.jpg.xmp': empty });
  expect(await writeSidecar(folder, 'a.jpg', sea)).toMatchObject({ path: 'a.jpg.xmp' });
  expect(readFileSync(path.join(folder, 'a.xmp'), 'utf8')).toBe(empty);
  expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('a dog');
});

it('writes nothing where all of it is there', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'a.xmp': xmpOf('', bag('dc:subject', 'sea')) });
  const before = statSync(path.join(folder, 'a.xmp'));
  const written = await writeSidecar(folder, 'a.jpg', sea);
  expect(written).toEqual({
    path: 'a.xmp',
    isChanged: false,
    kept: [],
    modifiedAt: before.mtimeMs,
    stamp: (await scanFolder(folder)).photos[0]?.sidecarStamp,
  });
  expect(statSync(path.join(folder, 'a.xmp')).ino).toBe(before.ino);
});

it('adds no caption that is there as a title or in another language, unless it is to replace the description', async () => {
  const text = xmpOf(
    '',
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Boats</rdf:li><rdf:li xml:lang="de">Boote</rdf:li></rdf:Alt></dc:description>',
  );
  const folder = await folderOf({ 'a.jpg': 'x', 'a.xmp': text });
  const keeps = await writeSidecar(folder, 'a.jpg', { caption: 'Boote' }, true);
  expect(keeps).toMatchObject({ isChanged: false, kept: [] });
  expect(readFileSync(path.join(folder, 'a.xmp'), 'utf8')).toBe(text);
  await writeSidecar(folder, 'a.jpg', { caption: 'Boote' });
  expect(readFileSync(path.join(folder, 'a.xmp'), 'utf8')).toBe(text.replace('Boats', 'Boote'));
});

it('removes what a run that was killed a moment ago left of the same sidecar, and leaves those of others', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'b.jpg': 'x' });
  const [own, other] = [temporaryOf(path.join(folder, 'a.jpg.xmp')), temporaryOf(path.join(folder, 'b.jpg.xmp'))];
  for (const left of [own, other]) writeFileSync(left, 'half');
  await writeSidecar(folder, 'a.jpg', sea);
  expect(readdirSync(folder).toSorted()).toEqual([path.basename(other), 'a.jpg', 'a.jpg.xmp', 'b.jpg'].toSorted());
});

it('fills one that a crash has left empty or full of zeros, and removes what an earlier write has left', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'a.xmp': '', 'b.jpg': 'x', 'b.xmp': new Uint8Array(64) });
  const left = temporaryOf(path.join(folder, 'a.xmp'));
  writeFileSync(left, 'half');
  utimesSync(left, new Date(0), new Date(0));
  for (const name of ['a', 'b']) {
    await writeSidecar(folder, `${name}.jpg`, sea);
    expect(tagsIn(folder, `${name}.xmp`)).toEqual(['sea']);
  }
  expect(readdirSync(folder).toSorted()).toEqual(['a.jpg', 'a.xmp', 'b.jpg', 'b.xmp']);
});

it('removes, at each write in a folder, what a write of a minute ago has left there', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'b.jpg': 'x' });
  await writeSidecar(folder, 'a.jpg', sea);
  const [old, young] = [temporaryOf(path.join(folder, 'a.jpg.xmp')), temporaryOf(path.join(folder, 'a.jpg.xmp'))];
  for (const left of [old, young]) writeFileSync(left, 'half');
  const before = new Date(Date.now() - 2 * 60_000);
  utimesSync(old, before, before);
  await writeSidecar(folder, 'b.jpg', sea);
  expect(readdirSync(folder).toSorted()).toEqual([path.basename(young), 'a.jpg', 'a.jpg.xmp', 'b.jpg', 'b.jpg.xmp']);
});

it('refuses one that is damaged or too large, and leaves it as it is', async () => {
  const folder = await folderOf({ 'a.jpg': 'x', 'a.xmp': '<x:xmpmeta', 'b.jpg': 'x', 'b.xmp': '' });
  await expect(writeSidecar(folder, 'a.jpg', sea)).rejects.toMatchObject({
    ...{ code: 'unreadable', cause: expect.any(Error) as Error },
    message: expect.stringMatching(
      /^a\.xmp was not changed because .+; open it with the program that wrote it\.$/,
    ) as string,
  });
  expect(readFileSync(path.join(folder, 'a.xmp'), 'utf8')).toBe('<x:xmpmeta');
  truncateSync(path.join(folder, 'b.xmp'), 300 * 1024 * 1024);
  await expect(writeSidecar(folder, 'b.jpg', sea)).rejects.toMatchObject({
    ...{ code: 'unreadable', message: 'b.xmp is too large to be changed.' },
  });
});

it('writes nothing outside of the folder, wherever a link leads', async ({ skip }) => {
  skip(process.platform === 'win32', 'links need rights there');
  const outside = await folderOf({ 'a.jpg': 'x', 'a.xmp': xmpOf('', '') });
  const folder = await folderOf({ 'in/a.jpg': 'x', 'b.jpg': 'x' });
  symlinkSync(outside, path.join(folder, 'linked'));
  symlinkSync(path.join(outside, 'a.xmp'), path.join(folder, 'b.xmp'));
  await expect(writeSidecar(folder, 'linked/a.jpg', sea)).rejects.toMatchObject({
    ...{ code: 'bad-argument', message: expect.stringContaining('leads out of its folder') as string },
  });
  await expect(writeSidecar(folder, 'b.jpg', sea)).rejects.toThrow();
  expect(readdirSync(outside).toSorted()).toEqual(['a.jpg', 'a.xmp']);
  expect(readFileSync(path.join(outside, 'a.xmp'), 'utf8')).toBe(xmpOf('', ''));
  // A folder with this one's name as a prefix is outside too.
  const [real, near] = [path.join(folder, 'in'), path.join(folder, 'inside')];
  symlinkSync(outside, near);
  await expect(writeSidecar(real, '../inside/a.jpg', sea)).rejects.toMatchObject({ code: 'bad-argument' });
});

it('keeps a caption, rating and date that say something else where that is asked for, and adds the rest', async () => {
  const theirs = xmpOf(
    'xmp:Rating="2" exif:DateTimeOriginal="1970"',
    `<dc:description>Theirs</dc:description>${bag('dc:subject', 'old')}`,
  );
  const folder = await folderOf({ 'a.jpg': 'x', 'a.xmp': theirs, 'b.jpg': 'x', 'b.xmp': xmpOf('xmp:Rating="0"', '') });
  const mine: XmpChanges = { caption: 'Mine', rating: 5, date: '1968-06', tags: ['sea'] };
  expect(await writeSidecar(folder, 'a.jpg', mine, true)).toMatchObject({ kept: ['caption', 'rating', 'date'] });
  expect(readFileSync(path.join(folder, 'a.xmp'), 'utf8')).toBe(
    theirs.replace('old</rdf:li>', 'old</rdf:li><rdf:li>sea</rdf:li>'),
  );
  // Zero stars mean no rating, and equal words are no conflict.
  expect(await writeSidecar(folder, 'b.jpg', mine, true)).toMatchObject({ kept: [], isChanged: true });
  expect(await writeSidecar(folder, 'b.jpg', mine, true)).toMatchObject({ kept: [], isChanged: false });
});
