// Dates and camera names as cameras and programs write them.
import { describe, expect, it } from 'vitest';
import { cameraName, iptcTime, nameDate, parseCaptureDate } from './capture.ts';

const now = Date.UTC(2026, 0, 1);

const at = (iso: string, until: string | null = null, offset: number | null = null) => ({
  time: Date.parse(`${iso}Z`),
  until: until === null ? null : Date.parse(`${until}T00:00Z`),
  offset,
});

describe('a date', () => {
  it.each([
    ['2019:07:31 23:30:15', at('2019-07-31T23:30:15')],
    ['2019:07:31 23:30:15.25', at('2019-07-31T23:30:15.250')],
    ['2019:07:31 23:30:15.25+09:30', at('2019-07-31T23:30:15.250', null, 570)],
    ['2019-07-31T23:30:15+02:00', at('2019-07-31T23:30:15', null, 120)],
    ['2019-07-31T23:30:15-0330', at('2019-07-31T23:30:15', null, -210)],
    ['2019-07-31T23:30:15Z', at('2019-07-31T23:30:15', null, 0)],
    ['2019-07-31T23:30', at('2019-07-31T23:30')],
    ['2019-07-31', at('2019-07-31T00:00', '2019-08-01')],
    ['2019-07', at('2019-07-01T00:00', '2019-08-01')],
    ['2019', at('2019-01-01T00:00', '2020-01-01')],
    ['1968:00:00 00:00:00', at('1968-01-01T00:00', '1969-01-01')],
    ['1968:06:00 12:00:00', at('1968-06-01T00:00', '1968-07-01')],
    ['1968:  :     :  :  ', at('1968-01-01T00:00', '1969-01-01')],
    ['19680000', at('1968-01-01T00:00', '1969-01-01')],
    ['19681200', at('1968-12-01T00:00', '1969-01-01')],
    ['20190731', at('2019-07-31T00:00', '2019-08-01')],
    ['1826:06:01 12:00:00', at('1826-06-01T12:00')],
    ['2020:02:29 00:00:00', at('2020-02-29T00:00')],
    ['2026:12:01 00:00:00', at('2026-12-01T00:00')],
    ['1970', at('1970-01-01T00:00', '1971-01-01')],
    ['1980-01-01', at('1980-01-01T00:00', '1980-01-02')],
    ['1980:01:02 00:00:00', at('1980-01-02T00:00')],
    ['2002:12:08 12:00:01', at('2002-12-08T12:00:01')],
  ])('is read of %s', (text, date) => {
    expect(parseCaptureDate(text, now)).toEqual(date);
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '1825:12:31 00:00:00',
    '2027:01:02 00:00:00',
    '2019:02:30 00:00:00',
    '2019:13:01 00:00:00',
    '2019:00:05 00:00:00',
    '2019:01:01 25:00:00',
    'yesterday',
    '',
    // Clocks that were never set.
    '1970:01:01 00:00:00',
    '1970-01-01T05:12:44Z',
    '1980:01:01 00:00:00',
    '1980:01:01 03:27:10',
    '2002:12:08 12:00:00',
  ])('is none in %j', (text) => {
    expect(parseCaptureDate(text, now)).toBeNull();
  });

  it.each([
    ['IMG-20190101-WA0001.jpg', at('2019-01-01T00:00', '2019-01-02')],
    ['WhatsApp Image 2019-01-01 at 12.34.56.jpeg', at('2019-01-01T12:34:56')],
    ['PXL_20210704_181512345.jpg', at('2021-07-04T18:15:12')],
    ['PXL_20210704_181512345.PORTRAIT-01.COVER.jpg', at('2021-07-04T18:15:12')],
    ['Screenshot_2016-07-09-18-01-30.jpg', at('2016-07-09T18:01:30')],
    ['Screenshot_20240102-030405_Maps.jpg', at('2024-01-02T03:04:05')],
    ['Screenshot 2020-01-02 at 12.34.56.png', at('2020-01-02T12:34:56')],
    ['Bildschirmfoto 2019-03-12 um 10.11.12.png', at('2019-03-12T10:11:12')],
    ['signal-2018-08-21-100217.jpg', at('2018-08-21T10:02:17')],
    ['photo_2021-05-06_12-34-56.jpg', at('2021-05-06T12:34:56')],
    ['20190724_183012.jpg', at('2019-07-24T18:30:12')],
    ['2019-07-24 18.30.12.jpg', at('2019-07-24T18:30:12')],
    ['IMG_20190724_183012_1.jpg', at('2019-07-24T18:30:12')],
    ['IMG20190724183012.jpg', at('2019-07-24T18:30:12')],
    ['DJI_20210704181512_0001_D.JPG', at('2021-07-04T18:15:12')],
    ['2019-07-24.jpg', at('2019-07-24T00:00', '2019-07-25')],
    ['Oma 24.7.1968.jpg', at('1968-07-24T00:00', '1968-07-25')],
    ['WhatsApp Image 2019-01-01 at 1.05.09 PM.jpeg', at('2019-01-01T13:05:09')],
    ['Screenshot 2019-05-21 at 12.45.52\u202FAM.png', at('2019-05-21T00:45:52')],
    ['Снимок экрана 2019-07-09 в 18.01.30.png', at('2019-07-09T18:01:30')],
    ['Captura de ecrã 2019-07-09, às 18.01.30.png', at('2019-07-09T18:01:30')],
    ['BURST20190709180130123_COVER.jpg', at('2019-07-09T18:01:30')],
    ['1968-06 Oma.jpg', at('1968-06-01T00:00', '1968-07-01')],
    ['mmexport1546300800123.jpg', at('2019-01-01T00:00:00.123', null, 0)],
    ['FB_IMG_1546300800123.jpg', at('2019-01-01T00:00:00.123', null, 0)],
  ])('is read of the name %s', (name, date) => {
    expect(nameDate(name, now)).toEqual(date);
  });

  it.each([
    'IMG_1968.jpg',
    'DSC02019.jpg',
    'IMG_4120.jpg',
    '19991399.jpg',
    '120190724.jpg',
    '20300101_120000.jpg',
    '2019-02-30.jpg',
    'scan 1968.jpg',
    '18933d713e_fab3.jpg',
    'room 1968-06.jpg',
    '9546300800123.jpg',
  ])('is none in the name %s', (name) => {
    expect(nameDate(name, now)).toBeNull();
  });

  it('joins the date and the time of IPTC', () => {
    expect(iptcTime('20190731', '233015+0200')).toBe('20190731 23:30:15+0200');
    expect(parseCaptureDate(iptcTime('20190731', '233015+0200') ?? '', now)).toEqual(
      at('2019-07-31T23:30:15', null, 120),
    );
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
