// All tables of a paper, one data set at a time, with our runs below the published values.
import type { DirectionScores } from '../../shared/contract/evaluation.ts';
import { csvLine } from '../../shared/csv.ts';
import { missingMethods, type PaperTable } from './paper-tables.ts';
import { cells, thousandths, isWholeList, type ReportTable } from './report.ts';
import type { Baseline, Bits } from './run-benchmark.ts';
import type { Summary } from './summary.ts';
import type { BenchmarkSet } from './benchmark-set.ts';

const lengths: readonly Bits[] = [16, 32, 64, 128];

/** Our runs on one of a table's sets, or on another set. */
export interface OwnRuns {
  readonly set: Pick<BenchmarkSet, 'id' | 'name' | 'imageWidth'>;
  readonly summaries: readonly Summary[];
  readonly context: Pick<Baseline, 'chance' | 'chance50' | 'float'>;
  /** Tables below the one of the set, such as that of images never trained on. */
  readonly further: readonly ReportTable[];
  /** First notes below the table of the set. */
  readonly notes: readonly string[];
}

/** A table for each set of the paper, again for each file of it beyond the first, and one for each set that the paper does not have. */
export function paperReport(table: PaperTable, owns: readonly OwnRuns[]): ReportTable[] {
  const places = table.sets.flatMap((set): { set: PaperTable['sets'][number]; own: OwnRuns | null }[] => {
    const here = owns.filter((own) => own.set.id === set.id);
    return here.length === 0 ? [{ set, own: null }] : here.map((own) => ({ set, own }));
  });
  const others = owns.filter((own) => table.sets.every(({ id }) => id !== own.set.id));
  return [...places, ...others.map((own) => ({ set: own.set, own }))].flatMap(({ set, own }) => {
    const ours = Map.groupBy(own?.summaries ?? [], ({ method }) => method);
    const missing = new Set<string>();
    const rows = table.rows.flatMap(({ name, method, supervised, values }) => {
      const label = supervised ? `${name}*` : name;
      const published = values.get(set.id);
      const first = published
        ? [[`${label}, published`, ...published.i2t.map(thousandths), ...published.t2i.map(thousandths)]]
        : [];
      if (method === null) missing.add(`${name} is not here: ${missingMethods[name] ?? 'not built here'}.`);
      return [...first, ...ownRows(table, label, ours.get(method ?? '') ?? [])];
    });
    const known = new Set(table.rows.map(({ method }) => method));
    const more = [...ours].flatMap(([method, summaries]) =>
      known.has(method) ? [] : ownRows(table, method, summaries),
    );
    const head = ['', ...lengths.map((bits) => `I→T ${bits}`), ...lengths.map((bits) => `T→I ${bits}`)];
    const main: ReportTable = {
      title: `${set.name}: ${titleOf(table)}`,
      head,
      rows: [...rows, ...more, ...(own === null ? [] : constantRows(table, own.context))],
      notes: [
        ...(own?.notes ?? []),
        `Published: ${table.source}. * learns from labels.`,
        ...(own === null ? [] : otherFeatures(table, own.set)),
        ...table.notes,
        ...missing,
      ],
    };
    return [main, ...(own?.further ?? []).map((one) => ({ ...one, title: `${set.name}: ${one.title}` }))];
  });
}

/** A row for each kind of database codes, with the deviation over seeds where there are several. */
function ownRows({ measure }: PaperTable, label: string, summaries: readonly Summary[]): string[][] {
  return [...Map.groupBy(summaries, ({ database }) => database)].flatMap(([database, group]) => {
    const values = (of: 'mean' | 'sd') =>
      cells(lengths, (direction, bits) =>
        thousandths(group.find((summary) => summary.bits === bits)?.[of]?.[measure][direction]),
      );
    const deviations = group.some(({ sd }) => sd !== null) ? [['  sd over seeds', ...values('sd')]] : [];
    return [[`${label}, here, database ${database}`, ...values('mean')], ...deviations];
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

/**
 * Lines of tables in a format other than text. Comma-separated values have the table's title in the first column and its notes,
 * such as the source of published values, in the last.
 */
export function formatTables(tables: readonly ReportTable[], format: Exclude<TableFormat, 'text'>): string[] {
  if (format === 'csv') {
    return tables.flatMap(({ title, head, rows, notes }) => [
      csvLine(['table', 'row', ...head.slice(1), 'notes']),
      ...rows.map((row) => csvLine([title, ...row.map((cell) => cell.trim()), notes.join(' ')])),
    ]);
  }
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
