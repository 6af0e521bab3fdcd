// The few EXIF fields a library needs, read from a TIFF structure that may be damaged or hostile.
import type { ByteSource } from './byte-source.ts';
import { decodeText } from './text.ts';

export interface ExifFields {
  readonly imageDescription: string | null;
  readonly make: string | null;
  readonly model: string | null;
  /** As written, `2019:07:31 12:00:00`. */
  readonly dateTimeOriginal: string | null;
  /** When the picture became digital: for a camera the same moment, for a scan the day of scanning. */
  readonly createDate: string | null;
  /** Windows Explorer's fields. */
  readonly xpSubject: string | null;
  readonly xpComment: string | null;
  readonly xpKeywords: readonly string[];
  /** Blocks that TIFF files keep as tags; null in the EXIF of other formats. */
  readonly iptc: Buffer | null;
  readonly photoshop: Buffer | null;
  readonly xmp: Buffer | null;
}

const TAG = {
  imageDescription: 0x010e,
  make: 0x010f,
  model: 0x0110,
  xmp: 0x02bc,
  iptc: 0x83bb,
  photoshop: 0x8649,
  exifIfd: 0x8769,
  dateTimeOriginal: 0x9003,
  createDate: 0x9004,
  subSecOriginal: 0x9291,
  subSecDigitized: 0x9292,
  xpComment: 0x9c9c,
  xpKeywords: 0x9c9e,
  xpSubject: 0x9c9f,
} as const;

/** Bytes of one value of each TIFF type, from type 1. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MAX_ENTRIES = 1000;
const MAX_TEXT = 64 * 1024;
export const MAX_BLOCK = 4 * 1024 * 1024;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value is, from the start of the TIFF structure. */
  readonly offset: number;
}

/** Null when there is no TIFF structure at all; fields that cannot be read are null. */
export function readExif(source: ByteSource): ExifFields | null {
  const reader = TiffReader.open(source);
  if (reader === null) return null;
  const main = reader.directory(reader.firstDirectory);
  const exifEntry = main.get(TAG.exifIfd);
  const exif = exifEntry === undefined ? new Map<number, Entry>() : reader.directory(reader.number(exifEntry));
  const text = (tag: number): string | null => reader.text(main.get(tag));
  const wide = (tag: number): string | null => reader.wideText(main.get(tag));
  return {
    imageDescription: text(TAG.imageDescription),
    make: text(TAG.make),
    model: text(TAG.model),
    // Some writers put the dates into the main directory.
    dateTimeOriginal: withFraction(
      reader.text(exif.get(TAG.dateTimeOriginal)) ?? text(TAG.dateTimeOriginal),
      reader.text(exif.get(TAG.subSecOriginal)),
    ),
    createDate: withFraction(
      reader.text(exif.get(TAG.createDate)) ?? text(TAG.createDate),
      reader.text(exif.get(TAG.subSecDigitized)),
    ),
    xpSubject: wide(TAG.xpSubject),
    xpComment: wide(TAG.xpComment),
    xpKeywords: (wide(TAG.xpKeywords) ?? '').split(';').filter((keyword) => keyword.trim() !== ''),
    iptc: reader.bytes(main.get(TAG.iptc), MAX_BLOCK),
    photoshop: reader.bytes(main.get(TAG.photoshop), MAX_BLOCK),
    xmp: reader.bytes(main.get(TAG.xmp), MAX_BLOCK),
  };
}

function withFraction(date: string | null, fraction: string | null): string | null {
  return date !== null && fraction !== null && /^\d+$/.test(fraction.trim()) ? `${date}.${fraction.trim()}` : date;
}

class TiffReader {
  readonly firstDirectory: number;
  readonly #source: ByteSource;
  readonly #littleEndian: boolean;

  private constructor(source: ByteSource, littleEndian: boolean, firstDirectory: number) {
    this.#source = source;
    this.#littleEndian = littleEndian;
    this.firstDirectory = firstDirectory;
  }

  static open(source: ByteSource): TiffReader | null {
    const header = source.read(0, 8);
    if (header.length < 8) return null;
    const order = header.toString('latin1', 0, 2);
    if (order !== 'II' && order !== 'MM') return null;
    const littleEndian = order === 'II';
    // 43 would be BigTIFF, whose offsets are 64 bits wide: its pixels are read, its metadata is not.
    if ((littleEndian ? header.readUInt16LE(2) : header.readUInt16BE(2)) !== 42) return null;
    return new TiffReader(source, littleEndian, littleEndian ? header.readUInt32LE(4) : header.readUInt32BE(4));
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  #u32(bytes: Buffer, at: number): number {
    return this.#littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** The entries of one directory, the first of each tag; whole ones only, when the directory is cut short. */
  directory(offset: number): Map<number, Entry> {
    const entries = new Map<number, Entry>();
    const head = offset < 8 ? Buffer.alloc(0) : this.#source.read(offset, 2);
    if (head.length < 2) return entries;
    const bytes = this.#source.read(offset + 2, Math.min(this.#u16(head, 0), MAX_ENTRIES) * 12);
    for (let at = 0; at + 12 <= bytes.length; at += 12) {
      const tag = this.#u16(bytes, at);
      const type = this.#u16(bytes, at + 2);
      const count = this.#u32(bytes, at + 4);
      const size = (TYPE_BYTES[type] ?? 0) * count;
      if (size === 0 || entries.has(tag)) continue;
      // Values of up to four bytes stand in the entry itself.
      entries.set(tag, { type, count, offset: size <= 4 ? offset + 2 + at + 8 : this.#u32(bytes, at + 8) });
    }
    return entries;
  }

  number(entry: Entry): number {
    const bytes = this.#source.read(entry.offset, 4);
    if (entry.type === 3 && bytes.length >= 2) return this.#u16(bytes, 0);
    return bytes.length < 4 ? 0 : this.#u32(bytes, 0);
  }

  bytes(entry: Entry | undefined, limit: number): Buffer | null {
    if (entry === undefined) return null;
    const size = (TYPE_BYTES[entry.type] ?? 0) * entry.count;
    return size > limit ? null : this.#source.read(entry.offset, size);
  }

  /** Text up to its first NUL; null when blank. Bytes and "undefined" pass for text, as some writers use them. */
  text(entry: Entry | undefined): string | null {
    if (entry === undefined || ![1, 2, 7].includes(entry.type)) return null;
    const bytes = this.bytes({ ...entry, count: Math.min(entry.count, MAX_TEXT) }, MAX_TEXT);
    if (bytes === null) return null;
    const end = bytes.indexOf(0);
    const text = decodeText(end < 0 ? bytes : bytes.subarray(0, end)).trim();
    return text === '' ? null : text;
  }

  /** UTF-16 little-endian, whatever the byte order of the rest. */
  wideText(entry: Entry | undefined): string | null {
    if (entry === undefined || ![1, 7].includes(entry.type)) return null;
    const bytes = this.bytes({ ...entry, count: Math.min(entry.count, MAX_TEXT) }, MAX_TEXT);
    const text = bytes?.toString('utf16le').split('\0', 1)[0]?.trim() ?? '';
    return text === '' ? null : text;
  }
}
