// A plain folder of .npy files, for a person's own features.
//
//   image.npy [n, d_v]  text.npy [n, d_t]   labels.npy [n] class numbers or [n, c] not zero where an image has the label
//   query.npy           rows that are queries: their numbers (from 0), or [n] true and false
//   train.npy, database.npy   optional: rows, written like that; by default all others
//   caption_image.npy   [m] optional: image row of each text, where text.npy has m rows, several to an image
// or, already split:
//   image_train.npy text_train.npy labels_train.npy image_test.npy text_test.npy labels_test.npy
//
// Without labels only a text's own image is relevant to it, and queries are each other's database.
import { join } from 'node:path';
import { HashlensError } from '../../../shared/errors.ts';
import { assemble, readLabels, setMismatch, range, stack, type BenchmarkSet } from '../benchmark-set.ts';
import { numberAt } from '../../../shared/at.ts';
import { readNpy, type NpyArray } from '../npy.ts';
import type { Layout, LayoutOptions, SetSource } from './layout.ts';

const identity = { id: 'npy-folder', name: '.npy folder' } as const;

export const npyFolder: Layout = {
  ...identity,
  holds:
    'image.npy text.npy labels.npy query.npy, or image_train.npy text_train.npy labels_train.npy and the same _test',
  recognises: ({ files }) =>
    (files.has('image.npy') && files.has('text.npy')) ||
    ['image_train.npy', 'text_train.npy', 'image_test.npy', 'text_test.npy'].every((name) => files.has(name)),
  read: (source, options) => (source.files.has('image.npy') ? readWhole(source, options) : readSplit(source, options)),
};

const load = (source: SetSource, name: string): Promise<NpyArray> => readNpy(join(source.folder ?? source.path, name));

/**
 * The rows a file names among `images`: numbers, or a mask of one truth value for each image.
 * @throws HashlensError `bad-argument` where the mask has another length
 */
async function rowsIn(source: SetSource, name: string, images: number): Promise<Int32Array | null> {
  if (!source.files.has(name)) return null;
  const { values, isTruth } = await load(source, name);
  // Zeros and ones, one for each image, are a mask too, whatever their type.
  const isMask = isTruth || (values.length === images && images > 2 && values.every((v) => v === 0 || v === 1));
  if (!isMask) return Int32Array.from(values);
  if (values.length !== images) {
    throw setMismatch(source.path, `the mask ${name} has ${values.length} rows for ${images} of images`);
  }
  return range(0, images).filter((row) => numberAt(values, row) !== 0);
}

/** All rows but some, in order. */
const others = (rows: number, some: Int32Array): Int32Array => {
  const left = new Set(some);
  return range(0, rows).filter((row) => !left.has(row));
};

async function readWhole(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { path, files } = source;
  const image = await load(source, 'image.npy');
  const query = (await rowsIn(source, 'query.npy', image.rows)) ?? lastRows(path, image.rows, options);
  const labels = files.has('labels.npy') ? readLabels(await load(source, 'labels.npy'), image.rows, path) : null;
  const captionPhoto = files.has('caption_image.npy')
    ? Int32Array.from((await load(source, 'caption_image.npy')).values)
    : null;
  const rest = others(image.rows, query);
  return assemble({
    ...identity,
    path,
    image,
    text: await load(source, 'text.npy'),
    labels,
    parts: {
      query,
      train: (await rowsIn(source, 'train.npy', image.rows)) ?? rest,
      database: (await rowsIn(source, 'database.npy', image.rows)) ?? (labels === null ? query : rest),
      validation: null,
    },
    normalise: 'none',
    sharedWidth: options.sharedWidth ?? 0,
    ...(captionPhoto === null ? {} : { captionPhoto }),
  });
}

function lastRows(path: string, rows: number, { queries }: LayoutOptions): Int32Array {
  if (queries === undefined || queries >= rows) {
    throw new HashlensError(
      'queries-unknown',
      `${path} does not say which of its ${rows} rows are queries; put their numbers in query.npy, or say how many of the last rows they are.`,
    );
  }
  return range(rows - queries, rows);
}

async function readSplit(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { path, files } = source;
  const both = async (name: string) =>
    stack(path, await load(source, `${name}_train.npy`), await load(source, `${name}_test.npy`));
  const image = await both('image');
  const { rows } = await load(source, 'image_train.npy');
  const train = range(0, rows);
  const query = range(rows, image.rows);
  const labels = files.has('labels_train.npy') ? readLabels(await both('labels'), image.rows, path) : null;
  return assemble({
    ...identity,
    path,
    image,
    text: await both('text'),
    labels,
    parts: { train, query, database: labels === null ? query : train, validation: null },
    normalise: 'none',
    sharedWidth: options.sharedWidth ?? 0,
  });
}
