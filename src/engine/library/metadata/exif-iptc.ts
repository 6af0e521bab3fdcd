// EXIF and IPTC as the few fields a library needs: ExifReader takes the blocks apart, here they become text.
import ExifReader from 'exifreader';
import type { PlaceFields } from './rating-place.ts';
import { decodeText } from '../../text/file-text.ts';

export interface ExifFields {
  readonly imageDescription: string | null;
  readonly make: string | null;
  readonly model: string | null;
  /** As written, `2019:07:31 12:00:00`, with the fraction of the second behind it. */
  readonly dateTimeOriginal: string | null;
  /** When the picture became digital: for a camera the same moment, for a scan the day of scanning. */
  readonly createDate: string | null;
  /** Windows Explorer's fields. */
  readonly xpSubject: string | null;
  readonly xpComment: string | null;
  readonly xpKeywords: readonly string[];
  /** Stars as written, also a field of Windows Explorer's. */
  readonly rating: string | null;
}

export interface IptcFields {
  readonly keywords: readonly string[];
  readonly caption: string | null;
  /** `20190731`, and `120000+0200` or null. */
  readonly dateCreated: string | null;
  readonly timeCreated: string | null;
  readonly place: PlaceFields;
}

// Only what is asked for is decoded; XMP never is, so that no XML reaches ExifReader.
const WANTED = {
  exif: [
    ...['ImageDescription', 'Make', 'Model', 'XPSubject', 'XPComment', 'XPKeywords', 'Rating'],
    ...['DateTimeOriginal', 'SubSecTimeOriginal', 'DateTimeDigitized', 'SubSecTimeDigitized'],
  ],
  iptc: [
    ...['Coded Character Set', 'Keywords', 'Caption/Abstract', 'Date Created', 'Time Created'],
    ...['Sub-location', 'City', 'Province/State', 'Country/Primary Location Name'],
  ],
};

/** What ExifReader puts where a value points out of the file. */
const FAULTY = '<faulty value>';
const MAX_TEXT = 64 * 1024;

type Tags = Readonly<Record<string, unknown>>;

/** Of a TIFF structure, a TIFF file or a PNG. Null for what is missing; throws when the bytes are none of these. */
export function readExif(view: DataView): { exif: ExifFields | null; iptc: IptcFields | null } {
  const { exif, iptc } = ExifReader.loadView(view, { expanded: true, includeTags: WANTED });
  return { exif: exif === undefined ? null : exifFields({ ...exif }), iptc: iptc ? iptcFields({ ...iptc }) : null };
}

/** Of IPTC records, or of the Photoshop resources that hold them, with or without their heading. */
export function readIptc(block: Buffer): IptcFields | null {
  const { iptc } = ExifReader.loadView(viewOf(asJpeg(block)), { expanded: true, includeTags: WANTED });
  return iptc === undefined ? null : iptcFields({ ...iptc });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const HEADING = Buffer.from('Photoshop 3.0\0');

/** ExifReader gives up a block whose last record is cut short; with zeros behind it, it gives those before. */
const PADDING = Buffer.alloc(64 * 1024);

/** ExifReader knows these resources as a segment of a JPEG. */
function asJpeg(block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(block.length);
  // Records on their own get the head of resource 0x0404.
  const resources = block[0] === 0x1c ? [Buffer.from('8BIM\x04\x04\0\0', 'latin1'), size, block] : [block];
  const heading = block.subarray(0, HEADING.length).equals(HEADING) ? [] : [HEADING];
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xed, 0xff, 0xff]), ...heading, ...resources, PADDING]);
}

function exifFields(tags: Tags): ExifFields {
  const text = (name: string): string | null => exifText(valueOf(tags[name]));
  const wide = (name: string): string | null => wideText(valueOf(tags[name]));
  return {
    imageDescription: text('ImageDescription'),
    make: text('Make'),
    model: text('Model'),
    dateTimeOriginal: withFraction(text('DateTimeOriginal'), text('SubSecTimeOriginal')),
    createDate: withFraction(text('DateTimeDigitized'), text('SubSecTimeDigitized')),
    xpSubject: wide('XPSubject'),
    xpComment: wide('XPComment'),
    xpKeywords: (wide('XPKeywords') ?? '').split(';').filter((keyword) => keyword.trim() !== ''),
    rating: exifNumber(valueOf(tags['Rating'])),
  };
}

function withFraction(date: string | null, fraction: string | null): string | null {
  return date !== null && fraction !== null && /^\d+$/.test(fraction) ? `${date}.${fraction}` : date;
}

/** Escape sequences that declare ISO 8859-1. All else is taken for UTF-8 if valid, as the declaration is often wrong. */
const LATIN_1 = new Set(['\x1b.A', '\x1b-A', '\x1b/A']);

function iptcFields(tags: Tags): IptcFields {
  const values = (name: string): Buffer[] =>
    [tags[name]].flat().flatMap((tag) => {
      const bytes = bytesOf(valueOf(tag));
      return bytes === null ? [] : [untilNul(bytes)];
    });
  const latin = (name: string): string | null => values(name)[0]?.toString('latin1') ?? null;
  const isLatin1 = LATIN_1.has(latin('Coded Character Set') ?? '');
  const texts = (name: string): string[] =>
    values(name)
      .map((bytes) => (isLatin1 ? bytes.toString('latin1') : decodeText(bytes)).trim())
      .filter((text) => text !== '');
  const first = (name: string): string | null => texts(name)[0] ?? null;
  return {
    keywords: texts('Keywords'),
    caption: first('Caption/Abstract'),
    dateCreated: latin('Date Created'),
    timeCreated: latin('Time Created'),
    place: {
      location: first('Sub-location'),
      city: first('City'),
      state: first('Province/State'),
      country: first('Country/Primary Location Name'),
    },
  };
}

function valueOf(tag: unknown): unknown {
  return typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : undefined;
}

/** A whole number, alone or first of several. */
function exifNumber(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'number' && Number.isInteger(first) ? String(first) : null;
}

/** Text up to its first NUL; null when blank. Bytes pass for text, as some writers use them. */
function exifText(value: unknown): string | null {
  const bytes = bytesOf(value);
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  let text = bytes !== null ? decodeText(untilNul(bytes)) : typeof first === 'string' ? first : '';
  // What was no UTF-8 comes as a character a byte; control characters then mean Windows-1252.
  if (/[\u0080-\u009f]/.test(text)) text = decodeText(Buffer.from(text, 'latin1'));
  text = text.slice(0, MAX_TEXT).trim();
  return text === '' || text === FAULTY ? null : text;
}

/** UTF-16 little-endian, whatever the byte order of the rest. */
function wideText(value: unknown): string | null {
  const text = bytesOf(value)?.toString('utf16le').split('\0', 1)[0]?.trim() ?? '';
  return text === '' ? null : text;
}

function bytesOf(value: unknown): Buffer | null {
  if (!Array.isArray(value) || typeof value[0] !== 'number') return null;
  return Buffer.from(value.slice(0, MAX_TEXT) as readonly number[]);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
