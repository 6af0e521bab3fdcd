// EXIF and IPTC as the few fields that a library needs: ExifReader decodes the blocks; this file converts values to
// text.
import ExifReader from 'exifreader';
import { decodeUndeclared, decodeUtf8, guessCharset, markedCharset } from '../../text/charset.ts';
import { decodeUtf16, naturalness } from '../../text/natural-text.ts';
import { iptcTime } from './capture.ts';
import { exifDegrees, fractions, positionOf, type Position } from './position.ts';
import type { PlaceFields, RatingFields } from './rating-place.ts';
import { fieldsOf } from './field-sources.ts';
import { namedIn } from '../../../shared/at.ts';

export interface ExifFields {
  readonly captions: readonly string[];
  readonly make: string | null;
  readonly model: string | null;
  /** `2019:07:31 12:00:00.5+02:00`, with the fraction of the second and the offset if present, by field. */
  readonly dates: ReadonlyMap<string, string>;
  /** Keywords of Windows Explorer, each a list divided by `;`. */
  readonly keywords: readonly string[];
  readonly ratings: readonly RatingFields[];
  readonly position: Position | null;
  /** Fields whose texts are in an unknown character set. */
  readonly unreadable: readonly string[];
}

export interface IptcFields {
  readonly keywords: readonly string[];
  readonly captions: readonly string[];
  /** `20190731 12:00:00+0200`, by field. */
  readonly dates: ReadonlyMap<string, string>;
  readonly place: PlaceFields;
  readonly unreadable: readonly string[];
}

/** Fields of each date's fraction of a second and offset from UTC. */
const dateParts: Readonly<Record<string, readonly [fraction: string, offset: string]>> = {
  DateTimeOriginal: ['SubSecTimeOriginal', 'OffsetTimeOriginal'],
  DateTimeDigitized: ['SubSecTimeDigitized', 'OffsetTimeDigitized'],
  DateTime: ['SubSecTime', 'OffsetTime'],
};
const gps = ['GPSLatitude', 'GPSLatitudeRef', 'GPSLongitude', 'GPSLongitudeRef', 'GPSTimeStamp'];
/** The time of day of each date. */
const iptcTimes: Readonly<Record<string, string>> = {
  'Date Created': 'Time Created',
  'Digital Creation Date': 'Digital Creation Time',
};
const iptcPlace = ['Sub-location', 'City', 'Province/State', 'Country/Primary Location Name'];

/** EXIF 3.0's ImageTitle, whose name ExifReader does not know. */
const imageTitle = 0xa436;

// ExifReader decodes these fields only, and never XMP, so that it parses no XML.
const wanted = {
  exif: [
    ...(['date', 'caption', 'tag', 'rating', 'camera'] as const).flatMap((fact) => fieldsOf(fact, 'EXIF')),
    ...['Model', ...Object.values(dateParts).flat(), ...gps],
    imageTitle,
  ],
  iptc: [
    ...(['date', 'caption', 'tag'] as const).flatMap((fact) => fieldsOf(fact, 'IPTC')),
    ...['Coded Character Set', ...Object.values(iptcTimes), ...iptcPlace],
  ],
};

/** ExifReader's placeholder for a value outside the file. */
const faulty = '<faulty value>';
const maxText = 64 * 1024;

type Tags = Readonly<Record<string, unknown>>;

/**
 * Reads a TIFF structure, a TIFF file or a PNG. Null for missing fields; throws for other bytes.
 * @param block the bytes of the structure, where they are in memory
 */
export function readExif(view: DataView, block: Buffer | null): { exif: ExifFields | null; iptc: IptcFields | null } {
  const { exif, iptc } = ExifReader.loadView(view, {
    expanded: true,
    includeUnknown: true,
    includeTags: wanted,
  });
  return {
    exif: exif === undefined ? null : exifFields({ ...exif, ImageTitle: unknownTag({ ...exif }, imageTitle) }, block),
    iptc: iptc ? iptcFields({ ...iptc }) : null,
  };
}

/** Fields of IPTC records, or of the Photoshop resources that hold them, with or without their heading. */
export function readIptc(block: Buffer): IptcFields | null {
  const { iptc } = ExifReader.loadView(viewOf(asJpeg(block)), { expanded: true, includeTags: wanted });
  return iptc === undefined ? null : iptcFields({ ...iptc });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const photoshopHeading = Buffer.from('Photoshop 3.0\0');

/** ExifReader rejects a block whose last record is truncated; with zeros appended, it returns the earlier records. */
const padding = Buffer.alloc(64 * 1024);

/** ExifReader knows these resources as a segment of a JPEG. */
function asJpeg(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(block.length);
  // Records on their own get the head of resource 0x0404.
  const resources = block[0] === 0x1c ? [Buffer.from('8BIM\x04\x04\0\0', 'latin1'), size, block] : [block];
  const heading = block.subarray(0, photoshopHeading.length).equals(photoshopHeading) ? [] : [photoshopHeading];
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xed, 0xff, 0xff]), ...heading, ...resources, padding]);
}

function exifFields(tags: Tags, block: Buffer | null): ExifFields {
  const unreadable: string[] = [];
  /** Null for a missing field and for one that cannot be decoded, which is recorded. */
  const known = (name: string, text: string | null | undefined): string | null => {
    if (text === undefined) unreadable.push(name);
    return text ?? null;
  };
  const text = (name: string): string | null => known(name, tagText(tags[name], block));
  const wide = (name: string): string | null => wideText(tagValue(tags[name]));
  const caption = (name: string): string | null =>
    name.startsWith('XP')
      ? wide(name)
      : name === 'UserComment'
        ? known(name, userComment(commentBytes(tagValue(tags[name])), block))
        : text(name);
  return {
    captions: fieldsOf('caption', 'EXIF').flatMap((name) => caption(name) ?? []),
    make: text('Make'),
    model: text('Model'),
    dates: new Map(
      fieldsOf('date', 'EXIF').flatMap((name) => {
        const date = name === 'GPSDateStamp' ? exifGpsTime(text(name), tagValue(tags['GPSTimeStamp'])) : text(name);
        const [fraction, offset] = (dateParts[name] ?? []).map(text);
        return date === null ? [] : [[name, wholeDate(date, fraction ?? null, offset ?? null)] as const];
      }),
    ),
    keywords: fieldsOf('tag', 'EXIF').flatMap((name) => (wide(name) ?? '').split(';')),
    ratings: fieldsOf('rating', 'EXIF').flatMap((name) => {
      const value = exifNumber(tagValue(tags[name]));
      return value === null ? [] : [{ value, isPercent: name === 'RatingPercent' }];
    }),
    position: positionOf(
      exifDegrees(tagValue(tags['GPSLatitude']), text('GPSLatitudeRef')),
      exifDegrees(tagValue(tags['GPSLongitude']), text('GPSLongitudeRef')),
    ),
    unreadable,
  };
}

function wholeDate(date: string, fraction: string | null, offset: string | null): string {
  const withFraction = fraction !== null && /^\d+$/.test(fraction) ? `${date}.${fraction}` : date;
  return offset !== null && /^[+-]\d{2}:\d{2}$/.test(offset) ? withFraction + offset : withFraction;
}

/** Date and time of the satellites, UTC; the date alone where the time, three fractions, has no value. */
function exifGpsTime(day: string | null, time: unknown): string | null {
  const numbers = fractions(time);
  if (day === null || numbers.length !== 3 || !numbers.every(Number.isFinite)) return day;
  const clock = numbers.map((number) => String(Math.floor(number)).padStart(2, '0')).join(':');
  return `${day} ${clock}Z`;
}

/** UTF-16 as UTF-8, others up to their first NUL. */
function narrowed(bytes: Buffer): Buffer {
  const charset = markedCharset(bytes) ?? (bytes.includes(0) ? guessCharset(bytes) : null);
  return charset?.startsWith('utf-16') === true ? Buffer.from(new TextDecoder(charset).decode(bytes)) : untilNul(bytes);
}

/**
 * Escape sequences that declare ISO 8859-1. Other texts count as UTF-8 if valid, because the declaration is often
 * wrong.
 */
const latin1Declared = new Set(['\x1b.A', '\x1b-A', '\x1b/A']);

function iptcFields(tags: Tags): IptcFields {
  const values = (name: string): Buffer[] =>
    [tags[name]].flat().flatMap((tag) => {
      const bytes = bytesOf(tagValue(tag));
      return bytes === null ? [] : [narrowed(bytes)];
    });
  const latin = (name: string): string | null => values(name)[0]?.toString('latin1') ?? null;
  const names = [...fieldsOf('caption', 'IPTC'), ...fieldsOf('tag', 'IPTC'), ...iptcPlace];
  // All texts of a block share a character set, and a single keyword is too short to detect it.
  const together = Buffer.concat(names.flatMap(values).flatMap((bytes) => [bytes, Buffer.from('\n')]));
  const declared = latin1Declared.has(latin('Coded Character Set') ?? '') ? 'windows-1252' : null;
  const charset = declared ?? decodeUndeclared(together)?.charset ?? null;
  const unreadable = names.filter(
    (name) => charset === null && values(name).some((bytes) => bytes.some((b) => b > 127)),
  );
  const decoder = new TextDecoder(charset ?? 'utf-8');
  const texts = (name: string): string[] =>
    unreadable.includes(name)
      ? []
      : values(name)
          .map((bytes) => decoder.decode(bytes).trim())
          .filter((text) => text !== '');
  const first = (name: string): string | null => texts(name)[0] ?? null;
  return {
    keywords: fieldsOf('tag', 'IPTC').flatMap(texts),
    captions: fieldsOf('caption', 'IPTC').flatMap((name) => first(name) ?? []),
    dates: new Map(
      fieldsOf('date', 'IPTC').flatMap((name) => {
        const date = iptcTime(latin(name), latin(namedIn(iptcTimes, name)));
        return date === null ? [] : [[name, date] as const];
      }),
    ),
    place: {
      location: first('Sub-location'),
      city: first('City'),
      state: first('Province/State'),
      country: first('Country/Primary Location Name'),
    },
    unreadable,
  };
}

/** The text of a field; null when blank, undefined in an unknown character set. */
export const tagText = (tag: unknown, block: Buffer | null): string | null | undefined =>
  exifText(tagValue(tag), block);

/** ExifReader's names for unknown fields. */
const unknownTag = (tags: Tags, id: number): unknown => tags[`undefined-${id}`];

export function tagValue(tag: unknown): unknown {
  return typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : undefined;
}

/** A whole number, alone or first of several. */
function exifNumber(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isInteger(first) ? String(first) : null;
}

/**
 * Text up to its first NUL; null when blank, undefined in an unknown character set. Accepts bytes as text, because
 * some writers use them.
 */
function exifText(value: unknown, block: Buffer | null): string | null | undefined {
  const bytes = bytesOf(value);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  let text = bytes !== null ? decodeUndeclared(untilNul(bytes))?.text : typeof first === 'string' ? first : '';
  // ExifReader returns text that is not UTF-8 with one character per byte.
  if (text !== undefined && /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text)) {
    const isUtf8 = block === null ? !/[\u0080-\u009f]/.test(text) : block.includes(Buffer.from(text, 'utf8'));
    if (!isUtf8) text = decodeUndeclared(Buffer.from(text, 'latin1'))?.text;
  }
  if (text === undefined) return undefined;
  text = text.slice(0, maxText).trim();
  return text === '' || text === faulty ? null : text;
}

/** UTF-16 little-endian, independent of the block's byte order, unless the bytes show the other one. */
function wideText(value: unknown): string | null {
  const text = decodeWide(bytesOf(value) ?? Buffer.alloc(0), 'utf-16le').trim();
  return text === '' ? null : text;
}

/**
 * EXIF's UserComment: eight bytes with the name of the character set, then the text. Null when blank, undefined in
 * an unknown set.
 */
function userComment(value: Buffer | null, block: Buffer | null): string | null | undefined {
  if (value === null) return null;
  const name = value.toString('latin1', 0, 8).replace(/\0+$/, '').toUpperCase();
  const body = value.subarray(8);
  let text: string | undefined;
  if (name === 'UNICODE') text = utf16(body, block);
  else if (name === 'JIS') text = jis(body);
  else text = decodeUndeclared(untilNul(withoutNuls(hasHeading(value) ? body : value)))?.text;
  if (text === undefined) return undefined;
  const tidy = text.replace(/\0[\s\S]*$/, '').trim();
  // Proprietary data of camera makers.
  return tidy === '' || /[\u0001-\u0008\u000e-\u001f]/.test(tidy) ? null : tidy;
}

/** Some writers store a text in this field. */
function commentBytes(value: unknown): Buffer | null {
  const text: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : bytesOf(value);
}

/** A name of a character set, padded with NULs or blanks; some programs write `UTF-8` there. */
const hasHeading = (value: Buffer): boolean =>
  /^(?=.{8}$)(?:[\w-]{0,7}\0+|ASCII {3})$/s.test(value.toString('latin1', 0, 8));

function withoutNuls(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? bytes.subarray(0, 0) : bytes.subarray(start);
}

/** Text in the byte order that its bytes suggest, otherwise in the file's. Some programs write UTF-8. */
function utf16(body: Buffer, block: Buffer | null): string {
  const isLittle = block === null || block.toString('latin1', 0, 2) === 'II';
  const wide = decodeWide(body, isLittle ? 'utf-16le' : 'utf-16be');
  const bytes = untilNul(body);
  // Zeros belong to UTF-16, unless they end the text.
  const narrow = body.subarray(bytes.length).every((byte) => byte === 0) ? decodeUtf8(bytes) : null;
  if (narrow === null || naturalness(narrow) < naturalness(wide)) return wide;
  // Two ASCII letters may also be one Chinese character; three such pairs are ASCII text.
  return naturalness(narrow) > naturalness(wide) || /^[\x20-\x7E]{6,}$/.test(narrow) ? narrow : wide;
}

/** UTF-16 up to its first NUL. @param own the byte order where there is no mark, and the text does not show it */
function decodeWide(bytes: Buffer, own: 'utf-16le' | 'utf-16be'): string {
  const even = bytes.subarray(0, bytes.length & ~1);
  let end = 0;
  while (end < even.length && even.readUInt16LE(end) !== 0) end += 2;
  const text = even.subarray(0, end);
  const marked = markedCharset(text);
  return marked === 'utf-16le' || marked === 'utf-16be' ? new TextDecoder(marked).decode(text) : decodeUtf16(text, own);
}

/** JIS X 0208, with the escapes of ISO-2022-JP or as bare pairs of bytes. */
function jis(body: Buffer): string | undefined {
  if (body.includes(0x1b)) return new TextDecoder('iso-2022-jp').decode(body);
  if (body.some((byte) => byte > 0x7f)) return decodeUndeclared(untilNul(body))?.text;
  return new TextDecoder('euc-jp').decode(untilNul(body).map((byte) => (byte > 0x20 ? byte | 0x80 : byte)));
}

function bytesOf(value: unknown): Buffer | null {
  if (!Array.isArray(value) || typeof value[0] !== 'number') return null;
  return Buffer.from(value.slice(0, maxText) as readonly number[]);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
