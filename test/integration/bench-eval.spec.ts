// `hashlens bench eval` as a researcher calls it: the real program on small files, and on the Wikipedia set if
// available.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonLinesOf } from '../support/json-lines.ts';
import { temporaryFolder } from '../support/temporary.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../src/engine/cli/hashlens.ts');
const fixture = (name: string) => here(`../fixtures/benchmark/${name}`);
const wikipedia = here('../../../shared/data/wikipedia/wikiData.mat');

function evaluate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'bench', 'eval', ...args], {
    encoding: 'utf8',
    timeout: 280_000,
  });
  return { status, stdout, stderr };
}

const lineSchema = z.looseObject({ kind: z.string() });
type Line = z.output<typeof lineSchema>;
const jsonLines = (stdout: string) => jsonLinesOf(lineSchema, stdout);

/** Rows of one table of comma-separated values by the names of its columns. Lines of unequal length are an error. */
const csvRows = (text: string): Record<string, string>[] =>
  z.array(z.record(z.string(), z.string())).parse(parse(text, { columns: true }));

const quick = ['--epochs', '1', '--hidden', '8', '--negatives', '16'];
const scores = { i2t: expect.any(Number) as number, t2i: expect.any(Number) as number };

describe('on a small file', () => {
  it('prints JSON lines alone: the set, each run, each summary', () => {
    const { status, stdout } = evaluate(
      '--data',
      fixture('wikipedia.mat'),
      '--bits',
      '16,32',
      '--seeds',
      '2',
      '--alpha',
      '.5',
      '--set',
      'momentum=0.3',
      '--json',
      ...quick,
    );
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    expect(lines.map(({ kind }) => kind)).toEqual(['set', 'run', 'run', 'run', 'run', 'summary', 'summary']);
    expect(lines[0]).toMatchObject({
      id: 'wikipedia',
      protocol: 'single',
      normalise: 'zscore',
      chance: scores,
      split: { trainPairs: 40, queryPhotos: 8, databasePhotos: 40 },
    });
    expect(lines[1]).toMatchObject({ method: 'ucch', bits: 16, seed: 1, options: { alpha: 0.5, momentum: 0.3 } });
    expect(lines[5]).toMatchObject({ bits: 16, seeds: [1, 2], mean: { mapStable: scores }, sd: { mapStable: scores } });
  });

  it('prints the table', () => {
    const { status, stdout } = evaluate('--data', fixture('npy'), '--bits', '16', '--normalise', 'l2', ...quick);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^NumPy arrays: 40 training pairs, the epoch being chosen by copies of training rows; 8 images and 8 texts ask .* at unit length; /,
    );
    expect(stdout).toMatch(/I→T 16\s+T→I 16/);
    expect(stdout).toMatch(/^ucch +0\.\d{3} +0\.\d{3}/m);
    expect(stdout).toMatch(/^chance +0\.\d{3} +0\.\d{3}/m);
  });
});

/** 48 image rows with two captions each: 30 for training, 8 to choose the epoch, 10 as queries. */
function captionFolder(): string {
  const folder = temporaryFolder();
  copyFileSync(fixture('npy/image.npy'), join(folder, 'image.npy'));
  const names = Array.from({ length: 48 }, (_, i) => `photo${i}.jpg`);
  const words = ['dog', 'beach', 'car', 'child'];
  const captions = names.flatMap((name, i) => [`${name},a ${words[i % 4]}`, `${name},${words[(i >> 1) % 4]} in snow`]);
  writeFileSync(join(folder, 'files.txt'), names.join('\n'));
  writeFileSync(join(folder, 'captions.txt'), ['image,caption', ...captions].join('\n'));
  writeFileSync(join(folder, 'split.json'), JSON.stringify({ train: names.slice(0, 30), val: names.slice(30, 38) }));
  return folder;
}

describe('on captioned photos', () => {
  const recall = { 1: expect.any(Number) as number, 5: expect.any(Number) as number, 10: expect.any(Number) as number };
  const ranks = { recall: { i2t: recall, t2i: recall }, medianRank: scores };

  it('shows how many own items are found, by code and re-ranked, beside chance', () => {
    const methods = ['--method', 'two-tower,cvh', '--bits', '16', '--seeds', '2'];
    const { status, stdout } = evaluate('--data', captionFolder(), ...methods, ...quick);
    expect(status).toBe(0);
    expect(stdout).toMatch(/60 training pairs, the epoch being chosen by 8 validation images; 10 images and 20 texts/);
    expect(stdout).toMatch(/^Own items at 16 bits: R@k in percent/m);
    expect(stdout).toMatch(/I→T R@1 +R@5 +R@10 +median +T→I R@1/);
    const eight = '( +\\d+\\.\\d){8} *$';
    for (const name of ['two-tower, by code', 'two-tower, re-ranked', 'cvh, re-ranked', 'chance']) {
      expect(stdout).toMatch(new RegExp(`^${name}${eight}`, 'm'));
    }
    expect(stdout).toMatch(/^Re-ranked: the nearest 100 by code/m);
  });

  it('gives the same as JSON, and learns from the validation part where that is asked for', () => {
    const methods = ['--method', 'cvh', '--bits', '16', '--seeds', '2', '--all-training'];
    const { status, stdout } = evaluate('--data', captionFolder(), ...methods, '--json', ...quick);
    expect(status).toBe(0);
    const [set, run, , summary] = jsonLines(stdout);
    expect(set).toMatchObject({
      validationPhotos: 0,
      split: { trainPairs: 76 },
      ranks: { chance: ranks, float: null },
    });
    const candidates = { i2t: 20, t2i: 10 };
    expect(run).toMatchObject({ own: { byCode: ranks, reranked: ranks, candidates } });
    expect(summary).toMatchObject({ own: { mean: { byCode: ranks, reranked: ranks }, sd: { byCode: ranks } } });
  });
});

describe("a paper's table", () => {
  it('has the published values of every set where no data are named, in the format asked for', () => {
    const { status, stdout } = evaluate('--table', 'ucch', '--format', 'csv');
    expect(status).toBe(0);
    const rows = csvRows(stdout);
    // 14 methods on 4 sets, without UCH on NUS-WIDE and at 128 bits.
    expect(rows).toHaveLength(8 * (4 * 14 - 1) - 2 * 3);
    expect(rows.find((row) => row['method'] === 'dgcpn' && row['set'] === 'MS-COCO')).toMatchObject({
      ...{
        values: 'published',
        measure: 'mapStable',
        direction: 'i2t',
        bits: '16',
        value: '0.552',
        protocol: 'single',
      },
      ...{ source: 'Hu et al., UCCH, IEEE TPAMI 45(3), 3877-3889, 2023', table: 'table 2', note: '' },
    });
    expect(rows.find((row) => row['method'] === 'UCH')?.['note']).toMatch(/^UCH is not here: no code was published/);
    const text = evaluate('--table', 'ucch').stdout;
    expect(text).toMatch(/^UCH, published, table 1 +0\.654 +0\.669 +0\.679 +- /m);
    expect(text).toMatch(/^UCH is not here: no code was published/m);
  });

  it.each([
    ['markdown', /^### /gm],
    ['latex', /^\\begin\{table\}/gm],
  ])('as %s is all that stdout has, and each table says what was measured', (format, start) => {
    const data = ['--data', fixture('wikipedia.mat'), '--method', 'cvh-tables,batch', '--bits', '16'];
    const { status, stdout, stderr } = evaluate(...data, '--format', format);
    expect(status).toBe(0);
    const about = /codes by the encoder unless a row names others for its database; protocol single\./g;
    expect(stderr).toMatch(about);
    expect(stdout.search(start)).toBe(0);
    const tables = [...stdout.matchAll(start)].length;
    expect(tables).toBe(5);
    expect([...stdout.matchAll(about)]).toHaveLength(tables);
  });

  it('as CSV is one table of all sets and measures, ours beside the published values', () => {
    const sets = ['--data', fixture('wikipedia.mat'), '--data', captionFolder()];
    const methods = ['--method', 'cvh,batch', '--bits', '16,32', '--seeds', '2'];
    const { stdout, status } = evaluate(...sets, ...methods, '--table', 'ucmfh', '--format', 'csv', ...quick);
    expect(status).toBe(0);
    const rows = csvRows(stdout);
    const some = (wanted: Record<string, string>) =>
      rows.filter((row) => Object.entries(wanted).every(([column, value]) => row[column] === value));
    expect(some({ values: 'published', table: 'table 3', method: 'ucmfh', protocol: 'paired' })).toHaveLength(8 * 3);
    const learned = { set: 'Wikipedia', values: 'here', method: 'batch', database: 'learned', measure: 'map' };
    expect(some(learned).map(({ bits, direction, seeds }) => [bits, direction, seeds])).toEqual([
      ...[
        ['16', 'i2t', '2'],
        ['16', 't2i', '2'],
        ['32', 'i2t', '2'],
        ['32', 't2i', '2'],
      ],
    ]);
    for (const { value, sd, note } of some(learned)) {
      expect(Number(value)).toBeGreaterThan(0);
      expect(sd).not.toBe('');
      expect(note).toMatch(/^Wikipedia: .*protocol single\.$/);
    }
    expect(some({ set: 'Wikipedia', measure: 'mapUnseen', values: 'here' }).map(({ method }) => method)).toContain(
      'cvh',
    );
    const difference = some({ set: 'Wikipedia', values: 'difference from cvh', method: 'batch', bits: '32' });
    for (const { value, low, high } of difference)
      expect(Number(low) <= Number(value)).toBe(Number(value) <= Number(high));
    expect(difference).toHaveLength(4);
    expect(some({ measure: 'R@10', order: 're-ranked', method: 'cvh', direction: 'i2t', bits: '16' })).toHaveLength(1);
    // Labels are missing in captioned photos.
    expect(some({ set: 'captioned photos', method: 'batch' }).map(({ value, note }) => [value, note])).toEqual([
      ['', expect.stringMatching(/learns from tags/)],
    ]);
  });

  it('says why there is no row with the codes of the training, in every format', () => {
    const reason =
      /There is no row cmfh, database fused: 10 of 10 images and 20 of 20 texts of the database were not trained on/;
    const data = ['--data', captionFolder(), '--method', 'cmfh', '--bits', '16', ...quick];
    for (const format of ['text', 'markdown', 'latex'])
      expect(evaluate(...data, '--format', format).stdout).toMatch(reason);
    const row = csvRows(evaluate(...data, '--format', 'csv').stdout).find(({ database }) => database === 'fused');
    expect(row).toMatchObject({ method: 'cmfh', value: '', note: expect.stringMatching(reason) as string });
    const lines = jsonLines(evaluate(...data, '--json').stdout);
    expect(lines.find(({ kind }) => kind === 'without-row')).toMatchObject({
      ...{ method: 'cmfh', database: 'fused', untrained: { photos: 10, captions: 20 } },
    });
  });

  it('has ours in a table of the set that is named, and reproduces a slip that is asked for by its name', () => {
    const data = ['--data', fixture('wikipedia.mat'), '--method', 'cvh-tables,batch', '--bits', '16', '--all-training'];
    const plain = evaluate(...data, '--table', 'ucmfh');
    expect(plain.status).toBe(0);
    expect(plain.stdout).toMatch(/^Wikipedia: mAP at 50$/m);
    expect(plain.stdout).toMatch(/^BATCH\*, here, database learned +0\.\d{3} +- +- +- +0\.\d{3}/m);
    const slip = evaluate(...data, '--json', '--as-published', 'count-from-10');
    const [set, run] = jsonLines(slip.stdout);
    const [, honest] = jsonLines(evaluate(...data, '--json').stdout);
    const { queryPhotos } = set?.['split'] as { queryPhotos: number };
    const scores = (line: Line | undefined) => line?.['scores'] as Record<'map' | 'map50', { i2t: number }>;
    const i2t = (line: Line | undefined) => scores(line).map.i2t;
    expect(i2t(run)).toBeCloseTo((i2t(honest) * queryPhotos) / (queryPhotos + 10), 10);
    // The set has fewer than 50 items, so all relevant ones are among the 50 and both divisors are equal.
    const [, byHits] = jsonLines(evaluate(...data, '--json', '--as-published', 'hits-in-50').stdout);
    expect(scores(byHits)).toEqual(scores(honest));
    expect(evaluate(...data, '--as-published', 'hits-in-50').stdout).toContain('as published, with hits-in-50');
    expect(evaluate(...data, '--as-published', 'count-from-10').stdout).toContain('as published, with count-from-10');
  });
});

describe('several sets', () => {
  const sets = ['--data', fixture('wikipedia.mat'), '--data', fixture('npy'), '--method', 'cvh-tables', '--bits', '16'];

  it('are measured one after another, each with its own lines', () => {
    const { status, stdout } = evaluate(...sets, '--json');
    expect(status).toBe(0);
    const lines = jsonLines(stdout);
    expect(lines.map(({ kind }) => kind)).toEqual(['set', 'run', 'summary', 'set', 'run', 'summary']);
    const [first, second] = lines.filter(({ kind }) => kind === 'set').map(({ path }) => path);
    expect(first).toBe(fixture('wikipedia.mat'));
    expect(second).toBe(fixture('npy'));
  });

  it("are in one paper's tables, which are printed although a later set is not there", () => {
    const { status, stdout, stderr } = evaluate(...sets, '--data', fixture('none.mat'), '--table', 'ucmfh');
    expect(status).toBe(1);
    expect(stderr).toContain('none.mat');
    expect(stdout).toMatch(/^CVH, here, database encoder +0\.\d{3}/m);
    expect([...stdout.matchAll(/^CVH, here/gm)]).toHaveLength(2);
  });
});

describe('bad input ends with one sentence and nothing on stdout', () => {
  const expectFailure = (args: string[], sentence: RegExp) => {
    const { status, stdout, stderr } = evaluate(...args);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  };

  it('an unknown file', () => {
    expectFailure(['--data', program, '--json'], /hashlens\.ts is not a data set known here; known are: Wikipedia/);
  });

  it('an unknown setting', () => {
    expectFailure(['--data', fixture('npy'), '--set', 'beta=1'], /There is no setting beta; ucch has /);
  });

  it('rows instead of codes, which a model does not keep', () => {
    const args = ['--data', fixture('npy'), '--method', 'ucmfh', '--set', 'realValued=true'];
    expectFailure(
      args,
      /With the setting realValued, ucmfh is measured by rows .*; leave realValued out here, or train in a library/,
    );
  });

  it('attention over the batch, which a model’s files do not hold', () => {
    const args = ['--data', fixture('npy'), '--method', 'ucmfh', '--protocol', 'paired', '--batch-attention'];
    expectFailure(args, /leave --batch-attention out, or use hashlens train/);
  });

  it('an unknown method', () => {
    expectFailure(['--data', fixture('npy'), '--method', 'nothing'], /There is no hashing method nothing; known are/);
  });
});

it('wrong usage exits with 2', () => {
  for (const args of [
    [],
    ['--data', 'x', '--bits', '12'],
    ['--data', 'x', '--set', 'alpha'],
    ['--data', 'x', '--lr', 'y'],
  ]) {
    expect({ args, status: evaluate(...args).status }).toEqual({ args, status: 2 });
  }
});

// A short run only; docs/training.md has the results of 60 epochs.
it.skipIf(!existsSync(wikipedia))(
  'runs on the Wikipedia set (skipped where shared/data/wikipedia is not there)',
  () => {
    const { status, stdout } = evaluate(
      '--data',
      wikipedia,
      '--bits',
      '16',
      '--epochs',
      '2',
      '--hidden',
      '64',
      '--json',
    );
    expect(status).toBe(0);
    const [set, run, summary] = jsonLines(stdout);
    expect(set).toMatchObject({ imageWidth: 128, textWidth: 10, split: { trainPairs: 2173, queryPhotos: 693 } });
    expect(run).toMatchObject({ epochs: 2, scores: { mapStable: scores } });
    expect(summary).toMatchObject({ published: [{ measure: 'mapStable', i2t: 0.209, t2i: 0.482 }] });
  },
);
