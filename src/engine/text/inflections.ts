// Undoes and makes English inflections.
import { stemmer } from 'stemmer';

/**
 * The stem of an English word (Porter 1980): `climbing`, `climbs` -> `climb`. Words with other letters than a to z are
 * returned as they are.
 */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const found = /^[a-z]{3,}$/.test(word) ? stemmer(word) : word;
  if (stems.size >= mostStems) stems.clear();
  stems.set(word, found);
  return found;
}

/** Texts repeat their words: looking a stem up takes a tenth of making it. */
const stems = new Map<string, string>();
const mostStems = 20_000;

/**
 * What an unknown word may be an inflection of, likeliest first: `toddlers` -> `toddler`, `berries` -> `berry`,
 * `skied` -> `ski`, `hopping` -> `hop`, `cafés` -> `cafes`, `cafe`. Guesses: the caller keeps the first it knows.
 */
export function baseForms(word: string): string[] {
  const forms = endingsRemoved(word);
  const unaccented = word.normalize('NFD').replace(/\p{M}+/gu, '');
  if (unaccented !== word) forms.push(unaccented, ...endingsRemoved(unaccented));
  return forms;
}

function endingsRemoved(word: string): string[] {
  const forms: string[] = [];
  if (/[^aeiou]ies$/.test(word)) forms.push(`${word.slice(0, -3)}y`);
  if (/(?:s|x|z|ch|sh|o)es$/.test(word)) forms.push(word.slice(0, -2));
  if (/[^suo]s$/.test(word) || word.endsWith('os')) forms.push(word.slice(0, -1));
  const verb = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(word)?.[1];
  if (verb !== undefined) {
    forms.push(verb, `${verb}e`);
    if (/([bdfgklmnprtvz])\1$/.test(verb)) forms.push(verb.slice(0, -1));
    if (word.endsWith('ied')) forms.push(`${verb.slice(0, -1)}y`);
  }
  return forms.filter((form) => form.length >= 3);
}

/** The regular plural of a noun; the last part's for a phrase written with underscores (`hot_dog` -> `hot_dogs`). */
export function regularPlural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return `${noun}s`;
}
