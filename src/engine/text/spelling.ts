// Corrects misspelt words: candidates are near by letters or by sound.
import { float64At } from '../../shared/at.ts';

const missingCost = 0.8;
const surplusCost = 1;
/** One of two equal letters that is missing or too many. */
export const doubledCost = 0.4;
/** A letter instead of one that sounds like it, or is beside it on a keyboard. */
const nearCost = 0.9;
const substitutionCost = 1.2;
const swapCost = 0.5;
/** Hardly anybody swaps the first two letters of a longer word. */
const firstSwapCost = 0.9;

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const alike = ['ae', 'ei', 'iy', 'ou', 'au', 'ao', 'bp', 'dt', 'gk', 'fv', 'sz', 'ck', 'cs', 'mn'];
/** Pairs of letters that are taken for each other, in both orders. */
const nearLetters: ReadonlySet<string> = new Set(
  [...rows.flatMap((row) => Array.from(row.slice(1), (letter, i) => row.charAt(i) + letter)), ...alike].flatMap(
    (pair) => [pair, pair.charAt(1) + pair.charAt(0)],
  ),
);

/**
 * Cost of the edits from `typed` to `known`: insertions, deletions, substitutions and swaps of neighbours (optimal string
 * alignment, Damerau 1964), each with its own cost. Infinity above `most`.
 */
export function editCost(typed: string, known: string, most: number): number {
  if (Math.abs(typed.length - known.length) * doubledCost > most) return Infinity;
  let before = new Float64Array(known.length + 1);
  let last = new Float64Array(known.length + 1);
  for (let j = 1; j <= known.length; j++) last[j] = float64At(last, j - 1) + onlyIn(known, j, missingCost);
  let leastBefore = 0;
  for (let i = 1; i <= typed.length; i++) {
    const row = new Float64Array(known.length + 1);
    const [a, before1] = [typed.charAt(i - 1), typed.charAt(i - 2)];
    row[0] = float64At(last, 0) + onlyIn(typed, i, surplusCost);
    let least = float64At(row, 0);
    for (let j = 1; j <= known.length; j++) {
      const [b, before2] = [known.charAt(j - 1), known.charAt(j - 2)];
      const substitution = a === b ? 0 : nearLetters.has(a + b) ? nearCost : substitutionCost;
      let cost = Math.min(
        float64At(last, j) + onlyIn(typed, i, surplusCost),
        float64At(row, j - 1) + onlyIn(known, j, missingCost),
        float64At(last, j - 1) + substitution,
      );
      if (i > 1 && j > 1 && a === before2 && before1 === b && a !== b) {
        const swap = i === 2 && j === 2 && typed.length > 4 ? firstSwapCost : swapCost;
        cost = Math.min(cost, float64At(before, j - 2) + swap);
      }
      row[j] = cost;
      least = Math.min(least, cost);
    }
    // A swap goes on from the row before.
    if (least > most && leastBefore + swapCost > most) return Infinity;
    leastBefore = least;
    before = last;
    last = row;
  }
  const cost = float64At(last, known.length);
  return cost <= most ? cost : Infinity;
}

/** Cost of the letter at a place, from 1, that only this one of two words has. */
const onlyIn = (word: string, place: number, cost: number): number =>
  place > 1 && word.charAt(place - 1) === word.charAt(place - 2) ? doubledCost : cost;

/**
 * The approximate sound of a word, equal for `elephant` and `elefant`, `giraffe` and `girafe`, `bicycle` and `bycicle`, `tractor` and
 * `tracter`.
 */
export const soundOf = (word: string): string =>
  word
    .replace(/ph/g, 'f')
    .replace(/^wh(?=[aeiy])/, 'w')
    .replace(/ck|c(?![eiyh])|q/g, 'k')
    .replace(/z|c(?=[eiy])/g, 's')
    .replace(/y|ie$/g, 'i')
    .replace(/(?<=[a-z]{3})(?:[aeo]r|re)$/, 'r')
    .replace(/([a-z])\1+/g, '$1');

export interface KnownWord {
  readonly word: string;
  /** Subtracted from the edits: of two equally near words, the one with the larger prior is chosen. */
  readonly prior: number;
}

/** A known word for an unknown one. */
export interface NearWord {
  readonly word: string;
  /** The cost of the edits between the two. */
  readonly edits: number;
  /** The edits less the prior. */
  readonly cost: number;
}

interface Entry extends KnownWord {
  readonly sound: string;
  /** One bit for each letter. Words with k edits between them differ in at most 2k bits. */
  readonly letters: number;
}

/** Edits that a word of the same sound counts as. */
const soundsAlike = 0.5;
/** Added to the edits between the sounds of two words. */
const soundsNear = 0.4;

/** A word of four letters whose consonants show that one is missing: `hrse`, `trck`. */
const isCut = (word: string): boolean => word.length === 4 && /[bcdfghjklmnpqrstvwxz]{3}/.test(word);

/** Largest cost of edits; short words have too many neighbours. */
function mostEdits(length: number): number {
  return length < 5 ? soundsAlike : length < 7 ? 1.1 : length < 9 ? 1.6 : 2.1;
}

/** Largest cost of edits less the prior: a rare word must be nearer than a common one. */
function mostCost(length: number): number {
  return length < 5 ? 0.8 : length < 7 ? 1.15 : length < 9 ? 1.35 : 1.85;
}

export class Spelling {
  readonly #byLength = new Map<number, Entry[]>();

  constructor(words: Iterable<KnownWord>) {
    for (const { word, prior } of words) {
      if (!/^[a-z]{3,30}$/.test(word)) continue;
      const entry = { word, prior, sound: soundOf(word), letters: lettersOf(word) };
      const list = this.#byLength.get(word.length);
      if (list) list.push(entry);
      else this.#byLength.set(word.length, [entry]);
    }
  }

  /** The likeliest known word for an unknown one, or null where none is near. @param word in lower case */
  nearest(word: string): NearWord | null {
    if (!/^[a-z]{3,30}$/.test(word)) return null;
    const whole = isCut(word) ? word.length + 1 : word.length;
    const most = mostEdits(whole);
    const [sound, letters] = [soundOf(word), lettersOf(word)];
    let best: NearWord | null = null;
    for (let length = word.length - 2; length <= word.length + 2; length++) {
      for (const entry of this.#byLength.get(length) ?? []) {
        if (bitCount(entry.letters ^ letters) > 6) continue;
        const edits = costOf(word, sound, entry, most);
        const cost = edits - entry.prior;
        if (edits > most || cost > mostCost(whole) || isDerived(word, entry.word)) continue;
        if (best === null || cost < best.cost) best = { word: entry.word, edits, cost };
      }
    }
    return best;
  }
}

/** Misspellings keep the first letter, except where the first two are swapped or it sounds the same. */
function costOf(word: string, sound: string, known: Entry, most: number): number {
  if (known.sound === sound) return soundsAlike;
  const isSwapped = word.charAt(0) === known.word.charAt(1) && word.charAt(1) === known.word.charAt(0);
  if (known.word.charAt(0) !== word.charAt(0) && known.sound.charAt(0) !== sound.charAt(0) && !isSwapped)
    return Infinity;
  return Math.min(editCost(word, known.word, most), editCost(sound, known.sound, most - soundsNear) + soundsNear);
}

/** Endings of English words, of which one can replace another: `suspenders` is no misspelling of `suspended`. */
const endings = new Set(
  ' s es ed d er r ers rs ing y ie ies ess ist ists a ly ish al able ment ness ette let er man men'.split(' '),
);
/** Shorter beginnings are no stems. */
const shortestStem = 4;

/** Whether a word is another one with an ending of its own, except for its plural. */
function isDerived(word: string, known: string): boolean {
  let shared = 0;
  while (shared < word.length && word.charAt(shared) === known.charAt(shared)) shared++;
  if (shared < shortestStem) return false;
  const [own, other] = [word.slice(shared), known.slice(shared)];
  // `flowr` lacks a letter, and `familly` has one too many.
  const isLonger = other !== '' && own.endsWith(other);
  // The last letter twice: `flowerr`, `zebraa`.
  if (other === '' && own === word.charAt(shared - 1)) return false;
  return own !== '' && other !== `e${own}` && !isLonger && endings.has(own) && endings.has(other);
}

const lettersOf = (word: string): number => {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) - 97);
  return letters;
};

function bitCount(bits: number): number {
  let n = 0;
  for (let left = bits; left !== 0; left &= left - 1) n++;
  return n;
}
