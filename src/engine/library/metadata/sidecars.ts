// Files beside a photo that describe it: XMP in both spellings, and plain text with one caption a line.
import { openInside } from '../open-inside.ts';
import { decodeTextFile } from '../../text/file-text.ts';
import { MAX_XMP, readXmp, type XmpFields } from './xmp.ts';

/** A text file longer than this is not about one photo. */
const MAX_TEXT = 64 * 1024;

export interface Sidecars {
  /** In the order given: what `photo.jpg.xmp` says comes before what `photo.xmp` says. */
  readonly xmp: readonly XmpFields[];
  readonly lines: readonly string[];
}

/** Sidecars that are gone, too large, binary or damaged say nothing: the photo is kept without them. */
export async function readSidecars(root: string, relativePaths: readonly string[]): Promise<Sidecars> {
  const xmp: XmpFields[] = [];
  const lines: string[] = [];
  for (const relative of relativePaths) {
    const isText = /\.txt$/i.test(relative);
    const bytes = await readUpTo(root, relative, isText ? MAX_TEXT : MAX_XMP);
    if (bytes === null) continue;
    if (isText) lines.push(...linesOf(bytes));
    else {
      const fields = readXmp(bytes);
      if (fields !== null) xmp.push(fields);
    }
  }
  return { xmp, lines };
}

function linesOf(bytes: Buffer): string[] {
  const text = decodeTextFile(bytes);
  // NUL, once UTF-16 has been decoded, means that this is no text.
  return text.includes('\0') ? [] : text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
}

/** Null when the file is larger, outside the folder, or cannot be read. Bounded even if the file grows meanwhile. */
async function readUpTo(root: string, relative: string, limit: number): Promise<Buffer | null> {
  try {
    await using file = await openInside(root, relative);
    const { size } = await file.stat();
    if (size > limit) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return null;
  }
}
