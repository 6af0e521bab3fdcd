// Files with the captions of many photos: image,caption tables and the layouts of Flickr8k, Flickr30k and COCO.
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { isNestedDeeper, parseJson } from '../../../shared/json.ts';
import type { CaptionEntry, OnCaption } from './caption-entry.ts';
import { readCaptionJson, readItem, WrongCaptions } from './caption-json.ts';
import { captionKeys, idKeys, imageKeys, numberKey, plainKey } from './caption-keys.ts';
import { isNamedCaptions } from './caption-names.ts';
import { CaptionMatcher, maxCaptionsOfPhoto } from './caption-match.ts';
import { openInside } from '../open-inside.ts';
import { systemCode, toPhotoError } from '../photo-errors.ts';
import { isPictureName, pictureEndings } from '../scan/file-kinds.ts';
import { decodeUndeclared, escapedCharset, guessCharset, markedCharset } from '../../text/charset.ts';
import { cleanCaption } from '../../text/file-text.ts';
import { decoderOf } from '../../text/text-decoder.ts';
import { itemAt, present } from '../../../shared/at.ts';

export interface PhotoCaptions {
  /** Relative photo path and its captions. */
  readonly entries: (readonly [path: string, captions: string[]])[];
  /** A message about the file for a person; null for none. */
  readonly notice: string | null;
  /** A message about the damaged lines of a file of which the others were read; null for a whole file. */
  readonly damage: string | null;
}

/** A JSON is read whole; the captions of COCO's 118,000 photos take 92 MB. */
const maxJson = 160 * 1024 * 1024;
/** A table is read row by row. */
const maxTable = 1024 * 1024 * 1024;
/** Largest number of characters of a row, and of an image's name. */
const maxRow = 256 * 1024;
const maxName = 4096;
const chunkBytes = 1024 * 1024;

/**
 * The captions of these photos in a file. Empty for a JSON or a `results*.csv` with other content.
 * @throws HashlensError that names the file when it is damaged, too large, or should hold captions and does not
 */
export async function readCaptionFile(
  root: string,
  absolutePath: string,
  photoPaths: readonly string[],
): Promise<PhotoCaptions> {
  const matcher = new CaptionMatcher(root, absolutePath, photoPaths);
  let entries = 0;
  const damage = await eachCaption(root, absolutePath, (entry) => {
    entries++;
    matcher.add(entry);
  });
  const name = path.basename(absolutePath);
  const more = matcher.overfull;
  return {
    entries: [...matcher.result()],
    damage,
    notice:
      more === 0
        ? damage === null && entries === 0 && isNamedCaptions(name)
          ? `${name} has no captions in a form that is known; see “Caption files” in the documentation.`
          : null
        : `${path.basename(absolutePath)} has more than ${maxCaptionsOfPhoto} captions for ${more === 1 ? 'a photo' : `${more} photos`}; the first ${maxCaptionsOfPhoto} of each are used.`,
  };
}

/**
 * Calls `onEntry` with each entry in the order of the file. Throws as `readCaptionFile`.
 * @returns a message for a person about entries left out; null without any
 */
export async function eachCaption(
  root: string,
  absolutePath: string,
  onEntry: (entry: CaptionEntry) => void,
): Promise<string | null> {
  const tidy: OnCaption = (image, caption) => {
    const entry = { image: image.slice(0, maxName + 1).trim(), caption: cleanCaption(caption) };
    if (entry.image !== '' && entry.image.length <= maxName && !noCaption.test(entry.caption)) onEntry(entry);
  };
  try {
    await using file = await openCaptions(root, absolutePath);
    const { size } = await file.stat();
    if (/\.json$/i.test(absolutePath)) {
      if (size > maxJson) throw tooLarge(absolutePath, maxJson);
      const text = decodeUndeclared(await file.readFile())?.text;
      if (text === undefined) throw unknownCharset(absolutePath);
      if (text.includes('\0')) throw damaged(absolutePath, 'it is not text');
      return text.trim() === '' ? null : readJson(absolutePath, text, tidy);
    } else if (/\.(?:jsonl|ndjson)$/i.test(absolutePath)) {
      if (size > maxTable) throw tooLarge(absolutePath, maxTable);
      return await readJsonLines(absolutePath, file, tidy);
    } else {
      if (size > maxTable) throw tooLarge(absolutePath, maxTable);
      await readTable(absolutePath, file, tidy);
    }
    return null;
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    if (systemCode(error) !== undefined) throw toPhotoError(absolutePath, error);
    throw damaged(absolutePath, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Opens a caption file. A file beside the folder must not be a link, because nothing limits its target. */
function openCaptions(root: string, absolutePath: string): Promise<FileHandle> {
  const relative = path.relative(root, absolutePath);
  return relative.startsWith('..')
    ? openInside(path.dirname(absolutePath), path.basename(absolutePath), { link: false })
    : openInside(root, relative);
}

function tooLarge(absolutePath: string, limit: number): HashlensError {
  return damaged(absolutePath, `it is larger than ${limit / 1024 / 1024} MB`, undefined, 'split it into smaller ones');
}

function damaged(absolutePath: string, why: string, options?: ErrorOptions, remedy = 'correct it'): HashlensError {
  const message = `The captions in ${absolutePath} were not read because ${why}; ${remedy} and scan again.`;
  return new HashlensError('unreadable', message, options);
}

// --- text, piece by piece

/**
 * Decoder of a file's text: UTF-16, UTF-32 or UTF-8 if all of it is valid, else the character set guessed from its first
 * other letters.
 */
async function encodingOf(absolutePath: string, file: FileHandle): Promise<string> {
  const { buffer: head, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
  const start = head.subarray(0, bytesRead);
  const known = markedCharset(start) ?? escapedCharset(start) ?? (start.includes(0) ? guessCharset(start) : null);
  if (known !== null && known !== 'utf-8') return known;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  const sample: Uint8Array[] = [];
  let sampled = 0;
  for await (const bytes of chunksOf(file)) {
    if (bytes.includes(0)) throw damaged(absolutePath, 'it is not text');
    if (sampled < sampleBytes) {
      for (const line of foreignLines(bytes, sampleBytes - sampled)) {
        sample.push(line);
        sampled += line.length;
      }
    }
    if (!valid) continue;
    try {
      decoder.decode(bytes, { stream: true });
    } catch {
      valid = false;
    }
  }
  try {
    decoder.decode();
  } catch {
    valid = false;
  }
  const charset = valid ? 'utf-8' : guessCharset(Buffer.concat(sample));
  if (charset === null) throw unknownCharset(absolutePath);
  return charset;
}

const sampleBytes = 32 * 1024;

/** Lines with letters beyond ASCII, up to `most` bytes. */
function* foreignLines(bytes: Uint8Array, most: number): Generator<Uint8Array> {
  let left = most;
  for (let start = 0; start < bytes.length && left > 0;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    // Lines are kept whole, so that no character is cut in two; a line that is far too long is skipped.
    const line = bytes.subarray(start, end);
    if (line.length <= left && line.some((byte) => byte > 0x7f)) {
      yield line;
      left -= line.length;
    }
    start = end;
  }
}

const unknownCharset = (absolutePath: string): HashlensError =>
  damaged(absolutePath, 'its character set is not known', undefined, 'save it as UTF-8');

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* textOf(absolutePath: string, file: FileHandle, encoding: string): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  for await (const bytes of chunksOf(file)) {
    const text = decoder.decode(bytes, { stream: true });
    if (text.includes('\0')) throw damaged(absolutePath, 'it is not text');
    yield text;
  }
  yield decoder.decode();
}

/** Lines without their ends. A far too long line is cut one character after the limit. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = present(lines.pop()).slice(0, maxRow + 1);
    for (const line of lines) yield line.slice(0, maxRow + 1);
  }
  yield rest.replace(/\r$/, '');
}

// --- JSON

/** Deepest nesting of lists and objects; no file of captions has ten levels. */
const mostDepth = 100;

function readJson(absolutePath: string, text: string, onCaption: OnCaption): string | null {
  if (isNestedDeeper(text, mostDepth)) throw damaged(absolutePath, `its lists are nested more than ${mostDepth} deep`);
  let content: unknown;
  try {
    content = parseLoose(z.unknown(), text);
  } catch (cause) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    // A file with JSON Lines under another name.
    if (lines.length < 2 || !lines.slice(0, 2).every((line) => jsonLine(line) !== null)) {
      throw damaged(absolutePath, 'it is not valid JSON', { cause });
    }
    const reader = new LineReader(onCaption);
    for (const line of text.split(/\r?\n/)) reader.line(line);
    return reader.end(absolutePath);
  }
  try {
    readCaptionJson(content, onCaption);
  } catch (error) {
    throw error instanceof WrongCaptions ? damaged(absolutePath, error.message) : error;
  }
  return null;
}

/**
 * Matches numbers that JSON lacks, as Python writes missing values, and strings, which may contain the same words. A
 * string that is not closed matches to the end: tried from each of its quotation marks, it would take quadratic time.
 */
const strayNumber = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|-?\bInfinity\b|\bNaN\b/gs;

/** JSON, in which `NaN` is `null`. @throws SyntaxError, ZodError */
function parseLoose<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  try {
    return parseJson(schema, text);
  } catch (error) {
    if (!/\b(?:NaN|Infinity)\b/.test(text)) throw error;
    return parseJson(
      schema,
      text.replace(strayNumber, (found) => (found.startsWith('"') ? found : 'null')),
    );
  }
}

/** The object of a line; null without one. */
function jsonLine(line: string): object | null {
  if (isNestedDeeper(line, mostDepth)) return null;
  try {
    return parseLoose(z.looseObject({}), line);
  } catch {
    return null;
  }
}

/** One object per line, as in Hugging Face's image folders. */
async function readJsonLines(absolutePath: string, file: FileHandle, onCaption: OnCaption): Promise<string | null> {
  const encoding = await encodingOf(absolutePath, file);
  const reader = new LineReader(onCaption);
  for await (const line of linesOf(textOf(absolutePath, file, encoding))) reader.line(line);
  return reader.end(absolutePath);
}

/** Reads the objects of JSON Lines, and counts the lines that have none. */
class LineReader {
  readonly #onCaption: OnCaption;
  #lines = 0;
  #good = 0;
  /** Lines left out, by reason. */
  readonly #bad = { invalid: [] as number[], large: [] as number[] };

  constructor(onCaption: OnCaption) {
    this.#onCaption = onCaption;
  }

  line(line: string): void {
    this.#lines++;
    if (line.trim() === '') return;
    const item = line.length > maxRow ? null : jsonLine(line);
    if (item === null) {
      this.#bad[line.length > maxRow ? 'large' : 'invalid'].push(this.#lines);
      return;
    }
    this.#good++;
    readItem(item, this.#onCaption);
  }

  /**
   * @returns a message about the lines left out; null without any
   * @throws HashlensError where no line was good
   */
  end(absolutePath: string): string | null {
    const sentences = [
      ...faultsOf(this.#bad.invalid, 'is not valid JSON'),
      ...faultsOf(this.#bad.large, `is too large (more than ${maxRow / 1024} KB)`),
    ];
    const [first] = sentences;
    if (first === undefined) return null;
    if (this.#good === 0) throw damaged(absolutePath, first);
    const leftOut = sentences.map((sentence) => `${sentence} and was left out`).join('; ');
    return `${path.basename(absolutePath)}: ${leftOut}; correct it and scan again.`;
  }
}

/** `line 2 and 3 more is not valid JSON`; nothing without lines. */
function faultsOf(lines: readonly number[], what: string): string[] {
  const [first] = lines;
  if (first === undefined) return [];
  return [`line ${first}${lines.length === 1 ? '' : ` and ${lines.length - 1} more`} ${what}`];
}

// --- tables

/** A line of a table begins with a photo, perhaps in quotes, and a separator. */
const dataLine = new RegExp(`^(?:"[^"\\r\\n]*\\.\\w{3,4}"|[^\\t|,;"]*\\.(?:${pictureEndings}))\\s*([,;|\\t])`, 'i');
/** `caption1`, `caption_en`, `blip_caption`, if no column has exactly that name. */
const captionColumns =
  /^(?:[a-z0-9]+[ _-])?(?:captions?|text|descriptions?|sentence|comment)(?:[ _-]?\d+|[ _-][a-z]{2})?$/i;
/** Placeholders that programs write for a missing caption. */
const noCaption = /^(?:null|\(null\)|nan|none|undefined|#?n\/a|<?na>?|\\n|-)?$/i;
/** Number of lines within which the first photo's name must appear. */
const linesLookedAt = 20;
const charactersLookedAt = 2000;

async function readTable(absolutePath: string, file: FileHandle, onCaption: OnCaption): Promise<void> {
  const encoding = await encodingOf(absolutePath, file);
  const text = () => textOf(absolutePath, file, encoding);
  const start: string[] = [];
  for await (const line of linesOf(text())) {
    start.push(line);
    if (start.length >= linesLookedAt) break;
  }
  if (start.every((line) => line.trim() === '') && start.length < linesLookedAt) return;
  if (start.some((line) => tokenOf(line) !== null)) {
    for await (const line of linesOf(text())) {
      const token = tokenOf(line);
      if (token !== null) onCaption(token.image, token.caption);
    }
    return;
  }
  const ofHeader = [',', ';', '|', '\t'].find((candidate) => headerOf((start[0] ?? '').split(candidate)) !== null);
  const ofData = () =>
    start
      .map((line) => dataLine.exec(line.slice(0, charactersLookedAt).trimStart())?.[1])
      .find((found) => found !== undefined);
  const isHuggingFace = /^metadata\.csv$/i.test(path.basename(absolutePath));
  // Its other columns are labels and numbers.
  if (isHuggingFace && ofHeader === undefined) return;
  const separator = ofHeader ?? ofData();
  if (separator === undefined) {
    // `results.csv` and `metadata.csv` are common names; they count only if they look like captions.
    if (/^(?:results|metadata)/i.test(path.basename(absolutePath))) return;
    if (start.some((line) => plainLineOf(line) !== null)) {
      for await (const line of linesOf(text())) {
        const entry = plainLineOf(line);
        if (entry !== null) onCaption(entry.image, entry.caption);
      }
      return;
    }
    if (!isNamedCaptions(path.basename(absolutePath))) return;
    throw damaged(absolutePath, 'no line has the form "image,caption"');
  }
  const entry = new RowReader(separator, onCaption);
  if (separator === '|') for await (const line of linesOf(text())) entry.row(splitRow(line));
  else await eachRow(absolutePath, text(), separator, (row) => entry.row(row));
}

/** Flickr8k: `name.jpg#0`, a tab, the caption. */
function tokenOf(line: string): CaptionEntry | null {
  const tab = line.indexOf('\t');
  const number = line.lastIndexOf('#', tab);
  if (tab < 0 || number < 1 || tab - number > 32) return null;
  const image = line.slice(0, number);
  if (!/^#\d+\s*$/.test(line.slice(number, tab)) || /[|,;"]/.test(image) || !isPictureName(image)) return null;
  return { image, caption: line.slice(tab + 1) };
}

const nameInLine = new RegExp(`\\.(?:${pictureEndings})(?=\\s*[:=]|\\s)`, 'i');

/** Hand-written forms: `name.jpg: a dog`, `name.jpg - a dog`, `name.jpg a dog`. */
function plainLineOf(line: string): CaptionEntry | null {
  const written = line.slice(0, charactersLookedAt);
  const end = nameInLine.exec(written);
  if (end === null) return null;
  const at = end.index + end[0].length;
  const image = written.slice(0, at).trim();
  return /[/\\]{2}|\t/.test(image)
    ? null
    : { image, caption: line.slice(at).replace(/^\s*(?:[:=]|[-–—](?=\s))?\s*/, '') };
}

/** Flickr30k separates by `|` and quotes nothing; one of its 158,916 lines lacks a separator: `name.jpg| 4   A dog`. */
function splitRow(line: string): string[] {
  const cells = line.split('|');
  const last = present(cells.pop());
  const glued = /^\s*(\d+)\s{2,}(?=\S)/.exec(last);
  if (glued === null || cells.length === 0) return [...cells, last];
  return [...cells, itemAt(glued, 1), last.slice(glued[0].length)];
}

async function eachRow(
  absolutePath: string,
  texts: AsyncIterable<string>,
  separator: string,
  onRow: (row: string[]) => void,
): Promise<void> {
  const parser = parse({
    bom: true,
    delimiter: separator,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    maxRecordSize: maxRow,
  });
  const failed = new Promise<never>((_, reject) => parser.on('error', reject));
  failed.catch(() => undefined);
  parser.on('readable', () => {
    for (let row = parser.read() as string[] | null; row !== null; row = parser.read() as string[] | null) onRow(row);
  });
  const ended = new Promise<void>((resolve) => parser.on('end', resolve));
  try {
    for await (const text of texts) {
      if (parser.write(text)) continue;
      const drained = new Promise<void>((resolve) => parser.once('drain', resolve));
      await Promise.race([drained, failed]);
    }
    parser.end();
    await Promise.race([ended, failed]);
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const what = cause.code === 'CSV_MAX_RECORD_SIZE' ? 'a row is too long, perhaps because ' : '';
    const where = `near line ${String(cause['lines'])}`;
    throw damaged(absolutePath, `${what}a quotation mark is not closed ${where}`, { cause });
  }
}

interface Header {
  readonly imageAt: number;
  /** Whether cells of the image's column without the name of a picture are numbers of something else. */
  readonly onlyPictures: boolean;
  readonly captionsAt: readonly number[];
}

/** Columns of the image and the captions in a header; null when the row is not a header with both. */
function headerOf(row: readonly string[]): Header | null {
  const cells = row.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const keys = cells.map(plainKey);
  const columnOf = (wanted: readonly string[]): number =>
    wanted.map((key) => keys.indexOf(key)).find((at) => at >= 0) ?? -1;
  const namedAt = columnOf([...imageKeys, numberKey]);
  const imageAt = namedAt < 0 ? columnOf(idKeys) : namedAt;
  const captionAt = columnOf(captionKeys);
  const others = cells.flatMap((cell, at) => (at !== imageAt && captionColumns.test(cell) ? [at] : []));
  if (imageAt < 0 || (captionAt < 0 && others.length === 0)) return null;
  return { imageAt, onlyPictures: namedAt < 0, captionsAt: captionAt < 0 ? others : [captionAt] };
}

/** Entries of a table: columns by name where there is a header; else image, perhaps a number, caption. */
class RowReader {
  readonly #separator: string;
  readonly #onCaption: OnCaption;
  #first: { readonly width: number; readonly header: Header | null; readonly hasHeadings: boolean } | null = null;

  constructor(separator: string, onCaption: OnCaption) {
    this.#separator = separator;
    this.#onCaption = onCaption;
  }

  row(row: readonly string[]): void {
    if (this.#first === null) {
      const header = headerOf(row);
      // Headings that are not known name no picture.
      const hasHeadings = header !== null || (row.length > 1 && !row.some((cell) => isPictureName(cell.trim())));
      this.#first = { width: row.length, header, hasHeadings };
      if (hasHeadings) return;
    }
    const { width, header, hasHeadings } = this.#first;
    const image = row[header?.imageAt ?? 0] ?? '';
    if (header?.onlyPictures === true && !isPictureName(image.trim())) return;
    const captionsAt = header?.captionsAt ?? [row.length > 2 && /^\s*\d+\s*$/.test(row[1] ?? '') ? 2 : 1];
    for (const captionAt of captionsAt) {
      // In the last column, a separator inside an unquoted caption does not end it.
      const isLast = !hasHeadings || captionAt === width - 1;
      const caption = isLast ? row.slice(captionAt).join(this.#separator) : row[captionAt];
      if (caption === undefined) continue;
      for (const text of listOf(caption) ?? [caption]) this.#onCaption(image, text);
    }
  }
}

/** A list as Python writes it: `['a dog', "a cat's bed"]`. */
const pythonList = /^\[(?:\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(?:,|(?=\])))*\s*\]$/s;
const pythonText = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs;

/** The texts of a cell with a list in the notation of JSON or Python; null for other cells. */
function listOf(cell: string): string[] | null {
  const list = cell.trim();
  if (!list.startsWith('[') || !list.endsWith(']')) return null;
  try {
    return parseJson(z.array(z.string().nullable()), list).filter((text) => text !== null);
  } catch {
    if (!pythonList.test(list)) return null;
    return Array.from(list.matchAll(pythonText), ([, single, double = '']) =>
      (single ?? double).replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? ' ' : character)),
    );
  }
}
