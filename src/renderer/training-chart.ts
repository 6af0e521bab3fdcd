// Data and drawing of the training chart for uPlot.
import type uPlot from 'uplot';
import { m } from '../language/language.ts';
import type { EpochMetrics, EvaluationContext } from '../shared/contract/evaluation.ts';
import { decimal } from './text/format.ts';

type Row = (number | null)[];

/** Index of the rows with the ends of the intervals: low and high of i2t, low and high of t2i. */
const intervalRows = 7;

/**
 * Rows x, i2t, t2i, the chance of each, the float level of each, and the ends of each one's interval. The axis has a fixed end: the number of planned epochs. The
 * flat lines extend to it, and at least to the second epoch so that they have a length.
 */
export function chartRows(
  epochs: readonly EpochMetrics[],
  evaluation: EvaluationContext | null,
  planned: number,
): [number[], ...Row[]] {
  const x = epochs.map(({ epoch }) => epoch);
  const i2t: Row = epochs.map(({ map }) => map.i2t);
  const t2i: Row = epochs.map(({ map }) => map.t2i);
  const ends = (['i2t', 't2i'] as const).flatMap((direction) =>
    (['low', 'high'] as const).map((end): Row => epochs.map(({ intervals }) => intervals?.map[direction][end] ?? null)),
  );
  const [first] = x;
  const last = x.at(-1);
  if (first !== undefined && last !== undefined) {
    const end = Math.max(planned, first + 1);
    if (last < end) {
      x.push(end);
      for (const row of [i2t, t2i, ...ends]) row.push(null);
    }
  }
  const flat = (value: number | undefined): Row => x.map(() => value ?? null);
  const { chance, float } = evaluation ?? {};
  return [x, i2t, t2i, flat(chance?.i2t), flat(chance?.t2i), flat(float?.i2t), flat(float?.t2i), ...ends];
}

interface Drawing {
  readonly width: number;
  /** Styles of the chart's element: colours and font. */
  readonly styles: CSSStyleDeclaration;
  readonly best: number | null;
  readonly hasFloat: boolean;
}

type Frame = Omit<uPlot.Options, 'series'> & { readonly font: string; readonly colour: (name: string) => string };

/** Size, axes and scales of a chart of values by epoch, from 0 to at most `most`. */
export function epochFrame(width: number, styles: CSSStyleDeclaration, most = 1): Frame {
  const colour = (name: string) => styles.getPropertyValue(name).trim();
  const font = `12px ${styles.fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: colour('--ink-faint'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    font,
    colour,
    width,
    height: 280,
    padding: [10, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false },
      y: { range: (_chart, _min, max) => [0, Math.min(most, Math.max(0.05, max * 1.12))] },
    },
    axes: [
      {
        ...axis,
        label: m.training_chart_epoch(),
        labelFont: font,
        labelSize: 20,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200],
        size: 30,
      },
      { ...axis, size: 52, values: (_chart, splits) => splits.map((value) => decimal(value, 2)) },
    ],
  };
}

export function chartOptions({ width, styles, best, hasFloat }: Drawing): uPlot.Options {
  const { font, colour, ...frame } = epochFrame(width, styles);
  const line = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({
    label,
    stroke,
    width: dash === undefined ? 2.25 : 1.5,
    ...(dash === undefined ? {} : { dash }),
    points: dash === undefined ? { show: true, size: 6, fill: stroke } : { show: false },
  });
  return {
    ...frame,
    series: [
      {},
      line('i2t', colour('--chart-1')),
      line('t2i', colour('--chart-2')),
      line('chance-i2t', colour('--chart-1'), [2, 4]),
      line('chance-t2i', colour('--chart-2'), [2, 4]),
      { ...line('float-i2t', colour('--chart-1'), [9, 5]), show: hasFloat },
      { ...line('float-t2i', colour('--chart-2'), [9, 5]), show: hasFloat },
      ...['low-i2t', 'high-i2t', 'low-t2i', 'high-t2i'].map((label) => ({ label, points: { show: false } })),
    ],
    bands: (['--chart-1', '--chart-2'] as const).map((name, i) => ({
      series: [intervalRows + 2 * i + 1, intervalRows + 2 * i] as [number, number],
      fill: `color-mix(in srgb, ${colour(name)} 12%, transparent)`,
    })),
    hooks: {
      drawAxes: [
        (chart) => {
          if (best !== null) markBest(chart, best, colour('--accent'), font);
        },
      ],
    },
  };
}

/** Rows x, loss, and its two parts. */
export const lossRows = (epochs: readonly EpochMetrics[]): number[][] => [
  epochs.map(({ epoch }) => epoch),
  epochs.map(({ loss }) => loss),
  epochs.map(({ lossC }) => lossC),
  epochs.map(({ lossR }) => lossR),
];

export function lossOptions(width: number, styles: CSSStyleDeclaration): uPlot.Options {
  const { font: _, colour, ...frame } = epochFrame(width, styles, Number.POSITIVE_INFINITY);
  const line = (label: string, stroke: string): uPlot.Series => ({
    label,
    stroke,
    width: 2.25,
    points: { show: false },
  });
  return {
    ...frame,
    height: 180,
    series: [
      {},
      line('loss', colour('--ink-soft')),
      line('lossC', colour('--chart-1')),
      line('lossR', colour('--chart-2')),
    ],
  };
}

/** Draws a thin vertical line at the kept epoch. */
function markBest(chart: uPlot, epoch: number, colour: string, font: string): void {
  const { ctx, bbox } = chart;
  const x = Math.round(chart.valToPos(epoch, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.globalAlpha = 0.55;
  ctx.strokeStyle = colour;
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour;
  ctx.font = font.replace('12px', `${11 * scale}px`);
  const atEnd = x > bbox.left + bbox.width * 0.85;
  ctx.textAlign = atEnd ? 'right' : 'left';
  ctx.fillText(m.training_chart_best(), x + (atEnd ? -5 : 5) * scale, bbox.top + bbox.height - 6 * scale);
  ctx.restore();
}
