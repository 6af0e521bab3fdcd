// Dates and camera names as cameras and programs write them.
import { describe, expect, it } from 'vitest';
import { cameraName, captureTime, iptcTime } from './capture.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('captureTime', () => {
  it.each([
    ['2019:07:31 23:30:15', '2019-07-31T23:30:15.000Z'],
    ['2019:07:31 23:30:15.25', '2019-07-31T23:30:15.250Z'],
    ['2019-07-31T23:30:15+02:00', '2019-07-31T23:30:15.000Z'],
    ['2019-07-31T23:30:15Z', '2019-07-31T23:30:15.000Z'],
    ['2019-07-31T23:30', '2019-07-31T23:30:00.000Z'],
    ['2019-07', '2019-07-01T00:00:00.000Z'],
    ['2019', '2019-01-01T00:00:00.000Z'],
    ['20190731', '2019-07-31T00:00:00.000Z'],
    ['20190731 233015', '2019-07-31T00:00:00.000Z'],
    ['1826:06:01 12:00:00', '1826-06-01T12:00:00.000Z'],
    ['2020:02:29 00:00:00', '2020-02-29T00:00:00.000Z'],
    ['2026:12:01 00:00:00', '2026-12-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(captureTime([text], NOW)).toBe(Date.parse(iso));
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '1825:12:31 00:00:00',
    '2027:01:02 00:00:00',
    '2019:02:30 00:00:00',
    '2019:13:01 00:00:00',
    '2019:01:01 25:00:00',
    'yesterday',
    '',
  ])('refuses %j', (text) => {
    expect(captureTime([text], NOW)).toBeNull();
  });

  it('takes the first that makes sense', () => {
    expect(captureTime([null, '0000:00:00 00:00:00', '2019-01-02', '2018-01-01'], NOW)).toBe(Date.UTC(2019, 0, 2));
  });

  it('joins the date and the time of IPTC', () => {
    expect(iptcTime('20190731', '233015+0200')).toBe('20190731 23:30:15');
    expect(captureTime([iptcTime('20190731', '233015+0200')], NOW)).toBe(Date.UTC(2019, 6, 31, 23, 30, 15));
    expect(iptcTime('20190731', null)).toBe('20190731');
    expect(iptcTime(null, '233015')).toBeNull();
  });
});

describe('cameraName', () => {
  it.each([
    ['Canon', 'Canon EOS 6D', 'Canon EOS 6D'],
    ['NIKON CORPORATION', 'NIKON D70', 'NIKON D70'],
    ['Apple', 'iPhone 7', 'Apple iPhone 7'],
    ['EASTMAN KODAK COMPANY', 'KODAK DX4900', 'KODAK DX4900'],
    ['  SONY\0\0', ' ILCE-7 ', 'SONY ILCE-7'],
    ['', 'X100', 'X100'],
    ['Leica', null, 'Leica'],
    [null, ' ', null],
  ])('makes one name of %j and %j', (make, model, name) => {
    expect(cameraName(make, model)).toBe(name);
  });
});
