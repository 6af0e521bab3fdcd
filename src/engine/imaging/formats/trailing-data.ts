// Data behind the picture of a JPEG or PNG. Cameras and programs append further pictures, videos and records of their
// own there; what is none of these belongs to another file.
import type { PhotoFormat } from '../image-kind.ts';
import { pngEnd } from './cut-files.ts';
import { jpegSegments, startOfScan } from './jpeg-segments.ts';
import type { ReadAt } from './raw.ts';

/** Fewer bytes of unknown origin are not reported: small records of makers that are not in the lists below. */
const leastBytes = 16 * 1024;
/** Zeros up to the largest usual cluster of a disk are padding. Sony's previews begin up to 32 kB behind the picture. */
const mostPadding = 64 * 1024;
const mostParts = 64;
/** Marks of pictures that are looked at behind one part. Each may be searched to the end of the file. */
const mostMarks = 16;
/** Bytes at the end of the file in which a record names itself. */
const tailBytes = 64;

/** Records that end the file, by the makers' and programs' own marks (ExifTool's list of trailers, and Huawei's). */
const tails = [
  // Samsung.
  /\0\0(?:QDIOBS|SEFT)$/,
  // AFCP.
  /AXS[!*][^]{8}$/,
  // FotoStation.
  /\xa1\xb2\xc3\xd4$/,
  // Photo Mechanic.
  /cbipcbbl$/,
  // Canon's Digital Photo Professional.
  /^CANON OPTIONAL DATA\0/,
  // MIE.
  /~\0\x04\0zmie~\0\0[\x06\x0a](?:[^]{4}|[^]{8})[\x10\x18][\x04\x08]$/,
  // Insta360.
  /8db42d694ccc418790edff439fe026bf$/,
  // Nikon's app.
  /\0{6}\/NIKON APP$/,
  // Vivo.
  /\xff{4}\x1b\*9HWfu\x84\x93\xa2\xb1$/,
  // OnePlus.
  /jxrs[^]{3}\0$/,
  // Huawei and Honor.
  /LIVE_\d/,
];

/** Records that name themselves where they begin. */
const heads = /^(?:LEICA\0|vivo\{|edof|DepthEn|RIFF[^]{4}(?:WAVE|AVI |WEBP)|%PDF-|SEFH|streamdata\{)/;

/**
 * The number of bytes behind the picture that no camera or known program has put there. 0 where the end of the picture
 * is not found.
 * @param bytes the whole file
 */
export function foreignBytes(format: PhotoFormat, bytes: Buffer): number {
  const end = format === 'jpeg' ? jpegEnd(bytes, 0) : format === 'png' ? pngEnd(bytes) : null;
  if (end === null || bytes.length - end < leastBytes) return 0;
  return unknownBytes(bytes.subarray(end), bytes.subarray(Math.max(end, bytes.length - tailBytes)), bytes.length - end);
}

/** Bytes read at once of a large file. */
const pieceBytes = 4 * 1024 * 1024;
/** Bytes behind the picture of a large file in which parts are looked for. */
const mostBehind = 64 * 1024 * 1024;

/**
 * The same for a JPEG of which only the beginning is in memory; the rest is read piece by piece.
 * @param size of the file in bytes
 */
export async function foreignBytesOfLarge(head: Buffer, size: number, readAt: ReadAt): Promise<number> {
  const scan = jpegSegments(head).find(({ marker }) => marker === startOfScan);
  const end = scan === undefined ? null : await positionBehind(endMark, scan.from, size, readAt);
  if (end === null || size - end < leastBytes) return 0;
  const tailAt = Math.max(end, size - tailBytes);
  const [rest, tail] = [await readAt(end, Math.min(size - end, mostBehind)), await readAt(tailAt, size - tailAt)];
  return unknownBytes(rest, tail, size - end);
}

async function positionBehind(mark: Buffer, from: number, size: number, readAt: ReadAt): Promise<number | null> {
  // Pieces overlap, so that no mark is divided.
  for (let at = from; at + mark.length <= size; at += pieceBytes) {
    const piece = await readAt(at, Math.min(size - at, pieceBytes + mark.length - 1));
    const found = piece.indexOf(mark);
    if (found >= 0) return at + found + mark.length;
  }
  return null;
}

/**
 * @param rest the bytes behind the picture, or the first of them
 * @param tail the last bytes of the file
 * @param length number of all bytes behind the picture
 */
function unknownBytes(rest: Buffer, tail: Buffer, length: number): number {
  const end = tail.toString('latin1');
  if (tails.some((mark) => mark.test(end))) return 0;
  let at = 0;
  for (let part = 0; part < mostParts; part++) {
    const next = partBehind(rest, at);
    if (next === null) break;
    at = next;
  }
  // A part that goes on behind the bytes that were read may go on to the end of the file.
  if (at >= rest.length) return 0;
  const unknown = rest.subarray(at);
  const isPadding = unknown.length <= mostPadding && unknown.every((byte) => byte === 0);
  if (unknown.length < leastBytes || isPadding || heads.test(unknown.toString('latin1', 0, 32))) return 0;
  return length - at;
}

/** The end of the first picture or video that begins at a position or shortly behind it; null without one. */
function partBehind(bytes: Buffer, from: number): number | null {
  const last = Math.min(bytes.length, from + mostPadding);
  for (const [mark, endOf, offset] of [
    [jpegMark, jpegEnd, 0],
    [videoMark, boxesEnd, 4],
  ] as const) {
    let at = bytes.indexOf(mark, from);
    for (let marks = 0; at >= 0 && at < last && marks < mostMarks; marks++, at = bytes.indexOf(mark, at + 1)) {
      const end = at - offset < from ? null : endOf(bytes, at - offset);
      if (end !== null) return end;
    }
  }
  return null;
}

const jpegMark = Buffer.from([0xff, 0xd8, 0xff]);
const endMark = Buffer.from([0xff, 0xd9]);
const videoMark = Buffer.from('ftyp');

/** The position behind the end marker of a JPEG (ITU-T T.81, Annex B); null without one. */
function jpegEnd(bytes: Buffer, start: number): number | null {
  for (const { marker, from } of jpegSegments(bytes, start)) {
    if (marker !== startOfScan) continue;
    // Entropy-coded data contain no such marker: they have a zero byte behind each 0xff.
    const end = bytes.indexOf(endMark, from);
    return end < 0 ? null : end + endMark.length;
  }
  return null;
}

/** The position behind the boxes of a video (ISO base media file format, section 4.2). */
function boxesEnd(bytes: Buffer, start: number): number | null {
  let at = start;
  while (at + 8 <= bytes.length && /^[\x20-\x7e\xa9]{4}$/.test(bytes.toString('latin1', at + 4, at + 8))) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1 && at + 16 <= bytes.length;
    const length = short === 0 ? bytes.length - at : isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < 8) break;
    at += length;
  }
  return at === start ? null : Math.min(at, bytes.length);
}
