// The starter's text encoder: looks up the words of a text in the word table and adds up their meanings.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classCount } from './coco-classes.ts';
import { baseForms } from '../../text/inflections.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { tokenize } from '../../text/tokenize.ts';
import { unpackWordTable, type WordTableData } from './word-table-format.ts';
import { float32At, int8At, itemAt, uint32At, uint8At } from '../../../shared/at.ts';

export const wordTableFile = 'words.bin';
export const wordVectorWidth = 100;
/** Classes first, then the word vector: the two parts of a text row. */
export const textRowWidth = classCount + wordVectorWidth;

/** Tokens of the longest phrase in the table (`cup of coffee`). */
const longestPhrase = 3;

/** Scales `row[from..to)` to unit L2 norm. A row of zeros stays zero. */
export function normalizePart(row: Float32Array, from: number, to: number): void {
  let squares = 0;
  for (let i = from; i < to; i++) squares += float32At(row, i) ** 2;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let i = from; i < to; i++) row[i] = float32At(row, i) * scale;
}

/** The table in memory. A word id is the word's row in the table, so ids are stable as long as `words.bin` is. */
export class WordTable {
  readonly #data: WordTableData;
  readonly #ids: ReadonlyMap<string, number>;
  /** [80] */
  readonly #classWorth: Float32Array;

  constructor(data: WordTableData) {
    if (data.vectors.length !== data.words.length * wordVectorWidth) {
      throw new Error(`The word table's vectors are not ${wordVectorWidth} numbers long.`);
    }
    this.#data = data;
    this.#ids = new Map(data.words.map((word, id) => [word, id]));
    this.#classWorth = classWorth(data);
  }

  /** Number of words; ids run from 0 to `size - 1`. */
  get size(): number {
    return this.#data.words.length;
  }

  /** The word of an id. Phrases contain underscores. */
  word(id: number): string | undefined {
    return this.#data.words[id];
  }

  /** Ids of the known words of a text, in order and with repetitions. Stop words and unknown words are left out. */
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
   * Writes the row of a text, `[80 classes | 100 word vector]`, each part with unit norm or all zeros.
   *
   * The value of a class is the largest weight of a word times the class's information (`#classWorth`). In "a man in a
   * shirt, running" three words mean one person, and "shirtless", though rare, describes a photo no better than "man", so
   * the words are not added up. The word vectors are summed, weighted by log(1 + frequency rank).
   */
  writeTextRow(text: string, row: Float32Array): void {
    const { ranks, classOffsets, classIds, classWeights, vectors, scales } = this.#data;
    row.fill(0);
    for (const id of this.wordIds(text)) {
      const end = uint32At(classOffsets, id + 1);
      for (let entry = uint32At(classOffsets, id); entry < end; entry++) {
        const classId = uint8At(classIds, entry);
        const value = float32At(this.#classWorth, classId) * uint8At(classWeights, entry);
        row[classId] = Math.max(float32At(row, classId), value);
      }
      const scale = Math.log(1 + uint32At(ranks, id)) * float32At(scales, id);
      const vectorAt = id * wordVectorWidth;
      for (let i = 0; i < wordVectorWidth; i++) {
        row[classCount + i] = float32At(row, classCount + i) + scale * int8At(vectors, vectorAt + i);
      }
    }
    normalizePart(row, 0, classCount);
    normalizePart(row, classCount, textRowWidth);
  }

  /** Replaces a hyphenated word that is not in the table by its parts: `golden-brown` -> `golden`, `brown`. */
  #knownParts(token: string): string[] {
    if (!/['-]/.test(token) || isStopWord(token)) return [token];
    if (this.#lookUp(token) !== undefined) return [token];
    return token.split(/['-]/).filter((part) => part !== '');
  }

  /** The longest known phrase that starts here, or else the word itself, and its number of tokens. */
  #longestAt(tokens: readonly string[], at: number): { id: number | undefined; used: number } {
    for (let used = Math.min(longestPhrase, tokens.length - at); used > 1; used--) {
      const id = this.#ids.get(tokens.slice(at, at + used).join('_'));
      if (id !== undefined) return { id, used };
    }
    const token = itemAt(tokens, at);
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
 * Information of each class: log(1 + rank) of the most frequent word that fully means the class. People are in most
 * captions and photos, zebras in few.
 */
function classWorth({ ranks, classOffsets, classIds, classWeights }: WordTableData): Float32Array {
  const commonest = new Float32Array(classCount).fill(Infinity); // [80] ranks
  for (const [id, rank] of ranks.entries()) {
    const end = uint32At(classOffsets, id + 1);
    for (let entry = uint32At(classOffsets, id); entry < end; entry++) {
      const classId = uint8At(classIds, entry);
      if (uint8At(classWeights, entry) === 255) commonest[classId] = Math.min(float32At(commonest, classId), rank);
    }
  }
  return commonest.map((rank) => (rank === Infinity ? 0 : Math.log(1 + rank)));
}

/** Reads the word table of a starter folder. */
export async function openWordTable(resourceDir: string): Promise<WordTable> {
  return new WordTable(unpackWordTable(await readFile(join(resourceDir, wordTableFile))));
}
