// Multi-label sets of the Mulan collection: ARFF files, dense or sparse, with the names of the labels in an XML file beside them.
// Corel5k describes photos by 499 blob words; their 374 keywords are both the texts and the labels.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { itemAt, numberAt } from '../../../shared/at.ts';
import { captionWords } from '../../text/caption-words.ts';
import { assemble, range, setMismatch, stack, type BenchmarkSet } from '../benchmark-set.ts';
import { unreadable, type Matrix } from '../matrix.ts';
import type { Layout, LayoutOptions, SetSource } from './layout.ts';

const identity = { id: 'arff', name: 'ARFF with labels' } as const;

/** XML file and ARFF files of the source. A source that is a single file has no XML file and is not recognised. */
const filesOf = ({ files }: SetSource) => ({
  labels: [...files].find((name) => /\.xml$/i.test(name)),
  tables: [...files].filter((name) => /\.arff$/i.test(name)),
});

export const arff: Layout = {
  ...identity,
  holds: 'a folder of -train and -test .arff files, or one .arff file, with an .xml file of label names',
  recognises(source) {
    const { labels, tables } = filesOf(source);
    return source.folder !== null && labels !== undefined && tables.length > 0;
  },
  read,
};

const named = z.object({ '@_name': z.string() });
const labelFile = z.object({ labels: z.object({ label: z.union([named.transform((one) => [one]), z.array(named)]) }) });

async function labelNames(path: string): Promise<Set<string>> {
  try {
    const parser = new XMLParser({ ignoreAttributes: false, parseAttributeValue: false });
    const { labels } = labelFile.parse(parser.parse(await readFile(path, 'utf8')));
    return new Set(labels.label.map((label) => label['@_name']));
  } catch (error) {
    throw unreadable(path, 'it does not list labels', error);
  }
}

/** Attributes and numbers of an ARFF file (Witten and Frank, Data Mining, 2005, chapter 2.4). */
export interface ArffTable {
  readonly attributes: readonly string[];
  readonly rows: Matrix;
}

/** A name without its quotes. */
const unquoted = (text: string) => /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;

/** @throws HashlensError `unreadable` naming the line that is wrong */
export function parseArff(path: string, text: string): ArffTable {
  const attributes: string[] = [];
  const values: number[][] = [];
  let inData = false;
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  lines.forEach((raw, i) => {
    const line = raw.trim();
    const refuse = (what: string): never => {
      throw unreadable(path, `line ${i + 1} ${what}`);
    };
    if (line === '' || line.startsWith('%')) return;
    if (!inData) {
      const attribute = /^@attribute\s+('[^']*'|"[^"]*"|\S+)\s/i.exec(`${line} `)?.[1];
      if (attribute !== undefined) attributes.push(unquoted(attribute));
      if (/^@data\b/i.test(line)) inData = true;
      return;
    }
    const row = Array<number>(attributes.length).fill(0);
    const put = (at: number, number: string) => {
      const value = Number(number);
      if (!Number.isInteger(at) || at < 0 || at >= row.length || !Number.isFinite(value)) {
        refuse('has a cell that is not a number, or one of an unknown attribute');
      }
      row[at] = value;
    };
    const sparse = /^\{(.*)\}$/.exec(line)?.[1];
    if (sparse === undefined) {
      const cells = line.split(',');
      if (cells.length !== row.length) refuse(`has ${cells.length} numbers for ${row.length} attributes`);
      cells.forEach((cell, at) => put(at, cell.trim()));
    } else {
      for (const entry of sparse.split(',').filter((part) => part.trim() !== '')) {
        const [at = '', number = ''] = entry.trim().split(/\s+/);
        put(at === '' ? -1 : Number(at), number === '' ? 'none' : number);
      }
    }
    values.push(row);
  });
  if (values.length === 0) throw unreadable(path, 'it has no rows of data');
  return {
    attributes,
    rows: { rows: values.length, columns: attributes.length, values: Float32Array.from(values.flat()) },
  };
}

/** The columns at `columns`, in order. */
function columnsOf({ rows, columns: width, values }: Matrix, columns: readonly number[]): Matrix {
  const taken = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, j) => (taken[row * columns.length + j] = numberAt(values, row * width + column)));
  }
  return { rows, columns: columns.length, values: taken };
}

/** The training and the test file, or one file whose last rows are queries. */
async function tablesOf(source: SetSource, names: readonly string[], { queries }: LayoutOptions) {
  const { path, folder } = source;
  const load = async (name: string) => {
    const file = join(folder ?? path, name);
    return parseArff(file, await readFile(file, 'utf8'));
  };
  const part = (which: RegExp) => names.find((name) => which.test(basename(name)));
  const [train, test] = [part(/train/i), part(/test/i)];
  if (train !== undefined && test !== undefined) {
    const [first, second] = [await load(train), await load(test)];
    return { attributes: first.attributes, rows: stack(path, first.rows, second.rows), training: first.rows.rows };
  }
  const [only, another] = names;
  if (only === undefined || another !== undefined || queries === undefined) {
    throw new HashlensError(
      'queries-unknown',
      `${path} does not say which rows are queries; it needs a -train and a -test file, or say how many of the last rows of its one file they are.`,
    );
  }
  const whole = await load(only);
  return { ...whole, training: Math.max(0, whole.rows.rows - queries) };
}

async function read(source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { path, folder } = source;
  const { labels = '', tables } = filesOf(source);
  const names = await labelNames(join(folder ?? path, labels));
  const { attributes, rows, training } = await tablesOf(source, tables, options);
  const places = attributes.map((name, column) => ({ column, isLabel: names.has(name) }));
  const columns = (isLabel: boolean) => places.filter((place) => place.isLabel === isLabel).map(({ column }) => column);
  const [features, keywords] = [columns(false), columns(true)];
  if (features.length === 0 || keywords.length === 0) {
    throw setMismatch(path, `${keywords.length} of its ${attributes.length} attributes are labels`);
  }
  const text = columnsOf(rows, keywords);
  const labelsOf = Array.from({ length: rows.rows }, (_, row) =>
    Array.from(keywords.keys()).filter((label) => numberAt(text.values, row * keywords.length + label) !== 0),
  );
  const keyword = (label: number) => itemAt(attributes, itemAt(keywords, label));
  const train = range(0, training);
  return assemble({
    ...identity,
    name: basename(labels).replace(/\.xml$/i, ''),
    path,
    image: columnsOf(rows, features),
    text,
    labels: labelsOf,
    parts: { train, database: train, query: range(training, rows.rows), validation: null },
    normalise: 'l2',
    words: captionWords(labelsOf.map((own) => own.map(keyword).join(' '))),
  });
}
