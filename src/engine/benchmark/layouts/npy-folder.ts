// A plain folder of .npy files, or an .npz archive of such arrays, for a person's own features.
//
//   image.npy [n, d_v]  text.npy [n, d_t]   labels.npy [n] class numbers or [n, c] not zero where an image has the label
//   query.npy           rows that are queries: their numbers (from 0), or [n] true and false
//   train.npy, database.npy   optional: rows, written like that; by default all others
//   caption_image.npy   [m] optional: image row of each text, where text.npy has m rows, several to an image
// or, already split:
//   image_train.npy text_train.npy labels_train.npy image_test.npy text_test.npy labels_test.npy
//
// Without labels only a text's own image is relevant to it, and queries are each other's database.
import { HashlensError } from '../../../shared/errors.ts';
import { assemble, readLabels, setMismatch, range, stack, type BenchmarkSet } from '../benchmark-set.ts';
import { entryOf, numberAt } from '../../../shared/at.ts';
import type { NpyArray } from '../npy.ts';
import type { Layout, LayoutOptions, SetSource } from './layout.ts';

const identity = { id: 'npy-folder', name: 'NumPy arrays' } as const;

export const npyFolder: Layout = {
  ...identity,
  holds:
    'image.npy text.npy labels.npy query.npy, or image_train.npy text_train.npy labels_train.npy and the same _test, or these in .npz',
  recognises: ({ arrays }) =>
    (arrays.has('image.npy') && arrays.has('text.npy')) ||
    ['image_train.npy', 'text_train.npy', 'image_test.npy', 'text_test.npy'].every((name) => arrays.has(name)),
  read: (source, options) => (source.arrays.has('image.npy') ? readWhole(source, options) : readSplit(source, options)),
};

const load = ({ arrays }: SetSource, name: string): Promise<NpyArray> => entryOf(arrays, name).read();

function wrongRows({ arrays }: SetSource, name: string, what: string): HashlensError {
  return new HashlensError('bad-argument', `${entryOf(arrays, name).place} ${what}.`);
}

/**
 * Image rows that a file names by their numbers.
 * @throws HashlensError `bad-argument` naming the file where a number is not that of an image row
 */
function rowNumbers(source: SetSource, name: string, values: Float32Array, images: number): Int32Array {
  const isRow = (value: number) => Number.isInteger(value) && value >= 0 && value < images;
  const wrong = values.find((value) => !isRow(value));
  if (wrong === undefined) return Int32Array.from(values);
  const isFromOne = values.every((value) => value !== 0 && (value === images || isRow(value)));
  throw wrongRows(
    source,
    name,
    isFromOne
      ? `counts the ${images} rows of image.npy from 1; subtract 1 from each number`
      : `holds ${wrong}; the rows of image.npy are the whole numbers from 0 to ${images - 1}`,
  );
}

/**
 * The rows a file names among `images`: numbers, or a mask of one truth value for each image.
 * @throws HashlensError `bad-argument` where the mask has another length, or a row is not there or named twice
 */
async function rowsIn(source: SetSource, name: string, images: number): Promise<Int32Array | null> {
  if (!source.arrays.has(name)) return null;
  const { values, isTruth } = await load(source, name);
  // Three or more zeros and ones are a mask too, whatever their type, as the rows 0 and 1 cannot be named three times.
  const isMask = isTruth || (values.length > 2 && values.every((v) => v === 0 || v === 1));
  if (!isMask) {
    const rows = rowNumbers(source, name, values, images);
    const seen = new Set<number>();
    const twice = rows.find((row) => seen.size === seen.add(row).size);
    if (twice !== undefined) throw wrongRows(source, name, `names row ${twice} twice; name each row once`);
    return rows;
  }
  if (values.length !== images) {
    throw setMismatch(source.path, `the mask ${name} has ${values.length} rows for ${images} of images`);
  }
  return range(0, images).filter((row) => numberAt(values, row) !== 0);
}

/**
 * Image row of each of `texts`; null where text i belongs to image i.
 * @throws HashlensError `bad-argument` naming the file where it does not fit
 */
async function captionRows(source: SetSource, images: number, texts: number): Promise<Int32Array | null> {
  const name = 'caption_image.npy';
  if (!source.arrays.has(name)) return null;
  const { values, isTruth } = await load(source, name);
  if (isTruth) throw wrongRows(source, name, 'holds truth values; it needs the number of an image row for each text');
  if (values.length !== texts) throw setMismatch(source.path, `${name} has ${values.length} rows for ${texts} of text`);
  return rowNumbers(source, name, values, images);
}

/** All rows but some, in order. */
const others = (rows: number, some: Int32Array): Int32Array => {
  const left = new Set(some);
  return range(0, rows).filter((row) => !left.has(row));
};

async function readWhole(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { path, arrays } = source;
  const image = await load(source, 'image.npy');
  const query = (await rowsIn(source, 'query.npy', image.rows)) ?? lastRows(path, image.rows, options);
  const labels = arrays.has('labels.npy') ? readLabels(await load(source, 'labels.npy'), image.rows, path) : null;
  const text = await load(source, 'text.npy');
  const captionPhoto = await captionRows(source, image.rows, text.rows);
  const rest = others(image.rows, query);
  const train = (await rowsIn(source, 'train.npy', image.rows)) ?? rest;
  const asking = new Set(query);
  const both = train.find((row) => asking.has(row));
  if (both !== undefined) {
    throw wrongRows(source, 'train.npy', `names row ${both}, which is a query; queries are not learned from`);
  }
  return assemble({
    ...identity,
    path,
    image,
    text,
    labels,
    parts: {
      query,
      train,
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
  const { path, arrays } = source;
  const both = async (name: string) =>
    stack(path, await load(source, `${name}_train.npy`), await load(source, `${name}_test.npy`));
  const image = await both('image');
  const { rows } = await load(source, 'image_train.npy');
  const train = range(0, rows);
  const query = range(rows, image.rows);
  const labels = arrays.has('labels_train.npy') ? readLabels(await both('labels'), image.rows, path) : null;
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
