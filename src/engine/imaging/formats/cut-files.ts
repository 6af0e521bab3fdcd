// Detects files that end before their structure does, where the decoder of the first picture does not notice: an
// animation cut after its first frame, a camera RAW cut after its preview. Completes a PNG for its decoder.
import { crc32 } from 'node:zlib';
import { numberAt, uint8At } from '../../../shared/at.ts';

const stripTags = [0x0111, 0x0117] as const;
const tileTags = [0x0144, 0x0145] as const;
/** Tag of the offsets of further directories. */
const subfilesTag = 0x014a;
const mostDirectories = 64;
const mostParts = 100_000;

/** A GIF whose last block goes beyond its end (GIF89a, sections 15 to 27). A missing end marker is no cut. */
export function isCutGif(bytes: Buffer): boolean {
  const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let at = 13 + tableBytes(bytes[10] ?? 0);
  /** Moves past a row of sub-blocks. */
  const skipBlocks = (): void => {
    for (let length = bytes[at]; at < bytes.length; length = bytes[at]) {
      at += 1 + (length ?? 0);
      if (length === 0) return;
    }
    at = Infinity;
  };
  while (at < bytes.length) {
    const mark = bytes[at];
    // The end marker, or bytes that viewers ignore.
    if (mark !== 0x21 && mark !== 0x2c) return false;
    if (mark === 0x2c && at + 9 >= bytes.length) return true;
    at += mark === 0x21 ? 2 : 11 + tableBytes(uint8At(bytes, at + 9));
    skipBlocks();
  }
  return at > bytes.length;
}

/** The position behind a PNG's end chunk (PNG, section 5); null if it is missing, or a chunk before it goes beyond the file. */
export function pngEnd(bytes: Buffer): number | null {
  for (let at = 8; at + 8 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return end;
    at = end;
  }
  return null;
}

/**
 * A PNG that ends before its end chunk, with the chunk in which it ends closed behind its available bytes: a decoder drops
 * the last kilobytes of a chunk that goes beyond the file, which may be the whole picture. The same bytes if it is whole.
 */
export function completePng(bytes: Buffer): Buffer {
  if (pngEnd(bytes) !== null) return bytes;
  let at = 8;
  while (at + 8 <= bytes.length && at + 12 + bytes.readUInt32BE(at) <= bytes.length) at += 12 + bytes.readUInt32BE(at);
  const chunk = bytes.subarray(at + 4);
  const isPixels = chunk.toString('latin1', 0, 4) === 'IDAT';
  const last = isPixels ? [pngChunk(chunk.subarray(0, 4 + bytes.readUInt32BE(at)))] : [];
  return Buffer.concat([bytes.subarray(0, at), ...last, pngChunk(Buffer.from('IEND'))]);
}

/** @param content its name and its data */
function pngChunk(content: Buffer): Buffer {
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length - 4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, check]);
}

/** The end of a CR3's last box, or of the strips and tiles of a TIFF with a sensor's data, is beyond the end of the file. */
export function isCutRaw(head: Buffer, size: number): boolean {
  if (head.toString('latin1', 4, 8) === 'ftyp') return isCutBoxes(head, size);
  return isCutTiff(head, size);
}

/** ISO base media file format, section 4.2. */
function isCutBoxes(head: Buffer, size: number): boolean {
  let at = 0;
  while (at + 16 <= head.length) {
    const short = head.readUInt32BE(at);
    if (short === 0) return false;
    const length = short === 1 ? Number(head.readBigUInt64BE(at + 8)) : short;
    if (length < 8) return false;
    at += length;
  }
  return at > size;
}

function isCutTiff(head: Buffer, size: number): boolean {
  // Olympus and Panasonic write another number than 42, and other things as offsets.
  const little = head.toString('latin1', 0, 4) === 'II*\0';
  if (!little && head.toString('latin1', 0, 4) !== 'MM\0*') return false;
  const read = (at: number, bytes: 2 | 4): number => {
    if (at + bytes > head.length) return 0;
    return little ? head.readUIntLE(at, bytes) : head.readUIntBE(at, bytes);
  };
  const seen = new Set<number>();
  const toRead = [read(4, 4)];
  for (let at = toRead.pop(); at !== undefined && seen.size < mostDirectories; at = toRead.pop()) {
    if (at < 8 || at + 2 > head.length || seen.has(at)) continue;
    seen.add(at);
    const values = new Map<number, number[]>();
    const end = at + 2 + read(at, 2) * 12;
    for (let entry = at + 2; entry < end && entry + 12 <= head.length; entry += 12) {
      const [tag, type, count] = [read(entry, 2), read(entry + 2, 2), read(entry + 4, 4)];
      const width = type === 3 ? 2 : 4;
      if (![...stripTags, ...tileTags, subfilesTag].includes(tag) || count > mostParts) continue;
      const place = count * width > 4 ? read(entry + 8, 4) : entry + 8;
      values.set(
        tag,
        Array.from({ length: count }, (_, i) => read(place + i * width, width)),
      );
    }
    toRead.push(read(end, 4), ...(values.get(subfilesTag) ?? []));
    for (const [starts, lengths] of [stripTags, tileTags]) {
      const counts = values.get(lengths) ?? [];
      const isBeyond = (start: number, i: number): boolean =>
        start + (i < counts.length ? numberAt(counts, i) : 0) > size;
      if (counts.length > 0 && (values.get(starts) ?? []).some(isBeyond)) return true;
    }
  }
  return false;
}
