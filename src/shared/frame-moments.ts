// Frames of a video that are looked at, and the request for them to the window's hidden page. Has no schemas,
// because a preload script uses it.

/** Positions of the frames in a video, as shares of its length. The first one shows in the grid. */
export const frameMoments = [0.1, 0.35, 0.6, 0.85] as const;
/** Largest long side of a frame, in pixels. */
export const frameSide = 1920;
/** A video of fewer seconds has one frame: its first. */
export const shortSeconds = 0.5;
/** Pixels of a frame, beyond which a video is not decoded: 8K has 33 million. */
export const mostFramePixels = 70_000_000;

/** Channel between main and its hidden page, in both directions. */
export const framesChannel = 'video-frames';

export interface FramesWanted {
  readonly url: string;
  /** Number of frames, counted from the first moment. */
  readonly count: number;
}
