// Multi-label sets of the Mulan collection: ARFF files, dense or sparse, with the names of the labels in an XML file beside them.
// Corel5k describes photos by 499 blob words; their 374 keywords are both the texts and the labels.
import { basename, join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { entryOf, itemAt, numberAt } from '../../../shared/at.ts';
import { captionWords } from '../../text/caption-words.ts';
import { assemble, range, setMismatch, stack, type BenchmarkSet } from '../benchmark-set.ts';
import { unreadable, type Matrix } from '../matrix.ts';
import { readText } from '../read-text.ts';
import type { Layout, LayoutOptions, SetSource } from './layout.ts';

const identity = { id: 'arff', name: 'ARFF with labels' } as const;

/** ARFF files of the source, and the XML file whose name they begin with, or another. */
function filesOf({ files }: SetSource) {
  const tables = [...files].filter((name) => /\.arff$/i.test(name));
  const lists = [...files].filter((name) => /\.xml$/i.test(name));
  const isOwn = (list: string) => tables.some((name) => name.startsWith(list.replace(/\.xml$/i, '')));
  return { labels: lists.find(isOwn) ?? lists[0], tables };
}

export const arff: Layout = {
  ...identity,
  holds: '-train and -test .arff files, or one .arff file, beside an .xml file of label names',
  recognises(source) {
    const { labels, tables } = filesOf(source);
    return labels !== undefined && tables.length > 0;
  },
  read,
};

/** Hierarchical sets have labels inside labels. Each is an attribute of its own. */
interface LabelElement {
  readonly '@_name': string;
  readonly label: readonly LabelElement[];
}
const labelElement: z.ZodType<LabelElement> = z.lazy(() =>
  z.object({ '@_name': z.string(), label: z.array(labelElement).default([]) }),
);
const labelFile = z.object({ labels: z.object({ label: z.array(labelElement) }) });

const namesOf = (elements: readonly LabelElement[]): string[] =>
  elements.flatMap(({ '@_name': name, label }) => [name, ...namesOf(label)]);

async function labelNames(path: string): Promise<Set<string>> {
  const text = await readText(path);
  const isArray = (element: string) => element === 'label';
  const parser = new XMLParser({ ignoreAttributes: false, parseAttributeValue: false, isArray });
  try {
    const { labels } = labelFile.parse(parser.parse(text));
    return new Set(namesOf(labels.label));
  } catch (error) {
    throw unreadable(path, 'it does not list labels', error);
  }
}

/** Attributes and numbers of an ARFF file (Witten and Frank, Data Mining, 2005, chapter 2.4). */
export interface ArffTable {
  readonly attributes: readonly string[];
  readonly rows: Matrix;
}

/** `@attribute name type`, with quotes around a name of several words, which has a backslash before a quote in it. */
const attributeLine = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s/i;

/** A name without its quotes and the backslashes in it. */
const unquoted = (text: string) => /^(['"])(.*)\1$/.exec(text)?.[2]?.replace(/\\(.)/g, '$1') ?? text;

/** `1,0,2, {0.5}` or `{0 1, 2 2}, {0.5}`: a row with a weight. */
const weightedRow = /,\s*\{[^{}]*\}$/;

/** @throws HashlensError `unreadable` naming the line that is wrong; `unsupported-format` for missing cells and weights */
export function parseArff(path: string, text: string): ArffTable {
  const attributes: string[] = [];
  const values: number[][] = [];
  let inData = false;
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    const refuse = (what: string): never => {
      throw unreadable(path, `line ${i + 1} ${what}`);
    };
    const refuseKind = (what: string, remedy: string): never => {
      throw new HashlensError('unsupported-format', `${path} has ${what} in line ${i + 1}; ${remedy}.`);
    };
    if (line === '' || line.startsWith('%')) return;
    if (!inData) {
      const attribute = attributeLine.exec(`${line} `)?.[1];
      if (attribute !== undefined) attributes.push(unquoted(attribute));
      if (/^@data\b/i.test(line)) inData = true;
      return;
    }
    if (weightedRow.test(line)) refuseKind('a weight of its row', 'weights are not read, remove them from all rows');
    const row = Array<number>(attributes.length).fill(0);
    const put = (at: number, number: string) => {
      if (number === '?') refuseKind('a missing cell (?)', 'fill it in or remove the row');
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

/**
 * The rows of a table with the columns of another, by their names: two files may have them in another order.
 * @throws HashlensError `bad-argument` where they have other attributes
 */
function alignedRows(path: string, { attributes, rows }: ArffTable, wanted: readonly string[]): Matrix {
  const isSame = attributes.length === wanted.length && attributes.every((name, column) => name === wanted[column]);
  if (isSame) return rows;
  const columns = new Map(attributes.map((name, column) => [name, column]));
  if (columns.size < attributes.length) throw setMismatch(path, 'its test rows have two attributes of one name');
  if (attributes.length !== wanted.length) {
    throw setMismatch(
      path,
      `its training rows have ${wanted.length} attributes and its test rows ${attributes.length}`,
    );
  }
  const missing = wanted.find((name) => !columns.has(name));
  if (missing !== undefined)
    throw setMismatch(path, `its test rows lack the attribute ${missing} of its training rows`);
  return columnsOf(
    rows,
    wanted.map((name) => entryOf(columns, name)),
  );
}

/** The training and the test file, or one file whose last rows are queries. */
async function tablesOf(source: SetSource, names: readonly string[], { queries }: LayoutOptions) {
  const { path, directory } = source;
  const load = async (name: string) => {
    const file = join(directory, name);
    return parseArff(file, await readText(file));
  };
  const part = (which: RegExp) => names.find((name) => which.test(basename(name)));
  const [train, test] = [part(/train/i), part(/test/i)];
  if (train !== undefined && test !== undefined) {
    const [first, second] = [await load(train), await load(test)];
    const { attributes, rows } = first;
    return { attributes, rows: stack(path, rows, alignedRows(path, second, attributes)), training: rows.rows };
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
  const { path, directory } = source;
  const { labels = '', tables } = filesOf(source);
  const names = await labelNames(join(directory, labels));
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
