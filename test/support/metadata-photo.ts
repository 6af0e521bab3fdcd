// JPEGs with EXIF, IPTC and XMP as programs write them, and PNGs with texts, made byte by byte.
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { jpeg } from './photo-tree.ts';

/** EXIF's types of values. */
export type ExifValue =
  | { readonly ascii: string | Buffer }
  | { readonly bytes: Buffer }
  | { readonly undefined: Buffer }
  | { readonly short: number }
  | { readonly rationals: readonly (readonly [number, number])[] };

export interface ExifBlock {
  readonly ifd0?: Readonly<Record<number, ExifValue>>;
  readonly exif?: Readonly<Record<number, ExifValue>>;
  readonly gps?: Readonly<Record<number, ExifValue>>;
  readonly littleEndian?: boolean;
}

function encodeValue(value: ExifValue, little: boolean): { type: number; count: number; data: Buffer } {
  if ('ascii' in value) {
    const data = Buffer.concat([Buffer.from(value.ascii), Buffer.from([0])]);
    return { type: 2, count: data.length, data };
  }
  if ('bytes' in value) return { type: 1, count: value.bytes.length, data: value.bytes };
  if ('undefined' in value) return { type: 7, count: value.undefined.length, data: value.undefined };
  if ('short' in value) {
    const data = Buffer.alloc(2);
    if (little) data.writeUInt16LE(value.short);
    else data.writeUInt16BE(value.short);
    return { type: 3, count: 1, data };
  }
  const data = Buffer.alloc(value.rationals.length * 8);
  for (const [i, pair] of value.rationals.entries()) {
    for (const [j, number] of pair.entries()) {
      if (little) data.writeUInt32LE(number, i * 8 + j * 4);
      else data.writeUInt32BE(number, i * 8 + j * 4);
    }
  }
  return { type: 5, count: value.rationals.length, data };
}

/** The TIFF structure. */
export function exifOf({ ifd0 = {}, exif, gps, littleEndian = false }: ExifBlock): Buffer {
  const u16 = (n: number): Buffer => {
    const bytes = Buffer.alloc(2);
    if (littleEndian) bytes.writeUInt16LE(n);
    else bytes.writeUInt16BE(n);
    return bytes;
  };
  const u32 = (n: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (littleEndian) bytes.writeUInt32LE(n);
    else bytes.writeUInt32BE(n);
    return bytes;
  };
  /** A directory at `at`, with its values behind it. */
  const directory = (
    fields: Readonly<Record<number, ExifValue | { readonly pointer: number }>>,
    at: number,
  ): Buffer => {
    const entries = Object.entries(fields).sort(([a], [b]) => Number(a) - Number(b));
    let free = at + 2 + entries.length * 12 + 4;
    const heads: Buffer[] = [u16(entries.length)];
    const values: Buffer[] = [];
    for (const [tag, value] of entries) {
      if ('pointer' in value) {
        heads.push(u16(Number(tag)), u16(4), u32(1), u32(value.pointer));
        continue;
      }
      const { type, count, data } = encodeValue(value, littleEndian);
      heads.push(u16(Number(tag)), u16(type), u32(count));
      if (data.length <= 4) heads.push(Buffer.concat([data, Buffer.alloc(4 - data.length)]));
      else {
        heads.push(u32(free));
        const padded = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
        values.push(padded);
        free += padded.length;
      }
    }
    return Buffer.concat([...heads, u32(0), ...values]);
  };
  const pointers = (exifAt: number, gpsAt: number) => ({
    ...ifd0,
    ...(exif && { 0x8769: { pointer: exifAt } }),
    ...(gps && { 0x8825: { pointer: gpsAt } }),
  });
  const exifAt = 8 + directory(pointers(0, 0), 8).length;
  const exifPart = exif ? directory(exif, exifAt) : Buffer.alloc(0);
  const gpsAt = exifAt + exifPart.length;
  const gpsPart = gps ? directory(gps, gpsAt) : Buffer.alloc(0);
  const head = Buffer.concat([Buffer.from(littleEndian ? 'II' : 'MM'), u16(42), u32(8)]);
  return Buffer.concat([head, directory(pointers(exifAt, gpsAt), 8), exifPart, gpsPart]);
}

function segment(marker: number, ...parts: readonly (string | Buffer)[]): Buffer {
  const data = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** Records of IPTC's second part by their number, each value once or several times. */
export type IptcRecords = Readonly<Record<number, string | Buffer | readonly (string | Buffer)[]>>;

export interface PhotoMetadata {
  readonly exif?: ExifBlock;
  readonly iptc?: IptcRecords;
  /** Attributes and elements of the one `rdf:Description`; see `xmpOf`. */
  readonly xmp?: string;
}

function iptcOf(records: IptcRecords): Buffer {
  return Buffer.concat(
    Object.entries(records).flatMap(([number, values]) =>
      (Array.isArray(values) ? (values as readonly (string | Buffer)[]) : [values as string | Buffer]).map((raw) => {
        const value = Buffer.from(raw);
        const head = Buffer.from([0x1c, 2, Number(number), 0, 0]);
        head.writeUInt16BE(value.length, 3);
        return Buffer.concat([head, value]);
      }),
    ),
  );
}

/** A JPEG of one colour with these blocks. */
export async function photoWith({ exif, iptc, xmp }: PhotoMetadata): Promise<Buffer> {
  const plain = await jpeg();
  const blocks: Buffer[] = [];
  if (exif) blocks.push(segment(0xe1, 'Exif\0\0', exifOf(exif)));
  if (xmp !== undefined) blocks.push(segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', xmp));
  if (iptc) {
    const records = iptcOf(iptc);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(records.length);
    blocks.push(
      segment(
        0xed,
        'Photoshop 3.0\0',
        '8BIM',
        Buffer.from([4, 4, 0, 0]),
        size,
        records,
        records.length % 2 ? '\0' : '',
      ),
    );
  }
  return Buffer.concat([plain.subarray(0, 2), ...blocks, plain.subarray(2)]);
}

const namespaces = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  mediapro: 'http://ns.iview-multimedia.com/mediapro/1.0/',
  acdsee: 'http://ns.acdsee.com/iptc/1.0/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  MP: 'http://ns.microsoft.com/photo/1.2/',
  MPRI: 'http://ns.microsoft.com/photo/1.2/t/RegionInfo#',
  MPReg: 'http://ns.microsoft.com/photo/1.2/t/Region#',
};

/** An XMP packet with attributes and elements of its one description. */
export function xmpOf(attributes: string, elements = ''): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${declared.join(' ')}>
<rdf:Description rdf:about="" ${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

/** A property with several values. */
export const bag = (name: string, ...items: readonly string[]): string =>
  `<${name}><rdf:Bag>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Bag></${name}>`;

/** A PNG of one colour with these chunks in front of its pixels. */
export async function pngWith(...chunks: readonly (readonly [name: string, data: Buffer])[]): Promise<Buffer> {
  const plain = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const made = chunks.map(([name, data]) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), data, Buffer.alloc(4)]);
    bytes.writeUInt32BE(data.length, 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  });
  return Buffer.concat([plain.subarray(0, 33), ...made, plain.subarray(33)]);
}
