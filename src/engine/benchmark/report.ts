// Formats a benchmark as in papers: a row for each method, a column for each code length, both directions next to each
// other, published values below ours.
import type { Direction, DirectionScores, RankScores } from '../../shared/contract/evaluation.ts';
import type { BenchmarkSet, Normalisation } from './benchmark-set.ts';
import { rerankedItems, type FoundRanks } from './counterpart-ranks.ts';
import type { DatabaseCodes } from './database-codes.ts';
import type { Quirk } from './published-quirks.ts';
import { pairedBootstrap, type Difference } from './paired-bootstrap.ts';
import { publishedAt, publishedFor, type Published } from './published.ts';
import type { Baseline, Bits, QueryPrecisions, Run, UnmeasuredCodes } from './run-benchmark.ts';
import type { Measure, Summary } from './summary.ts';
import { float64At, itemAt } from '../../shared/at.ts';

type Column = 1 | 5 | 10 | 'median';

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sources of the published rows. */
  readonly notes: readonly string[];
}

const titles: Readonly<Record<Measure, string>> = {
  mapStable: 'mAP over the whole list, stable database order (as in published tables)',
  map: 'mAP over the whole list, tie-aware',
  map50: 'mAP at 50, tie-aware',
  map50Stable: 'mAP at 50, stable database order (as in published tables)',
};

export const thousandths = (x: number | null | undefined) => (x === null || x === undefined ? '-' : x.toFixed(3));
/** Whether a measure is of the whole list and not of its first 50. */
export const isWholeList = (measure: Measure): boolean => measure === 'mapStable' || measure === 'map';

/** Name of a row of published values, with their table. */
export const publishedName = ({ kind, place }: Pick<Published, 'kind' | 'place'>): string =>
  `published${kind === 'code' ? ' code' : ''}${place === null ? '' : `, ${place}`}`;

/** Source of published values, as a sentence. */
export const publishedNote = ({ source, place }: Pick<Published, 'source' | 'place'>): string =>
  `Published: ${source}${place === null ? '' : `, ${place}`}.`;

const percent = (share: number) => (100 * share).toFixed(1);
const signed = (x: number) => `${x < 0 ? '-' : '+'}${Math.abs(x).toFixed(3)}`;

/** The cells of a row: image -> text at each length, then text -> image. */
export function cells(bits: readonly Bits[], cell: (direction: Direction, bits: Bits) => string): string[] {
  return (['i2t', 't2i'] as const).flatMap((direction) => bits.map((length) => cell(direction, length)));
}

/** Tables of the useful mAPs. Stable order at 50 appears only where a paper has it. */
export function mapTables(
  set: Pick<BenchmarkSet, 'id' | 'imageWidth'>,
  context: Baseline,
  summaries: readonly Summary[],
): ReportTable[] {
  const methods = [...new Set(summaries.map(({ method }) => method))];
  const hasPublished = (measure: Measure) =>
    methods.some((method) => publishedFor(set, method).some((entry) => entry.measure === measure));
  const shown: Measure[] = [
    'mapStable',
    'map',
    ...(hasPublished('map50Stable') ? ['map50Stable' as const] : []),
    'map50',
  ];
  return shown.map((measure) => reportTable(set, context, summaries, measure));
}

/**
 * Tables that no paper has: images never trained on, and, where only a text's own image is relevant, the ranks of own items for
 * each code length.
 */
export function furtherTables(context: Baseline, summaries: readonly Summary[]): ReportTable[] {
  const asked = summaries.filter(({ own }) => own !== null);
  const unseen = summaries.filter((summary) => summary.unseen !== null);
  return [
    ...(unseen.length === 0 ? [] : [unseenTable(unseen)]),
    ...lengthsOf(asked).map((bits) => ownTable(context, asked, bits)),
  ];
}

/** Name of a row: the method, and where the codes of its database come from unless that is the encoder. */
const rowName = ({ method, database }: Pick<Summary, 'method' | 'database'>) =>
  database === 'encoder' ? method : `${method}, database ${database}`;

/** Text -> images that were never trained on. */
function unseenTable(summaries: readonly Summary[]): ReportTable {
  const bits = lengthsOf(summaries);
  const rows: string[][] = [];
  for (const method of new Set(summaries.map((summary) => summary.method))) {
    const at = (length: Bits) =>
      summaries.find((summary) => summary.method === method && summary.bits === length)?.unseen;
    rows.push([method, ...bits.map((length) => thousandths(at(length)?.mean))]);
    if (summaries.some(({ unseen }) => (unseen?.sd ?? null) !== null)) {
      rows.push(['  sd over seeds', ...bits.map((length) => thousandths(at(length)?.sd))]);
    }
  }
  rows.push(['chance', ...bits.map(() => thousandths(summaries[0]?.unseen?.chance))]);
  const [first, ...rest] = bits;
  return {
    title: 'Text → images never trained on: mAP over the query images, tie-aware',
    head: ['', `T→new I ${first ?? ''}`, ...rest.map(String)],
    rows,
    notes: [
      'The published protocol looks for images that were trained on; this table has new ones, like photos that are added to a ' +
        'library after a training.',
    ],
  };
}

/** Difference of a row's mAP from that of the first row, with its 95% interval. */
export interface MethodDifference extends Difference {
  readonly method: string;
  readonly database: DatabaseCodes;
  /** Name of the first row. */
  readonly from: string;
  readonly bits: Bits;
  readonly direction: Direction;
}

/** Differences of each row from the first one, by the paired bootstrap over queries. */
export function differencesOf(precisions: readonly QueryPrecisions[]): MethodDifference[] {
  const groups = Map.groupBy(precisions, ({ run }) => `${rowName(run)}\n${run.bits}`);
  /** Mean over seeds of each query. */
  const meanOf = (group: readonly QueryPrecisions[], direction: Direction) =>
    (group[0]?.[direction] ?? new Float64Array(0)).map(
      (_, query) => group.reduce((sum, one) => sum + float64At(one[direction], query), 0) / group.length,
    );
  const [first] = precisions;
  if (first === undefined) return [];
  const from = rowName(first.run);
  return [...groups.values()].flatMap((ours): MethodDifference[] => {
    const { method, database, bits } = itemAt(ours, 0).run;
    const base = groups.get(`${from}\n${bits}`);
    if (base === undefined || rowName({ method, database }) === from) return [];
    return (['i2t', 't2i'] as const).map((direction) => ({
      ...{ method, database, from, bits, direction },
      ...pairedBootstrap(meanOf(ours, direction), meanOf(base, direction)),
    }));
  });
}

/** Table of the differences; null where there are none. */
export function differenceTable(differences: readonly MethodDifference[]): ReportTable | null {
  const [one] = differences;
  if (one === undefined) return null;
  const bits = [...new Set(differences.map((difference) => difference.bits))].sort((a, b) => a - b);
  const rows = [...Map.groupBy(differences, rowName)].map(([name, group]) => {
    const cell = (direction: Direction, length: Bits) => {
      const found = group.find((difference) => difference.bits === length && difference.direction === direction);
      if (found === undefined) return '-';
      return `${signed(found.mean)} (${signed(found.low)} ${signed(found.high)})`;
    };
    return [name, ...cells(bits, cell)];
  });
  const [shortest, ...rest] = bits;
  const columns = (arrow: string) => [`${arrow} ${shortest ?? ''}`, ...rest.map(String)];
  return {
    title: `Difference of mAP from ${one.from}, with its 95% interval (paired bootstrap over queries)`,
    head: ['', ...columns('I→T'), ...columns('T→I')],
    rows,
    notes: [],
  };
}

/** Reason why a method has no row with the codes of its training in the database. */
export function unmeasuredNote(
  { method, database, untrained }: UnmeasuredCodes,
  { split }: Pick<Baseline, 'split'>,
): string {
  const images = `${untrained.photos} of ${split.databasePhotos} images`;
  const texts = `${untrained.captions} of ${split.databaseCaptions} texts`;
  return `There is no row ${rowName({ method, database })}: ${images} and ${texts} of the database were not trained on, and so have no such code.`;
}

/** Code lengths, ascending. */
const lengthsOf = (summaries: readonly Summary[]): Bits[] =>
  [...new Set(summaries.map(({ bits }) => bits))].sort((a, b) => a - b);

const ownColumns: readonly Column[] = [1, 5, 10, 'median'];

/** Image -> text, then text -> image: R@1, R@5, R@10 and the median rank. */
function ownCells({ recall, medianRank }: FoundRanks | RankScores, notFound: string): string[] {
  return (['i2t', 't2i'] as const).flatMap((direction) => {
    return ownColumns.map((column) => {
      if (column !== 'median') return percent(recall[direction][column]);
      return medianRank[direction]?.toFixed(1) ?? notFound;
    });
  });
}

/** Ranks of own items with codes of one length. */
function ownTable({ ranks }: Baseline, summaries: readonly Summary[], bits: Bits): ReportTable {
  const rows: string[][] = [];
  for (const { method, own } of summaries.filter((summary) => summary.bits === bits)) {
    for (const stage of ['byCode', 'reranked'] as const) {
      if (own === null) continue;
      const name = `${method}, ${stage === 'byCode' ? 'by code' : 're-ranked'}`;
      rows.push([name, ...ownCells(own.mean[stage], `>${rerankedItems}`)]);
      if (own.sd !== null) rows.push(['  sd over seeds', ...ownCells(own.sd[stage], '-')]);
    }
  }
  if (ranks) rows.push(['chance', ...ownCells(ranks.chance, '-')]);
  if (ranks?.float) rows.push(['float features', ...ownCells(ranks.float, '-')]);
  return {
    title: `Own items at ${bits} bits: R@k in percent (at least one of them among the first k) and median rank`,
    head: ['', 'I→T R@1', 'R@5', 'R@10', 'median', 'T→I R@1', 'R@5', 'R@10', 'median'],
    rows,
    notes: [
      `Re-ranked: the nearest ${rerankedItems} by code and all as near as the last of them, in the order of the cosine of ` +
        'the model’s real-valued rows; an own item that is not among them is not found.',
    ],
  };
}

function reportTable(
  set: Pick<BenchmarkSet, 'id' | 'imageWidth'>,
  context: Baseline,
  summaries: readonly Summary[],
  measure: Measure,
): ReportTable {
  const bits = lengthsOf(summaries);
  const rows: string[][] = [];
  const notes = new Set<string>();
  for (const [name, group] of Map.groupBy(summaries, rowName)) {
    const at = (length: Bits) => group.find((summary) => summary.bits === length);
    rows.push([name, ...cells(bits, (direction, length) => thousandths(at(length)?.mean[measure][direction]))]);
    if (summaries.some(({ sd }) => sd !== null)) {
      rows.push([
        '  sd over seeds',
        ...cells(bits, (direction, length) => thousandths(at(length)?.sd?.[measure][direction])),
      ]);
    }
    const { method, database } = itemAt(group, 0);
    const measured = new Set(summaries.filter((one) => one.method === method).map((one) => one.database));
    for (const entry of publishedFor(set, method)) {
      // Values of database codes without a row of ours are shown once, below the encoder's.
      const place = measured.has(entry.database) ? entry.database : 'encoder';
      if (entry.measure !== measure || place !== database) continue;
      const isComparable = entry.protocol === context.protocol && entry.database === database;
      const remarks = [
        ...(entry.protocol === context.protocol ? [] : [entry.protocol]),
        ...(entry.database === database ? [] : [`database ${entry.database}`]),
      ];
      rows.push([
        `  ${publishedName(entry)}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`,
        ...cells(bits, (direction, length) => thousandths(publishedAt(entry, direction, length))),
      ]);
      notes.add(publishedNote(entry));
      if (!isComparable) continue;
      const difference = (direction: Direction, length: Bits) => {
        const theirs = publishedAt(entry, direction, length);
        const ours = at(length)?.mean[measure][direction];
        return ours === undefined || theirs === null ? '-' : signed(ours - theirs);
      };
      rows.push(['  difference', ...cells(bits, difference)]);
    }
  }
  const wholeList = isWholeList(measure);
  const constant = (name: string, scores: DirectionScores) =>
    rows.push([name, ...cells(bits, (direction) => thousandths(scores[direction]))]);
  constant('chance', wholeList ? context.chance : context.chance50);
  // The ceiling is known for the whole list only.
  if (wholeList && context.float !== null) constant('float features', context.float);
  const [first, ...rest] = bits;
  const columns = (arrow: string) => [`${arrow} ${first ?? ''}`, ...rest.map(String)];
  return { title: titles[measure], head: ['', ...columns('I→T'), ...columns('T→I')], rows, notes: [...notes] };
}

/** Preparation of the features, as part of a sentence. */
const preparations: Readonly<Record<Normalisation, (set: BenchmarkSet) => string>> = {
  none: () => 'as in the file',
  l2: () => 'at unit length',
  zscore: () => 'standardised',
  parts: ({ sharedWidth }) =>
    sharedWidth === 0 ? 'at unit length' : `the ${sharedWidth} shared numbers and the rest at unit length each`,
};

/** Describes what was measured: sizes, choice of the epoch, relevance, preparation, protocol. */
export function describeSet(
  set: BenchmarkSet,
  normalise: Normalisation,
  context: Baseline,
  quirks: readonly Quirk[] = [],
): string {
  const slips = quirks.length === 0 ? '' : `; as published, with ${quirks.join(' and ')}`;
  const { split, relevance, protocol } = context;
  const { validation } = set;
  const chosen = validation === null ? 'copies of training rows' : `${validation.length} validation images`;
  const rule = relevance === 'tags' ? 'sharing a label' : 'the text being the image’s own';
  return (
    `${set.name}: ${split.trainPairs} training pairs, the epoch being chosen by ${chosen}; ${split.queryPhotos} images ` +
    `and ${split.queryCaptions} texts ask among ${split.databaseCaptions} texts and ${split.databasePhotos} images; ` +
    `features ${set.imageWidth} and ${set.textWidth} wide, ${preparations[normalise](set)}; relevant means ${rule}; ` +
    `codes by the encoder unless a row names others for its database; protocol ${protocol}${slips}.`
  );
}

/** Describes a run in one line. */
export function describeRun(run: Run): string {
  const { bits, seed, scores, own, unseen, epoch, epochs, seconds } = run;
  const { i2t, t2i } = scores.mapStable;
  const tenth = ({ recall }: FoundRanks) => percent(recall.t2i[10]);
  const found = own && `, R@10 text→image ${tenth(own.byCode)}% (re-ranked ${tenth(own.reranked)}%)`;
  const kept = epochs > 1 ? `, epoch ${epoch ?? '-'} of ${epochs} kept` : '';
  const fresh = unseen === null ? '' : `, text→new image ${thousandths(unseen.map)}`;
  return `${rowName(run)}, ${bits} bits, seed ${seed}: mAP image→text ${thousandths(i2t)}  text→image ${thousandths(t2i)}${fresh}${found ?? ''}${kept}, ${seconds.toFixed(0)} s`;
}
