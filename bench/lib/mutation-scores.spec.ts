import { expect, it } from 'vitest';
import { countsOf, readScores, scoreHeads, scoreRows, unnoticedIn } from './mutation-scores.ts';
import { withSection } from './measurements.ts';

const score = (noticed: number, unnoticed: number, notReached: number, measured = '2026-11-26', notTried = 0) => ({
  ...{ noticed, unnoticed, notReached, notTried, measured },
});

it('counts a change with which a test never ended as noticed, and does not count one that is ignored', () => {
  const states = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'NoCoverage', 'Ignored', 'RuntimeError'];
  expect(countsOf([...states, 'CompileError'].map((status) => ({ status })))).toEqual({
    ...{ noticed: 2, unnoticed: 1, notReached: 2, notTried: 1 },
  });
});

it('sums a folder and all, with the oldest date', () => {
  const rows = scoreRows(
    new Map([
      ['b/two.ts', score(1, 0, 0)],
      ['a/x.ts', score(3, 1, 0, '2026-11-27')],
      ['a/c/deep.ts', score(0, 0, 0)],
      ['a/y.ts', score(1, 1, 4, '2026-11-25')],
    ]),
  );
  expect(rows).toEqual([
    ['a', '40.0', '-', '66.7', '4', '2', '4', '0', '2026-11-25'],
    ['  x.ts', '75.0', '-', '75.0', '3', '1', '0', '0', '2026-11-27'],
    ['  y.ts', '16.7', '-', '50.0', '1', '1', '4', '0', '2026-11-25'],
    ['a/c', '-', '-', '-', '0', '0', '0', '0', '2026-11-26'],
    ['  deep.ts', '-', '-', '-', '0', '0', '0', '0', '2026-11-26'],
    ['b', '100.0', '-', '100.0', '1', '0', '0', '0', '2026-11-26'],
    ['  two.ts', '100.0', '-', '100.0', '1', '0', '0', '0', '2026-11-26'],
    ['all', '45.5', '-', '71.4', '5', '2', '4', '0', '2026-11-25'],
  ]);
});

it('expects of the changes that were not tried the share of those that were, with a 95 % interval', () => {
  const rows = scoreRows(
    new Map([
      ['a/sampled.ts', score(12, 4, 4, '2026-11-27', 140)],
      ['a/whole.ts', score(20, 0, 0)],
    ]),
  );
  // Of 160 changes 96 are expected; 1.96 * 160 * sqrt(14/24 * 10/24 / 24 * 140/159) = 29.61: 18.5 % of 160 and
  // 16.5 % of 180. Of 148 reached changes 116.
  expect(rows).toEqual([
    ['a', '64.4', '16.5', '78.4', '32', '4', '4', '140', '2026-11-26'],
    ['  sampled.ts', '60.0', '18.5', '75.0', '12', '4', '4', '140', '2026-11-27'],
    ['  whole.ts', '100.0', '-', '100.0', '20', '0', '0', '0', '2026-11-26'],
    ['all', '64.4', '16.5', '78.4', '32', '4', '4', '140', '2026-11-26'],
  ]);
});

it('reads back from the page what it has printed', () => {
  const scores = new Map([
    ['a/c/deep.ts', score(0, 0, 0)],
    ['a/x.ts', score(3, 1, 0)],
    ['a/y.ts', score(1, 1, 4, '2026-11-25', 7)],
  ]);
  const output = [scoreHeads, ...scoreRows(scores)].map((cells) => cells.map((cell) => cell.padEnd(12)).join('  '));
  const recorded = { command: 'x', machine: 'y', date: '2026-11-27', output: output.join('\n') };
  const page = withSection(withSection('# Measurements\n', { ...recorded, name: 'mutation' }), {
    ...recorded,
    name: 'other',
    output: output.join('\n').replaceAll('deep', 'elsewhere'),
  });
  expect(readScores(page)).toEqual(scores);
  expect(readScores('# Measurements\n')).toEqual(new Map());
});

it('shows what was changed, in one line each, by line', () => {
  const source = 'const a = 1;\nif (a >\n  0) b();\n';
  const at = (line: number, column: number, endLine: number, endColumn: number) => ({
    start: { line, column },
    end: { line: endLine, column: endColumn },
  });
  const mutants = [
    { status: 'Survived', mutatorName: 'ConditionalExpression', replacement: 'true', location: at(2, 5, 3, 4) },
    { status: 'Killed', mutatorName: 'EqualityOperator', replacement: 'a >=\n  0', location: at(2, 5, 3, 4) },
    { status: 'NoCoverage', mutatorName: 'Number', replacement: '', location: at(1, 11, 1, 12) },
  ];
  expect(unnoticedIn({ source, mutants })).toEqual([
    '1  Number  1  ->   (not reached)',
    '2  ConditionalExpression  a > 0  ->  true',
  ]);
});
