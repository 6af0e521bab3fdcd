// Folders whose photos are now at another place, recognised by names, sizes and some contents.
import { expect, it } from 'vitest';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import { findMoved, hashed, relocateMoved, sampled } from './moved-folders.ts';

/** Photos at a place by their paths in it: their size, with `!` for another content than the library knows. */
type Disk = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Ten photos of different sizes. */
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}.jpg`, String(100 + n)]));
const below = (folder: string, photos: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(photos).map(([path, size]) => [`${folder}/${path}`, size]));

/** A library of one folder, `/photos`, with these photos, and the disks that are connected. */
function library(photos: Readonly<Record<string, string>>, disk: Disk) {
  const { store, add, folderId } = photoLibrary();
  const ids = Object.entries(photos).map(([path, size]) => add(path, {}, { size: Number(size) }));
  const asked: { readonly real: string; readonly files: number; readonly hashes: number }[] = [];
  const folders = {
    state: (root: string) => Promise.resolve(disk[root] === undefined ? ('offline' as const) : ('online' as const)),
    compare: (real: string, files: readonly { path: string; size: number }[], hashes: number) => {
      asked.push({ real: real.replaceAll('\\', '/'), files: files.length, hashes });
      const there = files.flatMap(({ path, size }) => {
        const found = disk[real.replaceAll('\\', '/')]?.[path];
        return found === undefined ? [] : [{ isSame: parseInt(found) === size, isOther: found.endsWith('!') }];
      });
      const same = there.filter(({ isSame }) => isSame);
      const read = same.slice(0, hashes);
      return Promise.resolve({
        ...{ sameName: there.length, sameSize: same.length, compared: read.length },
        sameContent: read.filter(({ isOther }) => !isOther).length,
      });
    },
  };
  const found = async () => {
    const moved = await findMoved(store, folders, '/new');
    return moved === null ? null : [moved.row.path, moved.below];
  };
  return { store, add, folderId, ids, folders, asked, found };
}
/** The first photos as they are, and the others changed. */
const changed = (count: number, change: (size: string) => string | null) =>
  Object.fromEntries(
    Object.entries(ten).flatMap(([path, size], n) => {
      const now = n < count ? change(size) : size;
      return now === null ? [] : [[path, now]];
    }),
  );

it('finds an offline folder whose photos are here', async () => {
  const { found, asked } = library(ten, { '/new': ten });
  expect(await found()).toEqual(['/photos', '']);
  expect(asked).toEqual([{ real: '/new', files: 10, hashes: hashed }]);
});

it('finds none where the folder is still at its place, or has no photos', async () => {
  expect(await library(ten, { '/new': ten, '/photos': ten }).found()).toBeNull();
  expect(await library({}, { '/new': ten }).found()).toBeNull();
  expect(await library(ten, {}).found()).toBeNull();
});

it('finds a folder with four in five of its names, and not with fewer', async () => {
  expect(await library(ten, { '/new': changed(2, () => null) }).found()).toEqual(['/photos', '']);
  expect(await library(ten, { '/new': changed(3, () => null) }).found()).toBeNull();
});

it('finds a folder with two in five of its sizes, as the others may have been edited, and not with fewer', async () => {
  expect(await library(ten, { '/new': changed(6, () => '1') }).found()).toEqual(['/photos', '']);
  expect(await library(ten, { '/new': changed(7, () => '1') }).found()).toBeNull();
});

it('finds no folder where a photo of the same size has another content, or none could be compared', async () => {
  expect(await library(ten, { '/new': changed(1, (size) => `${size}!`) }).found()).toBeNull();
  expect(await library(ten, { '/new': changed(10, () => '1') }).found()).toBeNull();
});

it('compares a sample of a large folder', async () => {
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`${n}.jpg`, String(n + 1)]));
  const { found, asked } = library(many, { '/new': many });
  expect(await found()).toEqual(['/photos', '']);
  expect(asked).toMatchObject([{ files: sampled }]);
});

it('finds the folder inside it that contains all its photos', async () => {
  const photos = below('2019/Rome', ten);
  const { found, asked } = library(photos, { '/new': ten });
  expect(await found()).toEqual(['/photos', '2019/Rome']);
  expect(asked).toHaveLength(3);
  expect(await library(photos, { '/new': below('Rome', ten) }).found()).toEqual(['/photos', '2019']);
  expect(await library({ ...photos, 'other.jpg': '5' }, { '/new': ten }).found()).toBeNull();
});

/** The library after a scan of `/new`, whose photos are on the disk below `places`. */
async function relocated(
  photos: Readonly<Record<string, string>>,
  scanned: Readonly<Record<string, string>>,
  disk: Disk,
  known: readonly string[] = [],
) {
  const opened = library(photos, { ...disk, '/new': scanned });
  const { store, folders, ids } = opened;
  const folder = store.folders.add('/new', null);
  for (const path of known) {
    store.photos.insert(
      folder.id,
      { path, size: 1, mtimeMs: 1, ctimeMs: 1, sidecarStamp: '', versions: [] },
      {
        ...(store.photos.get(ids[0] ?? expect.fail('no photo')) ?? expect.fail('no photo')),
        ...{ contentHash: path, place: null, position: null, positionPlace: null, metadataReader: 0 },
      },
    );
  }
  const scan = { photos: Object.entries(scanned).map(([path, size]) => ({ path, size: parseInt(size) })) };
  const any = await relocateMoved(store, folders, folder, scan);
  const places = ids.map((id) => {
    const row = store.photos.get(id);
    return row === null ? null : `${row.folderPath}/${row.path}`;
  });
  return { ...opened, any, places, folders: store.folders.list().map(({ path }) => path) };
}

it('takes photos of an offline folder that are somewhere below a scanned one into that, as the same photos', async () => {
  const scanned = { ...below('Trips/Rome', ten), 'other.jpg': '7' };
  const { any, places, folders } = await relocated(ten, scanned, { '/new/Trips/Rome': ten });
  expect([any, folders]).toEqual([true, ['/new']]);
  expect(places).toEqual(Object.keys(ten).map((path) => `/new/Trips/Rome/${path}`));
});

it('takes them where only the folder that contains them all was moved', async () => {
  const photos = below('2019/Rome', ten);
  const { any, places } = await relocated(photos, below('Rome', ten), { '/new/Rome': ten });
  expect([any, places]).toEqual([true, Object.keys(ten).map((path) => `/new/Rome/${path}`)]);
});

it('leaves them where too few are below the folder, with their sizes', async () => {
  const at = { '/new/Rome': ten };
  expect(
    (
      await relocated(
        ten,
        below(
          'Rome',
          changed(6, () => '1'),
        ),
        at,
      )
    ).any,
  ).toBe(true);
  const few = await relocated(
    ten,
    below(
      'Rome',
      changed(7, () => '1'),
    ),
    at,
  );
  expect([few.any, few.asked, few.folders]).toEqual([false, [], ['/photos', '/new']]);
  const elsewhere = await relocated(ten, Object.fromEntries(Object.keys(ten).map((path) => [`x/x${path}`, '100'])), at);
  expect([elsewhere.any, elsewhere.asked]).toEqual([false, []]);
});

it('leaves them where the contents differ, or the library has photos there already', async () => {
  const scanned = below('Rome', ten);
  const others = await relocated(ten, scanned, { '/new/Rome': changed(1, (size) => `${size}!`) });
  expect([others.any, others.places[0]]).toEqual([false, '/photos/0.jpg']);
  const known = await relocated(ten, scanned, { '/new/Rome': ten }, ['Rome/known.jpg']);
  expect([known.any, known.asked]).toEqual([false, []]);
  expect((await relocated(ten, scanned, { '/new/Rome': ten }, ['Romeo/known.jpg'])).any).toBe(true);
});

it('takes them to the place where the most of them are', async () => {
  const some = Object.fromEntries(Object.entries(ten).slice(0, 6));
  const { places } = await relocated(ten, { ...below('A', some), ...below('B/C', ten) }, { '/new/B/C': ten });
  expect(places[9]).toBe('/new/B/C/9.jpg');
});

it('leaves photos of folders that are at their place', async () => {
  const { any, asked } = await relocated(ten, below('Rome', ten), { '/new/Rome': ten, '/photos': ten });
  expect([any, asked]).toEqual([false, []]);
});
