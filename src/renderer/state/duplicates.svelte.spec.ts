// State of the search for near-duplicates.
import { expect, it } from 'vitest';
import type { JobId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Ask } from '../bridge.ts';
import { Duplicates } from './duplicates.svelte.ts';
import { Jobs } from './jobs.svelte.ts';

const job: Job = {
  id: 7 as JobId,
  kind: 'duplicates',
  state: 'running',
  message: 'Looking at photos',
  done: 0,
  total: 0,
  rate: 0,
  etaSeconds: null,
  createdAt: 1,
  finishedAt: null,
  error: null,
  modelId: null,
  result: null,
};

it('is searching while such a job runs, and not while another kind does', async () => {
  // Only the methods of this subject exist.
  const ask = ((method: string) => Promise.resolve(method === 'photos.findDuplicates' ? job : null)) as unknown as Ask;
  const jobs = new Jobs(ask, () => undefined);
  const duplicates = new Duplicates(ask, jobs, () => undefined);
  jobs.receive({ ...job, id: 6 as JobId, kind: 'encode' });
  expect(duplicates.searching).toBe(false);
  await duplicates.find();
  expect(duplicates.searching).toBe(true);
  jobs.receive({ ...job, state: 'done' });
  expect(duplicates.searching).toBe(false);
  await duplicates.load();
  expect(duplicates.loaded).toBe(true);
  expect(duplicates.report).toBeNull();
});

it('tells why it could not be asked', async () => {
  const errors: unknown[] = [];
  const ask = (() => Promise.reject(new Error('no engine'))) as unknown as Ask;
  const duplicates = new Duplicates(ask, new Jobs(ask, () => undefined), (error) => errors.push(error));
  await duplicates.find();
  await duplicates.load();
  expect(errors).toHaveLength(2);
  expect(duplicates.loaded).toBe(false);
});
