// Files with the captions of many photos: image,caption tables and the layouts of Flickr8k, Flickr30k and COCO.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { cleanCaption, decodeTextFile } from '../../text/file-text.ts';

export { matchCaptions } from './caption-match.ts';

export interface CaptionEntry {
  /** As written: a name, a relative path, or somebody else's absolute one. */
  readonly image: string;
  /** Cleaned, never empty. */
  readonly caption: string;
}

/** JavaScript cannot hold a text much larger. The captions of COCO's 118,000 photos take 92 MB. */
const MAX_BYTES = 480 * 1024 * 1024;

/**
 * The entries in the order of the file. Empty for a JSON or a `results*.csv` that holds something else altogether;
 * throws a HashlensError that names the file when it is damaged or should hold captions and does not.
 */
export async function readCaptionFile(absolutePath: string): Promise<CaptionEntry[]> {
  const text = decodeTextFile(await readBytes(absolutePath));
  if (text.includes('\0')) throw damaged(absolutePath, 'it is not text');
  if (text.trim() === '') return [];
  const entries = /\.json$/i.test(absolutePath) ? readCoco(absolutePath, text) : readTable(absolutePath, text);
  return entries
    .map(({ image, caption }) => ({ image: image.trim(), caption: cleanCaption(caption) }))
    .filter(({ image, caption }) => image !== '' && caption !== '');
}

async function readBytes(absolutePath: string): Promise<Buffer> {
  try {
    const { size } = await stat(absolutePath);
    if (size > MAX_BYTES) throw damaged(absolutePath, `it is larger than ${MAX_BYTES / 1024 / 1024} MB`);
    return await readFile(absolutePath);
  } catch (error) {
    if (error instanceof HashlensError) throw error;
    throw damaged(absolutePath, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function damaged(absolutePath: string, why: string, options?: ErrorOptions): HashlensError {
  const message = `The captions in ${absolutePath} were not read because ${why}; correct the file and scan again.`;
  return new HashlensError('unreadable', message, options);
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

function readCoco(absolutePath: string, text: string): CaptionEntry[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(absolutePath, 'it is not valid JSON', { cause });
  }
  if (!LooksLikeCoco.safeParse(content).success) return [];
  const coco = Coco.safeParse(content);
  if (!coco.success) {
    const issue = coco.error.issues[0];
    throw damaged(absolutePath, `${issue?.path.join('.') ?? 'something'} is wrong (${issue?.message ?? 'unknown'})`);
  }
  const names = new Map(coco.data.images.map((image) => [image.id, image.file_name]));
  return coco.data.annotations.flatMap(({ image_id: id, caption }) => {
    const image = names.get(id);
    return image === undefined ? [] : [{ image, caption }];
  });
}

// --- tables

const PHOTO = String.raw`[^\t|,;"]*\.(?:jpe?g|jpe|jfif|png|webp|gif|avif|tiff?)`;
/** Flickr8k: `name.jpg#0`, a tab, the caption. */
const TOKEN_LINE = new RegExp(String.raw`^(${PHOTO})#\d+\s*\t(.*)$`, 'i');
/** A line of any other table begins with a photo, perhaps in quotes, and a separator. */
const DATA_LINE = new RegExp(String.raw`^\s*(?:"[^"\r\n]*\.\w{3,4}"|${PHOTO})\s*([,;|\t])`, 'i');
const IMAGE_COLUMN = /^(?:image|image[ _]?(?:name|file|path)|file|file[ _]?(?:name|path)|photo|path|name)$/i;
const CAPTION_COLUMN = /^(?:caption|captions|comment|text|description|sentence)$/i;
/** How far to look for the first line that names a photo. */
const LOOK_AT_LINES = 20;

function readTable(absolutePath: string, text: string): CaptionEntry[] {
  const start = text.slice(0, 1024 * 1024).split(/\r\n|\r|\n/, LOOK_AT_LINES);
  if (start.some((line) => TOKEN_LINE.test(line))) return readTokens(text);
  const ofHeader = [',', ';', '|', '\t'].find((candidate) => headerOf((start[0] ?? '').split(candidate)) !== null);
  const separator = ofHeader ?? start.map((line) => DATA_LINE.exec(line)?.[1]).find((found) => found !== undefined);
  if (separator === undefined) {
    // `results.csv` is a common name; only one that looks like captions is taken for captions.
    if (/^results/i.test(path.basename(absolutePath))) return [];
    throw damaged(absolutePath, 'no line has the form "image,caption"');
  }
  const rows = separator === '|' ? splitRows(text) : parseRows(absolutePath, text, separator);
  return entriesOf(rows, separator);
}

function readTokens(text: string): CaptionEntry[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const match = TOKEN_LINE.exec(line);
    return match === null ? [] : [{ image: match[1] ?? '', caption: match[2] ?? '' }];
  });
}

/** Flickr30k separates by `|` and quotes nothing; one of its 158,916 lines lacks a separator: `name.jpg| 4   A dog`. */
function splitRows(text: string): string[][] {
  return text.split(/\r\n|\r|\n/).map((line) => line.replace(/\|\s*(\d+)\s{2,}(?=[^|]+$)/, '|$1|').split('|'));
}

function parseRows(absolutePath: string, text: string, separator: string): string[][] {
  try {
    return parse(text, {
      bom: true,
      delimiter: separator,
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: true,
    });
  } catch (cause) {
    const line = cause instanceof CsvError ? ` near line ${String(cause['lines'])}` : '';
    throw damaged(absolutePath, `a quotation mark is not closed${line}`, { cause });
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
function entriesOf(rows: readonly string[][], separator: string): CaptionEntry[] {
  const width = rows[0]?.length ?? 0;
  const header = headerOf(rows[0] ?? []);
  return rows.slice(header === null ? 0 : 1).map((row) => {
    const captionAt = header?.captionAt ?? (row.length > 2 && /^\s*\d+\s*$/.test(row[1] ?? '') ? 2 : 1);
    // A separator inside an unquoted caption must not cut it short when it is the last column.
    const isLast = header === null || captionAt === width - 1;
    const caption = isLast ? row.slice(captionAt).join(separator) : row[captionAt];
    return { image: row[header?.imageAt ?? 0] ?? '', caption: caption ?? '' };
  });
}
