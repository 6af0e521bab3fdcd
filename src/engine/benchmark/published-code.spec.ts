import { expect, it } from 'vitest';
import { findMethod } from '../hashing/methods/registry.ts';
import { publishedRuns } from './published-code.ts';

const runOf = (method: string, database: string) =>
  publishedRuns.filter((run) => run.method === method && run.database === database);

it('has one run of a method for each kind of database codes, with shares of one', () => {
  for (const { method, database, values } of publishedRuns) {
    expect(findMethod(method).id).toBe(method);
    expect(runOf(method, database)).toHaveLength(1);
    for (const value of Object.values(values).flat()) expect(value > 0 && value < 1).toBe(true);
  }
});

it.each([
  ['ucch', 'encoder', [0.25, 0.517]],
  ['rfdh', 'fused', [0.226, 0.548]],
  ['rfdh', 'encoder', [0.254, 0.249]],
  ['batch', 'learned', [0.394, 0.749]],
])('has what the published code of %s gave with database codes of the kind %s, 64 bits', (method, database, values) => {
  expect(runOf(method, database)[0]?.values[64]).toEqual(values);
});

it.each(['ucch', 'djsrh', 'jdsh', 'dgcpn', 'cirh', 'dch', 'lemon'])('says why ours of %s differs', (method) => {
  expect(runOf(method, 'encoder')[0]?.difference).not.toBe('');
});
