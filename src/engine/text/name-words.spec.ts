import { describe, expect, it } from 'vitest';
import { bareName, fileNameParts, folderNameParts, wordsOfPath } from './name-words.ts';

const words = (name: string): string[] => fileNameParts(name).phrases.flat();

describe('the name of a file', () => {
  it.each([
    ['IMG_4120', []],
    ['DSC00012', []],
    ['E4120', []],
    ['PXL_20230401_101010', []],
    ['IMG-20190709-WA0003', []],
    ['0b9f1a2c-3d4e-4f50-8a6b-7c8d9e0f1a2b', []],
    ['18933d713e_fab3', []],
    ['a1b2c3', []],
    ['CJk2lAh7', []],
    ['x1y2z3w4', []],
    ['qXw1b2', []],
    ['qXwe1mnop', []],
    ['photo copy', ['copy']],
    ['PXL_20210101_123456789.NIGHT', []],
    ['PXL_20210101_123456789.PORTRAIT', []],
    ['IMG_20190704_123456_BURST001_COVER', []],
    ['IMG_1041_HDR', []],
    ['IMG_E1041_HDR', []],
    ['DSC_0001-edited', []],
    ['IMG_1234 copy', []],
    ['IMG_1234 night market', ['night', 'market']],
    ['IMG_1234 beach', ['beach']],
    ['Lisbon night 2019', ['Lisbon', 'night', '2019']],
    ['Cover photo of Anna', ['Cover', 'photo', 'of', 'Anna']],
    ['scan', ['scan']],
    ['Rome 2019', ['Rome', '2019']],
    ['Rome 2019 07', ['Rome']],
    ['deadbeef cafe', ['deadbeef', 'cafe']],
    ['Oma am Strand', ['Oma', 'am', 'Strand']],
  ])('%s has the words %j', (name, expected) => {
    expect(words(name)).toEqual(expected);
  });

  it('has a compound in its words and as a whole', () => {
    expect(fileNameParts('OmaUndRex').phrases).toEqual([['Oma', 'Und', 'Rex'], ['OmaUndRex']]);
  });

  it('has its counter as people type it, with zeros in front and without', () => {
    expect(fileNameParts('IMG_0042').codes).toEqual([
      ['IMG', '0042'],
      ['IMG0042'],
      ['IMG', '0042'],
      ['IMG42'],
      ['IMG', '42'],
    ]);
    expect(fileNameParts('IMG_4120').codes).toEqual([['IMG', '4120'], ['IMG4120'], ['IMG', '4120']]);
    expect(fileNameParts('2019 07').codes).toEqual([['2019', '07']]);
    expect(fileNameParts('Oma').codes).toEqual([]);
  });
});

it('the name of a folder has words, unless a camera made it', () => {
  expect(folderNameParts('100CANON')).toEqual({ phrases: [], codes: [['100CANON']] });
  expect(folderNameParts('DCIM').phrases).toEqual([]);
  expect(folderNameParts('Camera').phrases).toEqual([]);
  expect(folderNameParts('Camera club').phrases).toEqual([['Camera', 'club']]);
  expect(folderNameParts('Italy 2019')).toEqual({ phrases: [['Italy', '2019']], codes: [] });
});

it.each(['5f8a3e2c-1b2d-4e5f-8a9b-0c1d2e3f4a5b', '693b08cb0e', 'a3f5bed9'])(
  'the hexadecimal folder %s has no words, and is found as a whole',
  (name) => {
    expect(folderNameParts(name)).toEqual({ phrases: [], codes: [[name]] });
  },
);

it.each(['deadbeef', 'cafe', 'Rome 2019'])('the folder %s is no hexadecimal number', (name) => {
  expect(folderNameParts(name).codes).toEqual([]);
});

it('a path has the words of its folders and of its file', () => {
  expect(wordsOfPath('Italy/100CANON/Rome.jpg')).toEqual(['Italy', 'Rome']);
  expect(bareName('.hidden')).toBe('.hidden');
  expect(bareName('a.b.jpg')).toBe('a.b');
});
