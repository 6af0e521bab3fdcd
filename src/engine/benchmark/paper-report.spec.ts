import { describe, expect, it } from 'vitest';
import { findMethod } from '../hashing/methods/registry.ts';
import { formatTables, paperReport } from './paper-report.ts';
import { methodsOf, missingMethods, paperNames, paperTables } from './paper-tables.ts';
import { publishedAt, publishedFor } from './published.ts';
import type { Baseline, Bits } from './run-benchmark.ts';
import type { DatabaseCodes } from './database-codes.ts';
import type { Summary } from './summary.ts';

const rowOf = (rows: readonly (readonly string[])[], name: string) => rows.find(([first]) => first === name)?.slice(1);
const both = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
const context: Baseline = {
  ...{ seed: 1, protocol: 'single', relevance: 'tags' },
  split: { trainPairs: 9, trainPhotos: 9, queryPhotos: 2, queryCaptions: 2, databasePhotos: 9, databaseCaptions: 9 },
  ...{ chance: both(0.1, 0.2), chance50: both(0.3, 0.4), float: null },
};
const nothingFurther = { context, differences: [], notes: [] };
const summary = (method: string, bits: Bits, database: DatabaseCodes, i2t: number): Summary => {
  const scores = both(i2t, 0.5);
  const mean = { mapStable: scores, map: scores, map50: scores, map50Stable: scores };
  return { method, database, bits, seeds: [1], mean, sd: null, own: null, unseen: null, seconds: 1 };
};

describe.each(paperNames)('the table of %s', (name) => {
  const table = paperTables[name];

  it('has eight values, or none, for each method and set, between 0 and 1', () => {
    for (const { values } of table.rows) {
      for (const { id } of table.sets) {
        const { i2t = [], t2i = [] } = values.get(id) ?? {};
        expect([i2t.length, t2i.length]).toEqual([4, 4]);
        for (const value of [...i2t, ...t2i]) if (value !== null) expect(value > 0.2 && value < 1).toBe(true);
      }
    }
  });

  it('names a method that is here, or why it is not', () => {
    for (const { name: paperName, method } of table.rows) {
      if (method === null) expect(missingMethods[paperName]).toBeDefined();
      else expect(findMethod(method).id).toBe(method);
    }
    expect(methodsOf(table).length).toBeGreaterThan(2);
  });
});

it('a method’s published values on a set are those of every table of these features', () => {
  const clip = publishedFor({ id: 'ms-coco', imageWidth: 512 }, 'cirh');
  expect(clip.map(({ measure, place, protocol }) => [measure, place, protocol])).toEqual([
    ['map50Stable', 'tables 4 to 6', 'single'],
  ]);
  expect(clip.map((entry) => publishedAt(entry, 't2i', 128))).toEqual([0.952]);
  const [vgg] = publishedFor({ id: 'nus-wide-tc10', imageWidth: 4096 }, 'dch');
  expect(vgg).toMatchObject({ place: 'table 2', source: expect.stringContaining('Hu et al.') as string });
  expect(publishedFor({ id: 'mirflickr25k', imageWidth: 512 }, 'ucmfh')).toMatchObject([{ protocol: 'paired' }]);
  // Rows of UCMFH's table 3 have features of unknown widths.
  expect(publishedFor({ id: 'mirflickr25k', imageWidth: 4096 }, 'lemon')).toEqual([]);
});

describe('our runs', () => {
  const set = { id: 'mirflickr25k', name: 'MIRFLICKR-25K', imageWidth: 4096 };

  it('are below the published values of their set, a row for each kind of database codes', () => {
    const summaries = [summary('dlfh', 64, 'encoder', 0.61), summary('dlfh', 64, 'learned', 0.81)];
    const [first, second] = paperReport(paperTables.ucch, [{ set, summaries, ...nothingFurther }]);
    expect(rowOf(first?.rows ?? [], 'DLFH*, published, table 1')?.slice(0, 4)).toEqual([
      '0.638',
      '0.658',
      '0.677',
      '0.684',
    ]);
    expect(rowOf(first?.rows ?? [], 'DLFH*, here, database encoder')?.slice(0, 4)).toEqual(['-', '-', '0.610', '-']);
    expect(rowOf(first?.rows ?? [], 'DLFH*, here, database learned')?.slice(0, 4)).toEqual(['-', '-', '0.810', '-']);
    expect(first?.notes.join(' ')).toMatch(/UCH is not here: no code was published/);
    expect(rowOf(second?.rows ?? [], 'DLFH*, here, database encoder')).toBeUndefined();
  });

  it('have a row where the paper has none of their method, and the deviation over seeds', () => {
    const sd = { mapStable: both(0.01, 0.02), map: both(0, 0), map50: both(0, 0), map50Stable: both(0, 0) };
    const summaries = [{ ...summary('two-tower', 16, 'encoder', 0.9), sd }];
    const [first] = paperReport(paperTables.ucch, [{ set, summaries, ...nothingFurther }]);
    expect(rowOf(first?.rows ?? [], 'two-tower, here, database encoder')?.[0]).toBe('0.900');
    expect(rowOf(first?.rows ?? [], '  sd over seeds')).toEqual(['0.010', '-', '-', '-', '0.020', '-', '-', '-']);
  });

  it('have chance, and the float features where the whole list is measured', () => {
    const own = { set, summaries: [], ...nothingFurther, context: { ...context, float: both(0.7, 0.8) } };
    const [whole] = paperReport(paperTables.ucch, [own]);
    expect(rowOf(whole?.rows ?? [], 'float features')?.[0]).toBe('0.700');
    const [at50] = paperReport(paperTables.ucmfh, [own]);
    expect(rowOf(at50?.rows ?? [], 'chance')?.[0]).toBe('0.300');
    expect(rowOf(at50?.rows ?? [], 'float features')).toBeUndefined();
  });

  it('have further tables right below that of their set', () => {
    const unseen = { mean: 0.2, sd: null, chance: 0.1 };
    const summaries = [{ ...summary('dlfh', 64, 'encoder', 0.61), unseen }];
    const tables = paperReport(paperTables.ucch, [{ set, summaries, ...nothingFurther, notes: ['Measured.'] }]);
    expect(tables[1]?.title).toMatch(/^MIRFLICKR-25K: Text → images never trained on/);
    expect(tables[1]?.notes[0]).toBe('Measured.');
    expect(tables).toHaveLength(5);
  });

  it('are below what the published code gave on the same file', () => {
    const wikipedia = { id: 'wikipedia', name: 'Wikipedia', imageWidth: 128 };
    const summaries = [summary('batch', 16, 'encoder', 0.25), summary('batch', 16, 'learned', 0.35)];
    const main = paperReport(paperTables.ucch, [{ set: wikipedia, summaries, ...nothingFurther }]).at(-1);
    expect(main?.rows.slice(0, 4).map(([name, first]) => [name, first])).toEqual([
      ['batch, published code, database encoder', '0.273'],
      ['batch, here, database encoder', '0.250'],
      ['batch, published code, database learned', '0.352'],
      ['batch, here, database learned', '0.350'],
    ]);
    expect(main?.notes).toEqual([
      expect.stringMatching(/^Published: the published code of batch on this file, mean of 3/),
    ]);
  });

  it.each([
    ['ucch', 4096, null],
    ['ucch', 512, 'Not comparable: image features are 512 wide here, and 4096 wide behind the published values.'],
    ['ucmfh', 512, null],
    ['ucmfh-clip', 512, null],
    [
      'ucmfh-clip',
      4096,
      'Not comparable: image features are 4096 wide here, and 512 wide behind the published values.',
    ],
  ] as const)(
    'of features other than those of the table of %s are not called comparable: %i wide',
    (name, imageWidth, remark) => {
      const own = { set: { ...set, imageWidth }, summaries: [], ...nothingFurther };
      const [first, ...others] = paperReport(paperTables[name], [own]);
      const remarksOf = (notes: readonly string[] = []) => notes.filter((text) => text.startsWith('Not comparable'));
      expect(remarksOf(first?.notes)).toEqual(remark === null ? [] : [remark]);
      // There is none of ours to compare with in a table of another set.
      for (const { notes } of others) expect(remarksOf(notes)).toEqual([]);
    },
  );

  it('on a set that the paper does not have get a table of their own', () => {
    const wikipedia = { id: 'wikipedia', name: 'Wikipedia', imageWidth: 128 };
    const summaries = [summary('fsh', 16, 'encoder', 0.25)];
    const tables = paperReport(paperTables.ucch, [{ set: wikipedia, summaries, ...nothingFurther }]);
    expect(tables).toHaveLength(5);
    expect(tables.at(-1)?.rows).toEqual([
      ['FSH, published code, database encoder', '0.237', '0.249', '0.255', '0.256', '0.231', '0.248', '0.258', '0.266'],
      ['FSH, here, database encoder', '0.250', '-', '-', '-', '0.500', '-', '-', '-'],
      ['chance', '0.100', '0.100', '0.100', '0.100', '0.200', '0.200', '0.200', '0.200'],
    ]);
    expect(paperReport(paperTables.ucch, [])).toHaveLength(4);
  });
});

describe('our runs on several sets', () => {
  const here = 'DLFH*, here, database encoder';
  const own = (id: string, name: string, i2t: number) => ({
    ...{ set: { id, name, imageWidth: 4096 }, summaries: [summary('dlfh', 16, 'encoder', i2t)] },
    ...{ context, differences: [], notes: [`measured in ${name}`] },
  });
  const shown = (owns: Parameters<typeof paperReport>[1]) =>
    paperReport(paperTables.ucch, owns).map(({ title, rows, notes }) => [
      title.split(':')[0],
      rowOf(rows, here)?.[0] ?? null,
      notes.filter((text) => text.startsWith('measured')),
    ]);

  it('are each in the table of their set alone, with their notes', () => {
    expect(shown([own('ms-coco', 'COCO file', 0.5), own('mirflickr25k', 'MIRFLICKR file', 0.6)])).toEqual([
      ['MIRFLICKR-25K', '0.600', ['measured in MIRFLICKR file']],
      ['IAPR TC-12', null, []],
      ['NUS-WIDE', null, []],
      ['MS-COCO', '0.500', ['measured in COCO file']],
    ]);
  });

  it('have a table for each file where two files are the same set', () => {
    const tables = shown([own('ms-coco', 'first file', 0.5), own('ms-coco', 'second file', 0.6)]);
    expect(tables.slice(3)).toEqual([
      ['MS-COCO', '0.500', ['measured in first file']],
      ['MS-COCO', '0.600', ['measured in second file']],
    ]);
  });
});

describe('formats', () => {
  const tables = [
    {
      title: 'A, b',
      head: ['', 'I→T 16'],
      rows: [
        ['x_1', '0.5'],
        ['say "y"', '-'],
      ],
      notes: ['Note.'],
    },
  ];

  it('are Markdown and LaTeX with the notes', () => {
    expect(formatTables(tables, 'markdown')).toEqual([
      ...['### A, b', '', '|  | I→T 16 |', '| --- | ---: |', '| x_1 | 0.5 |', '| say "y" | - |', '', '- Note.', ''],
    ]);
    expect(formatTables(tables, 'latex')).toEqual([
      ...['\\begin{table}', '\\caption{A, b}', '\\begin{tabular}{lr}', '\\hline', ' & I$\\to$T 16 \\\\', '\\hline'],
      ...[
        'x\\_1 & 0.5 \\\\',
        'say "y" & - \\\\',
        '\\hline',
        '\\end{tabular}',
        '\\\\{\\footnotesize Note.}',
        '\\end{table}',
        '',
      ],
    ]);
  });
});
