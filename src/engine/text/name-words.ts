// Parts of file and folder names: those that people wrote, and those made by a camera, a phone or a program.
import { itemAt, present } from '../../shared/at.ts';

export interface NameParts {
  /** Words that a person may have written, as runs of adjacent words. */
  readonly phrases: readonly (readonly string[])[];
  /** Counters, dates, hashes and prefixes of cameras, in the same form: found only if they are searched for. */
  readonly codes: readonly (readonly string[])[];
}

/** Prefixes that cameras, phones and programs put before a number. Words that people search for (`screenshot`) are left out. */
const counterPrefixes = new Set(
  (
    'img imgp imgs imag image dsc dscn dscf dcp pict pic pics p pxl mvimg mvc mvi mov movi vid sam cimg hpim gopr gp gh gx ' +
    'dji dcim kic sdc sv dvc photo foto scan scn sc fb fbimg received signal file copy cr nef rw raw jpg jpeg png heic wa pm'
  ).split(' '),
);

/** Additions of cameras and programs behind a counter: `PXL_2023.NIGHT`, `IMG_1041_HDR`, `DSC_0001-edited`, `IMG_1234 copy`. */
const counterSuffixes = new Set(
  (
    'night portrait cover hdr pano burst edited edit copy kopie bearbeitet mp raw original dng animation collage effects lens ' +
    'motion photosphere top'
  ).split(' '),
);

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/giu;
/** `100CANON`, `101MSDCF`, `103APPLE`: the design rule for camera file systems. `DCIM` and `Camera` hold these. */
const cameraFolder = /^(?:[1-9]\d{2}[A-Z0-9_]{5}|dcim|DCIM|Dcim|Camera)$/u;
/** A UUID, or digits and letters of a hexadecimal number. */
const hexFolder =
  /^\{?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,})\}?$/iu;

const segmentsOf = (name: string): string[] => name.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
const isNumber = (segment: string): boolean => /^\p{N}+$/u.test(segment);
const isHex = (segment: string): boolean => /^[0-9a-f]+$/iu.test(segment);
const hasLetter = /\p{L}/u;
const hasDigit = /\p{N}/u;
/** Runs of letters and of digits, in their order. */
const runsOf = (segment: string): string[] => segment.match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
/** Mixed case that is neither a word nor a compound: `qXw`, `AbCDe`. */
const isOddCase = (letters: string): boolean => !/^(?:\p{Lu}*|\p{Lu}?\p{Ll}*|(?:\p{Lu}?\p{Ll}{2,})+)$/u.test(letters);

/** Whether letters and digits alternate as in a hash: `18933d713e`, `a1b2c3`, `CJk2lAh7`. */
function isHash(segment: string): boolean {
  if (!hasLetter.test(segment) || !hasDigit.test(segment)) return false;
  const runs = runsOf(segment);
  const words = runs.filter((run) => hasLetter.test(run));
  const turns = runs.length - 1;
  const longestWord = Math.max(...words.map((run) => run.length));
  if (isHex(segment) && segment.length >= 6 && (turns > 1 || longestWord < 3 || segment.length >= 10)) return true;
  if (turns > 2 && longestWord <= 3 && segment.length <= 3 * runs.length) return true;
  return turns > 1 && words.some(isOddCase);
}

/**
 * The parts of a file's name, given without its extension. Numbers, the prefix of a counter (`IMG_4120`, `DSC00012`),
 * UUIDs and hashes are machine-made; after a hash, so is everything that can be a part of one (`18933d713e_fab3`).
 */
export function fileNameParts(name: string): NameParts {
  const rest = name.replace(uuid, (match) => match.replaceAll('-', ''));
  const segments = segmentsOf(rest);
  const hasHash = segments.some((segment) => isHash(segment));
  let hashed = false;
  const made = segments.map((segment, i) => {
    const machine = isMachineMade(segment, segments[i + 1] ?? '', hashed, hasHash);
    hashed ||= isHash(segment);
    return machine;
  });
  const hasCounter = isCounted(segments);
  if (hasCounter) markSuffixes(segments, made);
  const hasWords = segments.some((segment, i) => made[i] === false && hasLetter.test(segment));
  const numbers = segments.filter(isNumber).length;
  // `Rome 2019`, `Apollo 11`.
  const written = segments.filter(
    (segment, i) =>
      made[i] === false ||
      (hasWords && !hasHash && !hasCounter && numbers === 1 && isNumber(segment) && segment.length <= 4),
  );
  const codes = made.includes(true) ? codesOf(segmentsOf(name)) : [];
  return { phrases: phrasesOf(written), codes };
}

/** Whether a name begins with the prefix of a counter and its number: `IMG_4120`, `IMG_E4120`, `PXL_20210101_123456789`. */
function isCounted(segments: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = segments.flatMap(runsOf);
  return (
    counterPrefixes.has(first.toLowerCase()) && isNumber(second.length === 1 && !isNumber(second) ? third : second)
  );
}

/** Marks suffixes behind a counter, unless a written word follows: `IMG_1234 night market`. */
function markSuffixes(segments: readonly string[], made: boolean[]): void {
  for (let i = segments.length - 1; i > 0; i--) {
    // `BURST001`
    const [word = '', ...rest] = runsOf(itemAt(segments, i));
    made[i] ||= counterSuffixes.has(word.toLowerCase()) && rest.every(isNumber);
    if (!made[i]) return;
  }
}

function isMachineMade(segment: string, next: string, afterHash: boolean, hasHash: boolean): boolean {
  if (isNumber(segment) || isHash(segment)) return true;
  const [first = '', second] = runsOf(segment);
  if (counterPrefixes.has(first.toLowerCase())) {
    return second !== undefined || /^\p{L}{0,2}\p{N}/u.test(next) || counterPrefixes.has(next.toLowerCase());
  }
  // `E4120`, `A380`.
  if (/^\p{L}{1,2}\p{N}{3,}$/u.test(segment)) return true;
  if (!isHex(segment)) return false;
  return hasDigit.test(segment) ? hasHash : afterHash;
}

/** Segments, with compounds (`OmaUndRex`, `rome2019`) split into their words. */
function phrasesOf(segments: readonly string[]): string[][] {
  const words = segments.flatMap(wordsIn);
  return words.length > segments.length ? [words, [...segments]] : [words];
}

const wordsIn = (segment: string): string[] =>
  segment.replace(/(\p{Ll})(?=\p{Lu})|([\p{L}\p{M}])(?=\p{N})|(\p{N})(?=\p{L})/gu, '$& ').split(' ');

/** All parts of a name, and its counter as people type it: `IMG_0042` -> img 0042, img0042, img 42, 42. */
function codesOf(segments: readonly string[]): string[][] {
  const codes = [[...segments]];
  const parts = segments.flatMap(runsOf);
  const [prefix = '', counter = ''] = parts;
  if (hasLetter.test(prefix) && isNumber(counter)) {
    const bare = counter.replace(/^0+(?=\p{N})/u, '');
    codes.push([prefix + counter], [prefix, counter]);
    if (bare !== counter) codes.push([prefix + bare], [prefix, bare]);
  }
  return codes;
}

/** The parts of a folder's name. Folders made by cameras have no words. */
export function folderNameParts(name: string): NameParts {
  if (cameraFolder.test(name) || hexFolder.test(name)) return { phrases: [], codes: [[name]] };
  return { phrases: phrasesOf(segmentsOf(name)), codes: [] };
}

/** A file's name without its extension. */
export function bareName(file: string): string {
  const dot = file.lastIndexOf('.');
  return dot > 0 ? file.slice(0, dot) : file;
}

/** Words that people wrote into a relative path. */
export function wordsOfPath(path: string): string[] {
  const names = path.split('/');
  const file = present(names.pop());
  const parts = [...names.map(folderNameParts), fileNameParts(bareName(file))];
  return parts.flatMap(({ phrases }) => phrases.flat());
}
