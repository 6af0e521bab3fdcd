// Metadata of videos in QuickTime's container (MOV, MP4, 3GP): dates, titles, camera, position and XMP, from the boxes
// that phones, cameras and ExifTool write.
import { readSync } from 'node:fs';
import { decodeUndeclared } from '../../text/charset.ts';
import { positionOf, type Position } from './position.ts';

export interface QuickTimeFields {
  /** ISO 8601, by the name of the field. */
  readonly dates: ReadonlyMap<string, string>;
  readonly captions: readonly string[];
  readonly make: string | null;
  readonly model: string | null;
  readonly position: Position | null;
  /** Packets of XMP, not decoded. */
  readonly xmp: readonly Buffer[];
  readonly unreadable: readonly string[];
}

/** Most boxes to look at, and most bytes of one text or packet. */
const [mostBoxes, mostText, mostXmp] = [4000, 64 * 1024, 4 * 1024 * 1024];
/** Most texts to read of a file: the character set of each one may have to be guessed, which takes up to 100 ms. */
const mostTexts = 60;
/** Most bytes to read of a file, in which a hostile one may repeat large texts. */
const mostBytes = 16 * 1024 * 1024;
/** Containers in the order in which they are inside one another. */
const containers = new Set(['moov', 'udta', 'meta', 'ilst']);
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac';
/** Milliseconds from 1904, where the container's clock begins, to 1970. */
const epochMs = Date.UTC(1904, 0, 1);

/** Names of fields as QuickTime's keys, by their old signs. */
const oldNames: Readonly<Record<string, string>> = {
  '\u00a9day': 'creationdate',
  '\u00a9nam': 'title',
  '\u00a9cmt': 'comment',
  '\u00a9des': 'description',
  desc: 'description',
  ldes: 'description',
  titl: 'title',
  dscp: 'description',
  '\u00a9mak': 'make',
  '\u00a9mod': 'model',
  '\u00a9xyz': 'location.ISO6709',
};
const applePrefix = 'com.apple.quicktime.';
const captionNames = ['title', 'displayname', 'description', 'comment', 'information'];

interface Box {
  readonly type: string;
  /** Range of the content in the file. */
  readonly start: number;
  readonly end: number;
}

/** @param descriptor of the open file, read synchronously. Null for a file without a movie's header. */
export function readQuickTime(descriptor: number, size: number): QuickTimeFields | null {
  const reader = new BoxReader(descriptor, size);
  const found = { texts: new Map<string, string[]>(), xmp: [] as Buffer[], unreadable: [] as string[], created: '' };
  let hasMovie = false;
  let texts = 0;

  const add = (name: string, bytes: Buffer): void => {
    if (++texts > mostTexts) return;
    // A zero may end a text; with it, UTF-8 is not recognised.
    const end = bytes.indexOf(0);
    const decoded = decodeUndeclared(bytes) ?? decodeUndeclared(end < 0 ? bytes : bytes.subarray(0, end));
    const text = decoded?.text.replace(/\0[\s\S]*$/, '').trim();
    if (text === undefined) found.unreadable.push(name);
    else if (text !== '') found.texts.set(name, [...(found.texts.get(name) ?? []), text]);
  };

  const walk = (start: number, end: number, path: readonly string[]): void => {
    const keys = path.at(-1) === 'meta' ? keysIn(reader, start, end) : [];
    for (const box of reader.boxes(start, end)) {
      if (box.type === 'uuid' && reader.read(box.start, 16).toString('hex') === xmpUuid) {
        found.xmp.push(reader.read(box.start + 16, Math.min(mostXmp, box.end - box.start - 16)));
      } else if (box.type === 'XMP_' && path.at(-1) === 'udta') {
        found.xmp.push(reader.read(box.start, Math.min(mostXmp, box.end - box.start)));
      } else if (box.type === 'mvhd' && path.at(-1) === 'moov') {
        hasMovie = true;
        found.created = movieDate(reader.read(box.start, Math.min(12, box.end - box.start)));
      } else if (box.type === 'ilst') {
        for (const item of reader.boxes(box.start, box.end)) {
          const name = oldNames[item.type] ?? keys[Buffer.from(item.type, 'latin1').readUInt32BE(0) - 1];
          const [data] = reader.boxes(item.start, item.end);
          // Kinds 0 to 2 of a value are texts; 0 is unknown.
          if (name === undefined || data?.type !== 'data' || data.end - data.start < 8) continue;
          if (reader.read(data.start, 4).readUInt32BE(0) > 2) continue;
          add(name, reader.read(data.start + 8, Math.min(mostText, data.end - data.start - 8)));
        }
      } else if (path.at(-1) === 'udta' && oldNames[box.type] !== undefined) {
        const text = userText(box.type, reader.read(box.start, Math.min(mostText, box.end - box.start)));
        if (text !== null) add(oldNames[box.type] ?? '', text);
      } else if (containers.has(box.type) && path.length < 4) {
        // The newer form of this box has four bytes before its content.
        const isFull = box.type === 'meta' && reader.read(box.start, 8).toString('latin1', 4, 8) !== 'hdlr';
        walk(box.start + (isFull ? 4 : 0), box.end, [...path, box.type]);
      }
    }
  };
  walk(0, size, []);
  if (!hasMovie && found.xmp.length === 0) return null;

  const first = (name: string): string | null => found.texts.get(name)?.[0] ?? null;
  const written = first('creationdate');
  const dates = [
    ...(written === null ? [] : [['creationdate', written] as const]),
    ...(found.created === '' ? [] : [['creation time', found.created] as const]),
  ];
  return {
    dates: new Map(dates),
    captions: captionNames.flatMap((name) => found.texts.get(name) ?? []),
    make: first('make'),
    model: first('model'),
    position: iso6709(first('location.ISO6709') ?? ''),
    xmp: found.xmp,
    unreadable: found.unreadable,
  };
}

class BoxReader {
  readonly #descriptor: number;
  readonly #size: number;
  #boxes = 0;
  #bytes = 0;
  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.#size = size;
  }

  /** @throws RangeError past the end of the file, or after too many bytes */
  read(start: number, length: number): Buffer {
    if (!(start >= 0 && length >= 0 && start + length <= this.#size)) throw new RangeError('Outside the file');
    this.#bytes += length;
    if (this.#bytes > mostBytes) throw new RangeError('Too much metadata');
    const bytes = Buffer.alloc(length);
    const got = readSync(this.#descriptor, bytes, 0, length, start);
    return bytes.subarray(0, got);
  }

  /** Boxes of a range, up to the first one that is damaged. */
  boxes(start: number, end: number): Box[] {
    const boxes: Box[] = [];
    for (let at = start; at + 8 <= end && this.#boxes < mostBoxes; this.#boxes++) {
      const head = this.read(at, Math.min(16, end - at));
      const short = head.readUInt32BE(0);
      if (short === 1 && head.length < 16) break;
      const [length, content] =
        short === 1 ? [Number(head.readBigUInt64BE(8)), 16] : [short === 0 ? end - at : short, 8];
      if (length < content || at + length > end) break;
      boxes.push({ type: head.toString('latin1', 4, 8), start: at + content, end: at + length });
      at += length;
    }
    return boxes;
  }
}

/** Names of the keys of a `meta` box, without Apple's prefix, in the order of their numbers. */
function keysIn(reader: BoxReader, start: number, end: number): string[] {
  const box = reader.boxes(start, end).find(({ type }) => type === 'keys');
  if (box === undefined || box.end - box.start < 8) return [];
  return reader.boxes(box.start + 8, box.end).map((key) => {
    const name = reader.read(key.start, Math.min(256, key.end - key.start)).toString('utf8');
    return name.startsWith(applePrefix) ? name.slice(applePrefix.length) : name;
  });
}

/** The time of the movie's header, UTC: seconds since 1904 in four bytes or eight; empty if it was never set. */
function movieDate(header: Buffer): string {
  const isLong = header[0] === 1;
  if (header.length < (isLong ? 12 : 8)) return '';
  const seconds = isLong ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
  const time = new Date(epochMs + seconds * 1000);
  return seconds === 0 || Number.isNaN(time.getTime()) ? '' : time.toISOString();
}

/** The text of a box of user data, after its length and language; null for another form. */
function userText(type: string, content: Buffer): Buffer | null {
  // 3GPP: version, flags and language.
  if (/^[a-z]/.test(type)) return content.length > 6 ? content.subarray(6) : null;
  if (content.length < 4) return null;
  return content.subarray(4, 4 + content.readUInt16BE(0));
}

/** `+48.8584+002.2945+035.000/`, in degrees, or with minutes and seconds: `+4851.50+00217.67/`. */
function iso6709(text: string): Position | null {
  const [, latitude, longitude] = /^([+-]\d{2,6}(?:\.\d{1,12})?)([+-]\d{3,7}(?:\.\d{1,12})?)/.exec(text.trim()) ?? [];
  return positionOf(sexagesimal(latitude, 2), sexagesimal(longitude, 3));
}

/** @param digits of the degrees; two more are minutes, four more are minutes and seconds */
function sexagesimal(text: string | undefined, digits: number): number | null {
  const [, sign, whole = '', fraction = ''] = /^([+-])(\d+)(\.\d+)?$/.exec(text ?? '') ?? [];
  const more = whole.length - digits;
  if (sign === undefined || ![0, 2, 4].includes(more)) return null;
  const parts = [whole.slice(0, digits), ...(whole.slice(digits).match(/\d\d/g) ?? [])];
  const value = parts.reduce(
    (sum, part, at) => sum + Number(at === parts.length - 1 ? part + fraction : part) / 60 ** at,
    0,
  );
  return sign === '-' ? -value : value;
}
