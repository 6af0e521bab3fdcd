// State of the search for near-duplicates.
import { expect, it } from 'vitest';
import type { JobId } from '../../shared/contract/ids.ts';
import { job } from '../../../test/support/contract-values.ts';
import { fakeEngine } from '../../../test/support/page.ts';
import { Duplicates } from './duplicates.svelte.ts';
import { Jobs } from './jobs.svelte.ts';

const search = job({ id: 7 as JobId, kind: 'duplicates' });

it('is searching while such a job runs, and not while another kind does', async () => {
  const { ask } = fakeEngine({ 'photos.findDuplicates': search, 'photos.duplicates': null });
  const jobs = new Jobs(ask, () => undefined);
  const duplicates = new Duplicates(ask, jobs, () => undefined);
  jobs.receive(job({ id: 6 as JobId, kind: 'encode' }));
  expect(duplicates.searching).toBe(false);
  await duplicates.find();
  expect(duplicates.searching).toBe(true);
  jobs.receive({ ...search, state: 'done' });
  expect(duplicates.searching).toBe(false);
  await duplicates.load();
  expect(duplicates.loaded).toBe(true);
  expect(duplicates.report).toBeNull();
});

it('reports errors of the engine', async () => {
  const errors: unknown[] = [];
  const fail = () => Promise.reject(new Error('no engine'));
  const { ask } = fakeEngine({ 'photos.findDuplicates': fail, 'photos.duplicates': fail });
  const duplicates = new Duplicates(ask, new Jobs(ask, () => undefined), (error) => errors.push(error));
  await duplicates.find();
  await duplicates.load();
  expect(errors).toHaveLength(2);
  expect(duplicates.loaded).toBe(false);
});
