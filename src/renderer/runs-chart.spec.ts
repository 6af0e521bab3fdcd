// Data of the chart with several trainings.
import { expect, it } from 'vitest';
import { epoch } from '../../test/support/contract-values.ts';
import { colourOf, mostRuns, comparisonRows } from './runs-chart.ts';

const at = (n: number, mean: number) => epoch(n, { map: { i2t: 0, t2i: 0, mean } });

it('has the epochs of all trainings, and nothing where one has no such epoch', () => {
  const runs = [
    { name: 'a', epochs: [at(1, 0.1), at(3, 0.3)] },
    { name: 'b', epochs: [at(2, 0.2)] },
  ];
  expect(comparisonRows(runs)).toEqual([
    [1, 2, 3],
    [0.1, null, 0.3],
    [null, 0.2, null],
  ]);
});

it('has a colour of its own for each', () => {
  const places = Array.from({ length: mostRuns }, (_, place) => place);
  expect(new Set(places.map(colourOf)).size).toBe(mostRuns);
});
