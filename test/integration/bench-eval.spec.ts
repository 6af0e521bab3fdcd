// `hashlens bench eval` as a researcher calls it: the real program on small files, and on the Wikipedia set where it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = here('../../src/engine/cli/hashlens.ts');
const fixture = (name: string) => here(`../fixtures/benchmark/${name}`);
const wikipedia = here('../../../shared/data/wikipedia/wikiData.mat');

function evaluate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'bench', 'eval', ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

interface Line {
  readonly kind: string;
  readonly [key: string]: unknown;
}

const jsonLines = (stdout: string): Line[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

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
    expect(stdout).toMatch(/^\.npy folder: 40 training pairs; 8 images and 8 texts ask .* at unit length; /);
    expect(stdout).toMatch(/I→T 16\s+T→I 16/);
    expect(stdout).toMatch(/^ucch +0\.\d{3} +0\.\d{3}/m);
    expect(stdout).toMatch(/^chance +0\.\d{3} +0\.\d{3}/m);
  });
});

describe('bad input ends with one sentence and nothing on stdout', () => {
  const fails = (args: string[], sentence: RegExp) => {
    const { status, stdout, stderr } = evaluate(...args);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(sentence);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  };

  it('an unknown file', () => {
    fails(['--data', program, '--json'], /hashlens\.ts is no data set known here; known are: Wikipedia/);
  });

  it('an unknown setting', () => {
    fails(['--data', fixture('npy'), '--set', 'beta=1'], /There is no setting beta; ucch has /);
  });

  it('an unknown method', () => {
    fails(['--data', fixture('npy'), '--method', 'nothing'], /There is no hashing method nothing; known are/);
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

// A short run only: what 60 epochs give stands in docs/training.md.
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
