// Frames of videos by the person's own ffmpeg. Without ffmpeg, the window's Chromium takes them (src/main/video-player.ts).
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { HashlensError } from '../../../shared/errors.ts';
import { frameMoments, frameSide, shortSeconds } from '../../../shared/frame-moments.ts';

const run = promisify(execFile);

const frameMs = 15_000;
const frameBytes = 64 * 1024 * 1024;

export interface VideoHeader {
  /** Size as viewed, after rotation. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

/** A program that decodes videos: the person's, or the window's. */
export type VideoDecoder = 'ffmpeg' | 'chromium';

/**
 * Path of ffmpeg: HASHLENS_FFMPEG if set, else the one in PATH; null without any. Looks each time, because a person may
 * install it at any moment.
 */
export async function findFfmpeg(): Promise<string | null> {
  const named = process.env['HASHLENS_FFMPEG'];
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const candidates = named === undefined ? folders.map((folder) => path.join(folder, name)) : [named];
  for (const candidate of candidates) {
    const works = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  return null;
}

/** Only local files are read, even if a playlist in the file names others; the person's own settings are ignored. */
const quiet = ['-hide_banner', '-nostdin', '-protocol_whitelist', 'file'];

/** @throws Error where ffmpeg is not there or finds no picture in the file */
export async function readVideoHeader(file: string): Promise<VideoHeader> {
  const ffmpeg = await required();
  // Without an output ffmpeg describes its input and ends with an error.
  const header = await run(ffmpeg, [...quiet, '-i', inputOf(file)], { timeout: frameMs, killSignal: 'SIGKILL' }).then(
    ({ stderr }) => stderr,
    (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr) : ''),
  );
  return parseHeader(header);
}

/** Width and height in a line about a video stream; null in any other. Titles from the file are in other lines. */
function sizeIn(line: string): [width: number, height: number] | null {
  const stream = line.indexOf('Stream #');
  const video = stream < 0 ? -1 : line.indexOf('Video:', stream);
  const [, width, height] = (video < 0 ? null : /\b([1-9]\d{1,4})x([1-9]\d{1,4})\b/.exec(line.slice(video))) ?? [];
  return width === undefined ? null : [Number(width), Number(height)];
}

/** Parses ffmpeg's description of its input. @throws Error if it names no video stream */
export function parseHeader(header: string): VideoHeader {
  const size = header
    .split('\n')
    .map(sizeIn)
    .find((found) => found !== null);
  if (size === undefined) throw new Error('video: no picture in it can be decoded');
  const [, hours = '0', minutes = '0', seconds = '0'] = /Duration: (\d+):(\d+):([\d.]+)/.exec(header) ?? [];
  const turned = Math.abs(Number(/rotat(?:e|ion)[^\n\d-]{0,40}(-?\d+(?:\.\d+)?)/.exec(header)?.[1] ?? 0)) % 180 === 90;
  const [width, height] = size;
  return {
    width: turned ? height : width,
    height: turned ? width : height,
    seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
  };
}

/**
 * Frames of a video as JPEG, upright, the poster first. Fewer where the video is shorter than half a second or cut short.
 * @throws Error for a video without frames
 */
export async function videoFrames(
  file: string,
  { seconds }: VideoHeader,
  most: number = frameMoments.length,
): Promise<Buffer[]> {
  const ffmpeg = await required();
  const wanted = seconds < shortSeconds ? [0] : frameMoments.slice(0, most).map((share) => share * seconds);
  const frames: Buffer[] = [];
  for (const at of wanted) {
    const frame = await frameAt(ffmpeg, file, at).catch(() => null);
    if (frame !== null && frame.length > 0) frames.push(frame);
  }
  if (frames.length === 0 && wanted[0] !== 0) frames.push(await frameAt(ffmpeg, file, 0));
  if (frames[0] === undefined || frames[0].length === 0) throw new Error('video: no frame can be decoded');
  return frames;
}

async function frameAt(ffmpeg: string, file: string, second: number): Promise<Buffer> {
  const { stdout } = await run(
    ffmpeg,
    [
      ...quiet,
      ...['-loglevel', 'error', '-timelimit', '10', '-threads', '1', '-ss', second.toFixed(3), '-i', inputOf(file)],
      ...['-map', '0:v:0', '-frames:v', '1'],
      ...['-vf', `scale=w='min(${frameSide},iw)':h='min(${frameSide},ih)':force_original_aspect_ratio=decrease`],
      ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', '2', '-'],
    ],
    { encoding: 'buffer', timeout: frameMs, killSignal: 'SIGKILL', maxBuffer: frameBytes },
  );
  return stdout;
}

/** A name that begins with a dash or has a colon is still a file. */
const inputOf = (file: string): string => `file:${file}`;

async function required(): Promise<string> {
  const ffmpeg = await findFfmpeg();
  if (ffmpeg === null) throw new HashlensError('needs-frames', 'There is no ffmpeg on this machine.');
  return ffmpeg;
}
