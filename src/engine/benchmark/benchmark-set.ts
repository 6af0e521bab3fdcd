// A published data set in memory: feature rows of both modalities, relevance, and the rows of each part.
import { HashlensError } from '../../shared/errors.ts';
import type { CaptionWords } from '../text/caption-words.ts';
import type { Matrix } from './matrix.ts';
import { float32At } from '../../shared/at.ts';

/**
 * Preparation of feature rows: as in the file; unit length; the shared numbers and the rest at unit length each, as
 * encoders give them; or each column to mean 0 and deviation 1.
 */
export const normalisations = ['none', 'l2', 'parts', 'zscore'] as const;
export type Normalisation = (typeof normalisations)[number];

/** Image rows of each part of a set. */
export interface Parts {
  readonly train: Int32Array;
  readonly query: Int32Array;
  readonly database: Int32Array;
  /** Photos for choosing the epoch, where the set names them; null where published code chooses on training rows. */
  readonly validation: Int32Array | null;
}

export interface BenchmarkSet extends Parts {
  /** Id of the layout, e.g. `wikipedia`. Published tables are found by it. */
  readonly id: string;
  readonly name: string;
  /** File or folder that the set was read from. */
  readonly path: string;
  /** `[images, imageWidth]`, row-major. */
  readonly imageRows: Float32Array;
  /** `[texts, textWidth]`, row-major. */
  readonly textRows: Float32Array;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** Number of leading columns that image and text rows share; 0 where they share none. */
  readonly sharedWidth: number;
  /** `[texts]`: image row of each text. */
  readonly captionPhoto: Int32Array;
  /** Words of the texts, where the set contains the texts themselves. */
  readonly words?: CaptionWords;
  /** Label ids of each image row: items that share one are relevant. Null: only a text's own image is relevant. */
  readonly labels: readonly (readonly number[])[] | null;
  /** Preparation in the set's publications. */
  readonly normalise: Normalisation;
}

/** Row numbers from `start` up to `end`. */
export const range = (start: number, end: number): Int32Array =>
  Int32Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);

export function setMismatch(path: string, what: string): HashlensError {
  return new HashlensError('bad-argument', `${path} does not fit together: ${what}; download the set again.`);
}

/**
 * Reads labels in either published form: one column (or row) of class numbers, or one column for each label, not zero
 * where an image has the label.
 */
export function readLabels(matrix: Matrix, images: number, path: string): number[][] {
  const { rows, columns, values } = matrix;
  const isList = columns === 1 || (rows === 1 && images !== 1);
  if (isList ? values.length !== images : rows !== images) {
    throw setMismatch(path, `${isList ? values.length : rows} rows of labels for ${images} images`);
  }
  if (isList) return Array.from(values, (label) => [label]);
  return Array.from({ length: rows }, (_, row) => {
    const labels: number[] = [];
    for (let label = 0; label < columns; label++) if (float32At(values, row * columns + label) > 0) labels.push(label);
    return labels;
  });
}

/** Stacks two matrices vertically. */
export function stack(path: string, above: Matrix, below: Matrix): Matrix {
  if (above.columns !== below.columns) {
    throw setMismatch(path, `its training rows are ${above.columns} wide and its test rows ${below.columns}`);
  }
  const values = new Float32Array(above.values.length + below.values.length);
  values.set(above.values);
  values.set(below.values, above.values.length);
  return { rows: above.rows + below.rows, columns: above.columns, values };
}

export interface Assembly {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly image: Matrix;
  readonly text: Matrix;
  readonly labels: readonly (readonly number[])[] | null;
  readonly parts: Parts;
  readonly normalise: Normalisation;
  readonly sharedWidth?: number;
  /** Text i belongs to image i by default. */
  readonly captionPhoto?: Int32Array;
  readonly words?: CaptionWords;
}

/**
 * Assembles a set and checks it for faults that would break a training.
 * @throws HashlensError `bad-argument` naming the file
 */
export function assemble(assembly: Assembly): BenchmarkSet {
  const { image, text, path, parts, labels, sharedWidth = 0, captionPhoto = range(0, image.rows), ...rest } = assembly;
  if (text.rows !== captionPhoto.length) {
    throw setMismatch(path, `${text.rows} rows of text for ${captionPhoto.length} of images`);
  }
  if (labels !== null && labels.length !== image.rows) {
    throw setMismatch(path, `${labels.length} rows of labels for ${image.rows} of images`);
  }
  for (const [kind, { values }] of Object.entries({ image, text })) {
    if (!values.every(Number.isFinite)) throw setMismatch(path, `a number among the ${kind} features is not finite`);
  }
  for (const [part, rows] of Object.entries(parts) as [string, Int32Array | null][]) {
    if (rows?.length === 0) throw setMismatch(path, `no rows are left for the ${part} part`);
    if (rows?.some((row) => row < 0 || row >= image.rows)) throw setMismatch(path, `a ${part} row is not there`);
    if (rows !== null && new Set(rows).size < rows.length) throw setMismatch(path, `a ${part} row is named twice`);
  }
  const { train, query, validation } = parts;
  const learned = new Set(train);
  const choosing = new Set(validation);
  if (query.some((row) => learned.has(row))) throw setMismatch(path, 'a query row is a train row, too');
  if (query.some((row) => choosing.has(row))) throw setMismatch(path, 'a query row is a validation row, too');
  if (train.some((row) => choosing.has(row))) throw setMismatch(path, 'a train row is a validation row, too');
  if (captionPhoto.some((row) => row < 0 || row >= image.rows))
    throw setMismatch(path, 'the image of a text is not there');
  return {
    ...rest,
    ...parts,
    path,
    labels,
    sharedWidth,
    captionPhoto,
    imageRows: image.values,
    textRows: text.values,
    imageWidth: image.columns,
    textWidth: text.columns,
  };
}
