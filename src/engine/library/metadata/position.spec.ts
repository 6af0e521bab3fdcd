// Positions as EXIF, XMP and Google Takeout write them. Rome's Colosseum is at 41° 53' 24.6" N, 12° 29' 32.4" E.
import { expect, it } from 'vitest';
import { exifDegrees, positionOf, xmpPosition } from './position.ts';

const near = (degrees: number) => expect.closeTo(degrees, 9) as number;

it.each<[number | null, number | null]>([
  [41.89, 12.49],
  [-90, 180],
  [90, -180],
  [0, 12],
  [41, 0],
])('takes %j, %j for a place', (latitude, longitude) => {
  expect(positionOf(latitude, longitude)).toEqual({ latitude, longitude });
});

it.each<[number | null, number | null]>([
  [0, 0],
  [null, 12],
  [41, null],
  [90.001, 12],
  [-90.001, 12],
  [41, 180.001],
  [41, -180.001],
  [Number.NaN, 12],
  [41, Number.NaN],
])('takes %j, %j for none', (latitude, longitude) => {
  expect(positionOf(latitude, longitude)).toBeNull();
});

it.each<[string, string, number, number]>([
  ['41,53.41N', '12,29.54E', 41 + 53.41 / 60, 12 + 29.54 / 60],
  ['41,53,24.6N', '12,29,32.4E', 41 + 53 / 60 + 24.6 / 3600, 12 + 29 / 60 + 32.4 / 3600],
  ['41,53,24S', '12,29,32W', -(41 + 53 / 60 + 24 / 3600), -(12 + 29 / 60 + 32 / 3600)],
  [' 41.89 n ', '12.49 w', 41.89, -12.49],
  ['+41.89', '-112.49', 41.89, -112.49],
  ['7', '8', 7, 8],
  [`41° 53' 24.6" N`, `12°29′32.4″ E`, 41 + 53 / 60 + 24.6 / 3600, 12 + 29 / 60 + 32.4 / 3600],
  [`41 deg 53' 24.00" S`, '12.49° W', -(41 + 53 / 60 + 24 / 3600), -12.49],
  [`41°53.41' N`, `12°29.54'E`, 41 + 53.41 / 60, 12 + 29.54 / 60],
])('reads %s, %s of XMP', (latitude, longitude, north, east) => {
  expect(xmpPosition({ latitude, longitude })).toEqual({ latitude: near(north), longitude: near(east) });
});

it.each<[string, string, string, string, number, number]>([
  ['41.5', 'S', '12.5', 'W', -41.5, -12.5],
  ['41,30', 'South', '12,30', 'East', -41.5, 12.5],
  ['41.5', 'N', '12.5', 'E', 41.5, 12.5],
  // A direction or sign of the value itself counts.
  ['41.5N', 'S', '-12.5', 'W', 41.5, -12.5],
])('reads %s %s, %s %s of XMP', (latitude, latitudeRef, longitude, longitudeRef, north, east) => {
  const position = xmpPosition({ latitude, longitude, latitudeRef, longitudeRef });
  expect(position).toEqual({ latitude: near(north), longitude: near(east) });
});

it.each<[string | null, string | null]>([
  [null, '12.49'],
  ['41.89', null],
  ['', '12'],
  ['41.89N?', '12'],
  ['x41', '12'],
  ['1041', '12'],
  ['41,153N', '12'],
  ['41 53 24', '12'],
])('reads no place in %j, %j of XMP', (latitude, longitude) => {
  expect(xmpPosition({ latitude, longitude })).toBeNull();
});

it.each<[string, unknown, string | null, number | null]>([
  [
    'three fractions',
    [
      [41, 1],
      [53, 1],
      [246, 10],
    ],
    'N',
    41 + 53 / 60 + 24.6 / 3600,
  ],
  [
    'south',
    [
      [33, 1],
      [51, 1],
      [0, 1],
    ],
    'S',
    -(33 + 51 / 60),
  ],
  [
    'west, in small letters',
    [
      [33, 1],
      [51, 1],
      [0, 1],
    ],
    'west',
    -(33 + 51 / 60),
  ],
  [
    'seconds that are not known',
    [
      [41, 1],
      [5341, 100],
      [0, 0],
    ],
    'N',
    41 + 53.41 / 60,
  ],
  [
    'minutes that are not known',
    [
      [41, 1],
      [0, 0],
      [36, 1],
    ],
    'N',
    41 + 36 / 3600,
  ],
  ['decimal degrees in one fraction', [4189, 100], 'N', 41.89],
  ['decimal degrees in a list', [[4189, 100]], 'N', 41.89],
  [
    'degrees and minutes',
    [
      [41, 1],
      [30, 1],
    ],
    null,
    41.5,
  ],
  ['whole numbers', [41, 30, 36], 'N', 41 + 30 / 60 + 36 / 3600],
  [
    'more than three',
    [
      [41, 1],
      [0, 1],
      [0, 1],
      [9, 1],
    ],
    'N',
    41,
  ],
  [
    'degrees that are not known',
    [
      [0, 0],
      [30, 1],
      [0, 1],
    ],
    'N',
    null,
  ],
  [
    'degrees without end',
    [
      [1, 0],
      [30, 1],
      [0, 1],
    ],
    'N',
    null,
  ],
  ['texts', ['41', '30'], 'N', null],
  ['nothing', [], 'N', null],
  ['no list', '41', 'N', null],
])('reads %s of EXIF', (_what, value, reference, degrees) => {
  expect(exifDegrees(value, reference)).toEqual(degrees === null ? null : near(degrees));
});
