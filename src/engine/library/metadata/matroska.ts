// Metadata of videos in Matroska's container (MKV, WebM): the date and title of the file, and its tags, as cameras,
// OBS, mkvmerge and ffmpeg write them. Packages that read tags leave out the date, or read the file to its end.
import {
  innerParts,
  iso6709,
  knownDates,
  outerParts,
  type Allowance,
  type Range,
  type VideoFields,
  type VideoFile,
} from './video-fields.ts';

/** Elements by their numbers, with the bits of the length. */
const ids = {
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  title: 0x7ba9,
  dateUtc: 0x4461,
  cluster: 0x1f43b675,
  tags: 0x1254c367,
  tag: 0x7373,
  targets: 0x63c0,
  simpleTag: 0x67c8,
  tagName: 0x45a3,
  tagString: 0x4487,
} as const;
/** Track, edition, chapter and attachment that a tag is about; without one, or with zero, it is about the file. */
const targetIds: ReadonlySet<number> = new Set([0x63c5, 0x63c9, 0x63c4, 0x63c6]);
const captionNames = ['TITLE', 'SUBTITLE', 'DESCRIPTION', 'SUBJECT', 'SUMMARY', 'SYNOPSIS', 'COMMENT'];
/** Names that ffmpeg makes of QuickTime's. */
const phoneNames: Readonly<Record<string, string>> = {
  'COM.APPLE.QUICKTIME.CREATIONDATE': 'DATE_RECORDED',
  'COM.APPLE.QUICKTIME.TITLE': 'TITLE',
  'COM.APPLE.QUICKTIME.DESCRIPTION': 'DESCRIPTION',
  'COM.APPLE.QUICKTIME.KEYWORDS': 'KEYWORDS',
  'COM.APPLE.QUICKTIME.MAKE': 'MAKE',
  'COM.APPLE.QUICKTIME.MODEL': 'MODEL',
  'COM.APPLE.QUICKTIME.LOCATION.ISO6709': 'LOCATION',
};
/** Milliseconds from 1970 to 2001, where the container's clock begins. */
const epochMs = Date.UTC(2001, 0, 1);

interface Element extends Range {
  readonly id: number;
  /** Whether its length is known and inside its parent. */
  readonly isWhole: boolean;
}

/** Null for a file without such a segment. */
export function readMatroska(file: VideoFile): VideoFields | null {
  const segment = elementsIn(file, { start: 0, end: file.size }, innerParts()).find(({ id }) => id === ids.segment);
  if (segment === undefined) return null;
  const inner = innerParts();
  let created: string | null = null;
  for (const element of describing(file, segment, inner)) {
    if (element.id === ids.tags) readTags(file, element, inner);
    else
      for (const field of elementsIn(file, element, inner)) {
        if (!field.isWhole) break;
        if (field.id === ids.title) file.addText('TITLE', field);
        else if (field.id === ids.dateUtc) created = dateOf(file.read(field, 8));
      }
  }
  const location = file.first('LOCATION') ?? file.first('RECORDING_LOCATION') ?? '';
  const position = iso6709(location);
  return file.fields(
    { captions: captionNames, keywords: 'KEYWORDS', make: 'MAKE', model: 'MODEL' },
    {
      container: 'Matroska',
      dates: knownDates({
        DATE_RECORDED: file.first('DATE_RECORDED'),
        DATE: file.first('DATE'),
        DATE_DIGITIZED: file.first('DATE_DIGITIZED'),
        DateUTC: created,
        DATE_ENCODED: file.first('DATE_ENCODED'),
      }),
      place: position === null ? { location, city: null, state: null, country: null } : null,
      position,
    },
  );
}

/** The elements of a segment that describe it, before its pictures, and behind them where its index names them. */
function* describing(file: VideoFile, segment: Element, allowed: Allowance): Generator<Element> {
  const seen = new Set<number>();
  const named = new Set<number>();
  let hasIndex = false;
  for (const element of elementsIn(file, segment, outerParts())) {
    // An index saves the disk a search for each second of a film.
    if (element.id === ids.cluster && hasIndex) break;
    if (element.id === ids.seekHead) {
      hasIndex = true;
      for (const at of namedBy(file, element, allowed)) named.add(segment.start + at);
    } else if (element.id === ids.info || element.id === ids.tags) {
      seen.add(element.start);
      yield element;
    }
  }
  // A second index behind the pictures names what the first one has no place for.
  for (const at of named) {
    const [element] = elementsIn(file, { start: at, end: segment.end }, allowed);
    if (element === undefined || seen.has(element.start)) continue;
    seen.add(element.start);
    if (element.id === ids.seekHead) {
      for (const more of namedBy(file, element, allowed)) named.add(segment.start + more);
    } else if (element.id === ids.info || element.id === ids.tags) yield element;
  }
}

/** Places in the segment, named by an index, of what describes it. */
function* namedBy(file: VideoFile, index: Element, allowed: Allowance): Generator<number> {
  for (const seek of elementsIn(file, index, allowed)) {
    if (seek.id !== ids.seek) continue;
    const fields = new Map([...elementsIn(file, seek, allowed)].map((field) => [field.id, field]));
    const [id, position] = [fields.get(ids.seekId), fields.get(ids.seekPosition)];
    if (id === undefined || position === undefined) continue;
    const wanted = numberOf(file.read(id, 4));
    if (wanted === ids.info || wanted === ids.tags || wanted === ids.seekHead) yield numberOf(file.read(position, 8));
  }
}

function readTags(file: VideoFile, tags: Element, allowed: Allowance): void {
  for (const tag of elementsIn(file, tags, allowed)) {
    if (tag.id !== ids.tag) continue;
    const parts = [...elementsIn(file, tag, allowed)];
    const targets = parts.filter(({ id }) => id === ids.targets);
    const isOfFile = targets
      .flatMap((target) => [...elementsIn(file, target, allowed)])
      .every((target) => !targetIds.has(target.id) || file.read(target, 8).every((byte) => byte === 0));
    if (!isOfFile) continue;
    for (const simple of parts.filter(({ id }) => id === ids.simpleTag)) {
      const fields = new Map([...elementsIn(file, simple, allowed)].map((field) => [field.id, field]));
      const [name, text] = [fields.get(ids.tagName), fields.get(ids.tagString)];
      if (name === undefined || text?.isWhole !== true) continue;
      const written = file.read(name, 256).toString('utf8').replace(/\0/g, '').toUpperCase();
      // ffmpeg adds languages to names.
      file.addText(phoneNames[written] ?? written.replace(/-[A-Z]{3}$/, ''), text);
    }
  }
}

/** Elements of a range, up to the first one that is damaged, each read when it is asked for. */
function* elementsIn(file: VideoFile, { start, end }: Range, allowed: Allowance): Generator<Element> {
  for (let at = start; at + 2 <= end && allowed.left > 0; allowed.left--) {
    const head = file.read({ start: at, end }, 12);
    const idLength = lengthOf(head[0]);
    const sizeLength = lengthOf(head[idLength]);
    if (idLength > 4 || sizeLength > 8 || head.length < idLength + sizeLength) return;
    const bytes = head.subarray(idLength, idLength + sizeLength);
    const mask = 0xff >> sizeLength;
    // All bits set: the length was not known when the element was begun.
    const isOpen = bytes.every((byte, index) => (index === 0 ? (byte & mask) === mask : byte === 0xff));
    const size = (bytes.readUInt8(0) & mask) * 256 ** (sizeLength - 1) + numberOf(bytes.subarray(1));
    const content = at + idLength + sizeLength;
    const isWhole = !isOpen && content + size <= end;
    const next = isWhole ? content + size : end;
    yield { id: numberOf(head.subarray(0, idLength)), start: content, end: next, isWhole };
    at = next;
  }
}

/** Number of bytes of a number that begins with this one: its leading zeros, and one. */
const lengthOf = (first: number | undefined): number => (first === undefined ? Infinity : Math.clz32(first) - 23);

const numberOf = (bytes: Buffer): number => bytes.reduce((number, byte) => number * 256 + byte, 0);

/** Nanoseconds since 2001, UTC; null for another length, or a clock that was never set. */
function dateOf(bytes: Buffer): string | null {
  if (bytes.length !== 8) return null;
  const milliseconds = Number(bytes.readBigInt64BE() / 1_000_000n);
  return milliseconds === 0 ? null : new Date(epochMs + milliseconds).toISOString();
}
