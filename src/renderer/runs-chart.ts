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

/** Pixels of the page from one line of text to the next, and around the picture. */
const [lineHeight, margin] = [20, 12];

/**
 * The chart as a picture for a report: what it shows above it, and the names of its lines below. Null where nothing can be
 * drawn. The chart's own background is transparent.
 */
export function chartPicture(
  chart: HTMLCanvasElement,
  subject: string,
  runs: readonly DrawnRun[],
): HTMLCanvasElement | null {
  const picture = document.createElement('canvas');
  const scale = chart.width / Math.max(1, chart.clientWidth);
  const line = Math.round(lineHeight * scale);
  const edge = Math.round(margin * scale);
  picture.width = chart.width + 2 * edge;
  picture.height = chart.height + (1 + runs.length) * line + 2 * edge;
  const context = picture.getContext('2d');
  if (context === null) return null;
  const styles = getComputedStyle(chart);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(chart, edge, edge + line);
  context.font = `${Math.round(12 * scale)}px ${styles.fontFamily}`;
  context.textBaseline = 'middle';
  const write = (text: string, left: number, row: number): void => {
    context.fillStyle = colour('--ink');
    context.fillText(text, left, edge + row + line / 2, picture.width - left - edge);
  };
  write(subject, edge, 0);
  for (const [place, { name }] of runs.entries()) {
    const row = line + chart.height + place * line;
    context.fillStyle = colour(colourOf(place));
    context.fillRect(edge, Math.round(edge + row + line / 2 - scale), 1.5 * edge, Math.ceil(2 * scale));
    write(name, 3 * edge, row);
  }
  return picture;
}
