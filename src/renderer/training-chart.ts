// Data and drawing of the training chart for uPlot.
import type uPlot from 'uplot';
import { m } from '../language/language.ts';
import type { EpochMetrics, EvaluationContext } from '../shared/contract/evaluation.ts';
import { decimal } from './text/format.ts';

type Row = (number | null)[];

/**
 * Rows x, i2t, t2i, the chance of each, the float level of each. The axis has a fixed end: the number of planned epochs. The
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
  const [first] = x;
  const last = x.at(-1);
  if (first !== undefined && last !== undefined) {
    const end = Math.max(planned, first + 1);
    if (last < end) {
      x.push(end);
      i2t.push(null);
      t2i.push(null);
    }
  }
  const flat = (value: number | undefined): Row => x.map(() => value ?? null);
  const { chance, float } = evaluation ?? {};
  return [x, i2t, t2i, flat(chance?.i2t), flat(chance?.t2i), flat(float?.i2t), flat(float?.t2i)];
}

interface Drawing {
  readonly width: number;
  /** Styles of the chart's element: colours and font. */
  readonly styles: CSSStyleDeclaration;
  readonly best: number | null;
  readonly hasFloat: boolean;
}

type Frame = Omit<uPlot.Options, 'series'> & { readonly font: string; readonly colour: (name: string) => string };

/** Size, axes and scales of a chart of scores by epoch. */
export function epochFrame(width: number, styles: CSSStyleDeclaration): Frame {
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
      y: { range: (_chart, _min, max) => [0, Math.min(1, Math.max(0.05, max * 1.12))] },
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
    ],
    hooks: {
      drawAxes: [
        (chart) => {
          if (best !== null) markBest(chart, best, colour('--accent'), font);
        },
      ],
    },
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
