// Jobs that begin again when a folder or a model was removed meanwhile.
import { expect, it } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { repeatWhenRemoved } from './repeat.ts';

const refused = (code: string) => Object.assign(new Error('refused'), { code });
const removed = refused('SQLITE_CONSTRAINT_FOREIGNKEY');

/** A job that fails with each of these errors in turn, and then ends. */
function job(...errors: readonly unknown[]) {
  const runs: unknown[] = [];
  const run = repeatWhenRemoved((params, context) => {
    runs.push([params, context === undisturbed]);
    const n = runs.length - 1;
    return n < errors.length ? Promise.reject(errors[n] as Error) : Promise.resolve('result');
  });
  return { runs, ended: run('params', undisturbed) };
}

it('runs a job once where nothing was removed, and gives its result', async () => {
  const { runs, ended } = job();
  expect([await ended, runs]).toEqual(['result', [['params', true]]]);
});

it('begins again, up to three times, where something it uses was removed', async () => {
  const { runs, ended } = job(removed, removed, removed);
  expect(await ended).toBe('result');
  expect(runs).toEqual(Array.from({ length: 4 }, () => ['params', true]));
});

it('fails with the reason at the fourth time', async () => {
  const { runs, ended } = job(removed, removed, removed, removed);
  await expect(ended).rejects.toBe(removed);
  expect(runs).toHaveLength(4);
});

it.each([
  ['another error of the database', refused('SQLITE_FULL')],
  ['an error without a code', new Error('no code')],
  ['a value that is no error', { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' }],
])('fails at once with %s', async (_, error) => {
  const { runs, ended } = job(error);
  await expect(ended).rejects.toBe(error);
  expect(runs).toHaveLength(1);
});
