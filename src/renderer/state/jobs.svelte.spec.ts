// Jobs shown as running, and results shown as news.
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { job as jobWith } from '../../../test/support/contract-values.ts';
import { fakeEngine, waitingEngine } from '../../../test/support/page.ts';
import { Jobs } from './jobs.svelte.ts';

const result = { indexed: 3, unchanged: 0, skipped: 0, failed: 0, failures: [], skippedReasons: {} };
const job = (id: number, state: Job['state'], more: Partial<Job> = {}): Job =>
  jobWith({ id: id as JobId, state, createdAt: id, result: state === 'done' ? result : null, ...more });
const jobs = () => new Jobs(waitingEngine().ask, () => undefined);
const ids = (list: readonly Job[]) => list.map(({ id }) => id);

describe('Jobs', () => {
  it('shows what is queued, running or paused, oldest first', () => {
    const all = jobs();
    for (const one of [job(3, 'queued'), job(1, 'paused'), job(2, 'running'), job(4, 'done')]) all.receive(one);
    expect(ids(all.active)).toEqual([1, 2, 3]);
  });

  it('shows the end of a job that it saw running as news, until it is dismissed', () => {
    const all = jobs();
    all.receive(job(1, 'running'));
    expect(all.news).toEqual([]);
    all.receive(job(1, 'done'));
    expect(all.active).toEqual([]);
    expect(ids(all.news)).toEqual([1]);
    all.dismiss(1 as JobId);
    expect(all.news).toEqual([]);
  });

  it('has no news of jobs that ended before the page loaded, or were cancelled', () => {
    const all = jobs();
    all.receive(job(1, 'done'));
    all.receive(job(2, 'running'));
    all.receive(job(2, 'cancelled'));
    expect(all.news).toEqual([]);
  });

  it('shows a failed job of any kind as news', () => {
    const all = jobs();
    all.receive(job(1, 'running', { kind: 'train' }));
    all.receive(job(1, 'failed', { kind: 'train', error: { code: 'too-few-pairs', message: 'Too few.' } }));
    expect(ids(all.news)).toEqual([1]);
  });

  it('does not bring back a job that ended before the answer that starts it came', () => {
    const all = jobs();
    all.receive(job(1, 'done'));
    all.receive(job(1, 'queued'));
    expect(all.active).toEqual([]);
    expect(ids(all.news)).toEqual([1]);
  });

  it('drops jobs the engine no longer lists', async () => {
    const all = new Jobs(fakeEngine({ 'jobs.list': [job(2, 'running')] }).ask, () => undefined);
    all.receive(job(1, 'running'));
    await all.load();
    expect(ids(all.active)).toEqual([2]);
  });

  it('shows a finished download as news', () => {
    const all = jobs();
    all.receive(job(1, 'running', { kind: 'download' }));
    all.receive(job(1, 'done', { kind: 'download', result: null }));
    expect(ids(all.news)).toEqual([1]);
  });

  it('tells of a run that has found nothing only where the person asked for it', () => {
    const all = jobs();
    const end = (id: number, isChanged: boolean) => all.receive(job(id, 'done', { result: { ...result, isChanged } }));
    all.receive(job(1, 'running'));
    end(1, true);
    all.receive(job(2, 'running'));
    end(2, false);
    expect(ids(all.news)).toEqual([1]);
    all.start(job(3, 'queued'));
    all.receive(job(3, 'running'));
    end(3, false);
    expect(ids(all.news)).toEqual([3]);
    all.dismiss(3 as JobId);
    expect(all.news).toEqual([]);
  });

  it('dismisses older news of the same kind with the one that has replaced them', () => {
    const all = jobs();
    for (const [id, kind] of [[1, 'copy'] as const, [2, 'train'] as const, [3, 'copy'] as const]) {
      all.receive(job(id, 'running', { kind }));
      all.receive(job(id, 'done', { kind }));
    }
    expect(ids(all.news)).toEqual([3]);
    all.dismiss(3 as JobId);
    expect(ids(all.news)).toEqual([2]);
    all.dismiss(2 as JobId);
    expect(all.news).toEqual([]);
  });

  it('keeps the counts of written sidecars while they are read again, and not over later news', () => {
    const all = jobs();
    const sidecars = { written: 3, unchanged: 0, kept: 0, failures: 0, failed: [] };
    all.receive(job(1, 'running', { kind: 'sidecars' }));
    all.receive(job(1, 'done', { kind: 'sidecars', result: null, sidecars }));
    const newsAfter = (id: number, indexed: number): number[] => {
      all.receive(job(id, 'running'));
      all.receive(job(id, 'done', { result: { ...result, indexed, isChanged: true } }));
      return ids(all.news);
    };
    expect(newsAfter(2, 2)).toEqual([1]);
    expect(newsAfter(3, 1)).toEqual([1]);
    expect(newsAfter(4, 1)).toEqual([4]);
    all.receive(job(5, 'running', { kind: 'train' }));
    all.receive(job(5, 'failed', { kind: 'train', error: { code: 'too-few-pairs', message: 'Too few.' } }));
    expect(ids(all.news)).toEqual([5]);
  });

  it('ends the wait for a job that the engine no longer lists', async () => {
    const all = new Jobs(fakeEngine({ 'jobs.list': [] }).ask, () => undefined);
    all.receive(job(1, 'running'));
    const ended = all.ended(1 as JobId);
    await all.load();
    expect(await ended).toBe(null);
    expect(await all.ended(1 as JobId)).toBe(null);
  });

  it('keeps a job that began after the list was asked for', async () => {
    const engine = waitingEngine();
    const all = new Jobs(engine.ask, () => undefined);
    const loaded = all.load();
    all.receive(job(1, 'running'));
    engine.answer(0, 'jobs.list', []);
    await loaded;
    expect(ids(all.active)).toEqual([1]);
  });
});
