// Corrects misspelt words: candidates are near by letters or by sound.
import { uint8At } from '../../shared/at.ts';

/**
 * Number of edits from `a` to `b`: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment,
 * Damerau 1964). Infinity above `most`.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity;
  let before = new Uint8Array(b.length + 1);
  let last = Uint8Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = new Uint8Array(b.length + 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let edits = Math.min(uint8At(last, j) + 1, uint8At(row, j - 1) + 1, uint8At(last, j - 1) + (same ? 0 : 1));
      const swapped =
        i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) edits = Math.min(edits, uint8At(before, j - 2) + 1);
      row[j] = edits;
      least = Math.min(least, edits);
    }
    if (least > most) return Infinity;
    before = last;
    last = row;
  }
  const edits = uint8At(last, b.length);
  return edits <= most ? edits : Infinity;
}

/** The approximate sound of a word, equal for `elephant` and `elefant`, `giraffe` and `girafe`, `bicycle` and `bycicle`. */
export const soundOf = (word: string): string =>
  word
    .replace(/ph/g, 'f')
    .replace(/ck|c(?![eiyh])|q/g, 'k')
    .replace(/z|c(?=[eiy])/g, 's')
    .replace(/y/g, 'i')
    .replace(/([a-z])\1+/g, '$1')
    .replace(/(?<=.{3})e$/, '');

export interface KnownWord {
  readonly word: string;
  /** Subtracted from the edits: of two equally near words, the one with the larger prior is chosen. */
  readonly prior: number;
}

interface Entry extends KnownWord {
  readonly sound: string;
  /** One bit for each letter. Words with k edits between them differ in at most 2k bits. */
  readonly letters: number;
}

/** Edits that a word of the same sound counts as. */
const soundsAlike = 0.5;

/** Largest number of edits; short words have too many neighbours. */
function mostEdits(length: number): number {
  return length < 5 ? soundsAlike : length < 7 ? 1 : length < 9 ? 1.5 : 2;
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
  nearest(word: string): { readonly word: string; readonly cost: number } | null {
    if (!/^[a-z]{3,30}$/.test(word)) return null;
    const most = mostEdits(word.length);
    const [sound, letters] = [soundOf(word), lettersOf(word)];
    let best: { word: string; cost: number } | null = null;
    for (let length = word.length - 2; length <= word.length + 2; length++) {
      for (const entry of this.#byLength.get(length) ?? []) {
        if (bitCount(entry.letters ^ letters) > 6) continue;
        const edits = costOf(word, sound, entry, most);
        const cost = edits - entry.prior;
        if (edits <= most && (best === null || cost < best.cost)) best = { word: entry.word, cost };
      }
    }
    return best;
  }
}

/** Misspellings keep the first letter, except where the first two are swapped or it sounds the same. */
function costOf(word: string, sound: string, known: Entry, most: number): number {
  if (known.sound === sound) return soundsAlike;
  if (isSwapped(word, known.word)) return soundsAlike;
  if (known.word.charAt(0) !== word.charAt(0) && known.sound.charAt(0) !== sound.charAt(0)) return Infinity;
  const edits = editDistance(word, known.word, Math.floor(most));
  const bySound = most > 1 ? editDistance(sound, known.sound, 1) + soundsAlike : Infinity;
  return Math.min(edits, bySound);
}

/** Whether the only difference is a swap of two neighbouring letters. */
const isSwapped = (a: string, b: string): boolean =>
  a.length === b.length && a !== b && sorted(a) === sorted(b) && editDistance(a, b, 1) === 1;
const sorted = (word: string): string => [...word].sort().join('');

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
