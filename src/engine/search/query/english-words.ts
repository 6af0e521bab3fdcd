// English words of the starter's table, for every encoder: their frequencies, and the nearest words to a misspelt
// one.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameLikeness } from '../../encoder/starter/name-likeness.ts';
import { wordTableFile } from '../../encoder/starter/word-table.ts';
import { unpackWordTable } from '../../encoder/starter/word-table-format.ts';
import { baseForms } from '../../text/inflections.ts';
import type { KnownWord } from '../../text/spelling.ts';
import { isStopWord } from '../../text/stop-words.ts';
import { numberAt, uint32At } from '../../../shared/at.ts';

/** Below this rank the table has many names and foreign words (`strand`, `berg`, `playa`). */
export const commonest = 20_000;

export class EnglishWords {
  /** Place of each word in the order of frequency, from 1; phrases have underscores. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Words that name something visible, with their ids. */
  readonly #things: ReadonlyMap<string, number>;
  /** Possible corrections of a misspelt word: common words, and names of visible things. */
  readonly offered: readonly KnownWord[];

  readonly #isPersonsName: (id: number) => boolean;
  /** Whether a word is a name, by its id, as far as they were asked for: comparing vectors takes microseconds, and libraries have thousands of tags. */
  readonly #persons = new Map<number, boolean>();

  /**
   * @param words by id
   * @param isPersonsName tells whether the word with an id is rather a name of people
   */
  constructor(
    words: readonly { readonly word: string; readonly rank: number; readonly isVisual: boolean }[],
    isPersonsName: (id: number) => boolean = () => false,
  ) {
    this.#isPersonsName = isPersonsName;
    this.ranks = new Map(words.map(({ word, rank }) => [word, rank]));
    this.#things = new Map(words.flatMap(({ word, isVisual }, id) => (isVisual ? [[word, id] as const] : [])));
    this.offered = words
      .filter(({ rank, isVisual }) => isVisual || rank <= commonest)
      .map(({ word, rank, isVisual }) => ({
        word,
        prior: (isVisual ? 0.15 : 0) - 0.09 * Math.log2(1 + rank / 1000),
      }));
  }

  /** Whether the table has a word in any form. */
  has(word: string): boolean {
    return isStopWord(word) || formsOf(word).some((form) => this.ranks.has(form));
  }

  /** Whether a word names a visible thing. */
  isThing(word: string): boolean {
    return this.#things.has(word);
  }

  /** Whether a word may be a name: it names no visible thing, or rather a person ("tom", of whom the table knows that he is one). */
  mayBeName(word: string): boolean {
    const id = this.#things.get(word);
    if (id === undefined) return true;
    const known = this.#persons.get(id);
    if (known !== undefined) return known;
    const isPerson = this.#isPersonsName(id);
    this.#persons.set(id, isPerson);
    return isPerson;
  }

  /** Place of the commonest form of a word; Infinity where there is none. */
  rankOf(word: string): number {
    return Math.min(...formsOf(word).map((form) => this.ranks.get(form) ?? Infinity));
  }
}

const formsOf = (word: string): string[] => [word, ...word.split('-'), ...baseForms(word)];

/** Reads the table on first use. @param resourcesDir what ships with the program */
export function englishWords(resourcesDir: string): () => Promise<EnglishWords> {
  let opened: Promise<EnglishWords> | null = null;
  const open = async () => {
    const bytes = await readFile(join(resourcesDir, 'starter', wordTableFile));
    const data = unpackWordTable(bytes);
    const { words, ranks, classOffsets } = data;
    const offset = (i: number) => uint32At(classOffsets, i);
    return new EnglishWords(
      words.map((word, i) => ({ word, rank: numberAt(ranks, i), isVisual: offset(i + 1) > offset(i) })),
      nameLikeness(data),
    );
  };
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}
