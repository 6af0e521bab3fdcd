// Numbers, sizes, dates and durations for people.
import { describe, expect, it } from 'vitest';
import { inGerman } from '../../../test/support/german.ts';
import {
  captureDate,
  capturePeriod,
  count,
  duration,
  fileName,
  fileSize,
  monthName,
  parentFolder,
  rate,
} from './format.ts';

describe('format', () => {
  it('shows a date as precisely as it is known', () => {
    const date = (from: string, until: string | null, utcOffset: number | null = null) =>
      capturePeriod({
        capturedAt: Date.parse(from),
        capturedUntil: until === null ? null : Date.parse(until),
        utcOffset,
      });
    expect(date('1968-01-01', '1969-01-01')).toBe('1968');
    expect(date('1968-06-01', '1968-07-01')).toBe('June 1968');
    expect(date('1968-06-15', '1968-06-16')).toBe('15 June 1968');
    expect(date('2019-07-14T16:20Z', null)).toBe(captureDate(Date.UTC(2019, 6, 14, 16, 20)));
    expect(date('2019-07-14T16:20Z', null, 120)).toMatch(/16:20 \(UTC\+2\)$/);
    expect(date('2019-07-14T16:20Z', null, -210)).toMatch(/\(UTC−3:30\)$/);
    expect(date('2019-07-14T16:20Z', null, 0)).toMatch(/\(UTC\)$/);
  });

  it('groups the digits of a number by thousands', () => {
    expect([0, 1, 12_345].map(count)).toEqual(['0', '1', '12,345']);
  });

  it('never shows a size of a thousand units', () => {
    expect(fileSize(1)).toBe('1 byte');
    expect(fileSize(1000)).toBe('1.0 kB');
    expect(fileSize(48_213)).toBe('48 kB');
    expect(fileSize(999_600)).toBe('1.0 MB');
    expect(fileSize(3_200_000_000)).toBe('3.2 GB');
  });

  it('rounds durations to what matters', () => {
    expect(duration(0.2)).toBe('1 s');
    expect(duration(59.7)).toBe('1 min');
    expect(duration(3600)).toBe('1 h');
    expect(duration(4800)).toBe('1 h 20 min');
  });

  it('changes to items a minute when slow', () => {
    expect(rate(45.2, 'photos')).toBe('45 photos/s');
    expect(rate(1.26, 'photos')).toBe('1.3 photos/s');
    expect(rate(0.5, 'epochs')).toBe('30 epochs/min');
  });

  it('shows the time of day a camera stored, wherever the person is', () => {
    expect(captureDate(Date.UTC(2019, 6, 14, 16, 20))).toBe('14 July 2019 at 16:20');
  });

  it('writes numbers and dates as Germans do, in German', () =>
    inGerman(() => {
      expect(count(12_345)).toBe('12.345');
      expect(fileSize(1)).toBe('1 Byte');
      expect(fileSize(3_200_000_000)).toBe('3,2 GB');
      expect(rate(1.26, 'Fotos')).toBe('1,3 Fotos/s');
      expect(monthName('2019-07')).toBe('Juli 2019');
      expect(captureDate(Date.UTC(2019, 6, 14, 16, 20))).toBe('14. Juli 2019 um 16:20');
    }));

  it('splits paths of both kinds', () => {
    expect(fileName('/a/b/c.jpg')).toBe('c.jpg');
    expect(fileName('C:\\a\\b.jpg')).toBe('b.jpg');
    expect(parentFolder('/a/b/c.jpg')).toBe('/a/b');
  });
});
