// Names of copies.
import { expect, it } from 'vitest';
import { copyNamePattern } from '../../shared/contract/copies.ts';
import { copyName, NamesOnce } from './copy-names.ts';

const photo = { path: 'Italy/IMG_1.HEIC', takenAt: Date.UTC(2019, 6, 14, 16, 20, 5), takenUntil: null };

it('fills a pattern with the name, the date, the time and a number', () => {
  expect(copyName('{date} {time} {name} {number}', photo, 7, 40)).toBe('2019-07-14 16-20-05 IMG_1 007');
  expect(copyName('{number}', photo, 7, 12_000)).toBe('00007');
  expect(copyName('{date} {name}', { ...photo, takenAt: null }, 1, 1)).toBe('undated IMG_1');
});

it('has as much of a date as is known, and no time of a day that is known alone', () => {
  const named = (from: number, until: number) =>
    copyName('{date} {time}', { path: 'a.jpg', takenAt: from, takenUntil: until }, 1, 1);
  expect(named(Date.UTC(1968, 0), Date.UTC(1969, 0))).toBe('1968');
  expect(named(Date.UTC(1968, 5), Date.UTC(1968, 6))).toBe('1968-06');
  expect(named(Date.UTC(1968, 5, 7), Date.UTC(1968, 5, 8))).toBe('1968-06-07');
  expect(named(Date.UTC(1960, 0), Date.UTC(1970, 0))).toBe('1960-1969');
});

it('leaves nothing in a name that a file system refuses', () => {
  const named = (path: string) => copyName('{name}', { path, takenAt: null, takenUntil: null }, 1, 1);
  expect(named('a:b?c*.jpg')).toBe('a_b_c_');
  expect(named('...hidden. .jpg')).toBe('hidden');
  expect(named('CON.jpg')).toBe('CON_');
  expect(Buffer.byteLength(named(`${'日'.repeat(120)}.jpg`))).toBeLessThanOrEqual(200);
  expect(copyName('{time}', { path: 'a.jpg', takenAt: null, takenUntil: null }, 1, 1)).toBe('photo');
});

it('gives each name once, whatever its case', () => {
  const names = new NamesOnce();
  expect(['a', 'A', 'a'].map((name) => names.next(name, '.jpg'))).toEqual(['a.jpg', 'A (2).jpg', 'a (3).jpg']);
  expect(names.next('a', '.webp')).toBe('a.webp');
});

it('takes patterns of known parts without folders', () => {
  for (const pattern of ['{name}', 'Rome {number}', 'holiday']) {
    expect(copyNamePattern.safeParse(pattern).success).toBe(true);
  }
  for (const pattern of ['', '../{name}', '{nmae}', 'a\\b']) {
    expect(copyNamePattern.safeParse(pattern).success).toBe(false);
  }
});
