// Camera RAW: finds the largest JPEG in the file. Every maker's format has one, at a different place, so it is found
// by the first bytes of a JPEG. The sensor's data are not developed.
import { present } from '../../../shared/at.ts';
import { boxesIn, type FilePart } from './iso-boxes.ts';
import { jpegSegments } from './jpeg-segments.ts';

/** Reads up to `length` bytes at `offset` of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

export interface Preview {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
}

const chunkBytes = 4 * 1024 * 1024;
/** Bytes within which a JPEG gives its size: a preview may have EXIF with a thumbnail before that. */
const headBytes = 256 * 1024;
const startOfImage = Buffer.from([0xff, 0xd8, 0xff]);
/** Smaller JPEGs are thumbnails of the lens's or the maker's notes. */
const leastSide = 100;

/**
 * The JPEGs in a file, the largest first. Lossless ones, in which some makers store the sensor's data, are left out.
 * @param size of the file in bytes
 */
export async function findPreviews(size: number, readAt: ReadAt): Promise<Preview[]> {
  const found: Preview[] = [];
  for (let start = 0; start < size; start += chunkBytes) {
    const chunk = await readAt(start, Math.min(chunkBytes + startOfImage.length - 1, size - start));
    for (let at = chunk.indexOf(startOfImage); at >= 0; at = chunk.indexOf(startOfImage, at + 1)) {
      const offset = start + at;
      const enough = at + headBytes <= chunk.length || start + chunk.length >= size;
      const head = enough
        ? chunk.subarray(at, at + headBytes)
        : await readAt(offset, Math.min(headBytes, size - offset));
      const frame = frameOf(head);
      if (frame !== null && Math.min(frame.width, frame.height) >= leastSide) found.push({ offset, ...frame });
    }
  }
  return found.sort((a, b) => b.width * b.height - a.width * a.height);
}

/**
 * Largest number of segments before a JPEG's frame; cameras write a few. Each segment of a file may look like a
 * JPEG's start.
 */
const mostSegments = 100;

/** Size in the frame header of a JPEG of 8 bit that browsers can decode; null where there is none. */
function frameOf(head: Buffer): { width: number; height: number } | null {
  let segments = 0;
  for (const { marker, from } of jpegSegments(head)) {
    if (++segments > mostSegments || from + 6 > head.length) return null;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!isFrame) continue;
    const shown = marker <= 0xc2 && head.readUInt8(from) === 8;
    return shown ? { width: head.readUInt16BE(from + 3), height: head.readUInt16BE(from + 1) } : null;
  }
  return null;
}

/** A preview with an EXIF orientation inserted, which decoders apply. */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  exif.writeUInt16BE(orientation, exif.length - 8);
  const segment = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, exif, jpeg.subarray(2)]);
}

const orientationTag = 0x0112;
const xmpTag = 0x02bc;
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac';
const uuidBytes = 16;
const photometricTag = 0x0106;
const subfilesTag = 0x014a;
const dngVersionTag = 0xc612;
/** Photometric interpretations: data behind a colour filter, and those of a sensor without one. */
const sensorPhotometric = new Set([32803, 34892]);
const mostDirectories = 64;

interface Tag {
  readonly tag: number;
  readonly count: number;
  /** The first value, or the offset of the values. */
  readonly value: number;
}

/**
 * EXIF orientation in the first directory of a TIFF structure, 1 where there is none.
 * @param head begins with the byte order; the number after it, which differs between makers, is ignored
 */
export function tiffOrientation(head: Buffer): number {
  const found = directories(head, 1)[0]?.find(({ tag }) => tag === orientationTag)?.value ?? 1;
  return found >= 1 && found <= 8 ? found : 1;
}

/** Most bytes of a packet of XMP. */
const mostXmp = 4 * 1024 * 1024;

/** The packet of XMP beside a camera's pictures, where programs write their words; null without one. */
export async function xmpOfRaw(head: Buffer, size: number, readAt: ReadAt): Promise<Buffer | null> {
  const part = head.toString('latin1', 4, 8) === 'ftyp' ? await cr3Xmp(size, readAt) : tiffXmp(head);
  if (part === null) return null;
  const [start, end] = part;
  return end - start > mostXmp || end > size ? null : readAt(start, end - start);
}

function tiffXmp(head: Buffer): FilePart | null {
  const found = directories(head, 1)[0]?.find(({ tag }) => tag === xmpTag);
  return found === undefined || found.count <= 4 ? null : [found.value, found.value + found.count];
}

/** A box of its own in a Canon CR3 (XMP specification, part 3, section 1.2.7). */
async function cr3Xmp(size: number, readAt: ReadAt): Promise<FilePart | null> {
  for await (const { type, content } of boxesIn(size, readAt)) {
    const [start, end] = [content[0] + uuidBytes, content[1]];
    if (type !== 'uuid' || start > Math.min(end, size)) continue;
    if ((await readAt(content[0], uuidBytes)).toString('hex') === xmpUuid) return [start, end];
  }
  return null;
}

/** Whether a TIFF contains a sensor's data, like DNG, NEF, ARW and others, instead of a picture. */
export function isRawTiff(head: Buffer): boolean {
  if (head.toString('latin1', 8, 10) === 'CR') return true;
  return directories(head, mostDirectories).some((tags) =>
    tags.some(({ tag, value }) => tag === dngVersionTag || (tag === photometricTag && sensorPhotometric.has(value))),
  );
}

/** Up to `most` directories of a TIFF structure: the chain, and those below its pictures. */
function directories(head: Buffer, most: number): Tag[][] {
  const little = head.toString('latin1', 0, 2) === 'II';
  if (!little && head.toString('latin1', 0, 2) !== 'MM') return [];
  const u16 = (at: number): number =>
    at + 2 > head.length ? 0 : little ? head.readUInt16LE(at) : head.readUInt16BE(at);
  const u32 = (at: number): number =>
    at + 4 > head.length ? 0 : little ? head.readUInt32LE(at) : head.readUInt32BE(at);
  const found: Tag[][] = [];
  const seen = new Set<number>();
  const toRead = [u32(4)];
  while (toRead.length > 0 && found.length < most) {
    const at = present(toRead.shift());
    if (at < 8 || at + 2 > head.length || seen.has(at)) continue;
    seen.add(at);
    const count = u16(at);
    const tags: Tag[] = [];
    for (let i = 0; i < count && at + 2 + (i + 1) * 12 <= head.length; i++) {
      const entry = at + 2 + i * 12;
      const isShort = u16(entry + 2) === 3;
      const tag = { tag: u16(entry), count: u32(entry + 4), value: isShort ? u16(entry + 8) : u32(entry + 8) };
      tags.push(tag);
      if (tag.tag === subfilesTag) {
        if (tag.count === 1) toRead.push(tag.value);
        else for (let j = 0; j < Math.min(tag.count, most); j++) toRead.push(u32(tag.value + j * 4));
      }
    }
    found.push(tags);
    toRead.push(u32(at + 2 + count * 12));
  }
  return found;
}

/**
 * The tags of a Canon CR3 as one TIFF structure; null where there are none. The file has one for each directory: the camera,
 * the exposure and the time, and the position.
 */
export function cr3Tags(head: Buffer): Buffer | null {
  const camera = boxContent(head, 'CMT1');
  if (camera === null) return null;
  const others = [
    [exifPointer, boxContent(head, 'CMT2')],
    [gpsPointer, boxContent(head, 'CMT4')],
  ] as const;
  const isLittle = (tags: Buffer): boolean => tags.toString('latin1', 0, 4) === 'II*\0' && tags.length >= 8;
  const known = others.flatMap(([pointer, tags]) => (tags !== null && isLittle(tags) ? [{ pointer, tags }] : []));
  return isLittle(camera) && known.length > 0 ? joinedTags(camera, known) : camera;
}

/** The content of a box of tags, which are before the pictures. */
function boxContent(head: Buffer, name: string): Buffer | null {
  const at = head.subarray(0, tagBytes).indexOf(name, 0, 'latin1');
  return at < 4 ? null : head.subarray(at + 4, at - 4 + head.readUInt32BE(at - 4));
}

const tagBytes = 1024 * 1024;
const [exifPointer, gpsPointer] = [0x8769, 0x8825];
/** Bytes of a value by its type (TIFF 6.0, section 2). */
const typeBytes = new Map([1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8].map((bytes, i) => [i + 1, bytes]));
const entryBytes = 12;

/** One structure of several in little-endian order: the first directory gets pointers to those of the others. */
function joinedTags(first: Buffer, others: readonly { readonly pointer: number; readonly tags: Buffer }[]): Buffer {
  const count = directoryCount(first);
  // Room for all entries; the rest of it stays empty.
  const directory = Buffer.alloc(2 + (count + others.length) * entryBytes + 4);
  let at = 8 + directory.length;
  const place = at;
  const parts = [shifted(first, at)];
  at += first.length;
  const pointers = others.map(({ pointer, tags }) => {
    parts.push(shifted(tags, at));
    const entry = Buffer.alloc(entryBytes);
    entry.writeUInt16LE(pointer, 0);
    entry.writeUInt16LE(4, 2);
    entry.writeUInt32LE(1, 4);
    entry.writeUInt32LE(at + tags.readUInt32LE(4), 8);
    at += tags.length;
    return entry;
  });
  const start = first.readUInt32LE(4) + 2;
  const own = Array.from({ length: count }, (_, i) =>
    present(parts[0]).subarray(start + i * entryBytes, start + (i + 1) * entryBytes),
  );
  const isReplaced = (entry: Buffer) => others.some(({ pointer }) => pointer === entry.readUInt16LE(0));
  const entries = [...own.filter((entry) => !isReplaced(entry)), ...pointers].sort(
    (a, b) => a.readUInt16LE(0) - b.readUInt16LE(0),
  );
  directory.writeUInt16LE(entries.length, 0);
  Buffer.concat(entries).copy(directory, 2);
  const head = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  return Buffer.concat([head, directory, ...parts], place + parts.reduce((sum, part) => sum + part.length, 0));
}

/** Number of whole entries in the first directory. */
function directoryCount(tags: Buffer): number {
  const at = tags.readUInt32LE(4);
  if (at + 2 > tags.length) return 0;
  return Math.min(tags.readUInt16LE(at), Math.floor((tags.length - at - 2) / entryBytes));
}

/** A copy for a place `by` bytes further, where offsets count from the beginning of another structure. */
function shifted(tags: Buffer, by: number): Buffer {
  const copy = Buffer.from(tags);
  const start = tags.readUInt32LE(4) + 2;
  for (let i = 0; i < directoryCount(tags); i++) {
    const entry = start + i * entryBytes;
    const bytes = typeBytes.get(tags.readUInt16LE(entry + 2));
    const value = tags.readUInt32LE(entry + 8) + by;
    const isElsewhere = bytes !== undefined && bytes * tags.readUInt32LE(entry + 4) > 4;
    if (isElsewhere && value <= 0xffff_ffff) copy.writeUInt32LE(value, entry + 8);
  }
  return copy;
}
