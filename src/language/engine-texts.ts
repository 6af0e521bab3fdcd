// Texts of the engine in the language of the window: names and descriptions of methods, their settings and encoders.
import german from './engine-texts/de.json' with { type: 'json' };
import { keptText } from '../shared/kept-texts.ts';
import { filled } from '../shared/sentences.ts';
import { language, type Language } from './language.ts';

/** By the engine's English text, so that the catalogue does not repeat it. */
export const engineTexts: Readonly<Record<Language, ReadonlyMap<string, string>>> = {
  en: new Map(),
  de: new Map(Object.entries(german)),
};

/** Numbers with a decimal point, as the engine writes them; versions have no such name. */
const decimals: ReadonlySet<string> = new Set(['cosine', 'expected', 'image', 'least', 'loss', 'size', 'text']);

function valueIn(name: string, value: string): string {
  // The reason of a failed check is a text of its own.
  if (name === 'reason') return keptTextIn(value) ?? value;
  const digits = decimals.has(name) ? /^-?\d+\.(\d+)$/.exec(value)?.[1]?.length : undefined;
  return digits === undefined
    ? value
    : Number(value).toLocaleString(language(), { minimumFractionDigits: digits, useGrouping: false });
}

/** A text with values that the library keeps, in the language of the window; null for any other text. */
export function keptTextIn(message: string): string | null {
  const kept = keptText(message);
  if (kept === null) return null;
  const values = Object.entries(kept.values).map(([name, value]): [string, string] => [name, valueIn(name, value)]);
  return filled(engineText(kept.text), Object.fromEntries(values), language());
}

/** The engine's text in the language of the window; as it is, if nobody has translated it. */
export const engineText = (english: string): string => engineTexts[language()].get(english) ?? english;
