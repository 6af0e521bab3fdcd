// The queue's promises: one at a time, cancel, pause, and going on after the process has died.
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { openStore, type Store } from '../store/database.ts';
import { JobQueue, type JobRunner } from './queue.ts';

function queueWith(runner: JobRunner, store: Store = openStore(temporaryFolder())) {
  const events: Job[] = [];
  const runners = { index: runner, train: runner, encode: runner, download: runner, duplicates: runner };
  const queue = new JobQueue(store, runners, (job) => events.push(job));
  return { queue, store, events };
}

/** A job that works until it is stopped. */
const untilStopped: JobRunner = (_params, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
const started = (events: Job[]) => expect.poll(() => events.some((job) => job.state === 'running')).toBe(true);

it('runs a job, tells its progress, and keeps its result', async () => {
  const { queue, events } = queueWith(async (params, { progress }) => {
    progress(1, 2, 'Working');
    return { indexed: (params as { n: number }).n };
  });
  const job = await queue.finished(queue.enqueue('index', { n: 5 }).id);
  expect(job).toMatchObject({ state: 'done', result: { indexed: 5 }, error: null });
  expect(events.some((e) => e.state === 'running' && e.done === 1 && e.total === 2 && e.message === 'Working')).toBe(
    true,
  );
});

it('runs one job at a time, in order', async () => {
  const log: string[] = [];
  const { queue } = queueWith(async (params) => {
    log.push(`start ${String(params)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push(`end ${String(params)}`);
  });
  const jobs = ['a', 'b'].map((name) => queue.enqueue('index', name));
  await Promise.all(jobs.map((job) => queue.finished(job.id)));
  expect(log).toEqual(['start a', 'end a', 'start b', 'end b']);
});

it('keeps the code and the sentence of a failure', async () => {
  const { queue } = queueWith(() => Promise.reject(new HashlensError('empty-folder', 'There is nothing.')));
  const job = await queue.finished(queue.enqueue('index', {}).id);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'empty-folder', message: 'There is nothing.' } });
});

it('cancels a running and a waiting job', async () => {
  const { queue, events } = queueWith(untilStopped);
  const running = queue.enqueue('index', {});
  const waiting = queue.enqueue('index', {});
  await started(events);
  queue.cancel(waiting.id);
  queue.cancel(running.id);
  expect((await queue.finished(running.id)).state).toBe('cancelled');
  expect((await queue.finished(waiting.id)).state).toBe('cancelled');
});

it('pauses and goes on', async () => {
  let runs = 0;
  const { queue } = queueWith(async (params, context) => {
    runs++;
    if (runs === 1) await untilStopped(params, context);
  });
  const { id } = queue.enqueue('index', {});
  await expect.poll(() => runs).toBe(1);
  queue.pause(id);
  await expect.poll(() => queue.list()[0]?.state).toBe('paused');
  queue.resume(id);
  expect((await queue.finished(id)).state).toBe('done');
  expect(runs).toBe(2);
});

it('takes up a job whose process has died', async () => {
  const store = openStore(temporaryFolder());
  const { id } = store.jobs.insert('index', { n: 1 });
  store.jobs.start(id, 2 ** 22 + 1); // above the largest process id
  const { queue } = queueWith(async () => undefined, store);
  queue.recover('resume');
  expect((await queue.finished(id)).state).toBe('done');
});

it('goes on with a job that a shutdown has interrupted', async () => {
  const store = openStore(temporaryFolder());
  const first = queueWith(untilStopped, store);
  const { id } = first.queue.enqueue('index', {});
  await started(first.events);
  await first.queue.close();
  const second = queueWith(async () => undefined, store);
  second.queue.recover('resume');
  expect((await second.queue.finished(id)).state).toBe('done');
});

it('gives up a job that takes the engine down again and again', async () => {
  const store = openStore(temporaryFolder());
  const { id } = store.jobs.insert('index', {});
  for (let crash = 0; crash < 3; crash++) store.jobs.start(id, 2 ** 22 + 1);
  const { queue } = queueWith(async () => undefined, store);
  queue.recover('resume');
  expect(await queue.finished(id)).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } });
});

it('leaves alone the job of another process that lives', () => {
  const store = openStore(temporaryFolder());
  const { id } = store.jobs.insert('index', {});
  store.jobs.start(id, process.ppid);
  const { queue } = queueWith(async () => undefined, store);
  queue.recover('resume');
  expect(queue.list()[0]?.state).toBe('running');
});
