// Where each photo format keeps its EXIF, IPTC and XMP: finds the blocks, understands nothing of them.
import { inflateSync } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { bytesInMemory } from './byte-source.ts';
import { MAX_BLOCK } from './exif.ts';
import type { PhotoFormat } from './image-kind.ts';
import { iptcInPhotoshopBlock } from './iptc.ts';

export interface MetadataBlocks {
  /** A TIFF structure. */
  readonly exif: ByteSource | null;
  /** IPTC-IIM records. */
  readonly iptc: Buffer | null;
  readonly xmp: readonly Buffer[];
}

const NONE: MetadataBlocks = { exif: null, iptc: null, xmp: [] };

/** Null for AVIF, whose boxes the decoder unpacks itself. Damaged files give the blocks found before the damage. */
export function metadataBlocks(source: ByteSource, format: PhotoFormat): MetadataBlocks | null {
  switch (format) {
    case 'jpeg':
      return jpegBlocks(source);
    case 'png':
      return pngBlocks(source);
    case 'webp':
      return webpBlocks(source);
    case 'gif':
      return gifBlocks(source);
    case 'tiff':
      // The file is the TIFF structure; IPTC and XMP are tags in it.
      return { ...NONE, exif: source };
    case 'avif':
      return null;
  }
}

/** EXIF as JPEG and AVIF carry it: `Exif\0\0` before the TIFF structure. WebP files come with it and without. */
export function exifBlock(bytes: Buffer): ByteSource {
  return bytesInMemory(bytes.toString('latin1', 0, 4) === 'Exif' ? bytes.subarray(6) : bytes);
}

// --- JPEG: segments of a marker, a length and up to 65,533 bytes

const JPEG_EXIF = 'Exif\0';
const JPEG_XMP = 'http://ns.adobe.com/xap/1.0/\0';
const JPEG_MORE_XMP = 'http://ns.adobe.com/xmp/extension/\0';
const JPEG_PHOTOSHOP = 'Photoshop 3.0\0';
/** Decoders skip garbage between segments, so it must not hide what follows. */
const MAX_GARBAGE = 64 * 1024;

function jpegBlocks(source: ByteSource): MetadataBlocks {
  let exif: ByteSource | null = null;
  const xmp: Buffer[] = [];
  const photoshop: Buffer[] = [];
  const extended: { offset: number; total: number; bytes: Buffer }[] = [];
  let at = 2;
  for (let garbage = 0; at + 4 <= source.size && garbage < MAX_GARBAGE;) {
    const head = source.read(at, 4);
    if (head.length < 4) break;
    const marker = head[1] ?? 0;
    if (head[0] !== 0xff || marker === 0xff || marker === 0) {
      at++;
      garbage++;
      continue;
    }
    // Pixels begin (SOS), or the image ends: no metadata after that.
    if (marker === 0xda || marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const size = head.readUInt16BE(2) - 2;
    if (size > 0 && (marker === 0xe1 || marker === 0xed)) {
      const data = source.read(at + 4, size);
      const start = data.toString('latin1', 0, 40);
      if (marker === 0xed && start.startsWith(JPEG_PHOTOSHOP)) photoshop.push(data.subarray(JPEG_PHOTOSHOP.length));
      else if (start.startsWith(JPEG_EXIF)) exif ??= exifBlock(data);
      else if (start.startsWith(JPEG_XMP)) xmp.push(data.subarray(JPEG_XMP.length));
      else if (start.startsWith(JPEG_MORE_XMP)) {
        // 32 digits of a GUID, the whole length, and where this piece belongs.
        const head = JPEG_MORE_XMP.length + 40;
        if (data.length > head) {
          const total = data.readUInt32BE(head - 8);
          extended.push({ total, offset: data.readUInt32BE(head - 4), bytes: data.subarray(head) });
        }
      }
    }
    at += 2 + Math.max(2, size + 2);
  }
  const more = joinExtended(extended);
  if (more !== null) xmp.push(more);
  return { exif, iptc: iptcInPhotoshopBlock(Buffer.concat(photoshop)), xmp };
}

/** XMP too long for one segment. Null when it is none, too large, or pieces are missing. */
function joinExtended(pieces: readonly { offset: number; total: number; bytes: Buffer }[]): Buffer | null {
  const total = pieces[0]?.total ?? 0;
  if (total === 0 || total > MAX_BLOCK) return null;
  const joined = Buffer.alloc(total);
  let filled = 0;
  for (const piece of pieces) {
    if (piece.total === total && piece.offset < total) filled += piece.bytes.copy(joined, piece.offset);
  }
  return filled >= total ? joined : null;
}

// --- PNG: chunks of a length, a name, the data and a checksum

const PNG_XMP = 'XML:com.adobe.xmp';

function pngBlocks(source: ByteSource): MetadataBlocks {
  let exif: ByteSource | null = null;
  let iptc: Buffer | null = null;
  const xmp: Buffer[] = [];
  for (let at = 8; at + 12 <= source.size;) {
    const head = source.read(at, 8);
    if (head.length < 8) break;
    const size = head.readUInt32BE(0);
    const name = head.toString('latin1', 4, 8);
    if (name === 'IEND') break;
    if (size <= MAX_BLOCK) {
      if (name === 'eXIf') exif ??= exifBlock(source.read(at + 8, size));
      else if (name === 'tEXt' || name === 'zTXt' || name === 'iTXt') {
        const text = pngText(name, source.read(at + 8, size));
        if (text?.keyword === PNG_XMP) xmp.push(text.bytes);
        else if (text?.keyword.startsWith('Raw profile type ') === true) {
          // ImageMagick's way: the block as hexadecimal text.
          const profile = rawProfile(text.bytes);
          const type = text.keyword.slice(17).toLowerCase();
          if (type === 'exif' || (type === 'app1' && profile.toString('latin1', 0, 4) === 'Exif')) {
            exif ??= exifBlock(profile);
          } else if (type === 'xmp') xmp.push(profile);
          else if (type === 'app1') xmp.push(profile.subarray(profile.indexOf(0) + 1));
          else if (type === 'iptc') iptc ??= profile[0] === 0x1c ? profile : iptcInPhotoshopBlock(profile);
        }
      }
    }
    at += 12 + size;
  }
  return { exif, iptc, xmp };
}

/** Null when the chunk is damaged or swells beyond any honest size. */
function pngText(name: string, data: Buffer): { keyword: string; bytes: Buffer } | null {
  const end = data.indexOf(0);
  if (end < 0) return null;
  const keyword = data.toString('latin1', 0, end);
  if (keyword !== PNG_XMP && !keyword.startsWith('Raw profile type ')) return null;
  let start = end + 1;
  let compressed = false;
  if (name === 'zTXt') {
    compressed = true;
    start += 1;
  } else if (name === 'iTXt') {
    compressed = data[start] === 1;
    // After flag and method come two texts ended by NUL: a language and a translated keyword.
    const language = data.indexOf(0, start + 2);
    const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
    if (translated < 0) return null;
    start = translated + 1;
  }
  try {
    const bytes = data.subarray(start);
    return { keyword, bytes: compressed ? inflateSync(bytes, { maxOutputLength: MAX_BLOCK }) : bytes };
  } catch {
    return null;
  }
}

/** A line break, a name, a length, then hexadecimal digits in lines. */
function rawProfile(text: Buffer): Buffer {
  const match = /^\s*[^\n]*\n\s*(\d+)\s([\s\S]*)$/.exec(text.toString('latin1'));
  return match === null ? Buffer.alloc(0) : Buffer.from((match[2] ?? '').replace(/\s+/g, ''), 'hex');
}

// --- WebP: RIFF chunks of a name, a length and the data

function webpBlocks(source: ByteSource): MetadataBlocks {
  let exif: ByteSource | null = null;
  const xmp: Buffer[] = [];
  for (let at = 12; at + 8 <= source.size;) {
    const head = source.read(at, 8);
    if (head.length < 8) break;
    const name = head.toString('latin1', 0, 4);
    const size = head.readUInt32LE(4);
    if (size <= MAX_BLOCK) {
      if (name === 'EXIF') exif ??= exifBlock(source.read(at + 8, size));
      else if (name === 'XMP ') xmp.push(source.read(at + 8, size));
    }
    at += 8 + size + (size % 2);
  }
  return { exif, iptc: null, xmp };
}

// --- GIF: blocks of sub-blocks; XMP is an application extension

/** Films as GIF have thousands of blocks, and their metadata, if any, stands in front. */
const MAX_GIF_BLOCKS = 20_000;

function gifBlocks(source: ByteSource): MetadataBlocks {
  const flags = source.read(10, 1)[0] ?? 0;
  let at = 13 + colourTable(flags);
  for (let blocks = 0; blocks < MAX_GIF_BLOCKS; blocks++) {
    const head = source.read(at, 14);
    if (head[0] === 0x21 && head[1] === 0xff && head.toString('latin1', 3, 14) === 'XMP DataXMP') {
      return { ...NONE, xmp: [gifXmp(source.read(at + 14, MAX_BLOCK))] };
    }
    if (head[0] === 0x21) at += 2;
    else if (head[0] === 0x2c) at += 11 + colourTable(head[9] ?? 0);
    else break;
    for (let size = source.read(at, 1)[0]; size !== undefined && size > 0; size = source.read(at, 1)[0]) {
      at += 1 + size;
      if (++blocks > MAX_GIF_BLOCKS) break;
    }
    at += 1;
  }
  return NONE;
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}

/** The XMP stands as it is, not in sub-blocks; a ramp of falling bytes after it leads old decoders out. */
function gifXmp(bytes: Buffer): Buffer {
  const end = bytes.indexOf(Buffer.from([0x01, 0xff, 0xfe, 0xfd]));
  return end < 0 ? bytes : bytes.subarray(0, end);
}
