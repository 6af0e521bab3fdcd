// All tables of a paper, one data set at a time, with our runs below the published values.
import type { DirectionScores } from '../../shared/contract/evaluation.ts';
import { missingMethods, type PaperRow, type PaperSet, type PaperTable } from './paper-tables.ts';
import { lengths, publishedAt, publishedFor } from './published.ts';
import {
  cells,
  differenceTable,
  furtherTables,
  isWholeList,
  publishedName,
  publishedNote,
  thousandths,
  type MethodDifference,
  type ReportTable,
} from './report.ts';
import type { Baseline } from './run-benchmark.ts';
import type { Summary } from './summary.ts';
import type { BenchmarkSet } from './benchmark-set.ts';
import { itemAt } from '../../shared/at.ts';

/** Our runs on one of a table's sets, or on another set. */
export interface OwnRuns {
  readonly set: Pick<BenchmarkSet, 'id' | 'name' | 'imageWidth'>;
  readonly summaries: readonly Summary[];
  readonly context: Baseline;
  readonly differences: readonly MethodDifference[];
  /** First notes below the table of the set. */
  readonly notes: readonly string[];
}

/** Tables that no paper has. */
export function ownTables({ context, summaries, differences }: OwnRuns): ReportTable[] {
  const difference = differenceTable(differences);
  return [...furtherTables(context, summaries), ...(difference === null ? [] : [difference])];
}

/** A set of a table with our runs on it, if there are some; `place` is null where the paper does not have the set. */
export interface PlacedSet {
  readonly set: Pick<PaperSet, 'id' | 'name'>;
  readonly place: string | null;
  readonly own: OwnRuns | null;
}

/** The sets of the paper, again for each file of one beyond the first, and those that the paper does not have. */
export function placedSets(table: PaperTable, owns: readonly OwnRuns[]): PlacedSet[] {
  const others = owns.filter((own) => table.sets.every(({ id }) => id !== own.set.id));
  return [
    ...table.sets.flatMap((set): PlacedSet[] => {
      const here = owns.filter((own) => own.set.id === set.id);
      return (here.length === 0 ? [null] : here).map((own) => ({ set, place: set.place, own }));
    }),
    ...others.map((own) => ({ set: own.set, place: null, own })),
  ];
}

/** Reason why a method of the paper is missing here. */
export const missingNote = (name: string): string =>
  `${name} is not here: ${missingMethods[name] ?? 'not built here'}.`;

/** A table for each set of the paper and of ours, and below it the tables that no paper has. */
export function paperReport(table: PaperTable, owns: readonly OwnRuns[]): ReportTable[] {
  return placedSets(table, owns).flatMap(({ set, place, own }) => {
    const ours = Map.groupBy(own?.summaries ?? [], ({ method }) => method);
    const notes = new Set<string>(own?.notes);
    if (place !== null) notes.add(`${publishedNote({ source: table.source, place })} * learns from labels.`);
    if (own !== null && place !== null) for (const text of otherFeatures(table, own.set)) notes.add(text);
    for (const text of place === null ? [] : table.notes) notes.add(text);
    const rows = table.rows.flatMap((row) => {
      const { name, method, supervised } = row;
      const label = supervised ? `${name}*` : name;
      if (method === null && place !== null) notes.add(missingNote(name));
      return [
        ...(place === null ? [] : publishedRows(row, label, set.id, place)),
        ...ownRows(table, own, label, ours.get(method ?? '') ?? [], notes),
      ];
    });
    const known = new Set(table.rows.map(({ method }) => method));
    const more = [...ours].flatMap(([method, summaries]) =>
      known.has(method) ? [] : ownRows(table, own, method, summaries, notes),
    );
    const head = ['', ...lengths.map((bits) => `I→T ${bits}`), ...lengths.map((bits) => `T→I ${bits}`)];
    const main: ReportTable = {
      title: `${set.name}: ${titleOf(table)}`,
      head,
      rows: [...rows, ...more, ...(own === null ? [] : constantRows(table, own.context))],
      notes: [...notes],
    };
    const further = own === null ? [] : ownTables(own);
    return [
      main,
      ...further.map((one) => ({
        ...{ ...one, title: `${set.name}: ${one.title}` },
        notes: [...(own?.notes ?? []), ...one.notes],
      })),
    ];
  });
}

function publishedRows({ protocol, values }: PaperRow, label: string, set: string, place: string): string[][] {
  const published = values.get(set);
  if (published === undefined) return [];
  const name = `${label}, ${publishedName({ kind: 'paper', place })}${protocol === 'single' ? '' : ` (${protocol})`}`;
  return [[name, ...published.i2t.map(thousandths), ...published.t2i.map(thousandths)]];
}

/**
 * A row for each kind of database codes, with the deviation over seeds where there are several, below what the method's published
 * code gave on the same file.
 */
function ownRows(
  { measure }: PaperTable,
  own: OwnRuns | null,
  label: string,
  summaries: readonly Summary[],
  notes: Set<string>,
): string[][] {
  if (own === null) return [];
  return [...Map.groupBy(summaries, ({ database }) => database)].flatMap(([database, group]) => {
    const values = (of: 'mean' | 'sd') =>
      cells(lengths, (direction, bits) =>
        thousandths(group.find((summary) => summary.bits === bits)?.[of]?.[measure][direction]),
      );
    const theirs = publishedFor(own.set, itemAt(group, 0).method).filter(
      (entry) => entry.kind === 'code' && entry.measure === measure && entry.database === database,
    );
    for (const entry of theirs) notes.add(publishedNote(entry));
    const deviations = group.some(({ sd }) => sd !== null) ? [['  sd over seeds', ...values('sd')]] : [];
    return [
      ...theirs.map((entry) => [
        `${label}, ${publishedName(entry)}, database ${database}`,
        ...cells(lengths, (direction, bits) => thousandths(publishedAt(entry, direction, bits))),
      ]),
      [`${label}, here, database ${database}`, ...values('mean')],
      ...deviations,
    ];
  });
}

/** Chance, and features without codes where image and text share any. Of these the whole list alone is measured. */
function constantRows({ measure }: PaperTable, { chance, chance50, float }: OwnRuns['context']): string[][] {
  const row = (name: string, scores: DirectionScores) => [
    name,
    ...cells(lengths, (direction) => thousandths(scores[direction])),
  ];
  const isWhole = isWholeList(measure);
  return [
    row('chance', isWhole ? chance : chance50),
    ...(isWhole && float !== null ? [row('float features', float)] : []),
  ];
}

/** A remark where ours and the published values are of different features. */
const otherFeatures = ({ imageWidth }: PaperTable, set: OwnRuns['set']): string[] =>
  imageWidth === null || imageWidth === set.imageWidth
    ? []
    : [
        `Not comparable: image features are ${set.imageWidth} wide here, and ${imageWidth} wide behind the published values.`,
      ];

const titleOf = ({ measure }: PaperTable): string => (isWholeList(measure) ? 'mAP over the whole list' : 'mAP at 50');

/** Formats of tables. */
export const tableFormats = ['text', 'csv', 'markdown', 'latex'] as const;
export type TableFormat = (typeof tableFormats)[number];

const escapes: Readonly<Record<string, string>> = {
  ...{ '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '→': '$\\to$' },
  ...Object.fromEntries([...'&%$#_{}'].map((letter) => [letter, `\\${letter}`])),
};
const latexText = (text: string) => text.replace(/[\\~^→&%$#_{}]/g, (letter) => escapes[letter] ?? letter);

/** Lines of tables in Markdown or LaTeX. */
export function formatTables(tables: readonly ReportTable[], format: 'markdown' | 'latex'): string[] {
  if (format === 'markdown') {
    const line = (cells: readonly string[]) =>
      `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;
    return tables.flatMap(({ title, head, rows, notes }) => [
      ...[`### ${title}`, '', line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line), ''],
      ...notes.map((text) => `- ${text}`),
      ...(notes.length === 0 ? [] : ['']),
    ]);
  }
  return tables.flatMap(({ title, head, rows, notes }) => {
    const line = (cells: readonly string[]) => `${cells.map((cell) => latexText(cell.trim())).join(' & ')} \\\\`;
    return [
      ...['\\begin{table}', `\\caption{${latexText(title)}}`],
      ...[`\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`, '\\hline', line(head), '\\hline'],
      ...[...rows.map(line), '\\hline', '\\end{tabular}'],
      ...notes.map((text) => `\\\\{\\footnotesize ${latexText(text)}}`),
      ...['\\end{table}', ''],
    ];
  });
}
