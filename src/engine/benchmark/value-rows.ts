// All values of a benchmark as one table in comma-separated values: a line for each number, with one heading, for spreadsheets
// and data frames. Values are not rounded; a cell is empty where it does not apply.
import { csvLine } from '../../shared/csv.ts';
import { findMethod } from '../hashing/methods/registry.ts';
import type { Direction, RankScores } from '../../shared/contract/evaluation.ts';
import type { FoundRanks } from './counterpart-ranks.ts';
import type { DatabaseCodes } from './database-codes.ts';
import { missingNote, placedSets, type OwnRuns } from './paper-report.ts';
import type { PaperTable } from './paper-tables.ts';
import { lengths, publishedAt, publishedFor, type Published } from './published.ts';
import type { Bits, MethodFailure, UnmeasuredCodes } from './run-benchmark.ts';
import type { Measure } from './summary.ts';
import { itemAt } from '../../shared/at.ts';

/** Our runs on a set, with what could not be measured. */
export interface MeasuredSet extends OwnRuns {
  /** Sizes, features and relevance, as a sentence. */
  readonly about: string;
  readonly withoutRow: readonly (UnmeasuredCodes & { readonly reason: string })[];
  readonly failures: readonly MethodFailure[];
}

const heading = [
  ...['set', 'values', 'method', 'learns from', 'database', 'protocol', 'measure', 'order', 'direction', 'bits'],
  ...['value', 'sd', 'low', 'high', 'seeds', 'source', 'table', 'note'],
] as const;
type Column = (typeof heading)[number];
type Row = Readonly<Partial<Record<Column, string | number | null>>>;

/** At most six digits. */
const cellOf = (value: string | number | null | undefined): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(6))) : (value ?? '');

const directions: readonly Direction[] = ['i2t', 't2i'];
const measures: readonly Measure[] = ['mapStable', 'map', 'map50Stable', 'map50'];

const learnsFrom = (supervised: boolean) => (supervised ? 'labels' : 'pairs');

/**
 * Lines of a benchmark, the heading first.
 * @param table the paper whose every value is a line; null: only the published values of the methods that were run, from the same
 *   features
 */
export function valueLines(owns: readonly MeasuredSet[], table: PaperTable | null): string[] {
  const rows = table === null ? owns.flatMap((own) => ownRows(own, null)) : paperRows(table, owns);
  return [csvLine(heading), ...rows.map((row) => csvLine(heading.map((column) => cellOf(row[column]))))];
}

function paperRows(table: PaperTable, owns: readonly MeasuredSet[]): Row[] {
  return placedSets(table, owns).flatMap(({ set, place, own }) => {
    const measured = owns.find((one) => one === own);
    const published = table.rows.flatMap(({ name, method, supervised, protocol, values }): Row[] => {
      const found = values.get(set.id);
      if (place === null || found === undefined) return [];
      const about: Row = {
        ...{ set: set.name, values: 'published', method: method ?? name, 'learns from': learnsFrom(supervised) },
        ...{ protocol, measure: table.measure, order: 'by code', source: table.source, table: place },
        note: method === null ? missingNote(name) : '',
      };
      return directions.flatMap((direction) =>
        lengths.flatMap((bits, i): Row[] => {
          const value = itemAt(found[direction], i);
          return value === null ? [] : [{ ...about, direction, bits, value }];
        }),
      );
    });
    return [...published, ...(measured === undefined ? [] : ownRows(measured, table))];
  });
}

/** Lines of our runs, of chance and float features, and of published values that `table` does not have. */
function ownRows(own: MeasuredSet, table: PaperTable | null): Row[] {
  const { set, summaries, context, differences, withoutRow, failures, about } = own;
  const { protocol, ranks } = context;
  const hasRanks = summaries.some((summary) => summary.own !== null);
  const shared: Row = { set: set.name, protocol, note: about };
  const methodRow = (method: string, database: DatabaseCodes): Row => ({
    ...shared,
    ...{ values: 'here', method, 'learns from': learnsFrom(findMethod(method).needsLabels), database },
  });
  const ours = summaries.flatMap(({ method, database, bits, seeds, mean, sd, unseen, own: found }): Row[] => {
    const about: Row = { ...methodRow(method, database), bits, seeds: seeds.length };
    return [
      ...measures.flatMap((measure) =>
        directions.map((direction): Row => {
          const deviation = sd?.[measure][direction] ?? null;
          return { ...about, measure, order: 'by code', direction, value: mean[measure][direction], sd: deviation };
        }),
      ),
      ...(unseen === null
        ? []
        : [{ ...about, measure: 'mapUnseen', order: 'by code', direction: 't2i', value: unseen.mean, sd: unseen.sd }]),
      ...(found === null
        ? []
        : [
            ...rankRows({ ...about, order: 'by code' }, found.mean.byCode, found.sd?.byCode),
            ...rankRows({ ...about, order: 're-ranked' }, found.mean.reranked, found.sd?.reranked),
          ]),
    ];
  });
  const published = [...new Set(summaries.map(({ method }) => method))].flatMap((method) =>
    publishedFor(set, method)
      .filter(({ kind }) => table === null || kind === 'code')
      .flatMap((entry) => publishedRows(set.name, entry)),
  );
  const unseen = summaries.find((summary) => summary.unseen !== null)?.unseen ?? null;
  const constant = (values: string, order: string, measure: Measure, scores: { [d in Direction]: number }): Row[] =>
    directions.map((direction) => ({ ...shared, values, measure, order, direction, value: scores[direction] }));
  return [
    ...published,
    ...ours,
    ...differences.map(({ method, database, from, bits, direction, mean, low, high }): Row => ({
      ...methodRow(method, database),
      ...{ values: `difference from ${from}`, measure: 'map', order: 'by code', direction, bits },
      ...{ value: mean, low, high },
    })),
    ...measures.flatMap((measure) => {
      const isAt50 = measure === 'map50' || measure === 'map50Stable';
      return constant('chance', 'random', measure, isAt50 ? context.chance50 : context.chance);
    }),
    ...(unseen === null
      ? []
      : [
          {
            ...{ ...shared, values: 'chance', measure: 'mapUnseen', order: 'random', direction: 't2i' },
            value: unseen.chance,
          },
        ]),
    ...(context.float === null ? [] : constant('float features', 'cosine', 'map', context.float)),
    ...(ranks === undefined || !hasRanks
      ? []
      : rankRows({ ...shared, values: 'chance', order: 'random' }, ranks.chance)),
    ...(ranks?.float && hasRanks
      ? rankRows({ ...shared, values: 'float features', order: 'cosine' }, ranks.float)
      : []),
    ...withoutRow.map(({ method, database, reason }): Row => ({ ...methodRow(method, database), note: reason })),
    ...failures.map(({ method, error }): Row => ({ ...methodRow(method, 'encoder'), note: error.message })),
  ];
}

/** Lines of published values for one method. */
function publishedRows(set: string, entry: Published): Row[] {
  const { kind, method, database, protocol, measure, source, place } = entry;
  const about: Row = {
    ...{ set, values: kind === 'paper' ? 'published' : 'published code', method },
    ...{ 'learns from': learnsFrom(findMethod(method).needsLabels), database: kind === 'paper' ? '' : database },
    ...{ protocol, measure, order: 'by code', source, table: place },
  };
  return directions.flatMap((direction) =>
    lengths.flatMap((bits: Bits): Row[] => {
      const value = publishedAt(entry, direction, bits);
      return value === null ? [] : [{ ...about, direction, bits, value }];
    }),
  );
}

/** R@1, R@5, R@10 as shares and the median rank of own items; the median is empty where the median query does not find its own. */
function rankRows(about: Row, mean: FoundRanks | RankScores, sd?: FoundRanks): Row[] {
  return directions.flatMap((direction): Row[] => [
    ...([1, 5, 10] as const).map((k) => ({
      ...{ ...about, measure: `R@${k}`, direction, value: mean.recall[direction][k] },
      sd: sd?.recall[direction][k] ?? null,
    })),
    {
      ...{ ...about, measure: 'median rank', direction, value: mean.medianRank[direction] },
      sd: sd?.medianRank[direction] ?? null,
    },
  ]);
}
