// The sentences of the window, the menus and the notifications, and their language.
import { locales, overwriteGetLocale } from './compiled/runtime.js';

/** Sentences by their keys in src/language/messages; `npm run messages` makes the functions. */
export { m } from './compiled/messages.js';

export type Language = (typeof locales)[number];

/** BCP 47 tags for dates. English dates begin with the day. */
export const dateLanguages: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de' };

let current: Language | undefined;

// A sentence requested while a file loads would keep the language of that moment.
overwriteGetLocale(() => {
  if (current === undefined) throw new Error('A sentence is asked for before its language is set.');
  return current;
});

export const language = (): Language => {
  if (current === undefined) throw new Error('No language is set yet.');
  return current;
};

export function setLanguage(chosen: Language): void {
  current = chosen;
}

/**
 * The chosen language, or the first of the system's languages that has sentences; English without one.
 * @param system BCP 47 tags, such as `de-AT`, the preferred one first
 */
export function languageFor(chosen: Language | 'system', system: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  const known = system.map((tag) => locales.find((locale) => locale === tag.toLowerCase().split(/[-_]/)[0]));
  return known.find((locale) => locale !== undefined) ?? 'en';
}
