// Trainings as rows of a table.
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { epoch, evaluation as evaluationOf, model } from '../../test/support/contract-values.ts';
import type { HashModelSummary } from './contract/models.ts';
import { comparedRuns, runRecords, runRow, runsAsCsv, runsOf } from './runs.ts';

const evaluation = evaluationOf();
const trained = model('two-tower-64', {
  ...{ name: 'A “good”, "small" one', note: '=HYPERLINK("x")\nsecond line', createdAt: 0 },
  options: { seed: 7, device: 'webgpu', batch: 256, hidden: 64, epochs: 2, protocol: 'single' },
  epochs: [epoch(1), { ...epoch(2), map: { i2t: 0.5, t2i: 0.25, mean: 0.375 } }],
  ...{ bestEpoch: 2, evaluation },
});
const untrained = model('rotation');

it('have the scores of the kept epoch, the time of all, and settings that have no column', () => {
  expect(runRow(trained)).toMatchObject({
    ...{ seed: 7, device: 'webgpu', settings: 'batch=256 hidden=64', epochs: 2, bestEpoch: 2 },
    ...{ mapI2t: 0.5, mapT2i: 0.25, seconds: epoch(1).seconds + epoch(2).seconds, made: '1970-01-01T00:00:00.000Z' },
    ...{ pairs: evaluation.split.trainPairs, chanceI2t: evaluation.chance.i2t },
  });
  expect(runsOf([untrained, trained])).toEqual([trained]);
});

it('name the device that was used, rather than that it was to be chosen', () => {
  const chosen = { ...trained, options: { device: 'auto' } };
  expect(runRow({ ...chosen, evaluation: { ...evaluation, device: 'cuda' } }).device).toBe('cuda');
  expect(runRow(chosen).device).toBe('auto');
});

it('are read back from comma-separated values, where nothing begins like a formula', () => {
  const [row, ...others] = parse(runsAsCsv([trained, untrained]), { columns: true });
  expect(others).toEqual([]);
  expect(row).toMatchObject({ id: 'two-tower-64', name: trained.name, mapI2t: '0.5', note: `'${trained.note}` });
  expect(Object.keys(row as object)).toEqual(Object.keys(runRow(trained)));
  expect(runsAsCsv([untrained])).toBe('');
});

it('have the untrained model with what the newest training measured for its encoder, also in files', () => {
  const share = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
  const at = (share: number) => ({ 1: share, 5: 2 * share, 10: 3 * share });
  const ranks = (share: number) => ({
    recall: { i2t: at(share), t2i: at(share / 2) },
    medianRank: { i2t: 9, t2i: 9 },
  });
  const measuring = (mean: number, createdAt: number) => ({
    ...trained,
    createdAt,
    evaluation: evaluationOf({
      library: { photos: 90, queries: 40, trained: share(0.5), encoder: share(mean), better: true },
      float50: { i2t: 0.42, t2i: 0.43, mean: 0.425 },
      ranks: { chance: ranks(0.01), float: ranks(0.2) },
    }),
  });
  const models = [untrained, measuring(0.3, 2), measuring(0.2, 1), model('other', { encoderId: 'clip:one' })];
  expect(comparedRuns(models).map(({ row }) => row.id)).toEqual(['rotation', trained.id, trained.id]);
  const [row] = parse(runsAsCsv(models), { columns: true });
  expect(row).toMatchObject({ id: 'rotation', mapI2t: '0.31', mapT2i: '0.31', library10: '0.3', epochs: '0' });
  expect(row).toMatchObject({ map50I2t: '0.42', map50T2i: '0.43', recall1I2t: '0.2', recall5T2i: '0.2' });
  expect(runRecords(models)[0]).toMatchObject({ id: 'rotation', library10: 0.3, measures: [], evaluation: null });
});

it('have for the untrained model the share found in a search before a training, if it was the one in use', () => {
  const share = (mean: number) => ({ mean, low: mean - 0.01, high: mean + 0.1 });
  const trainedAfter = (beforeModel: string | undefined, before: number, createdAt: number) => ({
    ...trained,
    createdAt,
    evaluation: evaluationOf({
      library: {
        ...{ photos: 90, queries: 40, trained: share(0.5), encoder: share(0.3), better: true },
        defaultOrder: {
          ...{ photos: 91, queries: 20, trained: share(0.6), before: share(before) },
          ...(beforeModel === undefined ? {} : { beforeModel: beforeModel as HashModelSummary['id'] }),
        },
      },
    }),
  });
  const found = (...trainings: HashModelSummary[]) => comparedRuns([untrained, ...trainings])[0]?.row.search10;
  expect(found(trainedAfter('rotation', 0.2, 1), trainedAfter(trained.id, 0.6, 2))).toBe(0.2);
  expect(found(trainedAfter(undefined, 0.2, 1))).toBeNull();
});

it('have every epoch as records', () => {
  expect(runRecords([trained])[0]).toMatchObject({ id: 'two-tower-64', measures: trained.epochs, evaluation });
});
