// The part of a data set that a method may learn from: training pairs, and rows to choose the epoch by. Queries are not
// in it.
import type { DataSplit, TrainingData } from '../hashing/data/training-data.ts';
import { selectWords } from '../text/caption-words.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import { int32At, itemAt } from '../../shared/at.ts';

/** Number of training rows to choose the epoch by where the set names none, as in UCCH's published code. */
const selectionRows = 2000;

export interface TrainingPart {
  readonly data: TrainingData;
  /** Rows of `data` that the trainer measures each epoch and does not learn from. */
  readonly queryPhotos: Int32Array;
  /** Number of training pairs. */
  readonly pairs: number;
  /** `[pairs]`: the text of each training pair, by row of the set. */
  readonly pairTexts: Int32Array;
}

/** Texts of each image. */
function textsByImage(set: BenchmarkSet): number[][] {
  const texts: number[][] = Array.from({ length: set.imageRows.length / set.imageWidth }, () => []);
  set.captionPhoto.forEach((image, text) => texts[image]?.push(text));
  return texts;
}

/** Rows at `indices` of `[n, width]`. */
function rowsAt(rows: Float32Array, width: number, indices: readonly number[] | Int32Array): Float32Array {
  const taken = new Float32Array(indices.length * width);
  indices.forEach((row, i) => taken.set(rows.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}

/**
 * The training rows, followed by the rows that choose the epoch: the set's validation rows, or copies of the first 2000
 * training rows. They are copies because all training rows are learnt from, as published. Choosing the epoch by learnt
 * rows is weak, but it uses neither rows nor labels of queries.
 */
export function trainingPart(set: BenchmarkSet): TrainingPart {
  const { train, validation, imageWidth, textWidth, sharedWidth } = set;
  const choosing = validation ?? train.subarray(0, selectionRows);
  const images = Int32Array.from([...train, ...choosing]);
  const byImage = textsByImage(set);
  const texts = Array.from(images, (image) => itemAt(byImage, image));
  const captionPhoto = Int32Array.from(texts.flatMap((own, row) => own.map(() => row)));
  return {
    data: {
      imageRows: rowsAt(set.imageRows, imageWidth, images),
      textRows: rowsAt(set.textRows, textWidth, texts.flat()),
      imageWidth,
      textWidth,
      sharedWidth,
      captionPhoto,
      photoTags: Array.from(images, (image) => set.labels?.[image] ?? []),
      ...(set.words === undefined ? {} : { words: selectWords(set.words, texts.flat()) }),
    },
    queryPhotos: Int32Array.from(choosing, (_, i) => train.length + i),
    pairs: captionPhoto.filter((row) => row < train.length).length,
    pairTexts: Int32Array.from(texts.slice(0, train.length).flat()),
  };
}

/**
 * The set with its validation rows as training rows; copies of training rows then choose the epoch. A set without
 * validation rows stays the same.
 */
export function withAllTraining(set: BenchmarkSet): BenchmarkSet {
  const { train, validation } = set;
  if (validation === null) return set;
  return { ...set, train: Int32Array.from(new Set([...train, ...validation])).sort(), validation: null };
}

/** All rows of the set as data, with its queries and database as the split. */
export function testPart(set: BenchmarkSet): { readonly data: TrainingData; readonly split: DataSplit } {
  const { train, query, database, labels, captionPhoto } = set;
  const images = set.imageRows.length / set.imageWidth;
  const textsOf = (rows: Int32Array) => {
    const wanted = new Set(rows);
    return Int32Array.from(captionPhoto.keys()).filter((text) => wanted.has(int32At(captionPhoto, text)));
  };
  const photoLabels = labels ?? Array.from({ length: images }, (_, image) => [image]);
  const pairs = textsOf(train);
  const queryCaptions = textsOf(query);
  const databaseCaptions = database === query ? queryCaptions : textsOf(database);
  return {
    data: { ...set, photoTags: labels ?? photoLabels.map(() => []) },
    split: {
      relevance: labels === null ? 'own-caption' : 'tags',
      pairs,
      queryPhotos: query,
      queryCaptions,
      databasePhotos: database,
      databaseCaptions,
      photoLabels,
      clustered: new Set(),
      counts: {
        trainPairs: pairs.length,
        trainPhotos: train.length,
        queryPhotos: query.length,
        queryCaptions: queryCaptions.length,
        databasePhotos: database.length,
        databaseCaptions: databaseCaptions.length,
      },
    },
  };
}
