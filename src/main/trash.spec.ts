// Files come back from the bin of a Linux desktop.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { binPlaces, deletedFiles, takeOutOfBin, type BinPlaces } from './trash.ts';

const uid = process.getuid?.() ?? 0;
let home: string;
let album: string;
let places: BinPlaces;
const taken = new Date('2020-01-02T03:04:05Z');

beforeEach(() => {
  home = temporaryFolder();
  album = path.join(home, 'My photos');
  mkdirSync(album);
  places = { dataHome: path.join(home, 'data'), uid };
});

async function takeOut(file: string): Promise<boolean> {
  const deleted = (await deletedFiles([file], places)).get(file);
  return deleted !== undefined && (await takeOutOfBin(deleted, file));
}

/** A file in a bin, as desktops put it there. */
function binned(bin: string, name: string, written: string, content: string, date = '2026-11-27T22:10:35'): void {
  for (const part of ['files', 'info']) mkdirSync(path.join(bin, part), { recursive: true });
  writeFileSync(path.join(bin, 'files', name), content);
  utimesSync(path.join(bin, 'files', name), taken, taken);
  writeFileSync(path.join(bin, 'info', `${name}.trashinfo`), `[Trash Info]\nPath=${written}\nDeletionDate=${date}\n`);
}
const encoded = (file: string): string => file.split('/').map(encodeURIComponent).join('/');
const trash = (): string => path.join(places.dataHome, 'Trash');

it('brings back the newest file of a path with its time, and removes its entry', async () => {
  const file = path.join(album, 'ä b.jpg');
  binned(trash(), 'ä b.jpg', encoded(file), 'older', '2026-11-01T00:00:00');
  binned(trash(), 'ä b.2.jpg', encoded(file), 'newer');
  binned(trash(), 'c.jpg', encoded(path.join(album, 'c.jpg')), 'other');
  expect(await takeOut(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('newer');
  expect(statSync(file).mtime).toEqual(taken);
  expect(readdirSync(path.join(trash(), 'files')).sort()).toEqual(['c.jpg', 'ä b.jpg']);
  expect(readdirSync(path.join(trash(), 'info')).sort()).toEqual(['c.jpg.trashinfo', 'ä b.jpg.trashinfo']);
});

it('finds the bin of another disk, whose paths begin at the top of the disk', async () => {
  const file = path.join(album, 'a.jpg');
  binned(path.join(home, `.Trash-${uid}`), 'a.jpg', encoded('My photos/a.jpg'), 'photo');
  expect(await takeOut(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('photo');
});

it('takes nothing from a bin that another user has made, nor through a link to a folder', async () => {
  const file = path.join(album, 'a.jpg');
  binned(path.join(home, 'elsewhere'), 'a.jpg', encoded(file), 'foreign');
  symlinkSync(path.join(home, 'elsewhere'), path.join(home, `.Trash-${uid}`));
  binned(path.join(album, `.Trash-${uid + 1}`), 'a.jpg', 'a.jpg', 'foreign');
  expect(await takeOut(file)).toBe(false);
  places = { ...places, uid: uid + 1 };
  expect(await takeOut(file)).toBe(false);
  expect(existsSync(file)).toBe(false);
});

it('reads each bin once for all files, and brings back names with percent signs and line breaks', async () => {
  const files = ['100%20.jpg', 'a\nb.jpg', 'c.jpg'].map((name) => path.join(album, name));
  for (const [i, file] of files.slice(0, 2).entries()) binned(trash(), `${i}`, encoded(file), file);
  const deleted = await deletedFiles(files, places);
  expect([...deleted.keys()].sort()).toEqual(files.slice(0, 2).sort());
  for (const [file, one] of deleted) expect(await takeOutOfBin(one, file)).toBe(true);
  expect(readdirSync(album).sort()).toEqual(['100%20.jpg', 'a\nb.jpg']);
  expect(readdirSync(path.join(trash(), 'info'))).toEqual([]);
});

it('replaces nothing: neither a file that took the place, nor a folder that is gone', async () => {
  const file = path.join(album, 'a.jpg');
  const lost = path.join(home, 'lost', 'b.jpg');
  binned(trash(), 'a.jpg', encoded(file), 'photo');
  binned(trash(), 'b.jpg', encoded(lost), 'photo');
  writeFileSync(file, 'another');
  expect([await takeOut(file), await takeOut(lost)]).toEqual([false, false]);
  expect(readFileSync(file, 'utf8')).toBe('another');
  expect(readdirSync(path.join(trash(), 'files'))).toEqual(['a.jpg', 'b.jpg']);
  expect(readdirSync(path.join(trash(), 'info'))).toHaveLength(2);
});

it('says that the bin does not have a file, also without a bin', async () => {
  const file = path.join(album, 'a.jpg');
  expect(await takeOut(file)).toBe(false);
  binned(trash(), 'b.jpg', encoded(path.join(album, 'b.jpg')), 'photo');
  expect(await takeOut(file)).toBe(false);
  expect(existsSync(file)).toBe(false);
});

it.skipIf(process.platform !== 'linux')('looks where the desktop keeps the data of the user', () => {
  expect(binPlaces({ XDG_DATA_HOME: '/data' })?.dataHome).toBe('/data');
  expect(binPlaces({ XDG_DATA_HOME: 'data' })?.dataHome).toMatch(/\/\.local\/share$/);
});
