// Guarantees of the queue: one job at a time, cancel, pause, and resumption after the process has died. Two queues
// on one library stand for two processes: each has its own lock, and only one of them can hold it.
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { itemAt } from '../../shared/at.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { ProcessLock } from '../runtime/process-lock.ts';
import { openStore, type Store } from '../store/database.ts';
import { JobYielded, JobQueue, type JobQueueOptions, type JobRunner } from './queue.ts';
import { rawDatabase } from '../store/raw-database.ts';

interface Setup {
  readonly dir?: string;
  readonly adoptsJobs?: boolean;
  readonly discarded?: unknown[];
  readonly discard?: (params: unknown) => Promise<void>;
  readonly gate?: JobQueueOptions['gate'];
  readonly log?: string[];
}

/** A process on the library in `dir`. */
function queueWith(
  runner: JobRunner,
  { dir = temporaryFolder(), adoptsJobs = true, discarded = [], discard, gate, log = [] }: Setup = {},
) {
  const store = openStore(dir);
  const lock = new ProcessLock(join(dir, 'jobs.lock'));
  onTestFinished(() => {
    lock.release();
    store.close();
  });
  const events: Job[] = [];
  const queue = new JobQueue({
    store,
    lock,
    adoptsJobs,
    runners: {
      ...{ index: runner, train: runner, encode: runner, download: runner, duplicates: runner, ocr: runner },
      ...{ copy: runner, export: runner, publish: runner, 'server-index': runner, sidecars: runner },
    },
    discard: { train: discard ?? (async (params) => void discarded.push(params)) },
    ...(gate === undefined ? {} : { gate }),
    emit: (job) => events.push(job),
    log: (line) => log.push(line),
  });
  const stateOf = (id: Job['id']) => queue.list().find((job) => job.id === id)?.state;
  return { queue, store, events, dir, lock, stateOf };
}

/** A process killed while it ran a job: its row stays, its lock does not. */
function leftRunning(store: Store, params: unknown = {}, times = 1): Job['id'] {
  const { id } = store.jobs.insert('index', params, 4711);
  for (let crash = 0; crash < times; crash++) {
    store.jobs.release(id, ['running'], { state: 'queued', message: '', keepAttempts: true });
    store.jobs.start(id, process.ppid);
  }
  return id;
}

/** A job that works until it is stopped. */
const untilStopped: JobRunner = (_params, { signal }) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(new Error('stopped'));
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
/** A job that takes a while to stop. */
const slowToStop: JobRunner = (params, context) =>
  untilStopped(params, context).catch(async (error: unknown) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    throw error;
  });
const started = (events: Job[]) => expect.poll(() => events.some((job) => job.state === 'running')).toBe(true);

it('lets any work that may be interrupted step back for copies, which a person waits for', async () => {
  const order: string[] = [];
  const { queue } = queueWith(async (params, context) => {
    order.push(JSON.stringify(params));
    if (JSON.stringify(params) !== '"photos"' || order.length > 1) return;
    await expect.poll(() => context.othersWait()).toBe(true);
    await context.mayContinue();
  });
  const photos = queue.enqueue('index', 'photos');
  await expect.poll(() => order.length).toBe(1);
  queue.enqueue('copy', 'copies');
  expect((await queue.finished(photos.id)).state).toBe('done');
  expect(order).toEqual(['"photos"', '"copies"', '"photos"']);
});

it('lets work that is in no hurry step back for other work, and go on behind it', async () => {
  const order: string[] = [];
  const { queue } = queueWith(async (params, context) => {
    order.push(JSON.stringify(params));
    if (JSON.stringify(params) !== '"text"' || order.length > 1) return;
    await expect.poll(() => context.othersWait()).toBe(true);
    throw new JobYielded();
  });
  const text = queue.enqueue('ocr', 'text');
  const more = queue.enqueue('ocr', 'more');
  const photos = queue.enqueue('index', 'photos');
  for (const { id } of [text, more, photos]) expect((await queue.finished(id)).state).toBe('done');
  expect([order[0], order[1], order.length]).toEqual(['"text"', '"photos"', 4]);
});

it('runs what a person waits for before ordinary work, then an encoder that is being prepared, then text in photos', async () => {
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const { queue } = queueWith(async (params) => {
    order.push(JSON.stringify(params));
    if (order.length === 1) await first.promise;
  });
  const ids = [
    queue.enqueue('index', { n: 1 }),
    queue.enqueue('ocr', { n: 2 }),
    queue.enqueue('encode', { encoderId: 'next' }),
    queue.enqueue('index', { n: 3 }),
    queue.enqueue('encode', {}),
    queue.enqueue('train', { prepareModelId: 'm' }),
    queue.enqueue('sidecars', { n: 4 }),
    queue.enqueue('copy', { n: 5 }),
  ].map(({ id }) => id);
  first.resolve();
  for (const id of ids) await queue.finished(id);
  expect(order).toEqual([
    ...['{"n":1}', '{"prepareModelId":"m"}', '{"n":4}', '{"n":5}', '{"n":3}', '{}', '{"encoderId":"next"}', '{"n":2}'],
  ]);
});

it('shows the result of each kind of job under its own name, and nowhere else', async () => {
  const { queue } = queueWith(async () => ({ modelId: 'm', of: 'this job' }));
  const resultOf = {
    ...{ index: 'result', copy: 'copies', publish: 'published', 'server-index': 'measured' },
    ...{ sidecars: 'sidecars', export: 'exported', train: null, encode: null, ocr: null, download: null },
  } as const;
  for (const [kind, place] of Object.entries(resultOf)) {
    const job = await queue.finished(queue.enqueue(kind as keyof typeof resultOf, { encoderId: 'e' }).id);
    const places = ['result', 'copies', 'published', 'measured', 'sidecars', 'exported'] as const;
    expect([kind, ...places.filter((name) => job[name] !== null)]).toEqual(place === null ? [kind] : [kind, place]);
    expect([kind, job.modelId, job.encoderId]).toEqual([
      kind,
      kind === 'train' ? 'm' : null,
      kind === 'encode' ? 'e' : null,
    ]);
  }
});

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

it('keeps the code and the sentence of a failure, and its stack and causes, and logs them', async () => {
  const log: string[] = [];
  const cause = new RangeError('too far');
  const { queue, store } = queueWith(
    () => Promise.reject(new HashlensError('empty-folder', 'There is nothing.', { cause })),
    { log },
  );
  const job = await queue.finished(queue.enqueue('index', {}).id);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'empty-folder', message: 'There is nothing.' } });
  const detail = store.jobs.errorDetail(job.id);
  expect(detail).toMatch(/There is nothing\.\n +at .*queue\.spec\.ts[^]*caused by RangeError: too far\n +at /);
  expect(log).toEqual([`job ${job.id} (index) failed: ${detail}`]);
});

it('cancels a running and a waiting job', async () => {
  const { queue, events } = queueWith(untilStopped);
  const running = queue.enqueue('index', {});
  const waiting = queue.enqueue('index', {});
  await started(events);
  await queue.cancel(waiting.id);
  await queue.cancel(running.id);
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
  expect((await queue.finished(id)).state).toBe('paused');
  queue.resume(id);
  expect((await queue.finished(id)).state).toBe('done');
  expect(runs).toBe(2);
});

it('cancels for good what is cancelled while it is stopping for a pause, and tells who waits', async () => {
  const discarded: unknown[] = [];
  const { queue, events } = queueWith(slowToStop, { discarded });
  const { id } = queue.enqueue('train', { n: 1 });
  await started(events);
  const ended = queue.finished(id);
  queue.pause(id);
  await queue.cancel(id);
  queue.pause(id);
  expect((await ended).state).toBe('cancelled');
  expect(discarded).toEqual([{ n: 1 }]);
});

it('goes on after a pause that is taken back before the job has stopped', async () => {
  let runs = 0;
  const { queue } = queueWith(async (params, context) => {
    runs++;
    if (runs === 1) await slowToStop(params, context);
  });
  const { id } = queue.enqueue('index', {});
  await expect.poll(() => runs).toBe(1);
  queue.pause(id);
  queue.resume(id);
  expect((await queue.finished(id)).state).toBe('done');
  expect(runs).toBe(2);
});

it('discards what a cancelled job has left, and nothing of one that is paused or fails', async () => {
  const discarded: unknown[] = [];
  const { queue, events } = queueWith(untilStopped, { discarded });
  const { id } = queue.enqueue('train', { n: 1 });
  await started(events);
  queue.pause(id);
  await queue.finished(id);
  expect(discarded).toEqual([]);
  await queue.cancel(id);
  expect(discarded).toEqual([{ n: 1 }]);
});

it('says that there is no such job', () => {
  const { queue } = queueWith(untilStopped);
  expect(() => queue.finished(99 as Job['id'])).toThrow(/no job 99/);
});

it('takes up a job whose process has died, though its process id is used again', async () => {
  const { store, dir } = queueWith(untilStopped);
  const id = leftRunning(store);
  const { queue } = queueWith(async () => undefined, { dir });
  queue.open();
  expect((await queue.finished(id)).state).toBe('done');
});

it('goes on with a job that a shutdown has interrupted', async () => {
  const first = queueWith(untilStopped);
  const { id } = first.queue.enqueue('index', {});
  await started(first.events);
  await first.queue.close();
  const second = queueWith(async () => undefined, { dir: first.dir });
  second.queue.open();
  expect((await second.queue.finished(id)).state).toBe('done');
});

it('gives up a job that takes the engine down again and again', async () => {
  const { store, dir } = queueWith(untilStopped);
  const id = leftRunning(store, {}, 3);
  const { queue } = queueWith(async () => undefined, { dir });
  queue.open();
  expect(await queue.finished(id)).toMatchObject({ state: 'failed', error: { code: 'engine-stopped' } });
});

it('changes nothing of an interrupted job in a process that only reads, and shows it as paused', async () => {
  const { store, dir } = queueWith(untilStopped);
  const id = leftRunning(store);
  const before = store.jobs.get(id);
  const reader = queueWith(untilStopped, { dir, adoptsJobs: false });
  reader.queue.open();
  expect(reader.stateOf(id)).toBe('paused');
  expect((await reader.queue.finished(id)).message).toMatch(/Interrupted/);
  expect(store.jobs.get(id)).toEqual(before);
});

it('goes on with an interrupted job that does the same as one that is asked for', async () => {
  const { store, dir } = queueWith(untilStopped);
  const [same, other] = [leftRunning(store, { n: 1 }), leftRunning(store, { n: 2 })];
  const { queue, stateOf } = queueWith(async () => undefined, { dir, adoptsJobs: false });
  const job = queue.enqueue('index', { n: 1 });
  expect(job.id).toBe(same);
  expect((await queue.finished(same)).state).toBe('done');
  expect(stateOf(other)).toBe('paused');
  queue.resume(other);
  expect((await queue.finished(other)).state).toBe('done');
});

it('goes on with an interrupted job where one does the same, and starts none where there is none', async () => {
  const { queue, store } = queueWith(async () => undefined, { adoptsJobs: false });
  expect(queue.resumeInterrupted('index', { folderIds: [1] })).toBeNull();
  const id = leftRunning(store, { folderIds: [1] });
  expect(queue.resumeInterrupted('index', { folderIds: [2] })).toBeNull();
  expect(queue.resumeInterrupted('index', { folderIds: [1] })?.id).toBe(id);
  expect((await queue.finished(id)).state).toBe('done');
  expect(queue.list()).toHaveLength(1);
});

it('starts a job whose process was killed before it could, when the same is asked for', async () => {
  const { queue, store } = queueWith(async () => undefined, { adoptsJobs: false });
  const { id } = store.jobs.insert('index', { folderIds: [1] }, 4711);
  const job = queue.enqueue('index', { folderIds: [1] });
  expect(job.id).toBe(id);
  expect((await queue.finished(job.id)).state).toBe('done');
  expect(store.jobs.withState('queued')).toEqual([]);
});

it('waits for the process that runs jobs, says for whom, and goes on when that one has ended', async () => {
  const first = queueWith(untilStopped);
  const running = first.queue.enqueue('train', {});
  await started(first.events);
  const second = queueWith(async () => undefined, { dir: first.dir, adoptsJobs: false });
  const waiting = second.queue.enqueue('index', {});
  const message = `Waiting for another process (${process.pid}), which is training`;
  expect(waiting).toMatchObject({ state: 'queued', message });
  expect(second.stateOf(running.id)).toBe('running');
  await first.queue.close();
  expect((await second.queue.finished(waiting.id)).state).toBe('done');
});

it('pauses and cancels a job that another process runs', async () => {
  const discarded: unknown[] = [];
  const first = queueWith(slowToStop, { discarded });
  const second = queueWith(untilStopped, { dir: first.dir, adoptsJobs: false });
  const a = first.queue.enqueue('train', 'a');
  await started(first.events);
  second.queue.pause(a.id);
  expect((await second.queue.finished(a.id)).state).toBe('paused');
  expect((await first.queue.finished(a.id)).state).toBe('paused');
  const b = first.queue.enqueue('train', 'b');
  await expect.poll(() => first.stateOf(b.id)).toBe('running');
  second.queue.pause(b.id);
  await second.queue.cancel(b.id);
  expect((await second.queue.finished(b.id)).state).toBe('cancelled');
  expect(discarded).toEqual(['b']);
});

it('refuses to stop or resume a job that has ended', async () => {
  const { queue } = queueWith(async () => undefined);
  const { id } = queue.enqueue('index', {});
  await queue.finished(id);
  const ended = { code: 'bad-argument', message: `Job ${id} has already ended.` };
  await expect(queue.cancel(id)).rejects.toMatchObject(ended);
  expect(() => queue.pause(id)).toThrow(ended.message);
  expect(() => queue.resume(id)).toThrow(ended.message);
  expect(queue.get(id).state).toBe('done');
});

it('pauses and cancels a job that waits, and one that was interrupted, at once', async () => {
  const discarded: unknown[] = [];
  const { store, dir } = queueWith(untilStopped);
  const [paused, cancelled] = [leftRunning(store, 'a'), leftRunning(store, 'b')];
  const { queue, events, stateOf } = queueWith(untilStopped, { dir, adoptsJobs: false, discarded });
  queue.pause(paused);
  expect(store.jobs.get(paused)).toMatchObject({ state: 'paused', message: 'Paused', ownerPid: null });
  await queue.cancel(cancelled);
  expect(store.jobs.get(cancelled)?.state).toBe('cancelled');
  const running = queue.enqueue('train', 'c');
  const waiting = [queue.enqueue('train', 'd'), queue.enqueue('train', 'e')];
  await started(events);
  for (const { id } of waiting) queue.pause(id);
  expect(waiting.map(({ id }) => stateOf(id))).toEqual(['paused', 'paused']);
  await queue.cancel(itemAt(waiting, 0).id);
  expect(stateOf(itemAt(waiting, 0).id)).toBe('cancelled');
  expect(discarded).toEqual(['d']);
  await queue.cancel(running.id);
  expect((await queue.finished(running.id)).state).toBe('cancelled');
  // The paused job is not started instead.
  expect(stateOf(itemAt(waiting, 1).id)).toBe('paused');
});

it('carries out earlier requests for jobs of a dead process, and resumes the others in order', async () => {
  const discarded: unknown[] = [];
  const { store, dir } = queueWith(untilStopped);
  const cancelled = store.jobs.insert('train', 'cancelled', 4711).id;
  store.jobs.start(cancelled, 4711);
  store.jobs.ask(cancelled, 'cancel');
  const paused = leftRunning(store, 'paused');
  store.jobs.ask(paused, 'pause');
  const twice = leftRunning(store, 'twice', 2);
  const queued = store.jobs.insert('index', 'queued', 4711).id;
  const order: unknown[] = [];
  const run: JobRunner = async (params) => void order.push(params);
  const { queue, events } = queueWith(run, { dir, discarded });
  queue.open();
  const last = queue.enqueue('index', 'last');
  for (const id of [twice, queued, last.id]) expect((await queue.finished(id)).state).toBe('done');
  expect(order).toEqual(['twice', 'queued', 'last']);
  expect(store.jobs.get(cancelled)?.state).toBe('cancelled');
  expect(store.jobs.get(paused)).toMatchObject({ state: 'paused', message: 'Paused' });
  expect(discarded).toEqual(['cancelled']);
  expect(events.filter(({ id }) => id === cancelled).map(({ state }) => state)).toEqual(['cancelled']);
  expect(events.filter(({ id }) => id === paused).map(({ state }) => state)).toEqual(['paused']);
});

it('says how often a job has taken the engine down when it gives it up', async () => {
  const { store, dir } = queueWith(untilStopped);
  const id = leftRunning(store, {}, 3);
  const { queue } = queueWith(async () => expect.unreachable(), { dir });
  queue.open();
  const { error } = await queue.finished(id);
  expect(error?.message).toMatch(/^This job has stopped the engine 3 times and was given up/);
});

it('does not begin again what is at work or waits when it is resumed', async () => {
  const runs: unknown[] = [];
  const { queue } = queueWith(async (params, context) => {
    runs.push(params);
    await untilStopped(params, context);
  });
  const first = queue.enqueue('index', 'a');
  const second = queue.enqueue('index', 'b');
  await expect.poll(() => runs).toEqual(['a']);
  expect(queue.resume(first.id)).toMatchObject({ id: first.id, state: 'running' });
  expect(queue.resume(second.id)).toMatchObject({ id: second.id, state: 'queued' });
  queue.pause(first.id);
  expect((await queue.finished(first.id)).state).toBe('paused');
  await expect.poll(() => runs).toEqual(['a', 'b']);
  await queue.cancel(second.id);
  expect((await queue.finished(second.id)).state).toBe('cancelled');
  expect(runs).toEqual(['a', 'b']);
});

it('lets other processes have their turn when it has nothing to do, and once it is closed', async () => {
  const { queue, lock, events } = queueWith(untilStopped);
  expect(lock.held).toBe(false);
  const { id } = queue.enqueue('index', {});
  await started(events);
  expect(lock.held).toBe(true);
  await queue.cancel(id);
  await queue.finished(id);
  expect(lock.held).toBe(false);
  queue.enqueue('index', {});
  await expect.poll(() => events.filter(({ state }) => state === 'running').length).toBe(2);
  await queue.close();
  expect(lock.held).toBe(false);
  // A closed queue starts nothing.
  const late = queue.enqueue('index', {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(queue.get(late.id).state).toBe('queued');
});

it('reports progress with rate and time left, not more often than it is visible', async () => {
  const { queue, events, store } = queueWith(async (_params, { progress }) => {
    progress(0, 1000, 'Reading');
    for (let done = 1; done < 1000; done++) progress(done, 1000, 'Reading');
    progress(1000, 1000, 'Reading');
    progress(5, 10, 'Writing');
    progress(6, 10, 'Writing');
  });
  const { id } = queue.enqueue('index', {});
  await queue.finished(id);
  const reported = events.filter(({ state }) => state === 'running').map(({ message, done }) => `${message} ${done}`);
  expect(reported.slice(0, 2)).toEqual([' 0', 'Reading 0']);
  expect(reported).toContain('Reading 1000');
  expect(reported).toContain('Writing 5');
  expect(reported.length).toBeLessThan(20);
  expect(store.jobs.get(id)).toMatchObject({ state: 'done', done: 10, total: 10, message: 'Done' });
  expect(events.at(-1)).toMatchObject({ state: 'done', done: 10, total: 10, message: 'Done' });
});

it('knows when a job was started before, and whether anything in a hurry waits for it', async () => {
  const seen: (number | boolean | null)[] = [];
  const { queue, store } = queueWith(async (_params, context) => {
    seen.push(context.startedBefore, context.othersWait());
    await context.mayContinue();
    if (seen.length === 2) await untilStopped({}, context);
  });
  const { id } = queue.enqueue('index', 'a');
  await expect.poll(() => seen).toEqual([null, false]);
  const first = store.jobs.get(id)?.startedAt ?? 0;
  queue.pause(id);
  await queue.finished(id);
  queue.enqueue('ocr', 'text');
  queue.resume(id);
  await queue.finished(id);
  expect(first).toBeGreaterThan(1e12);
  expect(seen.slice(2, 4)).toEqual([null, true]);
  expect(seen.slice(4, 6)).toEqual([first, false]);
});

it('lets a job continue only in the machine state that the person has chosen', async () => {
  const free = Promise.withResolvers<void>();
  const asked: string[] = [];
  const runner: JobRunner = async (_params, { progress, mayContinue }) => {
    progress(3, 7, 'Reading');
    await mayContinue();
    asked.push('gone on');
  };
  const gate: Setup['gate'] = {
    pass: async (signal, say) => {
      asked.push(`asked ${signal.aborted}`);
      say('Waiting for the mains', 'power');
      await free.promise;
    },
  };
  const { queue, events } = queueWith(runner, { gate });
  const { id } = queue.enqueue('index', {});
  await expect
    .poll(() => events.at(-1))
    .toMatchObject({
      ...{ done: 3, total: 7 },
      ...{ message: 'Waiting for the mains', waitsFor: 'power' },
    });
  expect(asked).toEqual(['asked false']);
  free.resolve();
  expect(await queue.finished(id)).toMatchObject({ state: 'done', waitsFor: null });
  expect(asked).toEqual(['asked false', 'gone on']);
});

it('ends a cancelled job also where what it has left cannot be removed, and logs why', async () => {
  const log: string[] = [];
  const discard = () => Promise.reject(new Error('no room'));
  const { queue, events } = queueWith(untilStopped, { log, discard });
  const { id } = queue.enqueue('train', {});
  await started(events);
  await queue.cancel(id);
  expect((await queue.finished(id)).state).toBe('cancelled');
  expect(log).toEqual([
    expect.stringMatching(/^the partial work of job \d+ \(train\) could not be removed: .*no room/),
  ]);
});

it('goes on with its job when the process that had taken it up has ended', async () => {
  const first = queueWith(async () => undefined, { adoptsJobs: false });
  const second = queueWith(untilStopped, { dir: first.dir });
  // The other process is running a job, so this one waits; the other process takes it up.
  const busy = second.queue.enqueue('train', {});
  await started(second.events);
  const { id } = first.queue.enqueue('index', {});
  const ended = first.queue.finished(id);
  first.store.jobs.start(id, 4711);
  await second.queue.close();
  expect(await ended).toMatchObject({ state: 'done' });
  expect(first.store.jobs.get(busy.id)?.state).toBe('queued');
});

it('tells what another process does with a job that is waited for here', async () => {
  const first = queueWith(async (params, context) => {
    context.progress(2, 5, 'Reading');
    await untilStopped(params, context);
  });
  const { id } = first.queue.enqueue('index', {});
  await started(first.events);
  const second = queueWith(untilStopped, { dir: first.dir, adoptsJobs: false });
  const ended = second.queue.finished(id);
  await expect
    .poll(() => second.events.at(-1))
    .toMatchObject({ id, state: 'running', done: 2, total: 5, message: 'Reading' });
  first.queue.pause(id);
  expect(await ended).toMatchObject({ state: 'paused', message: 'Paused' });
  expect(second.events.filter(({ state }) => state === 'running')).toHaveLength(1);
});

it('ends a job in memory when its end cannot be stored, and stores it once there is room', async () => {
  const { queue, store, events, stateOf, dir } = queueWith(untilStopped);
  const { id } = queue.enqueue('index', {});
  await started(events);
  const watcher = openStore(dir);
  onTestFinished(() => watcher.close());
  // No page to spare, as on a full disk, also for the write-ahead log.
  const blocked = blockWrites(store);
  const ended = queue.finished(id);
  await queue.cancel(id);
  expect((await ended).state).toBe('cancelled');
  expect(stateOf(id)).toBe('cancelled');
  expect(watcher.jobs.get(id)?.state).toBe('running');
  expect(() => queue.enqueue('index', {})).toThrow(/readonly database/);
  blocked.release();
  await expect.poll(() => watcher.jobs.get(id)?.state).toBe('cancelled');
});

/** Makes every write of the store fail, as SQLite does when the disk is full. */
function blockWrites(store: Store) {
  const db = rawDatabase(store);
  db.pragma('query_only = ON');
  return { release: () => void db.pragma('query_only = OFF') };
}
