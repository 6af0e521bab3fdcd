// Sets in three matrices XAll (images), YAll (texts) and LAll (labels) whose last rows are the queries: MIRFLICKR-25K,
// NUS-WIDE-TC10 and MS-COCO as published with UCCH. The number of labels distinguishes them.
import { HashlensError } from '../../../shared/errors.ts';
import { assemble, readLabels, range, type BenchmarkSet } from '../benchmark-set.ts';
import { hasMatrices, type Layout, type LayoutOptions, type SetSource } from './layout.ts';

interface LastRows {
  readonly id: string;
  readonly name: string;
  /** Columns of LAll; null for any. */
  readonly labels: number | null;
  /** Number of last rows that are queries; null where only the person knows it. */
  readonly queries: number | null;
}

export function lastRowsLayout(set: LastRows): Layout {
  return {
    id: set.id,
    name: set.name,
    holds: 'XAll YAll LAll',
    recognises: (source) =>
      hasMatrices(source, 'XAll', 'YAll', 'LAll') &&
      (set.labels === null || source.matrices.get('LAll')?.columns === set.labels),
    read: (source, options) => read(set, source, options),
  };
}

/** Any other set of these three matrices. */
export const otherLastRows = lastRowsLayout({ id: 'last-rows', name: 'XAll YAll LAll', labels: null, queries: null });

/** Trains on all rows but the last ones. Those are the queries, and the other rows are their database. */
async function read(set: LastRows, source: SetSource, options: LayoutOptions): Promise<BenchmarkSet> {
  const { id, name } = set;
  const { path } = source;
  const rows = source.matrices.get('XAll')?.rows ?? 0;
  const queries = options.queries ?? set.queries;
  if (queries === null || queries >= rows) {
    const many = queries === null ? `and is not a set known here` : `of which the last ${queries} would be queries`;
    throw new HashlensError(
      'queries-unknown',
      `${path} has ${rows} rows ${many}; say how many of the last rows are queries.`,
    );
  }
  const image = await source.read('XAll');
  const database = range(0, rows - queries);
  return assemble({
    id,
    name,
    path,
    image,
    text: await source.read('YAll'),
    labels: readLabels(await source.read('LAll'), rows, path),
    parts: { train: database, database, query: range(rows - queries, rows), validation: null },
    normalise: 'none',
    sharedWidth: options.sharedWidth ?? 0,
  });
}
