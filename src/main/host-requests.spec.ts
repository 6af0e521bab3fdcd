// Requests of the engine to main: which are answered, and with what parameters.
import { expect, it } from 'vitest';
import type { VideoFrames } from '../shared/contract/host.ts';
import { hostHandler } from './host-requests.ts';

const jpeg = Uint8Array.of(0xff, 0xd8);
const frames: VideoFrames = { width: 4, height: 3, seconds: 2, frames: [jpeg], size: 9, mtimeMs: 1 };
const handle = hostHandler({ 'video.frames': ({ path, count }) => ({ ...frames, size: count + path.length }) });
const context = { signal: new AbortController().signal, news: () => undefined, move: () => undefined };

it('answers a request whose parameters fit', () => {
  expect(handle('video.frames', { path: '/a.mp4', count: 4 }, context)).toEqual({ ...frames, size: 10 });
});

it.each([
  ['another method', 'constructor', {}],
  ['more frames than a video has', 'video.frames', { path: '/a.mp4', count: 5 }],
  ['no path', 'video.frames', { path: '', count: 1 }],
  ['no parameters', 'video.frames', null],
])('refuses %s', (_what, method, params) => {
  expect(() => handle(method, params, context)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});
