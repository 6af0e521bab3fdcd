// Texts of a PNG: tEXt, zTXt and iTXt chunks, before or after its pixels.
import { inflateSync } from 'node:zlib';
import { decodeUndeclared } from '../../text/charset.ts';
import { fieldsOf } from './field-sources.ts';
import { promptOf } from './prompt.ts';

export interface PngFields {
  readonly captions: readonly string[];
  readonly keywords: readonly string[];
  /** Dates as written, by field. */
  readonly dates: ReadonlyMap<string, string>;
  readonly unreadable: readonly string[];
}

const signatureLength = 8;
/** Longest text that is decompressed. */
const maxText = 256 * 1024;
/** More chunks than any program writes beside its pixels. */
const maxChunks = 100_000;
/** More texts than any program writes. */
const maxTexts = 500;

/** @param bytes of the file, at least of its beginning; chunks after them are not read */
export function readPngText(bytes: Buffer): PngFields {
  const texts = new Map<string, string[]>();
  const unreadable: string[] = [];
  let chunks = 0;
  for (const [name, data] of textChunks(bytes)) {
    if (++chunks > maxTexts) break;
    const found = decodeChunk(name, data);
    if (found === null) continue;
    const [keyword, text] = found;
    if (text === undefined) unreadable.push(keyword);
    else {
      const same = texts.get(keyword.toLowerCase());
      if (same === undefined) texts.set(keyword.toLowerCase(), [text]);
      else same.push(text);
    }
  }
  const of = (field: string): readonly string[] => texts.get(field.toLowerCase()) ?? [];
  return {
    captions: fieldsOf('caption', 'PNG').flatMap((field) => of(field).map(promptOf)),
    keywords: fieldsOf('tag', 'PNG').flatMap((field) => of(field).flatMap((list) => list.split(/[,;]/))),
    dates: new Map(
      fieldsOf('date', 'PNG').flatMap((field) => of(field).map((text) => [field, isoDate(text)] as const)),
    ),
    unreadable,
  };
}

function* textChunks(bytes: Buffer): Generator<[name: string, data: Buffer]> {
  let at = signatureLength;
  for (let n = 0; n < maxChunks && at + 12 <= bytes.length; n++) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length) return;
    if (name === 'tEXt' || name === 'zTXt' || name === 'iTXt') yield [name, bytes.subarray(at + 8, at + 8 + length)];
    at += 12 + length;
  }
}

/** Keyword and text; the text is undefined in an unknown character set. Null for a damaged chunk. */
function decodeChunk(name: string, data: Buffer): [keyword: string, text: string | undefined] | null {
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return null;
  const keyword = data.toString('latin1', 0, end);
  if (name === 'tEXt') return [keyword, decodeUndeclared(data.subarray(end + 1))?.text];
  if (name === 'zTXt') {
    const text = inflate(data.subarray(end + 2));
    return text === null ? null : [keyword, decodeUndeclared(text)?.text];
  }
  // iTXt: whether and how it is compressed, its language, the keyword in that language.
  const isCompressed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return null;
  const body = data.subarray(translated + 1);
  const text = isCompressed ? inflate(body) : body;
  return text === null ? null : [keyword, decodeUndeclared(text)?.text];
}

function inflate(bytes: Buffer): Buffer | null {
  try {
    return inflateSync(bytes, { maxOutputLength: maxText });
  } catch {
    return null;
  }
}

/** The PNG specification wants RFC 1123; programs write ISO 8601 as well. */
function isoDate(text: string): string {
  const day =
    /(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (\d{4})(?: (\d{2}:\d{2}(?::\d{2})?))?/i.exec(
      text,
    );
  if (day === null) return text;
  const [, date = '', monthName = '', year = '', clock] = day;
  const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
  const month = months.indexOf(monthName.toLowerCase()) + 1;
  return `${year}-${String(month).padStart(2, '0')}-${date.padStart(2, '0')}${clock === undefined ? '' : `T${clock}`}`;
}
