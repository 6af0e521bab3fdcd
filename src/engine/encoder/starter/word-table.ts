// The starter's text side: finds the words of a text in the word table and sums up what they mean.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLASS_COUNT } from './coco-classes.ts';
import { baseForms } from '../../text/inflections.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { tokenize } from '../../text/tokenize.ts';
import { unpackWordTable, type WordTableData } from './word-table-format.ts';
import { float32At, int8At, uint32At, uint8At } from '../../../shared/at.ts';

export const WORD_TABLE_FILE = 'words.bin';
export const WORD_VECTOR_WIDTH = 100;
/** Classes first, then the word vector: the two parts of a text row. */
export const TEXT_WIDTH = CLASS_COUNT + WORD_VECTOR_WIDTH;

/** Tokens in the longest phrase of the lists (`cup of coffee`). */
const LONGEST_PHRASE = 3;

/** Scales `row[from..to)` to unit L2 norm; a row of zeros stays one. */
export function normalizePart(row: Float32Array, from: number, to: number): void {
  let squares = 0;
  for (let i = from; i < to; i++) squares += float32At(row, i) ** 2;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let i = from; i < to; i++) row[i] = float32At(row, i) * scale;
}

/** The table in memory. A word id is the word's row in the table; ids stay the same as long as `words.bin` does. */
export class WordTable {
  readonly #data: WordTableData;
  readonly #ids: ReadonlyMap<string, number>;
  /** [80] */
  readonly #classWorth: Float32Array;

  constructor(data: WordTableData) {
    if (data.vectors.length !== data.words.length * WORD_VECTOR_WIDTH) {
      throw new Error(`The word table's vectors are not ${WORD_VECTOR_WIDTH} numbers long.`);
    }
    this.#data = data;
    this.#ids = new Map(data.words.map((word, id) => [word, id]));
    this.#classWorth = classWorth(data);
  }

  /** Number of words; ids run from 0 to `size - 1`. */
  get size(): number {
    return this.#data.words.length;
  }

  /** The word of an id, phrases with underscores. */
  word(id: number): string | undefined {
    return this.#data.words[id];
  }

  /** Ids of the known words of a text, in its order and as often as they occur; stop words and unknown words are left out. */
  wordIds(text: string): Uint32Array {
    const tokens = tokenize(text).flatMap((token) => this.#knownParts(token));
    const ids: number[] = [];
    for (let at = 0; at < tokens.length;) {
      const { id, used } = this.#longestAt(tokens, at);
      if (id !== undefined) ids.push(id);
      at += used;
    }
    return Uint32Array.from(ids);
  }

  /**
   * Writes the row of a text, `[80 classes | 100 word vector]`, each part of unit norm or all zeros.
   *
   * A class counts as much as the surest word for it, times what the class says (`#classWorth`): "a man in a shirt,
   * running" is one person, not three, and "shirtless", though a rare word, tells no more of a photo than "man". Adding
   * the words up instead drowned the dog he runs with (median rank of the right photo 188 instead of 135, of 1000).
   * The word vectors are summed, weighted by log(1 + frequency rank).
   */
  writeTextRow(text: string, row: Float32Array): void {
    const { ranks, classOffsets, classIds, classWeights, vectors, scales } = this.#data;
    row.fill(0);
    for (const id of this.wordIds(text)) {
      const end = uint32At(classOffsets, id + 1);
      for (let entry = classOffsets[id] ?? end; entry < end; entry++) {
        const classId = uint8At(classIds, entry);
        const value = float32At(this.#classWorth, classId) * uint8At(classWeights, entry);
        row[classId] = Math.max(float32At(row, classId), value);
      }
      const scale = Math.log(1 + uint32At(ranks, id)) * float32At(scales, id);
      const vectorAt = id * WORD_VECTOR_WIDTH;
      for (let i = 0; i < WORD_VECTOR_WIDTH; i++) {
        row[CLASS_COUNT + i] = float32At(row, CLASS_COUNT + i) + scale * int8At(vectors, vectorAt + i);
      }
    }
    normalizePart(row, 0, CLASS_COUNT);
    normalizePart(row, CLASS_COUNT, TEXT_WIDTH);
  }

  /** A hyphenated word that is in no table stands for its parts: `golden-brown` -> `golden`, `brown`. */
  #knownParts(token: string): string[] {
    if (!/['-]/.test(token) || isStopWord(token)) return [token];
    if (this.#lookUp(token) !== undefined) return [token];
    return token.split(/['-]/).filter((part) => part !== '');
  }

  /** The longest phrase that begins here, else the word itself, and how many tokens that took. */
  #longestAt(tokens: readonly string[], at: number): { id: number | undefined; used: number } {
    for (let used = Math.min(LONGEST_PHRASE, tokens.length - at); used > 1; used--) {
      const id = this.#ids.get(tokens.slice(at, at + used).join('_'));
      if (id !== undefined) return { id, used };
    }
    const token = tokens[at] ?? '';
    return { id: isStopWord(token) ? undefined : this.#lookUp(token), used: 1 };
  }

  #lookUp(token: string): number | undefined {
    const id = this.#ids.get(token) ?? (token.includes('-') ? this.#ids.get(token.replaceAll('-', '_')) : undefined);
    if (id !== undefined) return id;
    for (const form of baseForms(token)) {
      const formId = this.#ids.get(form);
      if (formId !== undefined) return formId;
    }
    return undefined;
  }
}

/**
 * How much it says of a photo that a class is in it: log(1 + rank) of the commonest word that fully means the class.
 * People are written about most and are in most photos; zebras are in few.
 */
function classWorth({ ranks, classOffsets, classIds, classWeights }: WordTableData): Float32Array {
  const commonest = new Float32Array(CLASS_COUNT).fill(Infinity); // [80] ranks
  for (const [id, rank] of ranks.entries()) {
    const end = uint32At(classOffsets, id + 1);
    for (let entry = classOffsets[id] ?? end; entry < end; entry++) {
      const classId = uint8At(classIds, entry);
      if (classWeights[entry] === 255) commonest[classId] = Math.min(commonest[classId] ?? rank, rank);
    }
  }
  return commonest.map((rank) => (rank === Infinity ? 0 : Math.log(1 + rank)));
}

/** Reads the word table of a starter folder; a few tens of milliseconds. */
export async function openWordTable(resourceDir: string): Promise<WordTable> {
  return new WordTable(unpackWordTable(await readFile(join(resourceDir, WORD_TABLE_FILE))));
}
