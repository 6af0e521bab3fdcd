// The papers' table of a benchmark: a row for each method, a column for each code length, both directions side by side,
// published values below ours.
import type { DirectionScores } from '../../shared/types.ts';
import type { BenchmarkSet, Normalisation } from './benchmark-set.ts';
import { publishedAt, publishedFor } from './published.ts';
import type { Baseline, Bits, Run } from './runner.ts';
import type { Measure, Summary } from './summary.ts';

export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where the published rows come from. */
  readonly notes: readonly string[];
}

const titles: Readonly<Record<Measure, string>> = {
  mapStable: 'mAP over the whole list, stable database order (as published tables have it)',
  map: 'mAP over the whole list, tie-aware',
  map50: 'mAP at 50, tie-aware',
  map50Stable: 'mAP at 50, stable database order (as published tables have it)',
};

const digits = (x: number | null | undefined) => (x === null || x === undefined ? '-' : x.toFixed(3));
const signed = (x: number) => `${x < 0 ? '-' : '+'}${Math.abs(x).toFixed(3)}`;

/** The cells of a row: image -> text at each length, then text -> image. */
function cells(bits: readonly Bits[], cell: (direction: 'i2t' | 't2i', bits: Bits) => string): string[] {
  return (['i2t', 't2i'] as const).flatMap((direction) => bits.map((length) => cell(direction, length)));
}

/** Tables of the measures worth showing: stable order at 50 only where a paper has it. */
export function reportTables(
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

function reportTable(
  set: Pick<BenchmarkSet, 'id' | 'imageWidth'>,
  context: Baseline,
  summaries: readonly Summary[],
  measure: Measure,
): ReportTable {
  const bits = [...new Set(summaries.map((summary) => summary.bits))].sort((a, b) => a - b);
  const rows: string[][] = [];
  const notes = new Set<string>();
  for (const method of new Set(summaries.map((summary) => summary.method))) {
    const at = (length: Bits) => summaries.find((summary) => summary.method === method && summary.bits === length);
    rows.push([method, ...cells(bits, (direction, length) => digits(at(length)?.mean[measure][direction]))]);
    if (summaries.some(({ sd }) => sd !== null)) {
      rows.push([
        '  sd over seeds',
        ...cells(bits, (direction, length) => digits(at(length)?.sd?.[measure][direction])),
      ]);
    }
    for (const entry of publishedFor(set, method).filter((candidate) => candidate.measure === measure)) {
      const isOurs = entry.protocol === context.protocol;
      rows.push([
        isOurs ? '  published' : `  published (${entry.protocol})`,
        ...cells(bits, (direction, length) => digits(publishedAt(entry, direction, length))),
      ]);
      notes.add(`Published: ${entry.source}.`);
      if (!isOurs) continue;
      const difference = (direction: 'i2t' | 't2i', length: Bits) => {
        const theirs = publishedAt(entry, direction, length);
        const ours = at(length)?.mean[measure][direction];
        return theirs === null || ours === undefined ? '-' : signed(ours - theirs);
      };
      rows.push(['  difference', ...cells(bits, difference)]);
    }
  }
  const wholeList = measure === 'mapStable' || measure === 'map';
  const constant = (name: string, scores: DirectionScores) =>
    rows.push([name, ...cells(bits, (direction) => digits(scores[direction]))]);
  constant('chance', wholeList ? context.chance : context.chance50);
  // The ceiling is known for the whole list alone.
  if (wholeList && context.float !== null) constant('float features', context.float);
  const [first, ...rest] = bits;
  const columns = (arrow: string) => [`${arrow} ${first ?? ''}`, ...rest.map(String)];
  return { title: titles[measure], head: ['', ...columns('I→T'), ...columns('T→I')], rows, notes: [...notes] };
}

/** What the numbers are of: sizes, relevance, preparation, protocol. */
export function describeSet(set: BenchmarkSet, normalise: Normalisation, context: Baseline): string {
  const { split, relevance, protocol } = context;
  const prepared = { none: 'as in the file', l2: 'at unit length', zscore: 'standardised' }[normalise];
  const rule = relevance === 'tags' ? 'sharing a label' : 'the text being the image’s own';
  return (
    `${set.name}: ${split.trainPairs} training pairs; ${split.queryPhotos} images and ${split.queryCaptions} texts ask ` +
    `among ${split.databaseCaptions} texts and ${split.databasePhotos} images; features ${set.imageWidth} and ` +
    `${set.textWidth} wide, ${prepared}; relevant means ${rule}; protocol ${protocol}.`
  );
}

/** A run in one line, for people who watch. */
export function describeRun({ method, bits, seed, scores, epoch, epochs, seconds }: Run): string {
  const { i2t, t2i } = scores.mapStable;
  const kept = epochs > 1 ? `, epoch ${epoch ?? '-'} of ${epochs} kept` : '';
  return `${method}, ${bits} bits, seed ${seed}: mAP image→text ${digits(i2t)}  text→image ${digits(t2i)}${kept}, ${seconds.toFixed(0)} s`;
}
