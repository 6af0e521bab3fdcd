// The library in step with its folders: watched changes, and scans of all folders at the start and every few hours.
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { FolderId, JobId } from '../../shared/contract/ids.ts';
import { keptTextIn } from '../../language/engine-texts.ts';
import type { ErrorData } from '../../shared/errors.ts';
import type { FolderWatchOptions } from '../library/watch/folder-watch.ts';
import type { FolderRow } from '../store/folders.ts';
import { AutoIndex } from './auto-index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hour = 60 * 60 * 1000;
const paths = ['/photos', '/scans'];

function started() {
  const jobs: unknown[] = [];
  const watched: (readonly string[])[] = [];
  const lines: string[] = [];
  const notices: ErrorData[] = [];
  let retries = 0;
  const state = { paths, fails: false, unreadable: false, queued: [] as readonly object[] };
  let end: () => void = () => undefined;
  let options: FolderWatchOptions | null = null;
  const rows = () => state.paths.map((path, i) => ({ id: (i + 1) as FolderId, path }) as FolderRow);
  const auto = new AutoIndex({
    store: {
      folders: {
        paths: () => {
          if (state.unreadable) throw new Error('the disk is gone');
          return state.paths;
        },
        list: rows,
      } as never,
    },
    queue: {
      enqueue: (kind: string, params: object) => {
        if (state.fails) throw new Error('the disk is full');
        jobs.push({ kind, ...params });
        return { id: jobs.length as JobId } as never;
      },
      // A job that was there before ends when the test says so.
      finished: (id) =>
        id === earlier.id
          ? new Promise((resolve) => (end = () => resolve(null as never)))
          : Promise.resolve(null as never),
      list: () => state.queued as never,
    },
    libraryDir: '/library',
    log: (line) => lines.push(line),
    notice: (notice) => notices.push(notice),
    startWatch: (given) => {
      options = given;
      return {
        watch: (roots) => void watched.push(roots),
        retry: () => void retries++,
        close: () => void watched.push(['closed']),
      };
    },
  });
  onTestFinished(() => auto.close());
  const change = (...folders: string[]) =>
    options?.onChange(new Map(folders.map((path) => [path, [{ path: 'a', deep: true }]])));
  const failToWatch = (root: string) => options?.onUnwatched(root, 'too many folders');
  const retried = () => retries;
  return {
    ...{ auto, jobs, watched, lines, notices, state, change, failToWatch, retried },
    ignored: () => options?.ignore,
    endEarlier: () => end(),
  };
}

const earlier = { id: 77, kind: 'index', state: 'running' };
const scan = { kind: 'index', folderIds: null, automatic: true };

it('watches all folders, but not the library', () => {
  const { watched, ignored } = started();
  expect([watched, ignored()]).toEqual([[paths], ['/library']]);
});

it('scans all folders soon after the start and every few hours, and watches those again that have come back', async () => {
  const { jobs, watched } = started();
  await vi.advanceTimersByTimeAsync(19_000);
  expect(jobs).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(jobs).toEqual([scan]);
  await vi.advanceTimersByTimeAsync(9 * hour);
  expect(jobs).toEqual([scan, scan, scan, scan]);
  expect(watched).toEqual(Array.from({ length: 5 }, () => paths));
});

it('scans all folders only after an index job that runs already, and does not wait for a paused one', async () => {
  const { jobs, state, endEarlier } = started();
  state.queued = [earlier];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(jobs).toEqual([]);
  endEarlier();
  await vi.advanceTimersByTimeAsync(0);
  expect(jobs).toEqual([scan]);
  state.queued = [{ ...earlier, state: 'paused' }];
  await vi.advanceTimersByTimeAsync(3 * hour);
  expect(jobs).toEqual([scan, scan]);
});

it('logs that the folders to watch cannot be read, and goes on', async () => {
  const { auto, jobs, lines, state } = started();
  state.unreadable = true;
  auto.refresh();
  expect(lines).toEqual(['the folders to watch cannot be read: Error: the disk is gone']);
  state.unreadable = false;
  await vi.advanceTimersByTimeAsync(21_000);
  expect(jobs).toEqual([scan]);
});

it('scans nothing without folders', async () => {
  const { jobs, state } = started();
  state.paths = [];
  await vi.advanceTimersByTimeAsync(hour);
  expect(jobs).toEqual([]);
});

it('indexes changed folders at once, without those that are no longer in the library', async () => {
  const { jobs, change } = started();
  await change('/scans', '/removed');
  expect(jobs).toEqual([
    { kind: 'index', folderIds: null, changed: [{ folderId: 2, folders: [{ path: 'a', deep: true }] }] },
  ]);
  await change('/removed');
  expect(jobs).toHaveLength(1);
});

it('tells once of a folder that cannot be watched, tries again every quarter of an hour, and scans it until that works', async () => {
  const { jobs, lines, notices, failToWatch, retried } = started();
  await vi.advanceTimersByTimeAsync(16 * 60_000);
  expect([jobs, retried()]).toEqual([[scan], 0]);
  const unwatched = { kind: 'index', folderIds: null, changed: [{ folderId: 2, folders: null }] };
  for (const times of [1, 2]) {
    failToWatch('/scans');
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect([jobs.slice(1), retried()]).toEqual([Array.from({ length: times }, () => unwatched), times]);
  }
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  expect([jobs.length, retried()]).toEqual([3, 2]);
  expect(lines[0]).toBe('/scans cannot be watched: too many folders');
  expect(notices).toEqual([
    { code: 'system-limit', message: expect.stringContaining('Changes in /scans are not noticed at once') as string },
  ]);
  expect(keptTextIn(notices[0]?.message ?? '')).not.toBeNull();
});

it('logs a failure and goes on with the next change or scan', async () => {
  const { jobs, lines, state, change } = started();
  state.fails = true;
  await change('/photos');
  expect(lines).toEqual(['folders could not be looked at: Error: the disk is full']);
  state.fails = false;
  await change('/photos');
  expect(jobs).toHaveLength(1);
});

it('scans and watches no more once it is closed', async () => {
  const { auto, jobs, watched } = started();
  auto.close();
  await vi.advanceTimersByTimeAsync(9 * hour);
  expect([jobs, watched]).toEqual([[], [paths, ['closed']]]);
});
