// Metadata of WMV videos, in the objects of the Advanced Systems Format: the content description, its extension, the
// date of the file's properties, XMP (Advanced Systems Format Specification 1.2, sections 3.1 to 3.11).
import {
  innerParts,
  knownDates,
  outerParts,
  type Allowance,
  type Range,
  type VideoFields,
  type VideoFile,
} from './video-fields.ts';

const ids = {
  header: '3026b2758e66cf11a6d900aa0062ce6c',
  properties: 'a1dcab8c47a9cf118ee400c00c205365',
  description: '3326b2758e66cf11a6d900aa0062ce6c',
  moreDescription: '40a4d0d207e3d21197f000a0c95ea850',
  headerExtension: 'b503bf5f2ea9cf118ee300c00c205365',
  metadata: 'eacbf8c5af5b77488467aa8c44fa4cca',
  metadataLibrary: '941c23449894d149a1411d134e457054',
  xmp: 'cbcf7abea997e8429c71999491e3afac',
} as const;

/** Values of the content description, in their order. */
const described = ['Title', 'Author', 'Copyright', 'Description', 'Rating'];
const captionNames = ['Title', 'WM/SubTitle', 'Description', 'WM/SubTitleDescription'];
const keywordsName = 'WM/Keywords';
/** A date as text, or as the number of the file's properties. */
const encodedName = 'WM/EncodingTime';
const textNames = new Set([...captionNames, keywordsName, encodedName]);
/** Type of a value that is a text, and of one that is a number of eight bytes. */
const [textType, longType] = [0, 4];
const mostDescription = 256 * 1024;

interface Item extends Range {
  readonly id: string;
}

/** Null for a file that is no ASF. */
export function readAsf(file: VideoFile): VideoFields | null {
  const [outer, inner] = [outerParts(), innerParts()];
  let isAsf = false;
  let created: string | null = null;
  let encoded: string | null = null;
  const read = (item: Item): void => {
    if (item.id === ids.properties) created = timeOf(file.read({ start: item.start + 24, end: item.end }, 8));
    else if (item.id === ids.description) readDescription(file, item);
    else if (item.id === ids.xmp) file.addXmp(item);
    else if (item.id === ids.moreDescription || item.id === ids.metadata || item.id === ids.metadataLibrary) {
      const found = readNamed(file, item, item.id === ids.moreDescription ? 'extended' : 'library', inner);
      encoded ??= found;
    } else if (item.id === ids.headerExtension) {
      for (const part of itemsIn(file, { start: item.start + 22, end: item.end }, inner)) read(part);
    }
  };
  for (const item of itemsIn(file, { start: 0, end: file.size }, outer)) {
    if (!isAsf && item.id !== ids.header) return null;
    isAsf = true;
    if (item.id === ids.header) {
      for (const part of itemsIn(file, { start: item.start + 6, end: item.end }, inner)) read(part);
    } else read(item);
  }
  if (!isAsf) return null;
  return file.fields(
    { captions: captionNames, keywords: keywordsName },
    { container: 'ASF', dates: knownDates({ [encodedName]: encoded, CreationDate: created }) },
  );
}

/** Objects of a range, each read when it is asked for. */
function* itemsIn(file: VideoFile, { start, end }: Range, allowed: Allowance): Generator<Item> {
  for (let at = start; at + 24 <= end && allowed.left > 0; allowed.left--) {
    const head = file.read({ start: at, end }, 24);
    if (head.length < 24) return;
    const size = Number(head.readBigUInt64LE(16));
    if (size < 24) return;
    yield { id: head.toString('hex', 0, 16), start: at + 24, end: Math.min(at + size, end) };
    at += size;
  }
}

function readDescription(file: VideoFile, { start, end }: Range): void {
  const lengths = file.read({ start, end }, 2 * described.length);
  if (lengths.length < 2 * described.length) return;
  let at = start + lengths.length;
  for (const [n, name] of described.entries()) {
    const next = at + lengths.readUInt16LE(2 * n);
    if (textNames.has(name) && next <= end) file.addText(name, { start: at, end: next }, fromUtf16);
    at = next;
  }
}

/**
 * Keeps the texts of a list of names and values.
 * @param form the value's place: behind its name and type, or behind all heads of fixed length
 * @returns the time of encoding, in ISO 8601
 */
function readNamed(
  file: VideoFile,
  { start, end }: Range,
  form: 'extended' | 'library',
  allowed: Allowance,
): string | null {
  const bytes = file.read({ start, end }, mostDescription);
  let encoded: string | null = null;
  const u16 = (at: number): number => (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
  let at = 2;
  for (let n = u16(0); n > 0 && at + 6 <= bytes.length && allowed.left > 0; n--, allowed.left--) {
    const nameLength = u16(form === 'extended' ? at : at + 4);
    const nameAt = at + (form === 'extended' ? 2 : 12);
    const type = form === 'extended' ? u16(nameAt + nameLength) : u16(at + 6);
    const valueAt = nameAt + nameLength + (form === 'extended' ? 4 : 0);
    const lengthAt = form === 'extended' ? valueAt - 2 : at + 8;
    const length = form === 'extended' ? u16(lengthAt) : lengthAt + 4 > bytes.length ? 0 : bytes.readUInt32LE(lengthAt);
    const name = bytes.toString('utf16le', nameAt, nameAt + nameLength).replace(/\0+$/, '');
    const range = { start: start + valueAt, end: Math.min(end, start + valueAt + length) };
    if (textNames.has(name) && type === textType) file.addText(name, range, fromUtf16);
    else if (name === encodedName && type === longType) encoded ??= timeOf(file.read(range, 8));
    at = valueAt + length;
  }
  return encoded ?? file.first(encodedName);
}

/** The same text in UTF-8, because a short one in UTF-16 may be taken for another set. */
const fromUtf16 = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf16le').replace(/\0[^]*$/, ''));

/** ISO 8601 of the number of 100 ns since 1601; null for zero. */
function timeOf(bytes: Buffer): string | null {
  if (bytes.length < 8) return null;
  const ms = Number(bytes.readBigUInt64LE(0) / 10_000n) - 11_644_473_600_000;
  return ms > -11_644_473_600_000 && Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : null;
}
