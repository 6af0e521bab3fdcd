// Decodes text without a declared character set: UTF-8, UTF-16, UTF-32, Windows' code pages, and the sets of East Asia.
import { createRequire } from 'node:module';
import type { detectAll } from 'jschardet';
import { settled } from './charset-doubt.ts';
import { latinCharset, latinSets } from './latin-charset.ts';
import { decoderOf, markedUtf32, type Utf32 } from './text-decoder.ts';

export interface DecodedText {
  readonly text: string;
  /** Name in the Encoding Standard, or of UTF-32. */
  readonly charset: string;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
/** Number of bytes from which the character set is guessed. */
const sampleBytes = 64 * 1024;

/** Names of jschardet (except upper case) and of the Encoding Standard, for common character sets. */
const charsets: Readonly<Record<string, string>> = {
  gb18030: 'gb18030',
  big5: 'big5',
  cp932: 'shift_jis',
  shift_jis: 'shift_jis',
  'euc-jp': 'euc-jp',
  cp949: 'euc-kr',
  'euc-kr': 'euc-kr',
  'koi8-r': 'koi8-r',
  'windows-1250': 'windows-1250',
  'windows-1251': 'windows-1251',
  'windows-1252': 'windows-1252',
  'windows-1253': 'windows-1253',
  'windows-1254': 'windows-1254',
  'windows-1255': 'windows-1255',
  'windows-1256': 'windows-1256',
  'windows-1257': 'windows-1257',
  'windows-1258': 'windows-1258',
  cp874: 'windows-874',
};
/** Sets whose texts are mostly ASCII letters, so that Western text may look like theirs and the reverse. */
const latin = new Set(['windows-1250', 'windows-1254', 'windows-1257', 'windows-1258']);
/** Factor by which a set must be likelier than the next. */
const clearly = 1.5;
/** The same for a Latin set other than Windows-1252, which is by far the most frequent. */
const clearlyNotWestern = 2;

/** Smallest number of bytes above ASCII from which a script can be recognised. */
const fewestBytes = 3;

/** Named `require`, so that packaging detects the loaded package. */
const require = createRequire(import.meta.url);
let detector: { detectAll: typeof detectAll } | null = null;

/** Loaded with the first text that is not UTF-8, because loading takes time. */
function detect(bytes: Uint8Array): Map<string, number> {
  detector ??= require('jschardet') as { detectAll: typeof detectAll };
  const found = new Map<string, number>();
  for (const { encoding, confidence } of detector.detectAll(Buffer.from(bytes))) {
    const charset = charsets[encoding?.toLowerCase() ?? ''];
    if (charset !== undefined) found.set(charset, Math.max(found.get(charset) ?? 0, confidence));
  }
  return found;
}

/** Two letters of East Asia may be valid UTF-8 by chance, which then mixes scripts in a word. */
const mixedScripts =
  /[\p{Script=Cyrillic}\p{Script=Greek}][\u00C0-\u02FF]|[\u00C0-\u02FF][\p{Script=Cyrillic}\p{Script=Greek}]/u;
/** A text of one letter, or two, that only a few African languages and phonetics have. */
const rareLetters = /^[\u0180-\u019F\u01A2-\u01AE\u01B1-\u01CC\u01DD-\u0217\u021C-\u02AF]{1,2}$/u;

/** The text as UTF-8; null for other bytes. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    const text = strictUtf8.decode(bytes);
    return bytes.length < 64 && (mixedScripts.test(text) || rareLetters.test(text.trim())) ? null : text;
  } catch {
    return null;
  }
}

/**
 * The text as UTF-8, UTF-16 with or without a byte order mark, UTF-32 with one, or in the clearly likeliest character set. Null if
 * several sets are about as likely: the text is then unknown, and could appear as nonsense.
 */
export function decodeUndeclared(bytes: Uint8Array): DecodedText | null {
  const marked = markedCharset(bytes);
  if (marked !== null) return { text: decoderOf(marked).decode(bytes), charset: marked };
  const escaped = escapedCharset(bytes);
  if (escaped !== null) {
    // Without the letters of the set, the escapes are those of something else, and the text would be nonsense.
    const japanese = strictly(escaped, bytes);
    return japanese === null ? null : { text: japanese, charset: escaped };
  }
  const text = decodeUtf8(bytes);
  if (text !== null && !text.includes('\0')) return { text, charset: 'utf-8' };
  const charset = guessCharset(bytes.subarray(0, sampleBytes));
  return charset === null ? null : { text: new TextDecoder(charset).decode(bytes), charset };
}

/** ISO-2022-JP, of Japanese e-mail, where escapes change to other letters in seven bits; null without such escapes. */
export function escapedCharset(bytes: Uint8Array): 'iso-2022-jp' | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sampleBytes));
  const at = start.indexOf(0x1b);
  return at >= 0 && /^\u001B(?:\$[@B]|\([BIJ])/.test(start.toString('latin1', at, at + 3)) ? 'iso-2022-jp' : null;
}

/** The character set that a byte order mark declares; null without one. */
export function markedCharset(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | Utf32 | null {
  const utf32 = markedUtf32(bytes);
  if (utf32 !== null) return utf32;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : null;
}

/** Character set of bytes that are not valid UTF-8 or have NULs; null where it is unclear. */
export function guessCharset(sample: Uint8Array): string | null {
  if (sample.includes(0)) return utf16Order(sample);
  if (isEnglish(strictly('windows-1252', sample))) return 'windows-1252';
  return settled(guessed(sample), sample, (charset) => strictly(charset, sample));
}

/** English with the apostrophe of Windows, and no sign beside it but dashes and quotation marks. */
const contractions =
  /^(?=.*’)(?:\p{ASCII}|(?<=[A-Za-z])’(?=(?:s|t|re|ve|ll|d|m)(?![A-Za-z]))|(?<= )[–—](?= )|(?<![A-Za-z])“|(?<=[A-Za-z.,!?])”(?![A-Za-z]))*$/su;
/** Words of the Macintosh's Western set, where the apostrophe's byte is an í: país, París. */
const romanceWords = /(?<![A-Za-z])(?:pa|par|an|ana|lu|tap|abat|ca|tra)’s/i;

const isEnglish = (text: string | null): boolean =>
  text !== null && contractions.test(text) && !romanceWords.test(text);

function guessed(sample: Uint8Array): string | null {
  const guess = corrected(likeliest(sample), sample);
  const text = guess === null ? null : strictly(guess, sample);
  const odd = text === null ? 1 : oddShare(text);
  if (text !== null && guess === 'windows-1250' && isLatin2(text, sample)) return 'iso-8859-2';
  const macintosh = strictly('macintosh', sample);
  if (macintosh !== null && looksMacintosh(macintosh)) {
    if (odd >= manyOdd) return 'macintosh';
    // A dash of Windows is an ñ or ó of the Macintosh: sea–air, niño.
    if (text !== null && doubtful.test(text)) return null;
  }
  // Typical of a set of MS-DOS read as one of Windows.
  return odd > mostOdd ? null : guess;
}

/** The guess, or a set that is easily mistaken for it. */
function corrected(guess: string | null, sample: Uint8Array): string | null {
  if (guess === null) return null;
  const text = strictly(guess, sample);
  if (text === null) return guess;
  // 0xB6 is Ά of ISO 8859-7, which Windows-1253 has elsewhere.
  if (guess === 'windows-1253' && /¶\p{Script=Greek}/u.test(text)) return 'iso-8859-7';
  if (guess === 'windows-1256' && /\p{Script=Arabic}[×à-ÿ]|[à-ÿ]\p{Script=Arabic}/u.test(text)) {
    const iso = strictly('iso-8859-6', sample);
    return iso !== null && /^[\p{Script=Arabic}\p{ASCII}\p{M}،؛؟]*$/u.test(iso) ? 'iso-8859-6' : null;
  }
  if (!latinSets.includes(guess)) return guess;
  // Opening quotation marks between letters are letters of MS-DOS.
  if (guess === 'windows-1252' && /\p{L}[„‡ˆ‰‹]\p{L}/u.test(text)) return null;
  const texts = latinSets.flatMap((charset): [string, string][] => {
    const read = strictly(charset, sample);
    return read === null ? [] : [[charset, read]];
  });
  return latinCharset(new Map(texts), guess);
}

/** Signs that Windows-1250 has where ISO 8859-2 has letters: ¦ Ś, ± ą, ¶ ś, » ť, and others. */
const latin2Signs = /[¦±¶»¬«](?=\p{L})|(?<=\p{L})[±¶»¬«]/u;

/**
 * Whether a text read as Windows-1250 is ISO 8859-2, which differs in a few letters and has no signs from 0x80 to
 * 0x9F.
 */
function isLatin2(windows: string, sample: Uint8Array): boolean {
  if (!latin2Signs.test(windows)) return false;
  const iso = strictly('iso-8859-2', sample);
  return iso !== null && oddShare(iso) <= fewOdd;
}

/**
 * Patterns that no word has: an accented capital after a small letter or before one within a word, a sign between
 * letters, an opening quotation mark after one, adjacent letters of two scripts, and one of China or Japan between
 * Latin ones.
 */
const oddWord =
  /\p{Ll}(?![A-Z])\p{Lu}|\p{L}(?![A-Z])\p{Lu}\p{Ll}|\p{Script=Latin}(?:[‚„‡ˆ‰‹]|[^\p{ASCII}\p{L}\p{M}\p{N}\s’‘´–—·-]\p{Script=Latin})|[A-Za-z][\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}][A-Za-z]|\p{Script=Arabic}\p{Script=Latin}|\p{Script=Latin}(?:\p{Script=Arabic}|\p{Script=Han}\p{Ll})/u;
/**
 * Shares of odd words among those above ASCII: where a set is doubted, where it is wrong, and the most that a right
 * one may have.
 */
const [manyOdd, mostOdd, fewOdd] = [0.2, 0.5, 0.05];
/** Only dashes between small vowels above ASCII. */
const doubtful = /^(?=.*[aeiou][–—][aeiou])(?:\p{ASCII}|[–—](?=[aeiou]))*$/su;
/** Signs of the Macintosh at codes where other sets have letters, and an ñ beside a consonant. */
const notMacintosh =
  /[√ƒ≈∆◊∂∑∏π∫Ω∞≠≤≥\u{F8FF}ﬁﬂ⁄ı˘˙˚˝˛ˇ]|\p{L}[ªº°±¶¢£¥§¨¯¬]|[ªº£¢¥§©®¨¯¬]\p{L}|ñ[bcdfghjklmnpqrstvwxz]|[bcdfghjklmnpqrstvwxz]ñ/iu;

function shareOf(text: string, pattern: RegExp): number {
  const words = (text.match(/[^\s,;|"]+/gu) ?? []).filter((word) => /\P{ASCII}/u.test(word));
  return words.length === 0 ? 0 : words.filter((word) => pattern.test(word)).length / words.length;
}
const oddShare = (text: string): number => shareOf(text, oddWord);

/** Whether a text read as the Macintosh's Western set has words with accents, and hardly any odd ones. */
const looksMacintosh = (text: string): boolean =>
  /[A-Za-z][À-ÖØ-öø-ÿŒœŸ]|[À-ÖØ-öø-ÿŒœŸ][A-Za-z]/.test(text) &&
  (text.match(/\p{L}/gu) ?? []).length >= fewestBytes &&
  oddShare(text) <= fewOdd &&
  shareOf(text, notMacintosh) <= fewOdd &&
  looksLatin(text);

function likeliest(sample: Uint8Array): string | null {
  const western = strictly('windows-1252', sample);
  const likely = [...detect(sample)]
    .map(([charset, confidence]) => ({ charset, confidence, text: strictly(charset, sample) }))
    .filter((guess) => guess.text !== null)
    .sort((a, b) => b.confidence - a.confidence);
  if (western !== null && looksWestern(western)) {
    const own = likely.find((guess) => guess.charset === 'windows-1252')?.confidence ?? 0;
    const other = likely.find((guess) => latin.has(guess.charset) && guess.text !== western);
    // Letters that Icelandic and Turkish share a byte for, in a text with none of Icelandic's other letters.
    const turkish = other?.charset === 'windows-1254' && !/[áíóúéæ]/i.test(western);
    const isOther =
      other !== undefined && looksLatin(other.text ?? '') && other.confidence > (turkish ? 1 : clearlyNotWestern) * own;
    return isOther && own > 0 ? other.charset : 'windows-1252';
  }
  const [best, ...others] = likely.filter((guess) => guess.charset !== 'windows-1252');
  if (best === undefined) return null;
  const isLatin = latin.has(best.charset);
  if (!isLatin && sample.filter((byte) => byte > 0x7f).length < fewestBytes) return null;
  const next = others.find((guess) => guess.text !== best.text);
  return next === undefined || best.confidence >= clearly * next.confidence ? best.charset : null;
}

/** UTF-16 without a mark: in most scripts every other byte is the same, in Latin ones zero. */
function utf16Order(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  let [even, odd] = [0, 0];
  for (const [at, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even++;
    else odd++;
  }
  const least = Math.max(2, sample.length / 20);
  const charset = odd > least && odd > 4 * even ? 'utf-16le' : even > least && even > 4 * odd ? 'utf-16be' : null;
  if (charset === null) return null;
  const text = strictly(charset, sample.subarray(0, sample.length & ~1));
  return text === null || text.includes('\0') ? null : charset;
}

/** Null if a byte has no meaning in the set, or is a control character there. */
function strictly(charset: string, sample: Uint8Array): string | null {
  try {
    // The end of a sample may split a character.
    const text = new TextDecoder(charset, { fatal: true }).decode(sample, { stream: sample.length >= sampleBytes });
    return /[\u0080-\u009F\uE000-\uF8FF]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Punctuation and signs of Western text. */
const signs = /[€‚„…†‡‰‹‘’“”•–—™› ¡§©«®°±·»¿½²³×´`]/u;
/** A sign inside a word, a Polish ń or a Turkish ş read as ñ or þ. */
const notWestern = /\p{L}[¡§©«®°±»¿½²³ªº×†‡‰¤]\p{L}|ñ[bcdfghjklmnpqrstvwxz]|þ(?![aeiouyáéíóúýæörvj])/iu;

/** Whether words have ASCII letters with some accents, and no sign inside a word. */
function looksWestern(text: string): boolean {
  const letters = text.match(/[A-Za-z]/g)?.length ?? 0;
  const marks = text.match(/[\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u2122]/gu) ?? [];
  // Bytes from 0x80 to 0x9F: many are halves of Japanese characters.
  if (marks.filter((mark) => mark !== '€').length * 3 > letters) return false;
  if (letters === 0 && !text.includes('€')) return false;
  for (const sign of text.match(/[^\p{ASCII}\p{L}]/gu) ?? []) if (!signs.test(sign)) return false;
  return looksLatin(text) && !notWestern.test(text);
}

/** Whether no word has accented letters only. One accented letter is a word in many languages: à, é, o, å. */
function looksLatin(text: string): boolean {
  return (text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []).every((word) => {
    const accents = word.match(/\P{ASCII}/gu)?.length ?? 0;
    return word.length === 1 || accents * 3 <= word.length * 2;
  });
}
