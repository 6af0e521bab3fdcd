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

/** A text with values that the library keeps, in the language of the window; null for any other text. */
export function keptTextIn(said: string): string | null {
  const kept = keptText(said);
  return kept === null ? null : filled(engineText(kept.text), kept.values, language());
}

/** The engine's text in the language of the window; as it is, if nobody has translated it. */
export const engineText = (english: string): string => engineTexts[language()].get(english) ?? english;
