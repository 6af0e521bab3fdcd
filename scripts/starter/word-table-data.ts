// Makes the starter's word table from word vectors and the class lists.
import type { WordTableData } from '../../src/engine/encoder/starter/word-table-format.ts';
import { isStopWord } from '../../src/engine/text/stop-words.ts';
import type { ListedWord } from './class-words.ts';
import { wordVectorLength, type Embeddings } from './embeddings.ts';
import { float32At, float64At } from '../../src/shared/at.ts';

/** 97.7 % of the words (stop words aside) of some thousand everyday captions are among the 50,000 most frequent words. */
export const commonWords = 50_000;
/** Number of words whose mean is subtracted before cosines, to remove what all words have in common. */
const centreWords = 20_000;
/** A cosine up to this one is no evidence for the class. */
const cosineFloor = 0.4;
/**
 * Drops weaker meanings. A text's row is normalised, which would turn "rainbow" (a bird, at a hundredth) into a search
 * for birds, although nothing in it is known.
 */
const faintest = 0.03;

/** Possible results of the tokeniser: letters and digits, with hyphens and apostrophes inside. */
const wordPattern = /^[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*$/u;

interface Row {
  readonly word: string;
  readonly rank: number;
  readonly vector: Float32Array;
  /** Class index -> weight, from the lists; undefined where it is to be guessed from neighbours. */
  readonly classes: ReadonlyMap<number, number> | undefined;
}

/** Words whose vectors `makeWordTable` needs. */
export function wantedWords(lists: ReadonlyMap<string, ListedWord>): (word: string, rank: number) => boolean {
  const parts = new Set([...lists.keys()].flatMap((word) => [word, ...word.split('_')]));
  return (word, rank) => rank <= commonWords || parts.has(word);
}

/**
 * One row a word: the 50,000 most frequent ones, the listed ones however rare, then the listed phrases and the listed words
 * without a vector of their own.
 */
export function makeWordTable(embeddings: Embeddings, lists: ReadonlyMap<string, ListedWord>): WordTableData {
  const rows = [...singleWords(embeddings, lists), ...composedWords(embeddings, lists)];
  const centre = meanDirection(embeddings);
  const directions = rows.map((row) => centredDirection(row.vector, centre));
  // Only words with vectors of their own teach their classes to their neighbours.
  const anchors = rows.flatMap((row, index) => {
    const direction = directions[index];
    return row.classes && direction && embeddings.vectors.has(row.word) ? [{ direction, classes: row.classes }] : [];
  });

  const n = rows.length;
  const vectors = new Int8Array(n * wordVectorLength);
  const scales = new Float32Array(n);
  const classOffsets = new Uint32Array(n + 1);
  const classIds: number[] = [];
  const classWeights: number[] = [];
  rows.forEach((row, index) => {
    const largest = row.vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[index] = largest / 127;
    row.vector.forEach((value, i) => (vectors[index * wordVectorLength + i] = Math.round((value / largest) * 127)));

    const classes =
      row.classes ?? classesOfNeighbours(directions[index] ?? new Float32Array(wordVectorLength), anchors);
    for (const [classId, weight] of [...classes].sort(([a], [b]) => a - b)) {
      if (weight < faintest) continue;
      classIds.push(classId);
      classWeights.push(Math.round(weight * 255));
    }
    classOffsets[index + 1] = classIds.length;
  });
  return {
    words: rows.map((row) => row.word),
    ranks: Uint32Array.from(rows, (row) => row.rank),
    vectors,
    scales,
    classOffsets,
    classIds: Uint8Array.from(classIds),
    classWeights: Uint8Array.from(classWeights),
  };
}

function singleWords({ words, vectors }: Embeddings, lists: ReadonlyMap<string, ListedWord>): Row[] {
  return words.flatMap((word, index) => {
    const listed = lists.get(word);
    const vector = vectors.get(word);
    if (!vector || (index >= commonWords && !listed) || !wordPattern.test(word) || isStopWord(word)) return [];
    return [{ word, rank: index + 1, vector, classes: listed?.classes }];
  });
}

/**
 * Listed phrases, whose vectors are the mean of their words' and whose rank is the rarest one's; and listed words that
 * the vectors lack (`selfie`), which borrow from the first words of their lines.
 */
function composedWords({ words, vectors }: Embeddings, lists: ReadonlyMap<string, ListedWord>): Row[] {
  const ranks = new Map(words.map((word, index) => [word, index + 1]));
  const rows: Row[] = [];
  for (const [word, { classes, leaders, derived }] of [...lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (vectors.has(word)) continue;
    const isPhrase = word.includes('_');
    const parts = (isPhrase ? [word] : leaders).flatMap((source) => source.split('_'));
    const known = parts.flatMap((part) => vectors.get(part) ?? []);
    if (known.length === 0 || (derived && !(isPhrase && known.length === parts.length))) continue;
    const vector = new Float32Array(wordVectorLength);
    for (const part of known) part.forEach((value, i) => (vector[i] = float32At(vector, i) + value / known.length));
    const rank = isPhrase ? Math.max(...parts.map((part) => ranks.get(part) ?? words.length)) : words.length;
    rows.push({ word, rank, vector, classes });
  }
  return rows;
}

function classesOfNeighbours(
  direction: Float32Array,
  anchors: readonly { direction: Float32Array; classes: ReadonlyMap<number, number> }[],
): Map<number, number> {
  const best = new Map<number, number>();
  for (const anchor of anchors) {
    let cosine = 0;
    for (let i = 0; i < wordVectorLength; i++) cosine += float32At(direction, i) * float32At(anchor.direction, i);
    if (cosine <= cosineFloor) continue;
    const closeness = Math.min(1, (cosine - cosineFloor) / (1 - cosineFloor)) ** 2;
    for (const [classId, weight] of anchor.classes) {
      best.set(classId, Math.max(best.get(classId) ?? 0, weight * closeness));
    }
  }
  return best;
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

function meanDirection({ words, vectors }: Embeddings): Float32Array {
  const mean = new Float64Array(wordVectorLength);
  for (const word of words.slice(0, centreWords)) {
    const vector = vectors.get(word);
    if (vector) unit(vector).forEach((value, i) => (mean[i] = float64At(mean, i) + value / centreWords));
  }
  return Float32Array.from(mean);
}

function centredDirection(vector: Float32Array, centre: Float32Array): Float32Array {
  return unit(unit(vector).map((value, i) => value - float32At(centre, i)));
}
