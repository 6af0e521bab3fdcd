// The tables of a benchmark, beside published values, and its sentences.
import { describe, expect, it } from 'vitest';
import { assemble, range } from './benchmark-set.ts';
import { describeRun, describeSet, furtherTables, mapTables, unmeasuredNote } from './report.ts';
import type { Baseline, Bits, Run } from './run-benchmark.ts';
import type { Summary } from './summary.ts';

const both = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
const scores = (i2t: number, t2i: number) => ({
  mapStable: both(i2t, t2i),
  map: both(i2t, t2i),
  map50: both(i2t + 0.1, t2i + 0.1),
  map50Stable: both(i2t + 0.2, t2i + 0.2),
});
const ranks = (share: number, median: number | null) => ({
  recall: { i2t: { 1: share, 5: share, 10: share }, t2i: { 1: share, 5: share, 10: share } },
  medianRank: { i2t: median, t2i: 7.5 },
});
const known = (share: number, median: number) => ({
  ...ranks(share, median),
  medianRank: { i2t: median, t2i: median },
});
const context: Baseline = {
  seed: 1,
  protocol: 'single',
  relevance: 'tags',
  split: {
    ...{ trainPairs: 10, trainPhotos: 10, queryPhotos: 2, queryCaptions: 2, databasePhotos: 8, databaseCaptions: 8 },
  },
  chance: both(0.1, 0.1),
  float: both(0.3, 0.2),
  chance50: both(0.15, 0.15),
};
const summary = (method: string, bits: Bits, more: Partial<Summary> = {}): Summary => ({
  ...{
    method,
    database: 'encoder',
    unseen: null,
    bits,
    seeds: [1],
    mean: scores(0.7, 0.6),
    sd: null,
    own: null,
    seconds: 1,
  },
  ...more,
});
const vgg = { id: 'mirflickr25k', imageWidth: 4096 };
const rowOf = (rows: readonly (readonly string[])[], name: string) => rows.find(([first]) => first === name)?.slice(1);

/** All tables but that of differences. */
const reportTables = (...[set, context, summaries]: Parameters<typeof mapTables>) => [
  ...mapTables(set, context, summaries),
  ...furtherTables(context, summaries),
];

describe('the table of a measure', () => {
  it('has ours, the published values of these features, the difference, chance and float features', () => {
    const [stable, , at50] = reportTables(vgg, context, [summary('ucch', 64), summary('ucch', 16)]);
    expect(stable?.head).toEqual(['', 'I→T 16', '64', 'T→I 16', '64']);
    expect(rowOf(stable?.rows ?? [], 'ucch')).toEqual(['0.700', '0.700', '0.600', '0.600']);
    expect(rowOf(stable?.rows ?? [], '  published, table 1')).toEqual(['0.739', '0.754', '0.725', '0.743']);
    expect(rowOf(stable?.rows ?? [], '  difference')).toEqual(['-0.039', '-0.054', '-0.125', '-0.143']);
    expect(rowOf(stable?.rows ?? [], 'chance')).toEqual(['0.100', '0.100', '0.100', '0.100']);
    expect(rowOf(stable?.rows ?? [], 'float features')).toEqual(['0.300', '0.300', '0.200', '0.200']);
    expect(stable?.notes).toEqual([expect.stringMatching(/^Published: Hu et al\., .*, 2023, table 1\.$/)]);
    // The ceiling is known for the whole list only.
    expect(rowOf(at50?.rows ?? [], 'float features')).toBeUndefined();
    expect(rowOf(at50?.rows ?? [], 'chance')).toEqual(['0.150', '0.150', '0.150', '0.150']);
  });

  it('names the protocol of published values that are of another one, without a difference', () => {
    const tables = reportTables({ ...vgg, imageWidth: 512 }, { ...context, float: null }, [summary('ucmfh', 32)]);
    expect(tables.map(({ title }) => title)).toEqual([
      expect.stringContaining('whole list, stable'),
      expect.stringContaining('whole list, tie-aware'),
      expect.stringContaining('50, stable'),
      expect.stringContaining('50, tie-aware'),
    ]);
    const rows = tables[2]?.rows ?? [];
    expect(rowOf(rows, '  published, tables 4 to 6 (paired)')).toEqual(['0.953', '0.947']);
    expect(rowOf(rows, '  difference')).toBeUndefined();
    expect(rowOf(tables[0]?.rows ?? [], 'float features')).toBeUndefined();
  });

  it('has published values below the row with the same database codes, or below the encoder without a difference', () => {
    const wikipedia = { id: 'wikipedia', imageWidth: 128 };
    const [encoder, learned] = [summary('batch', 64), summary('batch', 64, { database: 'learned' })];
    const [both] = mapTables(wikipedia, context, [encoder, learned]);
    expect(both?.rows.slice(0, 6)).toEqual([
      ['batch', '0.700', '0.600'],
      ['  published code', '0.298', '0.368'],
      ['  difference', '+0.402', '+0.232'],
      ['batch, database learned', '0.700', '0.600'],
      ['  published code', '0.394', '0.749'],
      ['  difference', '+0.306', '-0.149'],
    ]);
    const [alone] = mapTables(wikipedia, context, [encoder]);
    expect(alone?.rows.slice(3, 5)).toEqual([
      ['  published code (database learned)', '0.394', '0.749'],
      ['chance', '0.100', '0.100'],
    ]);
    // No 128 bits of DJSRH were measured with its code.
    const [long] = mapTables(wikipedia, context, [summary('djsrh', 128)]);
    expect(rowOf(long?.rows ?? [], '  published code')).toEqual(['-', '-']);
    expect(rowOf(long?.rows ?? [], '  difference')).toEqual(['-', '-']);
  });

  it('has every method of the paper’s table, and that of CVH for the method of the tables alone', () => {
    const rowsOf = (method: string) => mapTables(vgg, context, [summary(method, 16)])[0]?.rows ?? [];
    expect(rowOf(rowsOf('jdsh'), '  published, table 1')).toEqual(['0.724', '0.710']);
    expect(rowOf(rowsOf('cvh-tables'), '  published, table 1')).toEqual(['0.620', '0.629']);
    expect(rowsOf('cvh').map(([name]) => name)).toEqual(['cvh', 'chance', 'float features']);
  });

  it('has the deviation over seeds where there are several, and a dash where a length was not run', () => {
    const sd = { ...scores(0.01, 0.02) };
    const [stable] = reportTables(vgg, context, [summary('ucch', 16, { sd }), summary('itq', 32)]);
    expect(rowOf(stable?.rows ?? [], '  sd over seeds')).toEqual(['0.010', '-', '0.020', '-']);
    expect(rowOf(stable?.rows ?? [], 'itq')).toEqual(['-', '0.700', '-', '0.600']);
    expect(rowOf(stable?.rows ?? [], '  difference')).toEqual(['-0.039', '-', '-0.125', '-']);
  });

  it('of own items has both stages, with >100 where the median is not found', () => {
    const stages = (share: number, median: number | null) => ({
      ...{ byCode: ranks(share, 3), reranked: ranks(share, median), candidates: { i2t: 100, t2i: 100 } },
    });
    const own = { mean: stages(0.25, null), sd: stages(0.01, null) };
    const withRanks = { ...context, ranks: { chance: known(0.01, 50), float: known(0.2, 9) } };
    const table = reportTables(vgg, withRanks, [summary('itq', 64, { own }), summary('ucch', 64)]).at(-1);
    expect(table?.title).toMatch(/^Own items at 64 bits/);
    expect(table?.rows.map(([name]) => name)).toEqual([
      ...['itq, by code', '  sd over seeds', 'itq, re-ranked', '  sd over seeds', 'chance', 'float features'],
    ]);
    expect(rowOf(table?.rows ?? [], 'itq, re-ranked')).toEqual([
      ...['25.0', '25.0', '25.0', '>100', '25.0', '25.0', '25.0', '7.5'],
    ]);
    const [first] = reportTables(vgg, context, [summary('itq', 64, { own: { ...own, sd: null } })]).slice(-1);
    expect(first?.rows.map(([name]) => name)).toEqual(['itq, by code', 'itq, re-ranked']);
  });
});

describe('the sentence of a set', () => {
  const set = (sharedWidth: number, validation: Int32Array | null) =>
    assemble({
      ...{ id: 'x', name: 'X', path: 'x', labels: null, normalise: 'none', sharedWidth },
      image: { rows: 7, columns: 2, values: new Float32Array(14) },
      text: { rows: 7, columns: 3, values: new Float32Array(21) },
      parts: { train: range(0, 2), query: range(2, 3), database: range(3, 4), validation },
    });

  it('says how features were prepared, what chooses the epoch and what is relevant', () => {
    expect(describeSet(set(0, null), 'parts', context)).toMatch(
      /copies of training rows.*2 and 3 wide, at unit length; relevant means sharing a label; codes by the encoder unless a row names others for its database; protocol single\.$/,
    );
    expect(describeSet(set(2, range(4, 7)), 'parts', { ...context, relevance: 'own-caption' })).toMatch(
      /3 validation images.*the 2 shared numbers and the rest.*the text being the image’s own/,
    );
    expect(describeSet(set(0, null), 'none', context)).toContain('as in the file');
    expect(describeSet(set(0, null), 'l2', context)).toContain('at unit length');
    expect(describeSet(set(0, null), 'zscore', context)).toContain('standardised');
  });

  it('of a run has its own items and its epoch where there are some', () => {
    const run: Run = {
      ...{
        method: 'itq',
        database: 'encoder',
        unseen: null,
        bits: 16,
        seed: 2,
        protocol: 'single',
        epoch: null,
        epochs: 1,
        seconds: 3,
        options: {},
      },
      ...{ scores: scores(0.7, 0.6), own: null },
    };
    expect(describeRun(run)).toBe('itq, 16 bits, seed 2: mAP image→text 0.700  text→image 0.600, 3 s');
    const own = { byCode: ranks(0.5, 1), reranked: ranks(0.75, 1), candidates: { i2t: 1, t2i: 1 } };
    expect(describeRun({ ...run, own, epochs: 9, epoch: 4 })).toBe(
      'itq, 16 bits, seed 2: mAP image→text 0.700  text→image 0.600, R@10 text→image 50.0% (re-ranked 75.0%), epoch 4 of 9 kept, 3 s',
    );
    expect(describeRun({ ...run, epochs: 9 })).toContain(', epoch - of 9 kept');
  });
});

it('says of how many items of the database there are no codes of the training', () => {
  const untrained = { photos: 3, captions: 8 };
  expect(unmeasuredNote({ method: 'batch', database: 'learned', untrained }, context)).toBe(
    'There is no row batch, database learned: 3 of 8 images and 8 of 8 texts of the database were not trained on, and so have no such code.',
  );
});
