// Tells names of people from other words of the starter's table by their word vectors.
import { float64At, int8At, present, uint8At, uint32At } from '../../../shared/at.ts';
import { wordVectorWidth } from './word-table.ts';
import type { WordTableData } from './word-table-format.ts';

/** Names of some regions, each with a centre of its own. */
const knownNames = [
  'anna peter maria john mary michael susan emma julia laura sarah thomas daniel felix lisa karen alice jack oliver hannah sophie',
  'carlo marco giulia pierre hans klaus petra sven ivan olga jose luis carlos lars stefan andreas paolo jean lukas jonas',
  'fatima ali yuki kenji wei raj priya omar aisha ahmed hiroshi kumar',
];
/** Cosine to a centre, from which on a word is a name; 'birthday' has 0.24, 'lena' 0.45, 'tom' 0.64. */
const leastCosine = 0.32;
/** The first class is people, which most names have, too. */
const people = 0;
/** Weights of a class from which on a word is a visible thing: of people fully, of other things in part. */
const [fullWeight, visibleWeight] = [255, 60];
/** Words, evenly among the frequent ones, whose mean is subtracted from every vector. */
const [sampled, frequent] = [2000, 20_000];

/** Tells whether a word of the table is rather the name of a person than of a thing. Keeps the table. */
export function nameLikeness(data: WordTableData): (word: string, rank: number) => boolean {
  const { words, ranks, vectors, classOffsets, classIds, classWeights } = data;
  /** The word's index: words are in the order of their ranks. */
  const indexOf = (word: string, rank: number): number => {
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (uint32At(ranks, middle) < rank) low = middle + 1;
      else high = middle;
    }
    while (low < words.length && words[low] !== word && ranks[low] === rank) low++;
    return words[low] === word ? low : -1;
  };
  const vectorOf = (index: number): Float64Array =>
    Float64Array.from({ length: wordVectorWidth }, (_, i) => int8At(vectors, index * wordVectorWidth + i));
  let centres: Centres | null = null;
  const isVisible = (index: number): boolean => {
    for (let entry = uint32At(classOffsets, index); entry < uint32At(classOffsets, index + 1); entry++) {
      const least = classIds[entry] === people ? fullWeight : visibleWeight;
      if (uint8At(classWeights, entry) >= least) return true;
    }
    return false;
  };
  return (word, rank) => {
    const index = indexOf(word, rank);
    if (index === -1 || isVisible(index)) return false;
    centres ??= centresOf(words, vectorOf);
    const { mean, names } = centres;
    const own = centred(vectorOf(index), mean);
    return names.some((centre) => dot(own, centre) >= leastCosine);
  };
}

interface Centres {
  readonly mean: Float64Array;
  /** Unit vectors. */
  readonly names: readonly Float64Array[];
}

function centresOf(words: readonly string[], vectorOf: (index: number) => Float64Array): Centres {
  const step = Math.max(1, Math.floor(Math.min(frequent, words.length) / sampled));
  const mean = sum(Array.from({ length: Math.min(sampled, words.length) }, (_, i) => unit(vectorOf(i * step)))).map(
    (x) => x / Math.min(sampled, words.length),
  );
  const wanted = new Set(knownNames.join(' ').split(' '));
  const indices = new Map(words.flatMap((word, i): [string, number][] => (wanted.has(word) ? [[word, i]] : [])));
  const names = knownNames.map((list) => {
    const known = list.split(' ').filter((name) => indices.has(name));
    return unit(sum(known.map((name) => centred(vectorOf(present(indices.get(name))), mean))));
  });
  return { mean, names };
}

const sum = (rows: readonly Float64Array[]): Float64Array =>
  rows.reduce((total, row) => total.map((x, i) => x + float64At(row, i)), new Float64Array(wordVectorWidth));
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, x, i) => total + x * float64At(b, i), 0);
const unit = (row: Float64Array): Float64Array => {
  const length = Math.hypot(...row);
  return length === 0 ? row : row.map((x) => x / length);
};
const centred = (row: Float64Array, mean: Float64Array): Float64Array =>
  unit(unit(row).map((x, i) => x - float64At(mean, i)));
