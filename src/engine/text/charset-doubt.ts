// Doubts about a guessed character set: a text that reads like no language in it, or like one in another set too, is
// better reported than shown as nonsense.
import { uint8At } from '../../shared/at.ts';
import { hasLanguage, likelihood } from './latin-charset.ts';

/** The text in a set; null where a byte has no meaning in it. */
export type Read = (charset: string) => string | null;

/** Letters of MS-DOS (code page 850) from 0x80 on, where it has letters; other bytes are frames and signs. */
const dosLetters =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0';

const readDos = (sample: Uint8Array): string =>
  Array.from(sample, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : (dosLetters[byte - 0x80] ?? ''))).join('');

// --- Cyrillic

const cyrillicSets = ['windows-1251', 'koi8-r', 'koi8-u', 'iso-8859-5', 'ibm866', 'x-mac-cyrillic'];
/** Letters of Serbian and Macedonian, and those that neither has. */
const [serbian, russian] = [/[ђѓѕјљњћќџ]/i, /[йщъыьэюяёіїєґў]/i];
/** Signs of text around words. Others are letters of another set. */
const cyrillicSigns = /[^\p{ASCII}\p{Script=Cyrillic}«»„“”’…–—№°§\u00A0€]/u;

/** Whether all words look like words of a language written in Cyrillic. */
function isCyrillic(text: string): boolean {
  if (
    cyrillicSigns.test(text) ||
    /[A-Za-z]\p{Script=Cyrillic}|\p{Script=Cyrillic}[A-Za-z]|\p{Script=Cyrillic}[№€§°„«]|[№§°”“](?=\p{Ll})/u.test(text)
  )
    return false;
  const words = text.match(/\p{Script=Cyrillic}+/gu) ?? [];
  return (
    words.length > 0 &&
    words.every((word) => /^(?:\p{Lu}?\p{Ll}*|\p{Lu}+)$/u.test(word) && !/^[ъыь]/i.test(word)) &&
    !(serbian.test(text) && russian.test(text))
  );
}

/** Letters that hardly any text has: where another set has more frequent ones, it is the right one. */
const rareCyrillic = /[ЃЌЂЋЏЉЊѓќђћџљњѕЅ„‡†…]\p{Ll}|(?<!\p{L})[ЃЌЂЋЏЉЊ]/u;

function cyrillic(guess: string, read: Read): string | null {
  const readings = cyrillicSets.flatMap((charset) => {
    const text = read(charset);
    return text !== null && isCyrillic(text) ? [{ charset, text }] : [];
  });
  const plain = readings.filter(({ text }) => !rareCyrillic.test(text));
  const [first] = plain.length > 0 ? plain : readings;
  if (first === undefined) return null;
  if (plain.some(({ charset }) => charset === guess)) return guess;
  // A text in capitals alone may be one of another script.
  if (!/\p{Ll}/u.test(first.text)) return null;
  return plain.every(({ text }) => text === first.text) ? first.charset : null;
}

/** Number of letters from which a text can be in a set without other evidence for it. */
const enoughLetters = 5;
/** Share of vowels among letters below which a text is hardly Cyrillic, and that of most texts. */
const [fewVowels, usualVowels] = [0.25, 0.35];

function vowelShare(text: string): number {
  const letters = text.match(/\p{Script=Cyrillic}/gu) ?? [];
  return letters.filter((letter) => /[аеёиоуыэюяіїє]/i.test(letter)).length / Math.max(1, letters.length);
}

/**
 * The Cyrillic set of a text, unless it has hardly a vowel there and reads well in Hebrew, whose letters are at the same
 * bytes, or with more vowels in another Cyrillic set.
 */
function vowelledCyrillic(guess: string, read: Read): string | null {
  const charset = cyrillic(guess, read);
  const text = charset === null ? null : read(charset);
  if (text === null || vowelShare(text) >= fewVowels) return charset;
  const letters = hebrewLetters(read);
  if (letters > 0) return letters >= enoughLetters ? 'windows-1255' : null;
  const better = cyrillicSets.filter((other) => {
    const reading = read(other);
    return reading !== null && isCyrillic(reading) && vowelShare(reading) >= usualVowels;
  });
  const [first] = better;
  if (first === undefined || text.length < enoughLetters) return charset;
  return better.every((other) => read(other) === read(first)) ? first : null;
}

function cyrillicAlone(read: Read): string | null {
  const charset = vowelledCyrillic('', read);
  const letters = charset === null ? [] : (read(charset)?.match(/\P{ASCII}/gu) ?? []);
  return letters.length >= enoughLetters ? charset : null;
}

// --- East Asia

interface DoubleBytes {
  /** Whether a byte begins a character of two. */
  readonly leads: (byte: number) => boolean;
  /** Whether it begins one of the frequent ones. */
  readonly frequent: (byte: number) => boolean;
}

const between =
  (low: number, high: number) =>
  (byte: number): boolean =>
    byte >= low && byte <= high;
/** Each standard has its frequent characters in its first rows. */
const doubleBytes: Readonly<Record<string, DoubleBytes>> = {
  gb18030: { leads: between(0x81, 0xfe), frequent: between(0xa1, 0xd7) },
  big5: { leads: between(0x81, 0xfe), frequent: between(0xa1, 0xc6) },
  'euc-kr': { leads: between(0x81, 0xfe), frequent: between(0xa1, 0xc8) },
  'euc-jp': { leads: between(0x8e, 0xfe), frequent: between(0x8e, 0xcf) },
  shift_jis: { leads: (byte) => (byte > 0x80 && byte < 0xa0) || byte > 0xdf, frequent: between(0x81, 0x97) },
};
/** Share of rare characters from which a text is in another set. */
const mostRare = 0.4;
/** Pairs that no text has: half-width syllables or small ones beside Chinese characters, these within a Latin word. */
const oddPairs =
  /[\uFF66-\uFF9F]\p{Script=Han}|\p{Script=Han}[\uFF66-\uFF9F]|[a-z]\p{Script=Han}+[a-z\uFF21-\uFF3A]|(?<![\p{L}ー])[ぁぃぅぇぉっゃゅょァィゥェォッャュョ]\p{Script=Han}|[\uFF66-\uFF9F][A-Za-z]/u;

function isEastAsian({ leads, frequent }: DoubleBytes, sample: Uint8Array, text: string): boolean {
  let [all, rare] = [0, 0];
  for (let at = 0; at < sample.length; at++) {
    const byte = uint8At(sample, at);
    if (byte < 0x80 || !leads(byte)) continue;
    all++;
    if (!frequent(byte)) rare++;
    at++;
  }
  return (all === 0 || rare < mostRare * all) && !oddPairs.test(text);
}

// --- other scripts

/**
 * Marks and vowels where no Thai word has them: at the start, two in one place, a vowel before no consonant; and two
 * letters that are no longer written.
 */
const oddThai =
  /(?<![\u0E00-\u0E7F])[\u0E30-\u0E3A\u0E45\u0E47-\u0E4E]|[\u0E40-\u0E44](?![\u0E01-\u0E2E])|[\u0E31\u0E34-\u0E3A\u0E47]{2}|[\u0E48-\u0E4B]{2}|[\u0E03\u0E05]|[^\p{ASCII}\p{Script=Thai}฿“”‘’–—…\u00A0]|[€”“‘’–—]\p{Script=Thai}/u;
const oddArabic =
  /[^\p{ASCII}\p{Script=Arabic}\p{M}،؛؟«»“”…–—\u00A0\u200C-\u200F]|\p{Script=Arabic}[–—]|[–—]\p{Script=Arabic}/u;
const oddHebrew =
  /[^\p{ASCII}\p{Script=Hebrew}\p{M}₪«»“”„‘’…–—\u00A0\u200C-\u200F]|[„‘“”…‘’–—]\p{Script=Hebrew}[„‘“”…‘’–—]/u;
/** The five letters with a separate form at the end of a word, where they have the other one, and Hebrew beside Latin. */
const misplacedHebrew =
  /[ךםןףץ](?=\p{Script=Hebrew})|(?<=\p{Script=Hebrew})[כמנפצ](?!['"׳״\p{Script=Hebrew}])|[A-Za-z]\p{Script=Hebrew}|\p{Script=Hebrew}[A-Za-z]/u;

/** Number of letters of a text that reads well in Hebrew; 0 for others. */
function hebrewLetters(read: Read): number {
  const text = read('windows-1255');
  if (text === null || oddHebrew.test(text) || misplacedHebrew.test(text)) return 0;
  return text.match(/[א-ת]/gu)?.length ?? 0;
}

/** Whether a text read as Greek has no accent, and reads well in Hebrew or in Cyrillic, too. */
const isDoubtfulGreek = (text: string, read: Read): boolean =>
  !/[άέήίόύώΐΰϊϋΆΈΉΊΌΎΏ]/.test(text) &&
  (hebrewLetters(read) > 0 || cyrillicAlone(read) !== null || hasRussianCapitals(read));

/** Whether the text has capitals of KOI8 alone, with the vowels of Russian. */
function hasRussianCapitals(read: Read): boolean {
  const text = read('koi8-r');
  return text !== null && isCyrillic(text) && vowelShare(text) >= fewVowels;
}

const oddGreek = /[^\p{ASCII}\p{Script=Greek}«»“”„‘’…–—·°€\u00A0]|\p{Ll}\p{Lu}|\p{Script=Greek}[–—…„]\p{Script=Greek}/u;

const greekSets: ReadonlySet<string> = new Set(['windows-1253', 'iso-8859-7']);

const oddIn: Readonly<Record<string, RegExp>> = {
  'windows-874': oddThai,
  'windows-1256': oddArabic,
  'iso-8859-6': oddArabic,
  'windows-1255': oddHebrew,
  'windows-1253': oddGreek,
  'iso-8859-7': oddGreek,
};

// --- Latin letters

/**
 * Signs of Windows where a word has letters of MS-DOS or of the Macintosh: `p† ”n`, `Stra·e`, `„lg`, `Krak—w`,
 * `‡ocuklar`, and a Spanish question without its end, as `¿aglówka` is. An apostrophe, and dashes between words, do not count.
 */
const strangeSigns =
  /[\p{L}][„‚ˆ‰‹†‡•˜¢£¤¥¦¨¬¯±¸¹²³¼½¾¿¡«‘“]\p{L}|ƒ|(?<![\p{L}\p{N}])[™‡†ˆ˜•‰¢£¤¥…]\p{Ll}|\p{L}†(?!\w)|[A-Za-z]\u00A0[a-z]|±\p{L}|^[^\n?]{0,60}¿[^\n?]{0,60}$|(?<!\p{L})[\p{Ll}][\u2013\u2014](?!\p{L})/u;

/** Whether quotation marks have no counterparts, as letters have none. */
function hasLoneQuotes(text: string): boolean {
  if (/[„“](?=\p{L})/u.test(text) !== /[\p{L}\p{N}.,!?…][“”]/u.test(text)) return true;
  return /\p{L}[“”](?=\p{L})/u.test(text);
}

/** Patterns that no word has: capitals within a word, frames, other signs beside letters. */
const oddLatin =
  /(?<!\p{L})[^\p{ASCII}\P{L}]\d|\p{Ll}(?![A-Z])\p{Lu}|\p{L}(?![A-Z])\p{Lu}\p{Ll}|[\u2500-\u25FF‗¶§÷×¬√≈∆◊∂∑∏π∫Ω∞≠≤≥ﬁﬂ]|\p{L}[^\p{ASCII}\p{L}\p{M}\p{N}\s’\u2013\u2014·-]\p{L}|(?<!l)·\p{L}|\p{L}·(?!l)|\p{L}[¨´¸˝˛ˇ˘˙¯°¦‡†]|[¦›‹¬±°§¶¸¨´¯˝˛ˇ˘˙‡†]\p{L}/u;

const latinSets = new Set([
  'windows-1252',
  'windows-1250',
  'windows-1254',
  'windows-1257',
  'windows-1258',
  'macintosh',
]);

/** Factor by which the text must be likelier in the guessed set than in others. */
const clearly = 1.1;

/** Whether a text has letters beyond ASCII, and reads well. */
const isClean = (text: string): boolean =>
  /[^\p{ASCII}\P{L}]/u.test(text) && !oddLatin.test(text) && !strangeSigns.test(text) && !hasLoneQuotes(text);

/** Whether the text reads well in the guessed set, and less well as one of MS-DOS or of the Macintosh. */
function isLatin(guess: string, sample: Uint8Array, read: Read): boolean {
  const text = read(guess) ?? '';
  if (strangeSigns.test(text) || hasLoneQuotes(text)) return false;
  // This rare set needs words of one of its languages as evidence.
  if (guess === 'macintosh' && (oddLatin.test(text) || !hasLanguage(guess, text))) return false;
  const others: [charset: string, text: string | null][] = [
    ['ibm850', readDos(sample)],
    ['macintosh', read('macintosh')],
  ];
  return others.every(([charset, other]) => {
    if (other === null || other === text || !isClean(other)) return true;
    return likelihood(guess, text) >= clearly * likelihood(charset, other);
  });
}

/**
 * The guess, or a Cyrillic set in which the text reads better.
 * @param guess null where no set was likely
 * @returns null where the text is doubtful in the guessed set, and not clear in another
 */
export function settled(guess: string | null, sample: Uint8Array, read: Read): string | null {
  if (guess === null) return cyrillicAlone(read);
  const text = read(guess);
  if (text === null) return null;
  if (cyrillicSets.includes(guess)) return vowelledCyrillic(guess, read);
  const eastAsian = doubleBytes[guess];
  if (eastAsian !== undefined && !isEastAsian(eastAsian, sample, text)) return vowelledCyrillic(guess, read);
  if (oddIn[guess]?.test(text) === true) return vowelledCyrillic(guess, read);
  if (greekSets.has(guess) && isDoubtfulGreek(text, read)) return null;
  return latinSets.has(guess) && !isLatin(guess, sample, read) ? null : guess;
}
