// Removes and adds English inflections.
import { stemmer } from 'stemmer';
import { isStopWord } from './stop-words.ts';

/**
 * Stem of an English word (Porter 1980): `climbing`, `climbs` -> `climb`. Words with letters outside a to z stay the
 * same. A stem that is a stop word would match nearly every text, so such a word loses only the ending of its plural:
 * `herring`, `herrings` -> `herring`, `photographers` -> `photographer`.
 */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const found = /^[a-z]{3,}$/.test(word) ? stemOf(word) : word;
  if (stems.size >= mostStems) stems.clear();
  stems.set(word, found);
  return found;
}

function stemOf(word: string): string {
  const found = stemmer(word);
  if (!isStopWord(found) || isStopWord(word)) return found;
  const singular = word.endsWith('s') ? word.slice(0, -1) : word;
  return singular.length < 3 || isStopWord(singular) ? word : singular;
}

/** Cache of stems: texts repeat their words, and a look-up is faster than stemming. */
const stems = new Map<string, string>();
const mostStems = 20_000;

/**
 * Possible base forms of an unknown word, most likely first: `toddlers` -> `toddler`, `berries` -> `berry`, `skied` ->
 * `ski`, `hopping` -> `hop`, `cafés` -> `cafes`, `cafe`. These are guesses; the caller takes the first one it knows.
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
  const verb = word.endsWith('ing') ? word.slice(0, -3) : word.endsWith('ed') ? word.slice(0, -2) : '';
  if (/[aeiouy]/.test(verb)) {
    forms.push(verb, `${verb}e`);
    if (/([bdfgklmnprtvz])\1$/.test(verb)) forms.push(verb.slice(0, -1));
    if (word.endsWith('ied')) forms.push(`${verb.slice(0, -1)}y`);
  }
  return forms.filter((form) => form.length >= 3);
}

/** Regular plural of a noun. A phrase with underscores changes its last word (`hot_dog` -> `hot_dogs`). */
export function regularPlural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return `${noun}s`;
}

/** Singulars and plurals that no rule makes: each pair in one word of its own. */
const irregular = (
  'child/children foot/feet tooth/teeth goose/geese mouse/mice louse/lice ox/oxen leaf/leaves loaf/loaves wolf/wolves knife/knives ' +
  'wife/wives life/lives calf/calves half/halves shelf/shelves bookshelf/bookshelves scarf/scarves hoof/hooves thief/thieves ' +
  'elf/elves dwarf/dwarves wharf/wharves sheaf/sheaves housewife/housewives midwife/midwives werewolf/werewolves ' +
  'grandchild/grandchildren schoolchild/schoolchildren dormouse/dormice cactus/cacti octopus/octopi fungus/fungi'
)
  .split(' ')
  .map((pair) => pair.split('/'));
const otherNumber: ReadonlyMap<string, string> = new Map(
  irregular.flatMap(([one = '', many = '']): [string, string][] => [
    [one, many],
    [many, one],
  ]),
);
/** Words in -men and -man that are not each other's plural. */
const noMen = new Set(['omen', 'oman', 'amen']);

/**
 * Singular of an English plural, or plural of a singular, that has another stem: `women` -> `woman`, `leaf` -> `leaves`, `bus` ->
 * `buses`. These are guesses, which may be no words.
 */
export function formsOfOtherNumber(word: string): string[] {
  const known = otherNumber.get(word);
  return [...(known === undefined ? [] : [known]), ...regularFormsOfOtherNumber(word)];
}

function regularFormsOfOtherNumber(word: string): string[] {
  // "woman", "policeman"
  if (/m[ae]n$/.test(word) && !noMen.has(word)) return [word.slice(0, -2) + (word.endsWith('men') ? 'an' : 'en')];
  // "bus", "octopus", "gas", "iris", "lens"
  if (/(?:[^aeos]us|[^aeiou][ai]s|ns)es$/.test(word)) return [word.slice(0, -2)];
  if (/(?:[^aeos]us|[^aeiou][ai]s|ns)$/.test(word)) return [`${word}es`];
  return [];
}
