// The boxes of an ISO base media file: MP4, MOV, HEIC, Canon CR3.
import type { ReadAt } from './raw.ts';

/** Bytes `[start, end)` of a file. */
export type FilePart = readonly [start: number, end: number];

/** Largest number of boxes to skip. */
const mostBoxes = 64;

/** The boxes of the file itself with the place of their content, up to a damaged one. */
export async function* boxesIn(
  size: number,
  readAt: ReadAt,
): AsyncGenerator<{ readonly type: string; readonly content: FilePart }> {
  let at = 0;
  for (let n = 0; n < mostBoxes && at + 16 <= size; n++) {
    const head = await readAt(at, 16);
    const short = head.readUInt32BE(0);
    const [length, header] = short === 1 ? [Number(head.readBigUInt64BE(8)), 16] : [short === 0 ? size - at : short, 8];
    if (length < header) return;
    yield { type: head.toString('latin1', 4, 8), content: [at + header, at + length] };
    at += length;
  }
}

/** The content of the first box of a type; null without one. */
export async function boxOf(wanted: string, size: number, readAt: ReadAt): Promise<FilePart | null> {
  for await (const { type, content } of boxesIn(size, readAt)) if (type === wanted) return content;
  return null;
}
