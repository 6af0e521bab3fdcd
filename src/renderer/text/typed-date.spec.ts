import { expect, it, onTestFinished } from 'vitest';
import { setLanguage } from '../../language/language.ts';
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
  ['July 14 2019', '2019-07-14'],
  ['July 14th, 2019', '2019-07-14'],
  ['14 july 2019', '2019-07-14'],
  ['2. Mar. 2019', '2019-03-02'],
  ['Dec 2019', '2019-12'],
])('reads “%s” as “%s”', (text, date) => expect(typedDate(text)).toBe(date));

it.each([
  '0000',
  '9999',
  'yesterday',
  '14 Juli 2019',
  'Smarch 2019',
  '31/12/2019',
  '2019-1-2',
  '31.12.19',
  '2019-12-31 10',
])('refuses “%s”', (text) => expect(typedDate(text)).toBeNull());

it('reads months in the language of the window', () => {
  onTestFinished(() => setLanguage('en'));
  setLanguage('de');
  expect(typedDate('14. März 2019')).toBe('2019-03-14');
  expect(typedDate('14 Oct 2019')).toBe('2019-10-14');
});
