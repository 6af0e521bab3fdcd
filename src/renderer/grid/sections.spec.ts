import { describe, expect, it } from 'vitest';
import { dayHeadings, timelineHeadings } from './sections.ts';

describe('timelineHeadings', () => {
  it('names months that have enough photos, and says which photos have no date', () => {
    const sections = [
      { start: 0, month: '2021-03' },
      { start: 20, month: '2021-01' },
      { start: 60, month: 'undated' },
    ];
    expect(timelineHeadings(sections, 61)).toEqual([
      { start: 0, heading: 'March 2021' },
      { start: 20, heading: 'January 2021' },
      { start: 60, heading: 'Without a date' },
    ]);
  });

  it('unites months with few photos inside a year, and never over its end', () => {
    const sections = [
      { start: 0, month: '2021-03' },
      { start: 2, month: '2021-02' },
      { start: 3, month: '2020-12' },
      { start: 4, month: '2020-05' },
      { start: 40, month: '2020-04' },
    ];
    expect(timelineHeadings(sections, 80)).toEqual([
      { start: 0, heading: 'February to March 2021' },
      { start: 3, heading: 'May to December 2020' },
      { start: 40, heading: 'April 2020' },
    ]);
  });

  it('names the year where a photo tells no more', () => {
    const sections = [
      { start: 0, month: '1968-05' },
      { start: 2, month: '1968' },
      { start: 3, month: '1951' },
    ];
    expect(timelineHeadings(sections, 4)).toEqual([
      { start: 0, heading: '1968' },
      { start: 3, heading: '1951' },
    ]);
  });

  it('has no heading for an order that is not one of time', () => {
    expect(timelineHeadings([{ start: 0, month: null }], 3)).toEqual([{ start: 0, heading: null }]);
    expect(timelineHeadings([], 0)).toEqual([]);
  });
});

describe('dayHeadings', () => {
  it('names each day, and the month or year where no day is known', () => {
    const sections = [
      { start: 0, month: '2019-07' },
      { start: 5, month: '2019-06' },
      { start: 6, month: '1968' },
      { start: 7, month: 'undated' },
    ];
    const days = [
      [0, 14],
      [3, 13],
      [4, 0],
      [5, 13],
      [6, 0],
      [7, 0],
    ] as const;
    expect(dayHeadings(sections, days)).toEqual([
      { start: 0, heading: 'Sunday, 14 July 2019' },
      { start: 3, heading: 'Saturday, 13 July 2019' },
      { start: 4, heading: 'July 2019' },
      { start: 5, heading: 'Thursday, 13 June 2019' },
      { start: 6, heading: '1968' },
      { start: 7, heading: 'Without a date' },
    ]);
    expect(dayHeadings([], [])).toEqual([]);
  });
});
