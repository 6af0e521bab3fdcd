// Takes frames of a video on main's hidden page: plays nothing, seeks, draws to a canvas and sends JPEG files. The page itself
// has no script, so a video meets only Chromium's sandboxed decoder.
import { ipcRenderer } from 'electron';
import {
  frameMoments,
  framesChannel,
  frameSide,
  mostFramePixels,
  shortSeconds,
  type FramesWanted,
} from '../../shared/frame-moments.ts';

/** Longest time for one seek. */
const seekMs = 10_000;
/** A time after the end of every video: Chromium finds the length of a recording that does not state it by a seek to its end. */
const afterEnd = 1e7;

ipcRenderer.on(framesChannel, (_event, wanted: FramesWanted) => {
  framesOf(wanted).then(
    (frames) => ipcRenderer.send(framesChannel, frames),
    (error: unknown) => ipcRenderer.send(framesChannel, String(error)),
  );
});

async function framesOf({ url, count }: FramesWanted) {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  try {
    await after(video, 'loadeddata', () => (video.src = url));
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0 || width * height > mostFramePixels) throw new Error(`the video has ${width} x ${height} pixels`);
    const seconds = await lengthOf(video);
    const moments = seconds < shortSeconds ? [0] : frameMoments.slice(0, count).map((share) => share * seconds);
    const frames: Uint8Array[] = [];
    for (const at of moments) {
      // A file cut short has no frames near its end.
      const frame = await frameAt(video, at).catch(() => null);
      if (frame !== null) frames.push(frame);
    }
    if (frames.length === 0) frames.push(await frameAt(video, 0));
    return { width, height, seconds, frames };
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

async function lengthOf(video: HTMLVideoElement): Promise<number> {
  if (!Number.isFinite(video.duration)) await after(video, 'seeked', () => (video.currentTime = afterEnd));
  return Number.isFinite(video.duration) ? video.duration : video.currentTime;
}

async function frameAt(video: HTMLVideoElement, second: number): Promise<Uint8Array> {
  // A seek to the present time has no event `seeked`.
  if (video.currentTime !== second || video.seeking) {
    await after(video, 'seeked', () => (video.currentTime = second));
  }
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, frameSide / Math.max(videoWidth, videoHeight));
  const size = (length: number): number => Math.max(1, Math.round(length * scale));
  const canvas = new OffscreenCanvas(size(videoWidth), size(videoHeight));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('there is no canvas');
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  return new Uint8Array(await jpeg.arrayBuffer());
}

/** Resolves when `event` follows `start`. @throws Error of the video, or when it takes too long */
function after(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => done(() => reject(new Error(video.error?.message ?? 'the video cannot be played')));
    const succeed = (): void => done(resolve);
    const timer = setTimeout(() => done(() => reject(new Error(`no ${event} within ${seekMs} ms`))), seekMs);
    const done = (then: () => void): void => {
      clearTimeout(timer);
      video.removeEventListener(event, succeed);
      video.removeEventListener('error', fail);
      then();
    };
    video.addEventListener(event, succeed);
    video.addEventListener('error', fail);
    start();
  });
}
