// Tells names of people from other words of the starter's table by their word vectors.
import { float32At, int8At, uint8At, uint32At } from '../../../shared/at.ts';
import { cosine } from '../../numerics/cosine.ts';
import { normalizePart, wordVectorWidth } from './word-table.ts';
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

/** Tells whether the word with an id of the table is rather the name of a person than of a thing. Keeps the table. */
export function nameLikeness(data: WordTableData): (id: number) => boolean {
  const { classOffsets, classIds, classWeights } = data;
  let centres: Centres | null = null;
  const isVisible = (id: number): boolean => {
    for (let entry = uint32At(classOffsets, id); entry < uint32At(classOffsets, id + 1); entry++) {
      const least = classIds[entry] === people ? fullWeight : visibleWeight;
      if (uint8At(classWeights, entry) >= least) return true;
    }
    return false;
  };
  return (id) => {
    if (isVisible(id)) return false;
    centres ??= centresOf(data);
    const { mean, names } = centres;
    const own = centred(data, id, mean);
    return names.some((centre) => (cosine(own, 0, centre, 0, wordVectorWidth) ?? 0) >= leastCosine);
  };
}

interface Centres {
  readonly mean: Float32Array;
  readonly names: readonly Float32Array[];
}

function centresOf(data: WordTableData): Centres {
  const { words } = data;
  const count = Math.min(sampled, words.length);
  const step = Math.max(1, Math.floor(Math.min(frequent, words.length) / sampled));
  const mean = sum(Array.from({ length: count }, (_, i) => vectorOf(data, i * step))).map((x) => x / count);
  const names = knownNames.map((list) => {
    const listed = new Set(list.split(' '));
    return sum(words.flatMap((word, id) => (listed.has(word) ? [centred(data, id, mean)] : [])));
  });
  return { mean, names };
}

/** The word's vector at unit length. */
function vectorOf({ vectors }: WordTableData, id: number): Float32Array {
  const at = id * wordVectorWidth;
  return atUnitLength(Float32Array.from({ length: wordVectorWidth }, (_, i) => int8At(vectors, at + i)));
}

/** The same less the mean, at unit length again. */
const centred = (data: WordTableData, id: number, mean: Float32Array): Float32Array =>
  atUnitLength(vectorOf(data, id).map((x, i) => x - float32At(mean, i)));

function atUnitLength(row: Float32Array): Float32Array {
  normalizePart(row, 0, row.length);
  return row;
}

const sum = (rows: readonly Float32Array[]): Float32Array =>
  rows.reduce((total, row) => total.map((x, i) => x + float32At(row, i)), new Float32Array(wordVectorWidth));
