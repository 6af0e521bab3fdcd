// Requests of the engine to the program that started it and shows its window.
import { z } from 'zod';
import { frameMoments, mostFramePixels } from '../frame-moments.ts';
import { request, type ResultOf } from './request.ts';

/** Larger than any JPEG of `frameSide` pixels. */
const mostFrameBytes = 16 * 1024 * 1024;

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8;

/** Frames as the page that decodes them sends them. */
export const decodedFrames = z.object({
  /** Of the video as looked at, in pixels. */
  width: z.int().min(1).max(mostFramePixels),
  height: z.int().min(1).max(mostFramePixels),
  seconds: z.number().min(0),
  /** JPEG files, upright, the poster first. */
  frames: z
    .array(z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= mostFrameBytes && isJpeg(bytes)))
    .min(1)
    .max(frameMoments.length),
});

/** Frames of a file. */
export const videoFramesReply = decodedFrames.extend({
  /** Size in bytes and time of the file that was played, to notice a change meanwhile. */
  size: z.int().min(0),
  mtimeMs: z.number(),
});
export type VideoFrames = z.output<typeof videoFramesReply>;

export const hostRequests = {
  /** A few frames of a video that the window plays. `path`: a real path. Fails with `unsupported-format` where it cannot. */
  'video.frames': request<VideoFrames>()(
    z.object({ path: z.string().min(1), count: z.int().min(1).max(frameMoments.length) }),
  ),
} as const;

export type HostMethod = keyof typeof hostRequests;

export type HostMethods = {
  readonly [M in HostMethod]: {
    readonly params: z.output<(typeof hostRequests)[M]['params']>;
    readonly result: ResultOf<(typeof hostRequests)[M]>;
  };
};
