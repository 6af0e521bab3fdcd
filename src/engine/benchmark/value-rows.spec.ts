// Comma-separated values of a benchmark: one rectangular table.
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import { paperTables } from './paper-tables.ts';
import type { Baseline } from './run-benchmark.ts';
import type { Summary } from './summary.ts';
import { valueLines, type MeasuredSet } from './value-rows.ts';

const both = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
const context: Baseline = {
  ...{ seed: 1, protocol: 'single', relevance: 'tags' },
  split: { trainPairs: 9, trainPhotos: 9, queryPhotos: 2, queryCaptions: 2, databasePhotos: 9, databaseCaptions: 9 },
  ...{ chance: both(0.1, 0.2), chance50: both(0.3, 0.4), float: both(0.7, 0.8) },
};
const summary: Summary = {
  ...{ method: 'batch', database: 'encoder', bits: 16, seeds: [1, 2], own: null, seconds: 1 },
  mean: { mapStable: both(1 / 3, 0.5), map: both(0.6, 0.7), map50: both(0.8, 0.9), map50Stable: both(0.8, 0.9) },
  sd: { mapStable: both(0.01, 0.02), map: both(0, 0), map50: both(0, 0), map50Stable: both(0, 0) },
  unseen: { mean: 0.25, sd: 0.01, chance: 0.15 },
};
const measured: MeasuredSet = {
  set: { id: 'wikipedia', name: 'Wikipedia', imageWidth: 128 },
  ...{ summaries: [summary], context, notes: [], about: 'Measured, "as it is".' },
  differences: [
    { method: 'batch', database: 'learned', from: 'batch', bits: 16, direction: 't2i', mean: 0.3, low: 0.2, high: 0.4 },
  ],
  withoutRow: [{ method: 'cmfh', database: 'fused', untrained: { photos: 1, captions: 1 }, reason: 'Not trained on.' }],
  failures: [{ method: 'ucch', error: new HashlensError('bad-argument', 'It failed.') }],
};

/** Lines by the names of their columns. Lines of unequal length are an error. */
const rowsOf = (...args: Parameters<typeof valueLines>) =>
  z.array(z.record(z.string(), z.string())).parse(parse(valueLines(...args).join('\n'), { columns: true }));

it('has a line for each number, with the kind of database and queries, table and source', () => {
  const rows = rowsOf([measured], null);
  const found = (wanted: Record<string, string>) =>
    rows.filter((row) => Object.entries(wanted).every(([column, value]) => row[column] === value));
  const [ours] = found({ values: 'here', measure: 'mapStable', direction: 'i2t' });
  expect(ours).toEqual({
    ...{ set: 'Wikipedia', values: 'here', method: 'batch', 'learns from': 'labels', database: 'encoder' },
    ...{ protocol: 'single', measure: 'mapStable', order: 'by code', direction: 'i2t', bits: '16', value: '0.333333' },
    ...{ sd: '0.01', low: '', high: '', seeds: '2', source: '', table: '', note: 'Measured, "as it is".' },
  });
  expect(found({ measure: 'mapUnseen' }).map(({ values, value }) => [values, value])).toEqual([
    ['here', '0.25'],
    ['chance', '0.15'],
  ]);
  expect(found({ values: 'difference from batch' })).toMatchObject([{ database: 'learned', low: '0.2', high: '0.4' }]);
  expect(found({ values: 'published code', database: 'learned', bits: '64', direction: 't2i' })).toMatchObject([
    { value: '0.749', table: '', source: expect.stringMatching(/^the published code of batch/) as string },
  ]);
  expect(found({ values: 'float features' }).map(({ value }) => value)).toEqual(['0.7', '0.8']);
  expect(found({ values: 'chance', measure: 'map50' }).map(({ value }) => value)).toEqual(['0.3', '0.4']);
  expect(found({ value: '' })).toMatchObject([
    { method: 'cmfh', database: 'fused', note: 'Not trained on.' },
    { method: 'ucch', note: 'It failed.' },
  ]);
});

it('of a paper has its values on each set, with their table, and ours on the set that is named', () => {
  const set = { id: 'ms-coco', name: 'MS-COCO', imageWidth: 4096 };
  const rows = rowsOf([{ ...measured, set }], paperTables.ucch);
  const [published, ours] = ['published', 'here'].map((kind) => rows.filter(({ values }) => values === kind));
  expect(new Set(published?.map(({ set: name, table }) => `${name} ${table}`))).toEqual(
    new Set(['MIRFLICKR-25K table 1', 'IAPR TC-12 table 1', 'NUS-WIDE table 2', 'MS-COCO table 2']),
  );
  expect(new Set(ours?.map((row) => row['set']))).toEqual(new Set(['MS-COCO', 'MS-COCO']));
  // The published values of the methods that were run are there once.
  const values = published?.map(({ set: name, method, direction, bits }) => [name, method, direction, bits].join());
  expect(new Set(values).size).toBe(values?.length);
});
