// Copies of photos in a folder: their names, what stops the job, and how a second run recognises the first one's copies.
import { afterEach, expect, it, vi } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { CopyOutcome } from '../../shared/contract/copies.ts';
import type { JobId, PhotoId } from '../../shared/contract/ids.ts';
import type { JobKind, JobState } from '../../shared/contract/jobs.ts';
import { HashlensError, type ErrorCode } from '../../shared/errors.ts';
import type { PutCopy } from '../library/put-copy.ts';
import type { RootState } from '../library/reader/messages.ts';
import { copyJob } from './copy-job.ts';

afterEach(() => void vi.useRealTimers());

interface Given {
  /** Result of each copy by its target; a code is an error about the photo. */
  readonly answer?: (target: string) => PutCopy['state'] | PutCopy | ErrorCode;
  readonly state?: RootState;
  readonly prepare?: () => string;
}
const states = ['written', 'taken', 'made-before'] as const;
const original = { as: 'original' } as const;

function library({ answer = () => 'written', state = 'online', prepare = () => 'place' }: Given = {}) {
  const { store, add } = photoLibrary();
  const asked: {
    readonly path: string;
    readonly target: string;
    readonly place: string;
    readonly madeSince: number | null;
  }[] = [];
  const progress: (readonly [number, number, string | undefined])[] = [];
  let [atWork, mostAtWork] = [0, 0];
  const job = copyJob(store, {
    prepareCopyFolder: (folder) => {
      expect(folder).toBe('/copies');
      return Promise.resolve().then(prepare);
    },
    copy: async (root, { path, target, place, madeSince }) => {
      expect(root).toBe('/photos');
      asked.push({ path, target, place, madeSince });
      mostAtWork = Math.max(mostAtWork, ++atWork);
      await Promise.resolve();
      await Promise.resolve();
      atWork--;
      const found = answer(target);
      if (typeof found !== 'string') return found;
      const known = states.find((one) => one === found);
      if (known === undefined) throw new HashlensError(found as ErrorCode, `${path}: ${found}.`);
      return { state: known };
    },
    state: () => Promise.resolve(state),
  });
  const run = async (photoIds: readonly PhotoId[], params: object = {}, more: Partial<typeof undisturbed> = {}) =>
    (await job(
      { photoIds, folder: '/copies', form: original, ...params },
      { ...undisturbed, progress: (done, total, message) => void progress.push([done, total, message]), ...more },
    )) as CopyOutcome;
  const targets = () => asked.map(({ target }) => target.replaceAll('\\', '/'));
  return { store, add, run, asked, progress, targets, mostAtWork: () => mostAtWork };
}
const many = (add: (path: string) => PhotoId, count: number) =>
  Array.from({ length: count }, (_, n) => add(`${n}.jpg`));
const outcome = { folder: '/copies', copied: 0, failed: [], failures: 0 };

it('copies each photo under its name, two at a time', async () => {
  const { add, run, asked, progress, targets, mostAtWork } = library();
  expect(await run([add('x/a.jpg'), add('b.PNG'), add('c.jpg')])).toEqual({ ...outcome, copied: 3 });
  expect(targets()).toEqual(['/copies/a.jpg', '/copies/b.PNG', '/copies/c.jpg']);
  expect(asked[0]).toMatchObject({ path: 'x/a.jpg', place: 'place', madeSince: null });
  expect(progress).toEqual([0, 1, 2, 3].map((n) => [n, 3, 'Copying photos']));
  expect(mostAtWork()).toBe(2);
});

it('gives a number to a name that a photo before it or another file has', async () => {
  const { add, run, targets } = library({
    answer: (target) => (/b(?: \(2\))?\.jpg/.test(target) ? 'taken' : 'written'),
  });
  await run([add('x/a.jpg'), add('y/a.jpg'), add('b.jpg')]);
  const [files, numbered] = [
    ['a.jpg', 'a (2).jpg', 'b.jpg'],
    ['b (2).jpg', 'b (3).jpg'],
  ];
  expect(targets()).toEqual([...files, ...numbered].map((name) => `/copies/${name}`));
});

it('fills in the pattern of names, with places among the photos that are there', async () => {
  const { add, run, targets } = library();
  const [a, b] = [add('a.jpg', { capturedAt: Date.UTC(2019, 6, 31, 12) }), add('b.jpg')];
  await run([a, 99 as PhotoId, b], { names: '{date} {number} {name}' });
  expect(targets()).toEqual(['/copies/2019-07-31 001 a.jpg', '/copies/undated 002 b.jpg']);
});

it('gives pictures the extension of their form', async () => {
  for (const [as, extension] of [['jpeg', 'jpg'] as const, ['webp', 'webp'] as const]) {
    const { add, run, targets } = library();
    await run([add('a.heic')], { form: { as } });
    expect(targets()).toEqual([`/copies/a.${extension}`]);
  }
});

it('counts a copy of an earlier run as copied', async () => {
  const { add, run } = library({ answer: () => 'made-before' });
  expect(await run(many(add, 3))).toEqual({ ...outcome, copied: 3 });
});

it('names photos that could not be copied, and counts those that are no longer in the library', async () => {
  const { add, run } = library({ answer: (target) => (target.endsWith('1.jpg') ? 'unreadable' : 'written') });
  expect(await run([...many(add, 3), 99 as PhotoId])).toEqual({
    ...{ ...outcome, copied: 2, failures: 2 },
    failed: [{ path: '/photos/1.jpg', message: '1.jpg: unreadable.', code: 'unreadable' }],
  });
});

it('lists a hundred photos that could not be copied, and counts all', async () => {
  const { add, run } = library({ answer: () => 'unreadable' });
  const { failed, failures } = await run(many(add, 102));
  expect([failed.length, failures]).toEqual([100, 102]);
});

it('makes no picture of a video, which it copies as it is', async () => {
  const { add, run, targets } = library();
  const video = add('v.mp4', { format: 'video' });
  expect(await run([video], { form: { as: 'jpeg' } })).toMatchObject({
    failures: 1,
    failed: [{ code: 'unsupported-format', message: 'v.mp4 is a video, which is copied only as it is.' }],
  });
  expect(targets()).toEqual([]);
  expect(await run([video])).toEqual({ ...outcome, copied: 1 });
});

it('makes no folder where none of the photos is in the library', async () => {
  const { run, progress } = library({ prepare: () => expect.fail('not needed') });
  expect(await run([98, 99] as PhotoId[])).toEqual({ ...outcome, failures: 2 });
  expect(progress).toEqual([[0, 0, 'Copying photos']]);
});

it.each(['disk-full', 'internal', 'library-gone', 'cancelled'] as const)(
  'ends at an error that the next photo would meet too: %s',
  async (code) => {
    const { add, run, asked } = library({ answer: (target) => (target.endsWith('1.jpg') ? code : 'written') });
    await expect(run(many(add, 9))).rejects.toMatchObject({ code });
    expect(asked.length).toBeLessThanOrEqual(3);
  },
);

it.each([
  [
    'disk-full',
    'There is no room left on the disk of /copies. The copies made so far are whole; free some room and try again.',
  ],
  ['read-only', 'Nothing can be written into /copies; check its permissions and its disk, or choose another folder.'],
  ['io-error', 'Nothing can be written into /copies; check its permissions and its disk, or choose another folder.'],
  ['offline', 'Nothing can be written into /copies: The reason.'],
] as const)('ends with the reason where the folder takes no files: %s', async (code, message) => {
  const refused = { state: 'refused', error: { code, message: 'The reason.' } } as const;
  const full = library({ answer: () => refused });
  await expect(full.run(many(full.add, 9))).rejects.toMatchObject({ code, message });
  expect(full.asked).toHaveLength(2);
  const unprepared = library({
    prepare: () => {
      throw new HashlensError(code, 'The reason.');
    },
  });
  await expect(unprepared.run(many(unprepared.add, 3))).rejects.toMatchObject({ code, message });
  expect(unprepared.asked).toEqual([]);
});

it('ends where the disk of the copies does not answer, and goes on where that of a photo does not', async () => {
  const message = 'The folder /copies does not answer; check its disk.';
  const copies = library({ answer: () => 'offline', state: 'offline' });
  await expect(copies.run(many(copies.add, 9))).rejects.toMatchObject({ code: 'offline', message });
  expect(copies.asked).toHaveLength(2);
  const photos = library({ answer: () => 'offline' });
  expect(await photos.run(many(photos.add, 3))).toMatchObject({
    failures: 3,
    failed: [{ message: '0.jpg: offline.' }, {}, {}],
  });
  const others = library({ answer: () => 'unreadable', state: 'offline' });
  expect(await others.run(many(others.add, 3))).toMatchObject({ copied: 0, failures: 3 });
});

it('ends with the reason of a stop, and names no photo for it', async () => {
  const [stop, reason] = [new AbortController(), new Error('stopped')];
  const { add, run, asked } = library({
    answer: () => {
      stop.abort(reason);
      return 'unreadable';
    },
  });
  await expect(run(many(add, 9), {}, { signal: stop.signal })).rejects.toBe(reason);
  expect(asked).toHaveLength(2);
  const stopped = library();
  await expect(stopped.run(many(stopped.add, 9), {}, { signal: stop.signal })).rejects.toBe(reason);
  expect(stopped.asked).toEqual([]);
});

it('takes copies since its own last start as its own', async () => {
  const { add, run, asked } = library();
  await run([add('a.jpg')], {}, { startedBefore: 700 });
  expect(asked).toMatchObject([{ madeSince: 700 }]);
});

/** Jobs before it, as their kinds, states and parameters; each begins a second after the one before, the first at 1000. */
async function since(...jobs: readonly (readonly [JobState, object?, JobKind?])[]): Promise<number | null | undefined> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { store, add, run, asked } = library();
  const params = { photoIds: [add('a.jpg')], folder: '/copies', form: original };
  for (const [n, [state, more = {}, kind = 'copy']] of jobs.entries()) {
    vi.setSystemTime(1000 * (n + 1));
    const { id } = store.jobs.insert(kind, { ...params, ...more }, null);
    if (state === 'done' || state === 'failed' || state === 'cancelled') store.jobs.finish(id, ['queued'], { state });
  }
  const jobId = (jobs.length + 1) as JobId;
  store.jobs.insert('copy', params, null);
  vi.setSystemTime(99_000);
  store.jobs.finish(store.jobs.insert('copy', params, null).id, ['queued'], { state: 'failed' });
  await run(params.photoIds, {}, { jobId, startedBefore: 500 });
  return asked[0]?.madeSince;
}

it('takes copies since the first of the failed or cancelled jobs just before it as its own', async () => {
  expect(await since(['failed'])).toBe(1000);
  expect(await since(['cancelled'], ['failed'])).toBe(1000);
  expect(await since(['failed'], ['done'], ['failed'])).toBe(3000);
});

it('takes no copy of a job that ended well, has other photos or another folder, or copies nothing as its own', async () => {
  expect(await since(['failed'], ['done'])).toBe(500);
  expect(await since(['failed', { photoIds: [7] }])).toBe(500);
  expect(await since(['failed', { folder: '/other' }])).toBe(500);
  expect(await since(['failed', {}, 'index'])).toBe(500);
  expect(await since(['failed'], ['done', { folder: '/other' }], ['failed', {}, 'index'])).toBe(1000);
});
