// Splits text into lower-case word tokens, names the words that say nothing about a photo, and undoes inflections.

/**
 * Words without a picture of their own, and the words people wrap a search in ("show me photos of ..."). Contractions
 * lose their ending in `tokenize`, so only their first halves are listed.
 */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above across after again against all almost along already also although always am among an and another any
  anything are around as at away b back be became because become been before behind being below beneath beside besides
  between beyond both but by c came can cannot come comes coming could d did do does doing done down during e each either
  else enough etc even ever every everything f few find for found from front full further g gave get gets getting give
  given gives giving go goes going gone got h had happen happened has have having he hence her here hers herself him
  himself his how however i if in including indeed inside instead into is it its itself j just k keep kind l last least
  less let like look looked looking looks lot lots m made make makes making many may maybe me mean might mine more most
  much must my myself n near nearby neither never next no none nor not nothing now o of off often on once one only onto
  or other others otherwise our ours ourselves out outside over own p part per perhaps please put q quite r rather really
  s said same saw say says see seem seems seen several shall she should show showing shows since so some something
  sometimes somewhere soon still such t take taken takes taking than that the their theirs them themselves then there
  these they thing things this those though through throughout thus to together too took toward towards u under until up
  upon us use used uses using v very via w want wanted was way we went were what whatever when where whether which while
  who whom whose why will with within without would x y yes yet you your yours yourself z
  image images photo photos photograph photographs pic pics picture pictures snapshot snapshots shot shots jpg jpeg png`
    .split(/\s+/)
    .filter(Boolean),
);

/** True for a token that carries no meaning for search; such tokens are no words of the table. */
export function isStopWord(token: string): boolean {
  return STOP_WORDS.has(token) || token.endsWith("n't");
}

/**
 * Text -> lower-case tokens: runs of letters and digits of any script, with apostrophes and hyphens kept inside a word
 * (`t-shirt`, `o'brien`). Endings that English glues on with an apostrophe (`dog's`, `we'll`) are cut off.
 */
export function tokenize(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u2010\u2011]/g, '-');
  const tokens = plain.match(/[\p{L}\p{M}\p{N}]+(?:['-][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
  return tokens.map((token) => token.replace(/'(?:s|ll|re|ve|m|d)$/u, ''));
}

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
