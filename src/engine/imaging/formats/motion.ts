// Motion photos: a still with a short video in the same file, after a JPEG or in a separate box of a HEIC.
// Google's phones give the video's length in XMP, Samsung's in a directory at the end of the file.
import { boxOf, type FilePart } from './iso-boxes.ts';
import type { ReadAt } from './raw.ts';

/** The first segments of a JPEG, which contain its XMP. */
const headBytes = 256 * 1024;
/** Largest directory of Samsung's. */
const mostDirectory = 64 * 1024;
const motionEntry = 0x0a30;

/**
 * The video in a photo; null without one. Positions from the file are accepted only if a video begins there.
 * @param size of the file in bytes
 */
export async function videoIn(size: number, readAt: ReadAt): Promise<FilePart | null> {
  const head = await readAt(0, Math.min(size, headBytes));
  const isHeic = head.toString('latin1', 4, 8) === 'ftyp';
  const candidates = isHeic
    ? [await boxOf('mpvd', size, readAt), await samsungVideo(size, readAt)]
    : [googleVideo(head, size), await samsungVideo(size, readAt)];
  for (const part of candidates) {
    if (part === null || part[0] < 0 || part[1] > size || part[1] - part[0] < 16) continue;
    const start = await readAt(part[0], 12);
    if (start.toString('latin1', 4, 8) === 'ftyp') return part;
  }
  return null;
}

/** `MicroVideoOffset` counts from the end; newer files list their parts, of which the video is one of the last. */
function googleVideo(head: Buffer, size: number): FilePart | null {
  const text = head.toString('latin1');
  const offset = /MicroVideoOffset(?:="|>)\s*(\d{1,12})/.exec(text)?.[1];
  if (offset !== undefined) return [size - Number(offset), size];
  let end = size;
  // The parts follow one another to the end of the file.
  for (const item of listedParts(text).reverse()) {
    const value = (name: string): string =>
      new RegExp(`${name}(?:="|>)\\s*([^"<]{1,40})`).exec(item)?.[1]?.trim() ?? '';
    const [length, padding] = [Number(value('Length')), Number(value('Padding'))];
    if (value('Semantic') === 'MotionPhoto') return length > 0 ? [end - length, end] : null;
    end -= length + padding;
  }
  return null;
}

/**
 * Elements of XMP that each describe a part of the file: tags named `Item`, and resources of a list with their
 * content.
 */
function listedParts(text: string): string[] {
  const parts: string[] = [];
  let open: number | null = null;
  // No tag has a `<` inside: this keeps the search linear for hostile text.
  for (const { 0: tag, index } of text.matchAll(/<[^<>]*>/g)) {
    if (open !== null) {
      if (tag !== '</rdf:li>') continue;
      parts.push(text.slice(open, index));
      open = null;
    } else if (/^<rdf:li\b/.test(tag) && tag.includes('rdf:parseType="Resource"')) open = index;
    else if (/^<(?:\w+:)?Item\b/.test(tag)) parts.push(tag);
  }
  return parts;
}

/** `SEFH`, version, number of entries, entries of 12 bytes; then the directory's length and `SEFT`, the last bytes. */
async function samsungVideo(size: number, readAt: ReadAt): Promise<FilePart | null> {
  if (size < 32) return null;
  const tail = await readAt(size - 8, 8);
  const length = tail.readUInt32LE(0);
  if (tail.toString('latin1', 4) !== 'SEFT' || length > mostDirectory || length + 8 > size) return null;
  const start = size - 8 - length;
  const directory = await readAt(start, length);
  if (directory.toString('latin1', 0, 4) !== 'SEFH') return null;
  for (let at = 12; at + 12 <= directory.length; at += 12) {
    if (directory.readUInt16LE(at + 2) !== motionEntry) continue;
    const from = start - directory.readUInt32LE(at + 4);
    if (from < 0) return null;
    // The data of an entry begin with its kind and its name: `MotionPhoto_Data`.
    const name = (await readAt(from + 4, 4)).readUInt32LE(0);
    return [from + 8 + name, from + directory.readUInt32LE(at + 8)];
  }
  return null;
}
