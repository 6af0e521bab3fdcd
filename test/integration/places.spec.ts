// Photos change places in common ways: in the end each is there once, as in a fresh index, and keeps the words
// written about it.
import { linkSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync, rmSync, copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { photoEdit } from '../../src/shared/contract/edits.ts';
import type { PhotoId } from '../../src/shared/contract/ids.ts';
import { search, testEngine, type TestEngine } from '../support/engine.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** By path below the folder: the words written about the photo there, by its content. */
async function written(engine: TestEngine, root: string): Promise<Map<string, string>> {
  const list = await engine.api['photos.recent']({ limit: 100, offset: 0 });
  const found = new Map<string, string>();
  for (const { photoId, path } of list) {
    const { captions } = await engine.api['photos.get']({ photoId });
    found.set(
      path.slice(root.length + 1),
      captions.flatMap(({ text, source }) => (source === 'own' ? [text] : [])).join('|'),
    );
  }
  return new Map([...found].sort());
}

/** A folder with photos at these places, each described in the application by the name of its file here. */
async function described(...places: string[]) {
  const root = join(temporaryFolder(), 'photos');
  const made = await fillWithPhotos(join(temporaryFolder(), 'made'), places.length);
  places.forEach((place, n) => {
    mkdirSync(join(root, place, '..'), { recursive: true });
    renameSync(made[n] ?? '', join(root, place));
    // Photos have different times.
    utimesSync(join(root, place), 1_000_000 + n, 1_000_000 + n);
  });
  const engine = testEngine();
  await engine.index(root);
  for (const { photoId, path } of await engine.api['photos.recent']({ limit: 100, offset: 0 })) {
    const text = `About ${basename(path)} of ${path.slice(root.length + 1)}`;
    await engine.api['edits.apply'](photoEdit.parse({ photoIds: [photoId], addCaptions: [text] }));
  }
  const go = (from: string, to: string) => renameSync(join(root, from), join(root, to));
  return { root, engine, go };
}

const about = (place: string) => `About ${basename(place)} of ${place}`;

it('follows two names that were swapped, and three in a circle', async () => {
  const { root, engine, go } = await described('a.jpg', 'b.jpg', 'c.jpg');
  go('a.jpg', 'x');
  go('b.jpg', 'a.jpg');
  go('x', 'b.jpg');
  await engine.index(root);
  expect([...(await written(engine, root)).values()]).toEqual([about('b.jpg'), about('a.jpg'), about('c.jpg')]);
  go('a.jpg', 'x');
  go('c.jpg', 'a.jpg');
  go('b.jpg', 'c.jpg');
  go('x', 'b.jpg');
  await engine.index(root);
  expect([...(await written(engine, root)).values()]).toEqual([about('c.jpg'), about('b.jpg'), about('a.jpg')]);
  expect(await engine.api['library.status']({})).toMatchObject({ photos: 3, missing: 0 });
}, 120_000);

it('follows two folders that were swapped, and one whose name changed in its case alone', async () => {
  const { root, engine, go } = await described('summer/1.jpg', 'summer/2.jpg', 'winter/1.jpg', 'Trip/1.jpg');
  go('summer', 'x');
  go('winter', 'summer');
  go('x', 'winter');
  go('Trip', 'trip');
  await engine.index(root);
  expect(await written(engine, root)).toEqual(
    new Map([
      ['summer/1.jpg', about('winter/1.jpg')],
      ['trip/1.jpg', about('Trip/1.jpg')],
      ['winter/1.jpg', about('summer/1.jpg')],
      ['winter/2.jpg', about('summer/2.jpg')],
    ]),
  );
}, 120_000);

it.each(['all folders', 'one of them alone'])(
  'follows two folders of the library that were swapped, when %s is indexed',
  async (which) => {
    const { root, engine } = await described('a.jpg', 'b.jpg', 'in/c.jpg');
    const second = join(temporaryFolder(), 'second');
    mkdirSync(second);
    const [, , , other = ''] = await fillWithPhotos(join(temporaryFolder(), 'made'), 4);
    renameSync(other, join(second, 'a.jpg'));
    await engine.index(second);
    renameSync(root, `${root}-x`);
    renameSync(second, root);
    renameSync(`${root}-x`, second);
    if (which === 'all folders') await engine.finish(await engine.api['folders.index']({}));
    else await engine.index(root);
    expect(await written(engine, second)).toMatchObject(
      new Map([
        ['a.jpg', about('a.jpg')],
        ['b.jpg', about('b.jpg')],
        ['in/c.jpg', about('in/c.jpg')],
      ]),
    );
    expect(await engine.api['library.status']({})).toMatchObject({ photos: 4, missing: 0 });
    const list = await engine.api['photos.recent']({ limit: 9, offset: 0 });
    const [came] = list.filter(({ path }) => path === join(root, 'a.jpg'));
    expect((await engine.api['photos.get']({ photoId: came?.photoId ?? (0 as PhotoId) })).captions).toEqual([]);
  },
  120_000,
);

it('takes the names of folders that were swapped as tags again', async () => {
  const { root, engine, go } = await described('summer/1.jpg', 'winter/1.jpg');
  go('summer', 'x');
  go('winter', 'summer');
  go('x', 'winter');
  await engine.index(root);
  for (const name of ['summer', 'winter']) {
    const { hits } = await search(engine, { text: `tag:${name}` });
    expect(hits.map(({ path }) => path)).toEqual([join(root, name, '1.jpg')]);
  }
}, 120_000);

it('keeps the words with a photo that is edited in its place, also where its old form is kept under another name', async () => {
  const { root, engine, go } = await described('a.jpg', 'b.jpg');
  go('a.jpg', 'a-old.jpg');
  const [, , edited = ''] = await fillWithPhotos(join(temporaryFolder(), 'edited'), 3);
  copyFileSync(edited, join(root, 'a.jpg'));
  await engine.index(root);
  expect((await written(engine, root)).get('a.jpg')).toBe(about('a.jpg'));
}, 120_000);

it('follows photos from one folder of the library to another, and takes a hard link for a copy', async () => {
  const { root, engine } = await described('a.jpg', 'b.jpg', 'stays.jpg');
  const second = join(temporaryFolder(), 'second');
  mkdirSync(second);
  linkSync(join(root, 'stays.jpg'), join(second, 'linked.jpg'));
  await engine.index(second);
  renameSync(join(root, 'a.jpg'), join(second, 'a.jpg'));
  await engine.finish(await engine.api['folders.index']({}));
  const list = await engine.api['photos.recent']({ limit: 9, offset: 0 });
  const moved = list.find(({ path }) => path === join(second, 'a.jpg'));
  const { captions } = await engine.api['photos.get']({ photoId: moved?.photoId ?? (0 as PhotoId) });
  expect(captions.map(({ text }) => text)).toContain(about('a.jpg'));
  expect(list).toHaveLength(4);
}, 120_000);

it('has each photo once where a folder is added by a link, in another one, or around it, and after it is removed again', async () => {
  const { root, engine } = await described('in/a.jpg', 'in/b.jpg', 'c.jpg');
  const link = join(temporaryFolder(), 'link');
  symlinkSync(root, link);
  const photos = async () => (await engine.api['library.status']({})).photos;
  await engine.index(link);
  await engine.index(join(root, 'in'));
  expect(await photos()).toBe(3);
  writeFileSync(join(root, 'in', 'note.txt'), 'x');
  await engine.index(join(root, '..'));
  const { folders } = await engine.api['library.status']({});
  expect({ folders: folders.map(({ path }) => path), photos: await photos() }).toEqual({
    folders: [join(root, '..')],
    photos: 3,
  });
  expect([...(await written(engine, join(root, '..'))).values()].sort()).toEqual(
    ['c.jpg', 'in/a.jpg', 'in/b.jpg'].map(about).sort(),
  );
  rmSync(join(root, 'in'), { recursive: true });
  await engine.index(join(root, '..'));
  expect(await engine.api['library.status']({})).toMatchObject({ photos: 1, missing: 2 });
}, 120_000);
