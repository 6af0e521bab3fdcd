// A server that runs for long: nothing accumulates in it, and a training stopped inside a step does not end it.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Job } from '../../src/shared/contract/jobs.ts';
import { libraryContent } from '../support/library-content.ts';
import { fillWithPhotos } from '../support/photos.ts';
import { runOn, startServer, until, type Running } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { client } from './support/client.ts';
import { residentMegabytes } from './support/machine.ts';
import { fault } from './support/needs.ts';

/** @param captions of each photo */
async function served(photos: number, captions: number): Promise<{ library: string; server: Running; album: string }> {
  const [library, album] = [join(temporaryFolder(), 'library'), join(temporaryFolder(), 'album')];
  const files = await fillWithPhotos(album, photos);
  const lines = files.flatMap((file, i) =>
    Array.from(
      { length: captions },
      (_, n) => `${file.replace(/.*\//, '')},photo ${i} with dog number ${n} near the beach`,
    ),
  );
  writeFileSync(join(album, 'captions.csv'), `image,caption\n${lines.join('\n')}\n`);
  expect((await runOn(library, ['index', album])).status).toBe(0);
  const server = await startServer(library);
  onTestFinished(() => server.signal('SIGKILL'));
  return { library, server, album };
}

const words = 'dog beach red ball water snow boy girl jump run grass tree house car street mountain sky play'.split(
  ' ',
);

/** System resources held by a process. */
function held(pid: number): { files: number; threads: number; children: number } {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const threads = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { files: readdirSync(`/proc/${pid}/fd`).length, threads, children: children.length };
}

fault(
  'hundreds of searches, images and index runs leave no file, thread, process or memory behind',
  ['linux'],
  async () => {
    const { library, server, album } = await served(24, 1);
    const ask = client(library);
    const must = async (method: string, params?: unknown): Promise<unknown> => {
      const answer = await ask(method, params);
      expect({ method, params, answer }).toMatchObject({ answer: { ok: true } });
      return answer.value;
    };
    const image = readFileSync(join(album, 'photo-003.jpg')).toString('base64');
    const round = async (from: number, searches: number): Promise<void> => {
      const word = (n: number) => words[n % words.length];
      for (let n = from; n < from + searches; n++) {
        await must('search.query', { text: `${word(n)} ${word(7 * n)} ${n}`, limit: 20 });
        await must('search.query', { text: `+${word(n)} -${word(n + 3)} tag:beach`, explain: true });
        await must('search.complete', { text: 'tag:b', cursor: 5 });
        if (n % 5 === 0) await must('search.image', { image: { $bytes: image }, limit: 10 });
      }
      for (let n = 0; n < 4; n++) {
        const { id } = (await must('folders.index')) as Job;
        await until(async () => ((await must('jobs.list')) as Job[]).find((job) => job.id === id)?.state === 'done');
      }
    };
    const log = join(library, 'library.db-wal');
    /** Idle processes end after a quarter of a minute; the one that watches folders stays. */
    const rested = async () => {
      await until(() => held(server.pid).children <= 1, 60_000);
      return {
        ...held(server.pid),
        memory: residentMegabytes(server.pid),
        log: existsSync(log) ? statSync(log).size : 0,
      };
    };
    await round(0, 40);
    const before = await rested();
    for (let n = 1; n < 4; n++) await round(n * 40, 40);
    const after = await rested();
    expect(after.files).toBeLessThanOrEqual(before.files + 2);
    expect(after.threads).toBeLessThanOrEqual(before.threads + 1);
    expect(after.memory).toBeLessThan(before.memory + 120);
    expect(after.log).toBeLessThan(32 * 1024 * 1024);
    server.signal('SIGTERM');
    expect((await server.ended).status).toBe(0);
    expect(libraryContent(library).faults).toEqual([]);
  },
);

fault('trainings that are paused or cancelled in the middle of a long step never end the engine', [], async () => {
  const { library, server } = await served(24, 40);
  const ask = client(library);
  const states = async () => new Map(((await ask('jobs.list')).value as Job[]).map(({ id, state }) => [id, state]));
  for (let n = 0; n < 8; n++) {
    const options = { method: 'ucch', hidden: 4096, batch: 1024, epochs: 500, seed: n, activate: false };
    const started = await ask('train.start', options);
    expect(started).toMatchObject({ ok: true });
    const { id } = started.value as Job;
    await until(async () => (await states()).get(id) === 'running');
    await new Promise((resolve) => setTimeout(resolve, 300 + 450 * n));
    expect(await ask(n % 2 === 0 ? 'jobs.pause' : 'jobs.cancel', { jobId: id })).toMatchObject({ ok: true });
    if (n % 4 === 0) expect(await ask('jobs.cancel', { jobId: id })).toMatchObject({ ok: true });
    await until(async () => ['paused', 'cancelled'].includes((await states()).get(id) ?? ''));
    if ((await states()).get(id) === 'paused') {
      expect(await ask('jobs.cancel', { jobId: id })).toMatchObject({ ok: true });
    }
    await until(async () => (await states()).get(id) === 'cancelled');
    expect(await ask('search.query', { text: 'dog', limit: 1 })).toMatchObject({ ok: true });
  }
  expect(server.child.exitCode).toBe(null);
  // An automatic scan runs meanwhile; its job would be kept for the next start.
  await until(async () => [...(await states()).values()].every((state) => ['done', 'cancelled'].includes(state)));
  server.signal('SIGTERM');
  expect((await server.ended).status).toBe(0);
  // Nothing is left of them: no row, no checkpoint, no folder.
  expect(readdirSync(join(library, 'models'))).toEqual(['rotation-starter-1']);
  expect(libraryContent(library).faults).toEqual([]);
});
