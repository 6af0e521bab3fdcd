// Videos whose frames are taken elsewhere, as the window does where there is no ffmpeg.
import { chmodSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { PhotoFolders, type TakeFrames } from '../../src/engine/library/reader/photo-folders.ts';
import { HashlensError } from '../../src/shared/errors.ts';
import { resourcesDir, testEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const frame = new Uint8Array(readFileSync(join(resourcesDir, 'sample-album/animals/red-panda.jpg')));
const video = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom and more', 'latin1');

const playedFrames: TakeFrames = ({ path, count }) => {
  const { size, mtimeMs } = statSync(path);
  const frames = Array.from({ length: count }, () => frame);
  return Promise.resolve({ width: 1080, height: 1920, seconds: 3, frames, size, mtimeMs });
};

// Readers look for ffmpeg at their start.
beforeAll(() => vi.stubEnv('HASHLENS_FFMPEG', '/nowhere/ffmpeg'));

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), video);
  return folder;
}

it('indexes a video by the frames it is given, under any name, in the size of the video', async () => {
  const engine = testEngine(undefined, { videoFrames: playedFrames });
  expect(await engine.index(folderWith('a.mp4', 'b.jpg'))).toMatchObject({ indexed: 2, failed: 0, skipped: 0 });
  const photos = await engine.api['photos.recent']({ limit: 10, offset: 0 });
  expect(photos).toHaveLength(2);
  for (const { photoId } of photos) {
    expect(await engine.api['photos.get']({ photoId })).toMatchObject({ isVideo: true, width: 1080, height: 1920 });
  }
});

it('looks for ffmpeg to read a video, and not to read a photo', async () => {
  const ffmpeg = vi.fn(() => Promise.resolve(null));
  const folders = new PhotoFolders({ readers: 1, takeFrames: playedFrames, ffmpeg });
  onTestFinished(() => folders.close());
  const folder = folderWith('a.mp4');
  beside(folder);
  await folders.thumbnail(folder, 'photo.jpg');
  expect(ffmpeg).not.toHaveBeenCalled();
  await folders.thumbnail(folder, 'a.mp4');
  expect(ffmpeg).toHaveBeenCalledOnce();
});

it('fails with the reason where a video cannot be played', async () => {
  const message = 'a.mp4 is a video that Chromium cannot play; install ffmpeg to have its frames searched.';
  const engine = testEngine(undefined, {
    videoFrames: () => Promise.reject(new HashlensError('unsupported-format', message)),
  });
  const folder = folderWith('a.mp4');
  copyFileSync(join(resourcesDir, 'sample-album/animals/red-panda.jpg'), join(folder, 'b.jpg'));
  expect(await engine.index(folder)).toMatchObject({ indexed: 1, failures: [{ code: 'unsupported-format', message }] });
});

it('does not take frames for those of a file that has changed since', async () => {
  const engine = testEngine(undefined, {
    videoFrames: async (params, signal) => ({ ...(await playedFrames(params, signal)), mtimeMs: 5 }),
  });
  const folder = folderWith('a.mp4');
  copyFileSync(join(resourcesDir, 'sample-album/animals/red-panda.jpg'), join(folder, 'b.jpg'));
  expect(await engine.index(folder)).toMatchObject({ indexed: 1, failures: [{ code: 'io-error' }] });
});

it('keeps indexed videos where a later index can decode none, and skips new ones', async () => {
  const libraryDir = temporaryFolder();
  const folder = folderWith('a.mp4');
  const window = testEngine(libraryDir, { videoFrames: playedFrames });
  await window.index(folder);
  await window.close();
  writeFileSync(join(folder, 'b.mp4'), video);
  const engine = testEngine(libraryDir);
  const job = await engine.api['folders.index']({});
  const { result } = await engine.finish(job);
  expect(result).toMatchObject({ unchanged: 1, skipped: 1, skippedReasons: { video: 1 } });
  expect(await engine.api['photos.recent']({ limit: 10, offset: 0 })).toHaveLength(1);
});

const cannotPlay: TakeFrames = ({ path }) =>
  Promise.reject(new HashlensError('unsupported-format', `${basename(path)} is a video that Chromium cannot play.`));

/** Result of indexing a folder with a new engine, as often as asked, and the failures that are left. */
async function indexed(libraryDir: string, folder: string, videoFrames?: TakeFrames, times = 1) {
  const engine = testEngine(libraryDir, videoFrames === undefined ? {} : { videoFrames });
  let result = await engine.index(folder);
  for (let i = 1; i < times; i++) result = await engine.index(folder);
  const failures = await engine.api['library.failures']({});
  await engine.close();
  return { result, failures };
}

const beside = (folder: string): void =>
  copyFileSync(join(resourcesDir, 'sample-album/animals/red-panda.jpg'), join(folder, 'photo.jpg'));

it('tries a video again, after its last try, with a player that was not there before', async () => {
  const libraryDir = temporaryFolder();
  const folder = folderWith('holiday.jpg');
  beside(folder);
  const last = { attempts: 3, nextTryAt: null };
  expect(await indexed(libraryDir, folder, undefined, 4)).toMatchObject({ failures: [last] });
  const { result, failures } = await indexed(libraryDir, folder, playedFrames);
  expect({ result, failures }).toMatchObject({ result: { indexed: 1, failed: 0 }, failures: [] });
});

it('keeps the number of tries of a video while it is skipped, and tries it when ffmpeg is installed', async () => {
  const libraryDir = temporaryFolder();
  const folder = folderWith('a.mp4');
  beside(folder);
  const last = { attempts: 3, nextTryAt: null };
  expect(await indexed(libraryDir, folder, cannotPlay, 3)).toMatchObject({ failures: [last] });
  const without = await indexed(libraryDir, folder);
  expect(without).toMatchObject({ result: { failed: 1, skipped: 0 }, failures: [last] });
  expect(await indexed(libraryDir, folder, cannotPlay)).toMatchObject({ failures: [last] });

  const ffmpeg = join(temporaryFolder(), 'ffmpeg');
  writeFileSync(ffmpeg, '#!/bin/sh\nexit 1\n');
  chmodSync(ffmpeg, 0o755);
  vi.stubEnv('HASHLENS_FFMPEG', ffmpeg);
  onTestFinished(() => void vi.stubEnv('HASHLENS_FFMPEG', '/nowhere/ffmpeg'));
  // This one decodes nothing, either.
  expect(await indexed(libraryDir, folder)).toMatchObject({ result: { failed: 1 }, failures: [{ attempts: 1 }] });
});
