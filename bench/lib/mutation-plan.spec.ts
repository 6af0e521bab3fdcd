import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leftOut, mutatedFolders, mutationPlan } from './mutation-plan.ts';

const root = join(import.meta.dirname, '../..');
const planned = mutationPlan.flatMap(({ files }) => files);

it('names each file once, of the folders that are measured, and no file that is gone', () => {
  const files = [...planned, ...Object.keys(leftOut)];
  expect(files.filter((file) => !existsSync(join(root, 'src/engine', file)))).toEqual([]);
  expect(files.filter((file, n) => files.indexOf(file) !== n)).toEqual([]);
  const outside = files.filter((file) => !mutatedFolders.some((folder) => file.startsWith(`${folder}/`)));
  expect(outside).toEqual([]);
});

it('names tests that are there', () => {
  const missing = mutationPlan.flatMap(({ specs }) => specs).filter((spec) => !existsSync(join(root, spec)));
  expect(missing).toEqual([]);
  expect(new Set(mutationPlan.map(({ name }) => name)).size).toBe(mutationPlan.length);
});
