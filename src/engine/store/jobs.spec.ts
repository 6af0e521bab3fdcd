// Rows of jobs: valid changes of state, and late ones.
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { JobId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import { rawDatabase } from './raw-database.ts';

function library() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  vi.useFakeTimers({ now: 1000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  return { jobs: store.jobs, db: rawDatabase(store) };
}

it('starts a queued job once, and keeps when it was started first', () => {
  const { jobs } = library();
  const row = jobs.insert('index', { folderIds: [1] }, 42);
  const { id } = row;
  expect(row).toEqual({
    ...{ id, kind: 'index', params: { folderIds: [1] }, state: 'queued', message: '', done: 0, total: 0, attempts: 0 },
    ...{ ownerPid: 42, createdAt: 1000, startedAt: null, finishedAt: null, error: null, result: null },
  });
  vi.setSystemTime(2000);
  expect(jobs.start(id, 43)).toBe(true);
  expect(jobs.start(id, 44)).toBe(false);
  expect(jobs.get(id)).toMatchObject({ state: 'running', ownerPid: 43, attempts: 1, startedAt: 2000 });
  expect(jobs.release(id, ['queued'], { state: 'paused', message: 'no' })).toBe(false);
  expect(jobs.release(id, ['queued', 'running'], { state: 'queued', message: 'again', keepAttempts: true })).toBe(true);
  expect(jobs.get(id)).toMatchObject({ state: 'queued', message: 'again', ownerPid: null, attempts: 1 });
  vi.setSystemTime(3000);
  jobs.start(id, 45);
  expect(jobs.get(id)).toMatchObject({ attempts: 2, startedAt: 2000 });
  jobs.release(id, ['running'], { state: 'paused', message: 'Paused' });
  expect(jobs.get(id)).toMatchObject({ state: 'paused', attempts: 0 });
});

it('ends a job once, with its result or its error and what led to it', () => {
  const { jobs } = library();
  const [a, b] = [jobs.insert('index', {}, null).id, jobs.insert('train', {}, null).id];
  jobs.start(a, 1);
  vi.setSystemTime(5000);
  expect(jobs.finish(a, ['queued'], { state: 'cancelled' })).toBe(false);
  expect(jobs.finish(a, ['running'], { state: 'done', result: { indexed: 3 } })).toBe(true);
  expect(jobs.finish(a, ['running'], { state: 'cancelled' })).toBe(false);
  expect(jobs.get(a)).toMatchObject({
    state: 'done',
    result: { indexed: 3 },
    finishedAt: 5000,
    error: null,
    ownerPid: null,
  });
  expect(jobs.errorDetail(a)).toBeNull();
  const error = { code: 'disk-full', message: 'The disk is full.', cause: 'not kept' } as const;
  jobs.finish(b, ['queued'], { state: 'failed', error, errorDetail: 'at line 1' });
  expect(jobs.get(b)).toMatchObject({ state: 'failed', result: null });
  expect(jobs.get(b)?.error).toEqual({ code: 'disk-full', message: 'The disk is full.' });
  expect(jobs.errorDetail(b)).toBe('at line 1');
  expect([jobs.errorDetail(99 as JobId), jobs.get(99 as JobId)]).toEqual([null, null]);
});

it('says that a reason was not kept where the row has one nobody can read', () => {
  const { jobs, db } = library();
  const { id } = jobs.insert('index', {}, null);
  for (const error of ['{"code":"of the future","message":"x"}', 'torn {']) {
    db.prepare('UPDATE jobs SET error = ?, params = ?, result = ?').run(error, 'torn {', 'torn {');
    expect(jobs.get(id)).toMatchObject({
      ...{ error: { code: 'internal', message: 'The reason was not kept.' }, params: null, result: null },
    });
  }
});

it('lists all that is unfinished and the last of the rest, the newest first', () => {
  const { jobs } = library();
  const ids = Array.from({ length: 6 }, () => jobs.insert('index', {}, null).id);
  const at = (n: number) => ids[n] as JobId;
  for (const n of [0, 1, 3, 5]) jobs.finish(at(n), ['queued'], { state: 'done' });
  jobs.start(at(2), 1);
  expect(jobs.list(2).map(({ id }) => id)).toEqual([at(5), at(4), at(3), at(2)]);
  expect(jobs.list().map(({ id }) => id)).toEqual(ids.toReversed());
  expect(jobs.withState('queued').map(({ id }) => id)).toEqual([at(4)]);
  expect(jobs.withState('done').map(({ id }) => id)).toEqual([at(0), at(1), at(3), at(5)]);
});

it('keeps a request of another process to cancel over one to pause, and none of a job that is not running', () => {
  const { jobs } = library();
  const { id } = jobs.insert('index', {}, null);
  jobs.ask(id, 'pause');
  expect(jobs.request(id)).toBeNull();
  jobs.start(id, 1);
  jobs.ask(id, 'pause');
  expect(jobs.request(id)).toBe('pause');
  jobs.ask(id, 'cancel');
  jobs.ask(id, 'pause');
  expect(jobs.request(id)).toBe('cancel');
  jobs.release(id, ['running'], { state: 'queued', message: '' });
  expect(jobs.request(id)).toBeNull();
  expect(jobs.request(99 as JobId)).toBeNull();
});

it('stores progress', () => {
  const { jobs } = library();
  const { id } = jobs.insert('index', {}, null);
  jobs.progress(id, 3, 7, 'Reading');
  expect(jobs.get(id)).toMatchObject({ done: 3, total: 7, message: 'Reading' });
});
