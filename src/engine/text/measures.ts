// Units of measure behind a number, in English and German: in "Sommer 20 Grad" the number is no year.
import { fold } from './fold.ts';

/** "in" is inches and a preposition: "Ostern 15 in Rom". */
const isPreposition = (word: string): boolean => word === 'in';

const lettersOf = (text: string): string => fold(text).replace(/[.,;]+$/u, '');

/** Names of units as numbers are written with them: degrees Celsius, Grad, km, °C. */
function namesOfUnits(): string[] {
  const units = [...Intl.supportedValuesOf('unit'), 'kilometer-per-hour', 'mile-per-hour'];
  return ['en', 'de'].flatMap((language) =>
    units.flatMap((unit) =>
      (['long', 'short'] as const).flatMap((unitDisplay) =>
        [1, 20].flatMap((n) =>
          namesIn(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay }), n, 'unit'),
        ),
      ),
    ),
  );
}

/** Last words of the names of currencies, and their signs: dollars, US-Dollar, €. */
function namesOfCurrencies(): string[] {
  return ['en', 'de'].flatMap((language) =>
    ['EUR', 'USD', 'GBP', 'CHF'].flatMap((currency) =>
      (['name', 'narrowSymbol'] as const).flatMap((currencyDisplay) =>
        [1, 20].flatMap((n) =>
          namesIn(new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay }), n, 'currency').map(
            (name) => name.split(/[ -]/).at(-1) ?? name,
          ),
        ),
      ),
    ),
  );
}

const namesIn = (format: Intl.NumberFormat, n: number, part: 'unit' | 'currency'): string[] =>
  format.formatToParts(n).flatMap(({ type, value }) => (type === part ? [value] : []));

/** Words behind an hour; "am" is also German for "at the". */
const clock = "pm a.m p.m uhr h o'clock oclock".split(' ');

/** "20 degrees", "95 Fahrenheit" */
const firstAndLast = (name: string): string[] => [name.replace(/ .*/, ''), name.replace(/.* /, '')];

let known: ReadonlySet<string> | null = null;

function measures(): ReadonlySet<string> {
  known ??= new Set(
    [...namesOfUnits().flatMap(firstAndLast), ...namesOfCurrencies(), ...clock]
      .map(lettersOf)
      .filter((name) => name !== '' && !isPreposition(name)),
  );
  return known;
}

/**
 * Whether a word behind a number says what is counted or the hour of the day: `20 Grad`, `10 km`, `5 years`, `10 am`.
 * @param after the word behind it
 */
export function isMeasure(word: string | undefined, after: string | undefined): boolean {
  const name = lettersOf((word ?? '').replaceAll('\u2019', "'"));
  return measures().has(name) || (name === 'am' && after === undefined);
}
