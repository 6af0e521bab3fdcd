// Files with the captions of many photos: image,caption tables and the layouts of Flickr8k, Flickr30k and COCO.
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { CaptionMatcher, MAX_CAPTIONS_OF_A_PHOTO } from './caption-match.ts';
import { openInside } from '../open-inside.ts';
import { cleanCaption, decodeTextFile } from '../../text/file-text.ts';
import { parseJson } from '../../../shared/json.ts';

export interface CaptionEntry {
  /** As written: a name, a relative path, or somebody else's absolute one. */
  readonly image: string;
  /** Cleaned, never empty. */
  readonly caption: string;
}

export interface PhotoCaptions {
  /** Relative photo path and its captions. */
  readonly entries: (readonly [path: string, captions: string[]])[];
  /** What a person should know of the file; null for nothing. */
  readonly notice: string | null;
}

/** A JSON is read whole; the captions of COCO's 118,000 photos take 92 MB. */
const MAX_JSON = 160 * 1024 * 1024;
/** A table is read row by row. */
const MAX_TABLE = 1024 * 1024 * 1024;
/** Characters of one row, and of the name of an image. */
const MAX_ROW = 256 * 1024;
const MAX_NAME = 4096;
const CHUNK = 1024 * 1024;

/**
 * The captions a file has for these photos. Nothing for a JSON or a `results*.csv` that holds something else altogether.
 * @throws HashlensError that names the file when it is damaged, too large, or should hold captions and does not
 */
export async function readCaptionFile(
  root: string,
  absolutePath: string,
  photoPaths: readonly string[],
): Promise<PhotoCaptions> {
  const matcher = new CaptionMatcher(root, absolutePath, photoPaths);
  await eachCaption(root, absolutePath, (entry) => matcher.add(entry));
  const more = matcher.overfull;
  return {
    entries: [...matcher.result()],
    notice:
      more === 0
        ? null
        : `${path.basename(absolutePath)} has more than ${MAX_CAPTIONS_OF_A_PHOTO} captions for ${more === 1 ? 'a photo' : `${more} photos`}; the first ${MAX_CAPTIONS_OF_A_PHOTO} of each are used.`,
  };
}

/** Calls `take` with each entry in the order of the file. Throws as `readCaptionFile`. */
export async function eachCaption(
  root: string,
  absolutePath: string,
  take: (entry: CaptionEntry) => void,
): Promise<void> {
  const tidy: TakeRaw = (image, caption) => {
    const entry = { image: image.slice(0, MAX_NAME + 1).trim(), caption: cleanCaption(caption) };
    if (entry.image !== '' && entry.image.length <= MAX_NAME && entry.caption !== '') take(entry);
  };
  try {
    await using file = await openCaptions(root, absolutePath);
    const { size } = await file.stat();
    if (/\.json$/i.test(absolutePath)) {
      if (size > MAX_JSON) throw tooLarge(absolutePath, MAX_JSON);
      const text = decodeTextFile(await file.readFile());
      if (text.includes('\0')) throw damaged(absolutePath, 'it is not text');
      if (text.trim() !== '') readCoco(absolutePath, text, tidy);
    } else {
      if (size > MAX_TABLE) throw tooLarge(absolutePath, MAX_TABLE);
      await readTable(absolutePath, file, tidy);
    }
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    throw damaged(absolutePath, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A file beside the folder is no link: nothing else says where it may lead. */
function openCaptions(root: string, absolutePath: string): Promise<FileHandle> {
  const relative = path.relative(root, absolutePath);
  return relative.startsWith('..')
    ? openInside(path.dirname(absolutePath), path.basename(absolutePath), { link: false })
    : openInside(root, relative);
}

type TakeRaw = (image: string, caption: string) => void;

function tooLarge(absolutePath: string, limit: number): HashlensError {
  return damaged(absolutePath, `it is larger than ${limit / 1024 / 1024} MB`, undefined, 'split it into smaller ones');
}

function damaged(absolutePath: string, why: string, options?: ErrorOptions, remedy = 'correct it'): HashlensError {
  const message = `The captions in ${absolutePath} were not read because ${why}; ${remedy} and scan again.`;
  return new HashlensError('unreadable', message, options);
}

// --- text, piece by piece

/** The decoder of a file's text: UTF-16 by its mark, UTF-8 where all of it is valid, else Windows-1252. */
async function encodingOf(absolutePath: string, file: FileHandle): Promise<string> {
  const mark = await file.read(Buffer.alloc(2), 0, 2, 0);
  if (mark.buffer[0] === 0xff && mark.buffer[1] === 0xfe) return 'utf-16le';
  if (mark.buffer[0] === 0xfe && mark.buffer[1] === 0xff) return 'utf-16be';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  for await (const bytes of chunksOf(file)) {
    if (bytes.includes(0)) throw damaged(absolutePath, 'it is not text');
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
  return valid ? 'utf-8' : 'windows-1252';
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* textOf(absolutePath: string, file: FileHandle, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of chunksOf(file)) {
    const text = decoder.decode(bytes, { stream: true });
    if (text.includes('\0')) throw damaged(absolutePath, 'it is not text');
    yield text;
  }
  yield decoder.decode();
}

/** Lines without their ends. Of a line that is far too long, what is behind the limit is left out. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = (lines.pop() ?? '').slice(0, MAX_ROW);
    for (const line of lines) yield line.slice(0, MAX_ROW);
  }
  yield rest.replace(/\r$/, '');
}

// --- COCO

const Id = z.union([z.number(), z.string()]);
const Coco = z.object({
  images: z.array(z.object({ id: Id, file_name: z.string() })),
  annotations: z.array(z.object({ image_id: Id, caption: z.string() })),
});
/** What makes a JSON a COCO file of captions, before its details are checked. */
const LooksLikeCoco = z.object({
  images: z.array(z.unknown()),
  annotations: z.tuple([z.looseObject({ caption: z.unknown() })], z.unknown()),
});

function readCoco(absolutePath: string, text: string, take: TakeRaw): void {
  let content: unknown;
  try {
    content = parseJson(z.unknown(), text);
  } catch (cause) {
    throw damaged(absolutePath, 'it is not valid JSON', { cause });
  }
  if (!LooksLikeCoco.safeParse(content).success) return;
  const coco = Coco.safeParse(content);
  if (!coco.success) {
    const issue = coco.error.issues[0];
    throw damaged(absolutePath, `${issue?.path.join('.') ?? 'something'} is wrong (${issue?.message ?? 'unknown'})`);
  }
  const names = new Map(coco.data.images.map((image) => [image.id, image.file_name]));
  for (const { image_id: id, caption } of coco.data.annotations) {
    const image = names.get(id);
    if (image !== undefined) take(image, caption);
  }
}

// --- tables

const EXTENSION = /\.(?:jpe?g|jpe|jfif|png|webp|gif|avif|tiff?)$/i;
/** A line of a table begins with a photo, perhaps in quotes, and a separator. */
const DATA_LINE = /^(?:"[^"\r\n]*\.\w{3,4}"|[^\t|,;"]*\.(?:jpe?g|jpe|jfif|png|webp|gif|avif|tiff?))\s*([,;|\t])/i;
const IMAGE_COLUMN = /^(?:image|image[ _]?(?:name|file|path)|file|file[ _]?(?:name|path)|photo|path|name)$/i;
const CAPTION_COLUMN = /^(?:caption|captions|comment|text|description|sentence)$/i;
/** How far to look for the first line that names a photo. */
const LOOK_AT_LINES = 20;
const LOOK_AT_CHARACTERS = 2000;

async function readTable(absolutePath: string, file: FileHandle, take: TakeRaw): Promise<void> {
  const encoding = await encodingOf(absolutePath, file);
  const text = () => textOf(absolutePath, file, encoding);
  const start: string[] = [];
  for await (const line of linesOf(text())) {
    start.push(line);
    if (start.length >= LOOK_AT_LINES) break;
  }
  if (start.every((line) => line.trim() === '') && start.length < LOOK_AT_LINES) return;
  if (start.some((line) => tokenOf(line) !== null)) {
    for await (const line of linesOf(text())) {
      const token = tokenOf(line);
      if (token !== null) take(token.image, token.caption);
    }
    return;
  }
  const ofHeader = [',', ';', '|', '\t'].find((candidate) => headerOf((start[0] ?? '').split(candidate)) !== null);
  const ofData = () =>
    start
      .map((line) => DATA_LINE.exec(line.slice(0, LOOK_AT_CHARACTERS).trimStart())?.[1])
      .find((found) => found !== undefined);
  const separator = ofHeader ?? ofData();
  if (separator === undefined) {
    // `results.csv` is a common name; only one that looks like captions is taken for captions.
    if (/^results/i.test(path.basename(absolutePath))) return;
    throw damaged(absolutePath, 'no line has the form "image,caption"');
  }
  const entry = new RowReader(separator, take);
  if (separator === '|') for await (const line of linesOf(text())) entry.row(splitRow(line));
  else await eachRow(absolutePath, text(), separator, (row) => entry.row(row));
}

/** Flickr8k: `name.jpg#0`, a tab, the caption. */
function tokenOf(line: string): CaptionEntry | null {
  const tab = line.indexOf('\t');
  const number = line.lastIndexOf('#', tab);
  if (tab < 0 || number < 1 || tab - number > 32) return null;
  const image = line.slice(0, number);
  if (!/^#\d+\s*$/.test(line.slice(number, tab)) || /[|,;"]/.test(image) || !EXTENSION.test(image)) return null;
  return { image, caption: line.slice(tab + 1) };
}

/** Flickr30k separates by `|` and quotes nothing; one of its 158,916 lines lacks a separator: `name.jpg| 4   A dog`. */
function splitRow(line: string): string[] {
  const cells = line.split('|');
  const last = cells.pop() ?? '';
  const glued = /^\s*(\d+)\s{2,}(?=\S)/.exec(last);
  if (glued === null || cells.length === 0) return [...cells, last];
  return [...cells, glued[1] ?? '', last.slice(glued[0].length)];
}

async function eachRow(
  absolutePath: string,
  texts: AsyncIterable<string>,
  separator: string,
  take: (row: string[]) => void,
): Promise<void> {
  const parser = parse({
    bom: true,
    delimiter: separator,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    maxRecordSize: MAX_ROW,
  });
  const failed = new Promise<never>((_, reject) => parser.on('error', reject));
  failed.catch(() => undefined);
  parser.on('readable', () => {
    for (let row = parser.read() as string[] | null; row !== null; row = parser.read() as string[] | null) take(row);
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

/** Where a header has the image and the caption; null when the row is no header. */
function headerOf(row: readonly string[]): { imageAt: number; captionAt: number } | null {
  const cells = row.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const imageAt = cells.findIndex((cell) => IMAGE_COLUMN.test(cell));
  const captionAt = cells.findIndex((cell) => CAPTION_COLUMN.test(cell));
  return imageAt < 0 || captionAt < 0 ? null : { imageAt, captionAt };
}

/** With a header, columns go by name; without, the image is first, then perhaps a number, then the caption. */
class RowReader {
  readonly #separator: string;
  readonly #take: TakeRaw;
  #first: { readonly width: number; readonly header: ReturnType<typeof headerOf> } | null = null;

  constructor(separator: string, take: TakeRaw) {
    this.#separator = separator;
    this.#take = take;
  }

  row(row: readonly string[]): void {
    if (this.#first === null) {
      this.#first = { width: row.length, header: headerOf(row) };
      if (this.#first.header !== null) return;
    }
    const { width, header } = this.#first;
    const captionAt = header?.captionAt ?? (row.length > 2 && /^\s*\d+\s*$/.test(row[1] ?? '') ? 2 : 1);
    // A separator inside an unquoted caption must not cut it short when it is the last column.
    const isLast = header === null || captionAt === width - 1;
    const caption = isLast ? row.slice(captionAt).join(this.#separator) : row[captionAt];
    this.#take(row[header?.imageAt ?? 0] ?? '', caption ?? '');
  }
}
