import { expect, it } from 'vitest';
import { typedDate } from './typed-date.ts';

it.each([
  ['', ''],
  [' 1968 ', '1968'],
  ['1968-06', '1968-06'],
  ['2019-12-31 10:00', '2019-12-31 10:00'],
  ['2019-12-31T10:00:05', '2019-12-31T10:00:05'],
  ['31.12.2019', '2019-12-31'],
  ['1.6.1968', '1968-06-01'],
  ['6.1968', '1968-06'],
])('reads “%s” as “%s”', (text, date) => expect(typedDate(text)).toBe(date));

it.each(['0000', '9999', 'yesterday', '31/12/2019', '2019-1-2', '31.12.19', '2019-12-31 10'])('refuses “%s”', (text) =>
  expect(typedDate(text)).toBeNull(),
);
