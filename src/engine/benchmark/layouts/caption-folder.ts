// A folder of image features and captions (Flickr8k and similar sets): image.npy [n, d_v], files.txt with the name of
// each row, captions.txt (`image,caption`) and split.json (name lists `train` and `val`; all other photos are the test
// part).
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { captionWords } from '../../text/caption-words.ts';
import { assemble, setMismatch, type BenchmarkSet } from '../benchmark-set.ts';
import { unreadable } from '../matrix.ts';
import { readText } from '../read-text.ts';
import type { Layout, LayoutOptions, SetSource } from './layout.ts';
import { parseJson } from '../../../shared/json.ts';
import { entryOf } from '../../../shared/at.ts';

const identity = { id: 'caption-folder', name: 'captioned photos' } as const;
const neededFiles = ['files.txt', 'captions.txt', 'split.json'];
const splitFile = z.object({
  train: z.array(z.string()),
  val: z.array(z.string()),
  test: z.array(z.string()).optional(),
});
const captionRow = z.object({ image: z.string(), caption: z.string() });

/** Only a text's own photo is relevant to it. Test photos and captions are each other's database. */
export const captionFolder: Layout = {
  ...identity,
  holds: ['image.npy', ...neededFiles].join(' '),
  recognises: ({ arrays, files }) => arrays.has('image.npy') && neededFiles.every((name) => files.has(name)),
  read: readCaptions,
};

async function readCaptions(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { path } = source;
  const at = (name: string) => join(source.directory, name);
  const text = options.textFeatures;
  if (text === undefined) {
    throw new HashlensError('bad-argument', `${path} holds captions and no text features; put them in text.npy.`);
  }
  const names = (await readText(at('files.txt'))).split(/\r?\n/).filter((name) => name !== '');
  const rowOf = new Map(names.map((name, row) => [name, row]));
  const captions = parseRows(at('captions.txt'), await readText(at('captions.txt'))).filter(({ image }) =>
    rowOf.has(image),
  );
  const image = await entryOf(source.arrays, 'image.npy').read();
  if (image.rows !== names.length) throw setMismatch(path, `${names.length} names for ${image.rows} rows of images`);
  const values = await text.encode(captions.map(({ caption }) => caption));
  const split = parseSplit(at('split.json'), await readText(at('split.json')));
  const isOneEncoder = image.columns === text.imageWidth;
  const rows = (list: readonly string[]) => Int32Array.from(list.flatMap((name) => rowOf.get(name) ?? [])).sort();
  const known = new Set([...split.train, ...split.val]);
  const query = rows(split.test ?? names.filter((name) => !known.has(name)));
  return assemble({
    ...identity,
    path,
    image,
    text: { rows: captions.length, columns: text.textWidth, values: Float32Array.from(values) },
    labels: null,
    captionPhoto: Int32Array.from(captions, (row) => entryOf(rowOf, row.image)),
    parts: { train: rows(split.train), validation: rows(split.val), query, database: query },
    words: captionWords(captions.map(({ caption }) => caption)),
    // The file may contain raw network outputs of the encoder's images, which the app scales to unit length part by
    // part.
    normalise: isOneEncoder ? 'parts' : 'none',
    // Words and images share a space only where the same encoder made both.
    sharedWidth: isOneEncoder ? text.sharedWidth : 0,
  });
}

function parseRows(path: string, csv: string): z.output<typeof captionRow>[] {
  try {
    const rows: unknown = parse(csv, { columns: true, relax_quotes: true, relax_column_count: true });
    return z.array(captionRow).parse(rows);
  } catch (error) {
    throw unreadable(path, 'it is not a table of image and caption', error);
  }
}

function parseSplit(path: string, json: string): z.output<typeof splitFile> {
  try {
    return parseJson(splitFile, json);
  } catch (error) {
    throw unreadable(path, 'it does not list the photos to train on and to choose the epoch with', error);
  }
}
