// Files come back from the bin of a Linux desktop.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { binPlaces, takeOutOfBin, type BinPlaces } from './trash.ts';

let home: string;
let album: string;
let places: BinPlaces;
const taken = new Date('2020-01-02T03:04:05Z');

beforeEach(() => {
  home = temporaryFolder();
  album = path.join(home, 'My photos');
  mkdirSync(album);
  places = { dataHome: path.join(home, 'data'), uid: 1000 };
});

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
  expect(await takeOutOfBin(file, places)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('newer');
  expect(statSync(file).mtime).toEqual(taken);
  expect(readdirSync(path.join(trash(), 'files')).sort()).toEqual(['c.jpg', 'ä b.jpg']);
  expect(readdirSync(path.join(trash(), 'info')).sort()).toEqual(['c.jpg.trashinfo', 'ä b.jpg.trashinfo']);
});

it('finds the bin of another disk, whose paths begin at the top of the disk', async () => {
  const file = path.join(album, 'a.jpg');
  binned(path.join(home, '.Trash-1000'), 'a.jpg', encoded('My photos/a.jpg'), 'photo');
  expect(await takeOutOfBin(file, places)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('photo');
});

it('replaces nothing: neither a file that took the place, nor a folder that is gone', async () => {
  const file = path.join(album, 'a.jpg');
  const lost = path.join(home, 'lost', 'b.jpg');
  binned(trash(), 'a.jpg', encoded(file), 'photo');
  binned(trash(), 'b.jpg', encoded(lost), 'photo');
  writeFileSync(file, 'another');
  expect([await takeOutOfBin(file, places), await takeOutOfBin(lost, places)]).toEqual([false, false]);
  expect(readFileSync(file, 'utf8')).toBe('another');
  expect(readdirSync(path.join(trash(), 'files'))).toEqual(['a.jpg', 'b.jpg']);
  expect(readdirSync(path.join(trash(), 'info'))).toHaveLength(2);
});

it('says that the bin does not have a file, also without a bin', async () => {
  const file = path.join(album, 'a.jpg');
  expect(await takeOutOfBin(file, places)).toBe(false);
  binned(trash(), 'b.jpg', encoded(path.join(album, 'b.jpg')), 'photo');
  expect(await takeOutOfBin(file, places)).toBe(false);
  expect(existsSync(file)).toBe(false);
});

it('looks where the desktop keeps the data of the user', () => {
  if (process.platform !== 'linux') return;
  expect(binPlaces({ XDG_DATA_HOME: '/data' })?.dataHome).toBe('/data');
  expect(binPlaces({ XDG_DATA_HOME: 'data' })?.dataHome).toMatch(/\/\.local\/share$/);
});
