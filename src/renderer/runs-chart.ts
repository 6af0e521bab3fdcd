// Data and drawing of the chart with several trainings.
import type uPlot from 'uplot';
import type { EpochMetrics } from '../shared/contract/evaluation.ts';
import { epochFrame } from './training-chart.ts';

/** Number of trainings with distinguishable colours. */
export const mostRuns = 6;
const colours = ['--chart-1', '--chart-2', '--chart-float', '--chart-4', '--chart-5', '--chart-6'] as const;

export interface DrawnRun {
  readonly name: string;
  readonly epochs: readonly EpochMetrics[];
}

/** Colour name of a training by its index. */
export const colourOf = (place: number): string => colours[place % mostRuns] ?? colours[0];

/** Epochs of all runs, and a row of mean mAP for each; null if a run has no such epoch. */
export function comparisonRows(runs: readonly DrawnRun[]): [number[], ...(number | null)[][]] {
  const x = [...new Set(runs.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  const valueAt = ({ epochs }: DrawnRun, wanted: number) =>
    epochs.find(({ epoch }) => epoch === wanted)?.map.mean ?? null;
  return [x, ...runs.map((run) => x.map((epoch) => valueAt(run, epoch)))];
}

export function comparisonOptions(
  runs: readonly DrawnRun[],
  width: number,
  styles: CSSStyleDeclaration,
): uPlot.Options {
  const { font: _, colour, ...frame } = epochFrame(width, styles);
  const line = ({ name }: DrawnRun, place: number): uPlot.Series => {
    const stroke = colour(colourOf(place));
    return { label: name, stroke, width: 2.25, spanGaps: true, points: { show: true, size: 6, fill: stroke } };
  };
  return { ...frame, series: [{}, ...runs.map(line)] };
}
