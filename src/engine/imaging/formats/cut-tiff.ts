// Completes a truncated TIFF whose directory is at its front. Its decoder gives nothing where a strip or tile of compressed
// pixels goes beyond the end of the file. TIFF 6.0, sections 2, 3 and 15.
import { constants, deflateSync, inflateSync } from 'node:zlib';

const [width, height, bits, compression, offsets, samples, rowsPerStrip, counts] = [
  ...[256, 257, 258, 259, 273, 277, 278, 279],
] as const;
const [planar, tileWidth, tileHeight, tileOffsets, tileCounts] = [284, 322, 323, 324, 325] as const;
/** Compression by zlib. */
const deflated: ReadonlySet<number> = new Set([8, 32946]);
/** Most bytes that may be missing. */
const mostMissing = 64 * 1024 * 1024;
const mostStrips = 1_000_000;
const largestShort = 65_535;

interface Entry {
  readonly isShort: boolean;
  /** Offset of the values. */
  readonly at: number;
  readonly count: number;
}

/**
 * The file with zeros for missing bytes; where zlib has compressed it, with black strips or tiles for missing ones, because
 * zeros are not compressed data. The same bytes if it is whole, or its directory is missing.
 */
export function completeTiff(bytes: Buffer): Buffer {
  const isLittle = bytes.toString('latin1', 0, 4) === 'II*\0';
  if (!isLittle && bytes.toString('latin1', 0, 4) !== 'MM\0*') return bytes;
  const u16 = (at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const entries = new Map<number, Entry>();
  const directory = bytes.length < 8 ? 0 : u32(4);
  if (directory < 8 || directory + 2 > bytes.length) return bytes;
  const end = directory + 2 + u16(directory) * 12;
  if (end > bytes.length) return bytes;
  for (let at = directory + 2; at < end; at += 12) {
    const isShort = u16(at + 2) === 3;
    const count = u32(at + 4);
    const length = count * (isShort ? 2 : 4);
    const place = length > 4 ? u32(at + 8) : at + 8;
    if (place + length <= bytes.length) entries.set(u16(at), { isShort, at: place, count });
  }
  const valueAt = ({ isShort, at }: Entry, i: number): number => (isShort ? u16(at + 2 * i) : u32(at + 4 * i));
  const first = (tag: number, otherwise: number): number => {
    const entry = entries.get(tag);
    return entry === undefined || entry.count === 0 ? otherwise : valueAt(entry, 0);
  };

  const places = entries.get(offsets) ?? entries.get(tileOffsets);
  const lengths = entries.get(counts) ?? entries.get(tileCounts);
  if (places === undefined || lengths?.count !== places.count || places.count > mostStrips) return bytes;
  const parts = Array.from({ length: places.count }, (_, i) => ({
    start: valueAt(places, i),
    end: valueAt(places, i) + valueAt(lengths, i),
  }));
  const size = parts.reduce((most, part) => Math.max(most, part.end), 0);
  if (size <= bytes.length || size - bytes.length > mostMissing) return bytes;

  if (!deflated.has(first(compression, 1))) return Buffer.concat([bytes], size);
  const channels = first(planar, 1) === 2 ? 1 : first(samples, 1);
  const [columns, rows] = entries.has(tileWidth)
    ? [first(tileWidth, 0), first(tileHeight, 0)]
    : [first(width, 0), Math.min(first(height, 0), first(rowsPerStrip, 2 ** 32 - 1))];
  const blankBytes = Math.ceil((columns * channels * first(bits, 1)) / 8) * rows;
  if (blankBytes > mostMissing) return bytes;
  // The file ends in one strip or tile; only a damaged directory has several, which overlap.
  const ending = parts.filter(({ start, end }) => start < bytes.length && end > bytes.length);
  if (ending.length > 1) return bytes;
  const blank = deflateSync(Buffer.alloc(blankBytes));
  const missing = parts.flatMap((part, i) => {
    if (part.end <= bytes.length) return [];
    if (part.start >= bytes.length) return [{ i, data: blank, isBlank: true }];
    return [{ i, data: deflateSync(padded(inflateStart(bytes.subarray(part.start)), blankBytes)), isBlank: false }];
  });
  const cut = missing.filter(({ isBlank }) => !isBlank);
  const completed = Buffer.concat([bytes, blank, ...cut.map(({ data }) => data)]);
  const fits = (entry: Entry, most: number): boolean => !entry.isShort || most <= largestShort;
  if (!fits(places, completed.length) || !missing.every(({ data }) => fits(lengths, data.length))) {
    return Buffer.concat([bytes], size);
  }
  const put = ({ isShort, at }: Entry, i: number, value: number): void => {
    const [place, length] = isShort ? [at + 2 * i, 2] : [at + 4 * i, 4];
    if (isLittle) completed.writeUIntLE(value, place, length);
    else completed.writeUIntBE(value, place, length);
  };
  let next = bytes.length + blank.length;
  for (const { i, data, isBlank } of missing) {
    put(places, i, isBlank ? bytes.length : next);
    put(lengths, i, data.length);
    if (!isBlank) next += data.length;
  }
  return completed;
}

const padded = (data: Buffer, length: number): Buffer => Buffer.concat([data], length);

/** The beginning of data whose compressed form is cut short; empty if that is damaged. */
function inflateStart(data: Buffer): Buffer {
  try {
    return inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostMissing });
  } catch {
    return Buffer.alloc(0);
  }
}
