import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { Run } from '../../src/engine/benchmark/run-benchmark.ts';
import { RunFile } from './run-file.ts';

it('makes only the runs that its file lacks, and the last one again where its line was cut short', async () => {
  const file = join(temporaryFolder(), 'runs.jsonl');
  const made: number[] = [];
  const call = async (...keys: readonly number[]) => {
    const kept = new RunFile(file);
    for (const key of keys) await kept.runsOf({ key }, () => (made.push(key), Promise.resolve([])));
  };
  await call(1, 2);
  await call(1, 2, 3);
  expect(made).toEqual([1, 2, 3]);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -5));
  await call(1, 2, 3);
  expect(made).toEqual([1, 2, 3, 3]);
  await call(1, 2, 3);
  expect(made).toEqual([1, 2, 3, 3]);
});

it('gives what is finished, and makes nothing of what is not', async () => {
  const file = join(temporaryFolder(), 'runs.jsonl');
  const runs = [{ method: 'itq' }] as unknown as readonly Run[];
  await new RunFile(file).runsOf('made', () => Promise.resolve(runs));
  const kept = new RunFile(file);
  expect(kept.finished('made')).toEqual(runs);
  expect(kept.finished('not made')).toEqual([]);
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
});
