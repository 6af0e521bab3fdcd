// Metadata embedded in a photo as EXIF, IPTC and XMP: libvips finds the blocks, ExifReader and `xmp.ts` decode them.
import ExifReader from 'exifreader';
import { readAsf } from './asf.ts';
import { readAvchd } from './avchd.ts';
import { readAvi } from './avi.ts';
import { readExif, readIptc, viewOf, type ExifFields, type IptcFields } from './exif-iptc.ts';
import { isSignature, readFileComments, type FileComments } from './file-comments.ts';
import { FileView } from './file-view.ts';
import type { PhotoFormat } from '../../imaging/image-kind.ts';
import type { MetadataBlocks } from '../../imaging/picture.ts';
import { readMatroska } from './matroska.ts';
import { readOgg } from './ogg.ts';
import { readPngText, type PngFields } from './png-text.ts';
import { readQuickTime } from './quicktime.ts';
import { VideoFile, type VideoFields } from './video-fields.ts';
import { maxXmp, readXmp, type XmpFields } from './xmp.ts';

export interface Embedded {
  readonly exif: ExifFields | null;
  readonly iptc: IptcFields | null;
  readonly xmp: readonly XmpFields[];
  readonly png: PngFields | null;
  readonly comments: FileComments | null;
  readonly video: VideoFields | null;
}

export interface OpenPhoto {
  readonly descriptor: number;
  readonly size: number;
  readonly format: PhotoFormat;
  /** The first megabytes, or all bytes. */
  readonly head: Buffer;
  /** Blocks that the decoder found. */
  readonly blocks: MetadataBlocks;
}

const maxExif = 1024 * 1024;
const maxBlock = 4 * 1024 * 1024;

/** Reads the blocks of metadata. A faulty block is left out, because the pixels matter more. */
export function readEmbedded(photo: OpenPhoto): Embedded {
  const { format, head, blocks, descriptor, size } = photo;
  if (format === 'video') return embeddedInVideo(descriptor, size);
  const profiles = rawProfiles(blocks);
  const { view, block } = exifBlockOf(photo, profiles);
  const tags = view && attempt(() => readExif(view, block));
  const iptcBlock = [blocks.iptc, blocks.tifftagPhotoshop, profiles.iptc].find((found) => found !== undefined);
  const iptc = tags?.iptc ?? (iptcBlock && iptcBlock.length <= maxBlock ? attempt(() => readIptc(iptcBlock)) : null);
  const more = format === 'jpeg' ? attempt(() => extendedXmp(head)) : format === 'gif' ? gifXmp(head) : null;
  const xmp = [blocks.xmp ?? profiles.xmp, more]
    .map((block) => (block ? attempt(() => readXmp(block)) : null))
    .filter((fields) => fields !== null);
  return {
    exif: tags?.exif ?? null,
    iptc,
    xmp,
    png: format === 'png' ? attempt(() => readPngText(head)) : null,
    comments: format === 'jpeg' || format === 'gif' ? attempt(() => readFileComments(format, head)) : null,
    video: null,
  };
}

function embeddedInVideo(descriptor: number, size: number): Embedded {
  const video =
    [readMatroska, readAvi, readAsf, readAvchd, readOgg, readQuickTime]
      .values()
      .map((read) => attempt(() => read(new VideoFile(descriptor, size))))
      .find((found) => found !== null) ?? null;
  const xmp = (video?.xmp ?? []).map((packet) => attempt(() => readXmp(packet))).filter((found) => found !== null);
  const comments = video && {
    captions: video.captions.filter((text) => !isSignature(text)),
    unreadable: video.unreadable,
  };
  return { exif: null, iptc: null, xmp, png: null, comments, video };
}

/** The EXIF of a photo; null without any, or if it is too large to be one. `block`: its bytes, where they are in memory. */
export function exifBlockOf(
  { descriptor, size, format, blocks }: OpenPhoto,
  profiles = rawProfiles(blocks),
): { view: DataView | null; block: Buffer | null } {
  const exif = blocks.exif ?? profiles.exif;
  if (exif !== undefined) {
    const view = viewOf(withoutHeading(exif));
    if (view.byteLength > maxExif) return { view: null, block: null };
    return { view, block: Buffer.from(view.buffer, view.byteOffset, view.byteLength) };
  }
  // libvips returns no EXIF of a TIFF, nor of a PNG with EXIF after its pixels.
  const inFile = format === 'tiff' || format === 'raw' || format === 'png';
  return { view: inFile ? new FileView(descriptor, size) : null, block: null };
}

/** JPEG and AVIF carry `Exif\0\0` before the TIFF structure; WebP files come with it and without. */
function withoutHeading(bytes: Buffer): Buffer {
  return bytes.toString('latin1', 0, 4) === 'Exif' ? bytes.subarray(6) : bytes;
}

const rawProfile = /^\n?[^\n]*\n *\d+\n([\s\da-f]*)$/i;

/** Blocks as hexadecimal text in a PNG, written by ImageMagick and ExifTool. Neither library reads all of them. */
function rawProfiles(blocks: MetadataBlocks): { exif?: Buffer; iptc?: Buffer; xmp?: Buffer } {
  const found: { exif?: Buffer; iptc?: Buffer; xmp?: Buffer } = {};
  for (const { keyword, text } of blocks.comments ?? []) {
    const type = /^Raw profile type (exif|app1|iptc|xmp)$/i.exec(keyword)?.[1]?.toLowerCase();
    const digits = type === undefined || text.length > 2 * maxBlock ? undefined : rawProfile.exec(text)?.[1];
    if (digits === undefined) continue;
    const bytes = Buffer.from(digits.replace(/\s+/g, ''), 'hex');
    if (type === 'iptc') found.iptc ??= bytes;
    else if (type === 'exif' || bytes.toString('latin1', 0, 4) === 'Exif') found.exif ??= bytes;
    else found.xmp ??= bytes;
  }
  return found;
}

const jpegMoreXmp = 'http://ns.adobe.com/xmp/extension/\0';
/** Fields after that name: 32 digits of a GUID, the whole length, and the offset of this piece. */
const pieceHead = jpegMoreXmp.length + 40;

/** XMP too long for one segment of a JPEG, which libvips skips; ExifReader finds the segments. */
function extendedXmp(head: Buffer): Buffer | null {
  if (!head.includes(jpegMoreXmp)) return null;
  const options = { expanded: true, includeOffsets: true, includeTags: {} } as const;
  const { metadataRange } = ExifReader.loadView(viewOf(head), options);
  const pieces = (metadataRange?.blocks ?? [])
    .filter((block) => block.type === 'xmp')
    .map((block) => head.subarray(block.start + 4, block.end))
    .filter(
      (segment) => segment.length > pieceHead && segment.toString('latin1', 0, jpegMoreXmp.length) === jpegMoreXmp,
    )
    .map((segment) => ({ at: segment.readUInt32BE(pieceHead - 4), bytes: segment.subarray(pieceHead) }))
    .sort((a, b) => a.at - b.at);
  return Buffer.concat(pieces.map((piece) => piece.bytes));
}

const gifXmpHeading = Buffer.from('\x21\xff\x0bXMP DataXMP', 'latin1');

/** XMP of a GIF, which neither library reads. It is not compressed; a ramp of falling bytes after it leads old decoders out. */
function gifXmp(head: Buffer): Buffer | null {
  const start = head.indexOf(gifXmpHeading);
  if (start < 0) return null;
  const bytes = head.subarray(start + gifXmpHeading.length, start + gifXmpHeading.length + maxXmp);
  const end = bytes.indexOf(Buffer.from([0x01, 0xff, 0xfe, 0xfd]));
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Null where reading throws: a faulty block. */
export function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
