// Chooses among character sets of Latin letters by the languages whose letters a text has.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { eld } from 'eld/extrasmall';

/** Languages that are written in a set, with their letters beyond ASCII, and patterns that none of their words has. */
interface Written {
  readonly language: string;
  readonly letters: string;
  readonly never?: RegExp;
}

const western: readonly Written[] = [
  // Borrowed words: café, naïve, Schrödinger.
  { language: 'en', letters: 'éïö' },
  { language: 'fr', letters: 'àâæçéèêëîïôœùûüÿ', never: /à\p{L}|ç(?![aouâôûœ])/u },
  { language: 'de', letters: 'äöüßé', never: /(?<![aeiouyäöü])ß/u },
  { language: 'es', letters: 'áéíóúüñ' },
  { language: 'pt', letters: 'áâãàçéêíóôõú', never: /õ(?![es])|ã(?![eos]|(?!\p{L}))/u },
  // Only the last letter has an accent.
  { language: 'it', letters: 'àèéìòù', never: /[àèéìòù]\p{L}/u },
  { language: 'nl', letters: 'ëïéèöüáóíê' },
  { language: 'sv', letters: 'åäöé' },
  { language: 'da', letters: 'æøåéèêóòôâ' },
  { language: 'ca', letters: 'àçèéíïòóúü' },
  { language: 'fi', letters: 'äöåšž' },
  { language: 'is', letters: 'áðéíóúýþæö' },
  { language: 'et', letters: 'äõöüšž' },
  { language: 'sq', letters: 'ëç' },
];
const central: readonly Written[] = [
  { language: 'hu', letters: 'áéíóöőúüű' },
  { language: 'cs', letters: 'áčďéěíňóřšťúůýž', never: /ď[bcfglnrsvz]/u },
  { language: 'sk', letters: 'áäčďéíĺľňóôŕšťúýž', never: /ď[bcfglnrsvz]/u },
  { language: 'pl', letters: 'ąćęłńóśźż', never: /(?<!\p{L})[ąę]/u },
  { language: 'hr', letters: 'čćđšž' },
  { language: 'ro', letters: 'ăâîşţ' },
];
const baltic: readonly Written[] = [
  { language: 'lv', letters: 'āčēģīķļņšūž' },
  { language: 'lt', letters: 'ąčęėįšųūž' },
  { language: 'et', letters: 'äõöüšž' },
];
const turkish: readonly Written[] = [{ language: 'tr', letters: 'çğıi\u0307öşüâîû' }];

const writtenIn: Readonly<Record<string, readonly Written[]>> = {
  'windows-1252': western,
  macintosh: western.filter(({ language }) => language !== 'en'),
  ibm850: western.filter(({ language }) => !['en', 'is', 'et', 'sq'].includes(language)),
  'windows-1250': central,
  'iso-8859-2': central,
  'windows-1254': turkish,
  'windows-1257': baltic,
};

/** Sets of this file. */
export const latinSets: readonly string[] = Object.keys(writtenIn).filter(
  (charset) => !['macintosh', 'ibm850'].includes(charset),
);

/** Languages of the western set that most photos are described in. */
const frequent = new Set(['fr', 'de', 'es', 'pt', 'it', 'nl', 'sv', 'da']);

/** Characters that are enough to recognise a language. */
const sampleLength = 2000;
/** The least score of a recognised language, and how many times that of the next text it must be. */
const [leastScore, clearly] = [0.35, 1.1];

const require = createRequire(import.meta.url);
let detector: typeof eld | null = null;

/** Loaded with the first text that is in doubt. The package offers no entry for `require`. */
function scoresOf(text: string): ReadonlyMap<string, number> {
  detector ??= (require(fileURLToPath(import.meta.resolve('eld/extrasmall'))) as { eld: typeof eld }).eld;
  return new Map(Object.entries(detector.detect(text.slice(0, sampleLength)).getScores()));
}

function bestScore(text: string, languages: readonly string[]): number {
  const scores = scoresOf(text);
  return Math.max(...languages.map((language) => scores.get(language) ?? 0));
}

/** Signs where only letters of another set can be, `cie¿ka`, `s³oñca`, `Pe»o`; accents alone, and a letter before a number. */
const misread =
  /[˝ˇ˘˙˛]|(?<!\p{L})[^\p{ASCII}\P{L}]\d|[¦¶¥£¤¬¢¨¯¸±]\p{L}|\p{L}[¦¶¥£¤¬¢¨¯¸±]|[³²¹]\p{L}|[¼½¾]\p{L}|\p{L}[¼½¾¿]|\p{L}[»«]\p{L}/u;

/** Languages that have all letters of the text, if it is in this set. */
function languagesOf(charset: string, text: string): readonly string[] {
  if (misread.test(text)) return [];
  const lower = text.toLowerCase();
  const letters = new Set(lower.match(/[^\p{ASCII}\P{L}]|\u0307/gu) ?? []);
  return (writtenIn[charset] ?? [])
    .filter(
      ({ letters: known, never }) => [...letters].every((letter) => known.includes(letter)) && !never?.test(lower),
    )
    .map(({ language }) => language);
}

/**
 * The set in which the text has the letters of one language and is recognised as that language.
 * @param texts the text by set, for each of `latinSets` in which it has a meaning
 * @param guess the set to take where languages decide nothing
 * @returns null where another language is about as likely
 */
export function latinCharset(texts: ReadonlyMap<string, string>, guess: string): string | null {
  const candidates = [...texts]
    .map(([charset, text]) => ({ charset, text, languages: languagesOf(charset, text) }))
    .filter(({ languages }) => languages.length > 0);
  const [only] = candidates;
  if (only === undefined) return guess;
  if (candidates.every(({ text }) => text === only.text)) {
    return texts.get(guess) === only.text ? guess : only.charset;
  }
  const scored = candidates
    .map((candidate) => ({ ...candidate, score: bestScore(candidate.text, candidate.languages) }))
    .sort((a, b) => b.score - a.score);
  const [best] = scored;
  const next = scored.find(({ text }) => text !== best?.text);
  if (best !== undefined && best.score >= leastScore && best.score >= clearly * (next?.score ?? 0)) {
    return texts.get(guess) === best.text ? guess : best.charset;
  }
  const isWestern = candidates.some(
    ({ charset, languages }) => charset === 'windows-1252' && languages.some((language) => frequent.has(language)),
  );
  if (isWestern) return 'windows-1252';
  // One word of Iceland, Estonia or Hungary may be one of another language.
  if (guess === 'windows-1252') return null;
  return candidates.some(({ charset }) => charset === guess) ? guess : null;
}

/** Likelihood of the text, 0 to 1, in the likeliest of a set's languages that have all its letters. */
export function likelihood(charset: string, text: string): number {
  const languages = languagesOf(charset, text);
  return languages.length === 0 ? 0 : bestScore(text, languages);
}

/** Whether a language of the set has all letters of the text. */
export const hasLanguage = (charset: string, text: string): boolean => languagesOf(charset, text).length > 0;
