// Folders, failures of their files, and photos being read.
import { expect, it, onTestFinished, vi } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { FolderId } from '../../shared/contract/ids.ts';
import { openStore, type Store } from './database.ts';

function library(): Store {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

it('adds a folder once, and reads its texts again where the choice about folder names has changed', () => {
  const { folders } = library();
  const { id } = folders.add('/photos', null);
  folders.scanned(id, 'captions.txt 1 2');
  const known = { id, path: '/photos', folderNamesAsTags: true, captionStamp: 'captions.txt 1 2', photos: 0 };
  expect(folders.add('/photos', null)).toMatchObject(known);
  expect(folders.add('/photos', true)).toMatchObject(known);
  expect(folders.add('/photos', false)).toMatchObject({ ...known, folderNamesAsTags: false, captionStamp: 'stale' });
  expect(folders.add('/photos', null).folderNamesAsTags).toBe(false);
  expect(folders.add('/photos', true)).toMatchObject({ folderNamesAsTags: true });
  expect(folders.add('/more', false)).toMatchObject({ path: '/more', folderNamesAsTags: false, captionStamp: '' });
  expect(folders.paths()).toEqual(['/photos', '/more']);
  expect(folders.list().map((row) => row.path)).toEqual(['/photos', '/more']);
  expect(folders.get(99 as FolderId)).toBeNull();
});

it('counts the photos that are there, and tells when a folder was scanned last', () => {
  const { folders, photos } = library();
  const { id } = folders.add('/photos', null);
  vi.useFakeTimers({ now: 4000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  expect(folders.get(id)?.lastScanAt).toBeNull();
  folders.scanned(id, '');
  photos.insert(id, photoFile('a.jpg'), photoFacts);
  photos.setPresent(photos.insert(id, photoFile('b.jpg'), photoFacts), false);
  expect(folders.get(id)).toMatchObject({ photos: 1, lastScanAt: 4000 });
});

it('forgets a folder with its photos, and only these', () => {
  const { folders, photos } = library();
  const [a, b] = [folders.add('/a', null).id, folders.add('/b', null).id];
  for (const path of ['1.jpg', '2.jpg']) photos.insert(a, photoFile(path), photoFacts);
  photos.insert(b, photoFile('3.jpg'), photoFacts);
  expect(folders.remove(a)).toBe(2);
  expect([folders.paths(), photos.inFolder(a), photos.inFolder(b).length]).toEqual([['/b'], [], 1]);
});

it('takes the photos and failures of a folder inside another, in place of older rows at the same paths', () => {
  const { folders, photos, failures } = library();
  // Characters with a special meaning in patterns.
  const around = folders.add('/all', null);
  const inside = folders.add('/all/2[0]?*/in', null);
  const insert = (folder: FolderId, path: string, contentHash: string) =>
    photos.insert(folder, photoFile(path), { ...photoFacts, contentHash });
  insert(around.id, '2[0]?*/in/a.jpg', 'older');
  insert(around.id, '2[0]?*/in/gone.jpg', 'older');
  const kept = ['200x/in/a.jpg', '2[0]?*/inside.jpg', 'in/a.jpg'];
  for (const path of kept) insert(around.id, path, 'kept');
  const moved = insert(inside.id, 'a.jpg', 'moved');
  const error = { code: 'unreadable', message: 'no' } as const;
  failures.record(inside.id, { path: 'b.jpg', size: 1, mtimeMs: 1 }, error, 2);
  failures.record(around.id, { path: '2[0]?*/in/b.jpg', size: 1, mtimeMs: 1 }, error, 1);
  folders.scanned(around.id, 'some stamp');
  expect(folders.adopt(around, inside)).toBeUndefined();
  const rows = photos.inFolder(around.id).map(({ id, path, contentHash }) => ({ id, path, contentHash }));
  expect(rows).toContainEqual({ id: moved, path: '2[0]?*/in/a.jpg', contentHash: 'moved' });
  expect(rows.map(({ path }) => path).toSorted()).toEqual([...kept, '2[0]?*/in/a.jpg'].toSorted());
  expect(failures.list(around.id)).toMatchObject([{ path: '2[0]?*/in/b.jpg', attempts: 2 }]);
  expect(folders.paths()).toEqual(['/all']);
  expect(folders.get(around.id)?.captionStamp).toBe('stale');
});

it('keeps everything of a folder that is at another path now', () => {
  const { folders, photos } = library();
  const { id } = folders.add('/a', null);
  const photo = photos.insert(id, photoFile('1.jpg'), photoFacts);
  folders.relocate(id, '/b');
  expect(photos.get(photo)).toMatchObject({ folderPath: '/b', path: '1.jpg' });
});

it('keeps everything of a part of a folder that is at another path now, also where its name has an emoji', () => {
  const { folders, photos, failures } = library();
  const { id } = folders.add('/card', null);
  const part = 'Ferien \u{1F3D6}\uFE0F/2019';
  // Without its part, the first path is the second one before.
  const paths = [`${part}/${part}/a.jpg`, `${part}/a.jpg`];
  const ids = paths.map((path) => photos.insert(id, photoFile(path), photoFacts));
  const error = { code: 'unreadable', message: 'no' } as const;
  for (const path of [`${part}/b.jpg`, 'elsewhere.jpg']) failures.record(id, { ...photoFile(path) }, error, 1);
  expect(photos.commonFolder(id)).toBe(part);
  folders.relocatePart(id, part, '/new');
  expect(ids.map((photo) => photos.get(photo))).toMatchObject([
    { folderPath: '/new', path: `${part}/a.jpg` },
    { folderPath: '/new', path: 'a.jpg' },
  ]);
  expect(failures.list().map(({ path }) => path)).toEqual(['b.jpg']);
  expect(folders.get(id)?.captionStamp).toBe('stale');
});

it('counts the failures of the same file, and starts again with one that has changed', () => {
  const { folders, failures } = library();
  const [a, b] = [folders.add('/a', null).id, folders.add('/b', null).id];
  const file = { path: 'x.jpg', size: 5, mtimeMs: 6 };
  failures.record(a, file, { code: 'unreadable', message: 'first' }, 1);
  failures.record(a, file, { code: 'too-heavy', message: 'second' }, 3);
  const row = { folderId: a, folderPath: '/a', ...file, code: 'too-heavy', message: 'second', attempts: 4 };
  expect(failures.list()).toMatchObject([row]);
  expect(failures.list()).toHaveLength(1);
  failures.record(a, { ...file, mtimeMs: 7 }, { code: 'unreadable', message: 'third' }, 1);
  expect(failures.list(a)).toMatchObject([{ mtimeMs: 7, attempts: 1 }]);
  failures.record(a, { ...file, size: 6, mtimeMs: 7 }, { code: 'unreadable', message: 'fourth' }, 2);
  expect(failures.list(a)).toMatchObject([{ size: 6, attempts: 2 }]);
  failures.record(b, file, { code: 'unreadable', message: 'other' }, 2);
  expect([failures.count(), failures.list(b).length]).toEqual([2, 1]);
  failures.resetAttempts(b);
  expect(failures.list().map(({ attempts }) => attempts)).toEqual([2, 0]);
  failures.resetAttempts(null);
  expect(failures.list().map(({ attempts }) => attempts)).toEqual([0, 0]);
  failures.clear(a, 'other.jpg');
  failures.clear(a, 'x.jpg');
  expect(failures.list().map(({ folderPath }) => folderPath)).toEqual(['/b']);
});

it('counts a death against a photo only where it was read alone, and once', () => {
  const { folders, photosInReading } = library();
  const { id } = folders.add('/a', null);
  photosInReading.start(id, 'with-others.jpg', false);
  photosInReading.start(id, 'alone.jpg', true);
  photosInReading.start(id, 'read.jpg', true);
  photosInReading.end(id, 'read.jpg');
  photosInReading.start(99 as FolderId, 'of-no-folder.jpg', true);
  const deaths = () => Object.fromEntries(photosInReading.left(id).map((photo) => [photo.path, photo.deaths]));
  expect(deaths()).toEqual({ 'with-others.jpg': 0, 'alone.jpg': 1 });
  expect(deaths()).toEqual({ 'with-others.jpg': 0, 'alone.jpg': 1 });
  photosInReading.start(id, 'alone.jpg', true);
  expect(deaths()).toEqual({ 'with-others.jpg': 0, 'alone.jpg': 2 });
  photosInReading.start(id, 'alone.jpg', true);
  photosInReading.start(id, 'alone.jpg', false);
  expect(deaths()).toEqual({ 'with-others.jpg': 0, 'alone.jpg': 2 });
});

it('keeps settings, and a switch is off until it is set to on', () => {
  const { settings } = library();
  expect([settings.get('encoder'), settings.isOn('read-text')]).toEqual([null, false]);
  settings.set('encoder', 'a');
  settings.set('encoder', 'b');
  settings.switch('read-text', true);
  expect([settings.get('encoder'), settings.isOn('read-text'), settings.get('read-text')]).toEqual(['b', true, 'on']);
  settings.switch('read-text', false);
  expect([settings.isOn('read-text'), settings.get('read-text')]).toEqual([false, 'off']);
});
