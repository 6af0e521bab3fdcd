import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { VideoFrames } from '../shared/contract/host.ts';
import { FolderRoots } from './photo-files.ts';
import { VideoFramesPage, type Player, type VideoLimits } from './video-page.ts';

const never = new Promise<never>(() => undefined);
const running = new AbortController().signal;
const frames = { width: 4, height: 3, seconds: 1, frames: [new Uint8Array([0xff, 0xd8])] };
const cannotPlay = 'clip.mp4 is a video that Chromium cannot play; install ffmpeg to have its frames searched.';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hashlens-video-'));
  file = path.join(folder, 'clip.mp4');
  await writeFile(file, 'a video');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fails = Promise.reject(new Error('ERR_FAILED'));
fails.catch(() => undefined);

/** A page that loads, answers, takes no memory and lives. */
const works: Omit<Player, 'close'> = {
  loaded: Promise.resolve(),
  ask: () => Promise.resolve(frames),
  kilobytes: () => 0,
};

/**
 * Frames taken by pages that open one after another, and what became of these pages. No limit is reached unless it is
 * given.
 */
function pages(players: readonly Partial<typeof works>[], limits: Partial<VideoLimits> = {}) {
  const closed: number[] = [];
  const ends: (() => void)[] = [];
  const page = new VideoFramesPage(
    new FolderRoots({ request: () => Promise.resolve({ libraryDir: folder, folders: [] }) } as never),
    (_played, onEnd) => {
      const at = ends.push(onEnd) - 1;
      return { ...works, ...players[at], close: () => void closed.push(at) };
    },
    { videoMs: 60_000, idleMs: 60_000, kilobytes: 1000, watchMs: 1, ...limits },
  );
  const frameClip = (signal = running): Promise<VideoFrames> => page.framesOf(file, 4, signal);
  return { page, frameClip, closed, ends, openings: () => ends.length };
}

it('takes frames of one video after another from one page', async () => {
  const { page, frameClip, closed, openings } = pages([]);
  expect(await Promise.all([frameClip(), frameClip()])).toMatchObject([frames, { ...frames, size: 7 }]);
  expect([openings(), closed]).toEqual([1, []]);
  page.close();
  expect(closed).toEqual([0]);
});

it.each<[string, Partial<Player>, Partial<VideoLimits>]>([
  ['never loads', { loaded: never }, { videoMs: 5 }],
  ['never answers', { ask: () => never }, { videoMs: 5 }],
  ['takes too much memory while it loads', { loaded: never, kilobytes: () => 1001 }, {}],
  ['takes too much memory while it plays', { ask: () => never, kilobytes: () => 1001 }, {}],
  ['cannot be loaded', { loaded: fails }, {}],
  ['answers with an error', { ask: () => Promise.resolve('Error: no picture') }, {}],
  ['answers with something else than frames', { ask: () => Promise.resolve({ ...frames, frames: [] }) }, {}],
])('closes a page that %s, names the video, and takes the next one from a new page', async (_what, player, limits) => {
  const { frameClip, closed, openings } = pages([player], limits);
  const [first, second] = await Promise.allSettled([frameClip(), frameClip()]);
  expect(first).toMatchObject({ reason: { code: 'unsupported-format', message: cannotPlay } });
  expect(second).toMatchObject({ value: frames });
  expect([openings(), closed]).toEqual([2, [0]]);
});

it.each(['loaded', 'ask'] as const)('gives up a video when the process of its page ends before %s', async (until) => {
  const waiting = until === 'loaded' ? { loaded: never } : { ask: () => never };
  const { frameClip, ends, openings } = pages([waiting]);
  const taken = Promise.allSettled([frameClip(), frameClip()]);
  await expect.poll(openings).toBe(1);
  ends[0]?.();
  expect(await taken).toMatchObject([{ reason: { code: 'unsupported-format' } }, { value: frames }]);
  expect(openings()).toBe(2);
});

it('takes the next video from a new page when the process of the page has ended while it was idle', async () => {
  const { frameClip, ends, openings } = pages([]);
  await frameClip();
  ends[0]?.();
  expect(await frameClip()).toMatchObject(frames);
  expect(openings()).toBe(2);
  // The end of a page that was given up says nothing about the present one.
  ends[0]?.();
  await frameClip();
  expect(openings()).toBe(2);
});

it('closes the page when it has been idle', async () => {
  const { frameClip, closed } = pages([], { idleMs: 1 });
  await frameClip();
  await expect.poll(() => closed).toEqual([0]);
});

it('stops at once when the work is cancelled, and does not begin cancelled work', async () => {
  const cancel = new AbortController();
  const { frameClip, closed, openings } = pages([{ ask: () => never }]);
  const taken = Promise.allSettled([frameClip(cancel.signal), frameClip(cancel.signal)]);
  await expect.poll(openings).toBe(1);
  cancel.abort();
  expect(await taken).toMatchObject([{ reason: { code: 'cancelled' } }, { reason: { code: 'cancelled' } }]);
  expect([openings(), closed]).toEqual([1, [0]]);
});
