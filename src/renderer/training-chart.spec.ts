// Rows of the training chart.
import { describe, expect, it } from 'vitest';
import type { EpochMetrics, EvaluationContext } from '../shared/contract/evaluation.ts';
import { chartRows, lossRows } from './training-chart.ts';

const scores = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
const epoch = (n: number): EpochMetrics => {
  const map = scores(n / 10, n / 5);
  return { epoch: n, loss: 1, lossC: 1, lossR: 0, map, map50: map, mapStable: map, seconds: 1 };
};
const evaluation: EvaluationContext = {
  protocol: 'single',
  relevance: 'tags',
  seed: 1,
  split: { trainPairs: 1, trainPhotos: 1, queryPhotos: 1, queryCaptions: 1, databasePhotos: 1, databaseCaptions: 1 },
  chance: scores(0.1, 0.3),
  float: scores(0.5, 0.7),
};

describe('chartRows', () => {
  it('draws both directions, each with its own chance and float level', () => {
    const rows = chartRows([epoch(1), epoch(2)], evaluation, 2);
    expect(rows).toEqual([
      [1, 2],
      [0.1, 0.2],
      [0.2, 0.4],
      [0.1, 0.1],
      [0.3, 0.3],
      [0.5, 0.5],
      [0.7, 0.7],
      ...Array.from({ length: 4 }, () => [null, null]),
    ]);
  });

  it('has the ends of the intervals of both directions', () => {
    const within = (low: number, high: number) => ({ mean: 0, low, high });
    const ownPhoto = { 1: within(0, 1), 5: within(0, 1), 10: within(0, 1) };
    const intervals = { map: { i2t: within(0.05, 0.15), t2i: within(0.1, 0.3) }, ownPhoto };
    const rows = chartRows([{ ...epoch(1), intervals }], evaluation, 1);
    expect(rows.slice(7)).toEqual([
      [0.05, null],
      [0.15, null],
      [0.1, null],
      [0.3, null],
    ]);
  });

  it('has the planned epochs on its axis from the first one on', () => {
    const [x, i2t, , chance] = chartRows([epoch(1), epoch(2)], evaluation, 20);
    expect(x).toEqual([1, 2, 20]);
    expect(i2t).toEqual([0.1, 0.2, null]);
    expect(chance).toEqual([0.1, 0.1, 0.1]);
  });

  it('gives the flat lines a length after the only epoch', () => {
    expect(chartRows([epoch(1)], evaluation, 1)[0]).toEqual([1, 2]);
  });

  it('leaves out what was not measured', () => {
    expect(chartRows([epoch(1), epoch(2)], { ...evaluation, float: null }, 2)[5]).toEqual([null, null]);
    expect(chartRows([epoch(1), epoch(2)], null, 2)[3]).toEqual([null, null]);
  });
});

describe('lossRows', () => {
  it('has the loss and its parts for each epoch', () => {
    expect(lossRows([{ ...epoch(3), loss: 3, lossC: 2, lossR: 1 }])).toEqual([[3], [3], [2], [1]]);
  });
});
