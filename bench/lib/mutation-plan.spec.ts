import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leftOut, mutationPlan } from './mutation-plan.ts';

const root = join(import.meta.dirname, '../..');
const planned = mutationPlan.flatMap(({ files }) => files);

it.each(['search/relevance', 'jobs', 'store', 'library', 'backup'])(
  'has each file of %s once, or says why it is left out',
  (folder) => {
    const files = globSync(`src/engine/${folder}/**/*.ts`, { cwd: root })
      .map((file) => file.slice('src/engine/'.length))
      .filter((file) => !/\.spec\.ts$|\.d\.ts$/.test(file));
    const named = [...planned, ...Object.keys(leftOut)].filter((file) => file.startsWith(`${folder}/`));
    const migrations = files.filter((file) => file.startsWith('store/migrations/'));
    expect(named.toSorted()).toEqual(files.filter((file) => !migrations.includes(file)).toSorted());
  },
);

it('names tests that are there', () => {
  const missing = mutationPlan.flatMap(({ specs }) => specs).filter((spec) => !existsSync(join(root, spec)));
  expect(missing).toEqual([]);
  expect(new Set(mutationPlan.map(({ name }) => name)).size).toBe(mutationPlan.length);
});
