// Metadata of a video, from any container, and the reader of its parts, which bounds what a hostile file may cost.
import { readSync } from 'node:fs';
import { decodeUndeclared } from '../../text/charset.ts';
import { positionOf, type Position } from './position.ts';
import type { PlaceFields } from './rating-place.ts';

export interface VideoFields {
  /** Also the name of the standard in the table of sources. */
  readonly container: 'QuickTime' | 'Matroska' | 'AVI' | 'AVCHD' | 'ASF' | 'Ogg';
  /** As written, or ISO 8601, by the name of the field. */
  readonly dates: ReadonlyMap<string, string>;
  readonly captions: readonly string[];
  /** As written: each may be a list. */
  readonly keywords: readonly string[];
  readonly make: string | null;
  readonly model: string | null;
  readonly place: PlaceFields | null;
  readonly position: Position | null;
  /** Packets of XMP, not decoded. */
  readonly xmp: readonly Buffer[];
  /** Names of texts in an unknown character set. */
  readonly unreadable: readonly string[];
}

/** Most bytes of one text. */
const mostText = 64 * 1024;
/**
 * Most texts to read of a file: the character set of each one may have to be guessed, which takes long
 * (docs/measurements.md, Turns and first uses).
 */
const mostTexts = 60;
/** Most bytes of a packet of XMP, and most packets. */
const [mostXmp, mostPackets] = [4 * 1024 * 1024, 4];

/** Range of the content of a part in the file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Number of parts that may still be looked at. */
export interface Allowance {
  left: number;
}

/** Parts of a file's outermost level: a recording in fragments has one every second or so. */
export const outerParts = (): Allowance => ({ left: 20_000 });
/** Parts inside others. */
export const innerParts = (): Allowance => ({ left: 4000 });

/** Names of the texts of a container, by what they say. */
interface TextNames {
  readonly captions: readonly string[];
  readonly keywords: string;
  readonly make?: string;
  readonly model?: string;
}

/** Fields that a container has elsewhere than in its texts. */
type OtherFields = Pick<VideoFields, 'container' | 'dates'> & Partial<Pick<VideoFields, 'place' | 'position'>>;

/** An open video, read synchronously, because reads are few and small. What is too large, or too much, is left out. */
export class VideoFile {
  readonly #descriptor: number;
  readonly size: number;
  readonly #texts = new Map<string, string[]>();
  #textsRead = 0;
  readonly xmp: Buffer[] = [];
  readonly unreadable: string[] = [];

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  /** Bytes from the start of the range. @param most number of them */
  read({ start, end }: Range, most: number): Buffer {
    const length = Math.min(most, Math.min(end, this.size) - start);
    if (!(start >= 0 && length > 0)) return Buffer.alloc(0);
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, start));
  }

  /**
   * Keeps a text under a name.
   * @param content of the bytes in the range; null for none
   */
  addText(name: string, range: Range, content: (bytes: Buffer) => Buffer | null = (bytes) => bytes): void {
    if (this.#textsRead >= mostTexts) return;
    this.#textsRead++;
    const bytes = content(this.read(range, mostText));
    if (bytes === null) return;
    // A zero may end a text; with it, UTF-8 is not recognised.
    const end = bytes.indexOf(0);
    const decoded = decodeUndeclared(bytes) ?? decodeUndeclared(end < 0 ? bytes : bytes.subarray(0, end));
    const text = decoded?.text.replace(/\0[\s\S]*$/, '').trim();
    if (text === undefined) this.unreadable.push(name);
    else if (text !== '') this.#texts.set(name, [...this.texts(name), text]);
  }

  texts(name: string): readonly string[] {
    return this.#texts.get(name) ?? [];
  }

  first(name: string): string | null {
    return this.#texts.get(name)?.[0] ?? null;
  }

  /** Fields of the kept texts and packets, with the others of the container. */
  fields(names: TextNames, others: OtherFields): VideoFields {
    return {
      place: null,
      position: null,
      ...others,
      captions: names.captions.flatMap((name) => this.texts(name)),
      keywords: this.texts(names.keywords),
      make: names.make === undefined ? null : this.first(names.make),
      model: names.model === undefined ? null : this.first(names.model),
      xmp: this.xmp,
      unreadable: this.unreadable,
    };
  }

  /** Keeps a packet of XMP, unless it is too large. */
  addXmp(range: Range): void {
    if (range.end - range.start <= mostXmp && this.xmp.length < mostPackets) this.xmp.push(this.read(range, mostXmp));
  }
}

/** Dates with a value. */
export const knownDates = (dates: Readonly<Record<string, string | null>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(dates).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''));

/** `+48.8584+002.2945+035.000/`, in degrees, or with minutes and seconds: `+4851.50+00217.67/`. */
export function iso6709(text: string): Position | null {
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
