// Sidecars of many photos: what is written, what stays, and how the job ends where something fails.
import { expect, it } from 'vitest';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import type { SidecarOutcome } from '../../shared/contract/metadata.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { HashlensError, type ErrorCode } from '../../shared/errors.ts';
import type { RootState } from '../library/reader/messages.ts';
import type { WrittenSidecar } from '../library/metadata/sidecar-writer.ts';
import { sidecarJob } from './sidecar-job.ts';

const sidecar = { path: 'a.xmp', isChanged: true, stamp: '', modifiedAt: 5000, kept: [] };

/** @param answer of each photo's sidecar, by path; a code is an error */
function library(
  answer: (path: string) => Partial<WrittenSidecar> | ErrorCode = () => ({}),
  state: RootState = 'online',
) {
  const { store, add, folderId } = photoLibrary();
  const asked: { readonly path: string; readonly changes: unknown; readonly keeps: boolean | undefined }[] = [];
  const progress: (readonly [number, number, string | undefined])[] = [];
  let [atWork, mostAtWork] = [0, 0];
  const job = sidecarJob(store, {
    writeSidecar: async (root, path, changes, { keeps, signal } = {}) => {
      expect([root, signal]).toEqual(['/photos', expect.any(AbortSignal)]);
      asked.push({ path, changes, keeps });
      mostAtWork = Math.max(mostAtWork, ++atWork);
      await Promise.resolve();
      await Promise.resolve();
      atWork--;
      const found = answer(path);
      if (typeof found === 'string') throw new HashlensError(found, `${path}: ${found}.`);
      return { ...sidecar, ...found };
    },
    state: () => Promise.resolve(state),
  });
  const run = async (photoIds: readonly PhotoId[], more: Partial<typeof undisturbed> = {}, replace = false) =>
    (await job(
      { photoIds, replace },
      {
        ...undisturbed,
        progress: (done, total, message) => void progress.push([done, total, message]),
        ...more,
      },
    )) as SidecarOutcome;
  return { store, add, folderId, run, asked, progress, mostAtWork: () => mostAtWork };
}
const done = { written: 0, unchanged: 0, kept: 0, failures: 0, failed: [] };

it('writes what is known of each photo beside it, two at a time, and counts what it has done', async () => {
  const { store, add, run, asked, progress, mostAtWork } = library((path) => ({
    ...{ isChanged: path !== 'b.jpg', kept: path === 'c.jpg' ? ['caption', 'date'] : [] },
  }));
  const photos = ['a.jpg', 'b.jpg', 'c.jpg'].map((path) => add(path));
  store.texts.replaceTags(photos[0] ?? expect.fail('no photo'), ['takeout'], [{ name: 'dog', source: 'takeout' }]);
  expect(await run(photos)).toEqual({ ...done, written: 2, unchanged: 1, kept: 1 });
  expect(asked).toEqual([
    { path: 'a.jpg', changes: { tags: ['dog'], people: [] }, keeps: true },
    { path: 'b.jpg', changes: { tags: [], people: [] }, keeps: true },
    { path: 'c.jpg', changes: { tags: [], people: [] }, keeps: true },
  ]);
  expect(progress).toEqual([0, 1, 2, 3].map((n) => [n, 3, 'Writing sidecars']));
  expect(mostAtWork()).toBe(2);
});

it('lets the sidecar keep what it says, unless it is to be replaced', async () => {
  const { add, run, asked } = library();
  const photos = [add('a.jpg')];
  await run(photos, {}, true);
  expect(asked).toMatchObject([{ keeps: false }]);
});

it('counts a sidecar that the job wrote before it was stopped as written', async () => {
  const written = async (modifiedAt: number | null, startedBefore: number | null) => {
    const { add, run } = library(() => ({ isChanged: false, modifiedAt }));
    return (await run([add('a.jpg')], { startedBefore })).written;
  };
  expect(
    await Promise.all([written(5000, 5000), written(4999, 5000), written(null, 5000), written(5000, null)]),
  ).toEqual([1, 0, 0, 0]);
});

it('names photos that are gone, and writes the others', async () => {
  const { store, add, run, asked } = library();
  const [a, gone] = [add('a.jpg'), add('gone.jpg')];
  store.photos.setPresent(gone, false);
  expect(await run([99 as PhotoId, gone, a])).toEqual({
    ...{ ...done, written: 1, failures: 2 },
    failed: [
      {
        code: 'not-found',
        count: 2,
        messages: ['Photo 99 is no longer in the library.', '/photos/gone.jpg is gone.'],
      },
    ],
  });
  expect(asked.map(({ path }) => path)).toEqual(['a.jpg']);
});

it('groups failures by their kind, the most frequent first, with twenty messages of each', async () => {
  const { add, run } = library((path) => (path === '0.jpg' ? 'read-only' : 'io-error'));
  const photos = Array.from({ length: 23 }, (_, n) => add(`${n}.jpg`));
  const { written, failures, failed } = await run(photos);
  expect([written, failures]).toEqual([0, 23]);
  expect(failed.map(({ code, count, messages }) => [code, count, messages.length])).toEqual([
    ['io-error', 22, 20],
    ['read-only', 1, 1],
  ]);
  expect(failed[1]?.messages).toEqual(['0.jpg: read-only.']);
});

it('asks a folder that does not answer no more, and names each of its photos with the reason', async () => {
  const { add, run, asked } = library(() => 'offline', 'offline');
  const photos = Array.from({ length: 5 }, (_, n) => add(`${n}.jpg`));
  const { failures, failed } = await run(photos);
  expect([asked.length, failures]).toEqual([2, 5]);
  expect(failed).toMatchObject([{ code: 'offline', count: 5 }]);
  expect(failed[0]?.messages.at(-1)).toMatch(/^[01]\.jpg: offline\.$/);
});

it('goes on in a folder that answers where a single photo did not, or failed otherwise', async () => {
  for (const [code, state] of [['offline', 'online'] as const, ['io-error', 'offline'] as const]) {
    const { add, run, asked } = library(() => code, state);
    const photos = Array.from({ length: 5 }, (_, n) => add(`${n}.jpg`));
    expect(await run(photos)).toMatchObject({ failures: 5 });
    expect(asked).toHaveLength(5);
  }
});

it.each(['disk-full', 'internal', 'library-gone', 'cancelled'] as const)(
  'ends at an error that the next photo would meet too: %s',
  async (code) => {
    const { add, run, asked, progress } = library((path) => (path === '1.jpg' ? code : {}));
    const photos = Array.from({ length: 9 }, (_, n) => add(`${n}.jpg`));
    await expect(run(photos)).rejects.toMatchObject({ code });
    // A sidecar that was begun beside it has ended.
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(progress.length).toBeLessThanOrEqual(3);
  },
);

it('ends with the reason of the stop, and names no photo for it', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const { add, run, asked } = library(() => {
    stop.abort(reason);
    return 'io-error';
  });
  const photos = Array.from({ length: 9 }, (_, n) => add(`${n}.jpg`));
  await expect(run(photos, { signal: stop.signal })).rejects.toBe(reason);
  expect(asked).toHaveLength(2);
});

it('begins nothing once it is stopped', async () => {
  const { add, run, asked } = library();
  const reason = new Error('stopped');
  await expect(run([add('a.jpg')], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(asked).toEqual([]);
});

it('has nothing to do without photos', async () => {
  const { run, progress } = library();
  expect(await run([])).toEqual(done);
  expect(progress).toEqual([[0, 0, 'Writing sidecars']]);
});
