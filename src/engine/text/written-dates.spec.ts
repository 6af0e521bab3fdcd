// Days in the words of a query.
import { expect, it, onTestFinished, vi } from 'vitest';
import { datesIn, namesOfMonth, periodNamed, writingsOf } from './written-dates.ts';

const christmas = { year: 2012, month: 12, day: 24 };
const read = (text: string) => datesIn(text.split(' '));

it.each([
  '24.12.2012',
  '24.12.2012,',
  '24-12-2012',
  '2012-12-24',
  '12/24/2012',
  '24/12/2012',
  '24. 12. 2012',
  '24. Dezember 2012',
  '24 dez 2012',
  '24th of December 2012',
  'December 24, 2012',
  'Dec. 24th, 2012',
  '24.12.12',
  '24/12/12',
  "24. Dezember '12",
  '24. Dezember 12',
  'December 24, ’12',
])('reads %s', (text) => {
  expect(read(`Anna ${text} Garten`)).toEqual([{ from: 1, to: 1 + text.split(' ').length, days: [christmas] }]);
});

it.each(['24.12.', '24. 12.', '24. Dezember', '24th of December', 'December 24', 'dec 24th'])(
  'reads %s as that day of every year',
  (text) => {
    const days = [{ year: null, month: 12, day: 24 }];
    expect(read(`Anna ${text} Garten`)).toEqual([{ from: 1, to: 1 + text.split(' ').length, days }]);
  },
);

it('has the leap day in every year, and May only with a sign of a date', () => {
  expect(read('29. Februar')[0]?.days).toEqual([{ year: null, month: 2, day: 29 }]);
  expect(read('30. Februar')).toEqual([]);
  expect(read('May 5th')).toHaveLength(1);
  expect(read('May 5')).toHaveLength(1);
  expect(read('dogs may 2 play')).toEqual([]);
});

it('reads years of two digits behind an apostrophe, and behind a month, a season or a holiday', () => {
  const periods = (text: string) => text.split(' ').map((_, i, words) => periodNamed(words, i) ?? null);
  const year = (year: number) => ({ year, month: null, day: null });
  expect(periods("Sommer '19")).toEqual([null, year(2019)]);
  expect(periods('summer 98')).toEqual([null, year(1998)]);
  expect(periods('Weihnachten ’05')).toEqual([null, year(2005)]);
  expect(periods('Mai 98')).toEqual([{ year: 1998, month: 5, day: null }, year(1998)]);
  expect(periods('Rome 2019')).toEqual([null, year(2019)]);
  expect(periods('bus 98')).toEqual([null, null]);
  expect(periods('march 20 people')).toEqual([null, null, null]);
});

it('reads both days of a date whose day and month may be exchanged', () => {
  expect(read('5/6/2012')[0]?.days).toEqual([
    { year: 2012, month: 6, day: 5 },
    { year: 2012, month: 5, day: 6 },
  ]);
  expect(read('6/6/2012')[0]?.days).toHaveLength(1);
});

it.each([
  '31.6.2012',
  '2012-02-30',
  '24. Katze',
  'may 2012',
  '12 dogs 2012',
  '10.0.0.1',
  '1/2',
  'March 45 2012',
  '24 of',
])('takes %s for no day', (text) => {
  expect(read(text)).toEqual([]);
});

it('writes a day as texts do', () => {
  const writings = writingsOf({ year: 2012, month: 3, day: 2 });
  expect(writings).toEqual(
    expect.arrayContaining([
      '2.3.2012',
      '02.03.2012',
      '2012-03-02',
      '2 März 2012'.toLowerCase(),
      'march 2nd 2012',
      '20120302',
    ]),
  );
  // It would be the third of February elsewhere.
  expect(writings).not.toContain('3/2/2012');
  expect(writingsOf(christmas)).toContain('12/24/2012');
});

it('knows the names of a month in both languages', () => {
  expect(namesOfMonth('Dezember')).toContain('december');
  expect(namesOfMonth('Garten')).toEqual([]);
});

it('makes the table of units for a number of two digits, and not for other words', async () => {
  const made = vi.spyOn(Intl, 'NumberFormat');
  onTestFinished(() => made.mockRestore());
  vi.resetModules();
  const fresh = await import('./written-dates.ts');
  const words = 'dogs on the beach in the summer holidays of 2012'.split(' ');
  fresh.datesIn(words);
  words.forEach((_, at) => fresh.periodNamed(words, at));
  expect(made).not.toHaveBeenCalled();
  expect(fresh.datesIn(['24.', 'Dezember', '18', 'Uhr'])).toHaveLength(1);
  expect(made).toHaveBeenCalled();
});
