// Tells the video of a Live or motion photo, of a few seconds, from a recording that has the name of a photo.
import { open } from 'node:fs/promises';
import { boxOf } from '../../imaging/formats/iso-boxes.ts';
import type { ReadAt } from '../../imaging/formats/raw.ts';
import { openFlags } from '../open-flags.ts';

/** Videos up to this size are not opened: those of Live Photos have 1 to 5 MB. */
const smallBytes = 6 * 1024 * 1024;
/** Phones record three seconds around a photo. */
const mostSeconds = 8;

/** Whether the video is too long to belong to a photo. A file that cannot be read is not. */
export async function isRecording(absolute: string, size: number): Promise<boolean> {
  if (size <= smallBytes) return false;
  try {
    await using file = await open(absolute, openFlags);
    const seconds = await movieSeconds(size, async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
    return seconds !== null && seconds > mostSeconds;
  } catch {
    return false;
  }
}

/** Duration in the header of a movie (ISO base media file format, section 8.2.2); null without one. */
export async function movieSeconds(size: number, readAt: ReadAt): Promise<number | null> {
  const movie = await boxOf('moov', size, readAt);
  if (movie === null) return null;
  const header = await readAt(movie[0], 40);
  if (header.length < 40 || header.toString('latin1', 4, 8) !== 'mvhd') return null;
  const isLong = header[8] === 1;
  const units = header.readUInt32BE(isLong ? 28 : 20);
  const duration = isLong ? Number(header.readBigUInt64BE(32)) : header.readUInt32BE(24);
  return units === 0 ? null : duration / units;
}
