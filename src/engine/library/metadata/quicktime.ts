// Metadata of videos in QuickTime's container (MOV, MP4, 3GP): dates, titles, camera, position and XMP, from the boxes
// that phones, cameras and ExifTool write.
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
  '\u00a9key': 'keywords',
  desc: 'description',
  keyw: 'keywords',
  ldes: 'description',
  titl: 'title',
  dscp: 'description',
  '\u00a9mak': 'make',
  '\u00a9mod': 'model',
  '\u00a9xyz': 'location.ISO6709',
};
const applePrefix = 'com.apple.quicktime.';
const captionNames = ['title', 'displayname', 'description', 'comment', 'information'];

interface Box extends Range {
  readonly type: string;
}

/** Null for a file without a movie's header. */
export function readQuickTime(file: VideoFile): VideoFields | null {
  let created: string | null = null;
  let hasMovie = false;
  const inner = innerParts();

  const walk = (range: Range, path: readonly string[]): void => {
    const keys = path.at(-1) === 'meta' ? keysIn(file, range, inner) : [];
    for (const box of boxesIn(file, range, path.length === 0 ? outerParts() : inner)) {
      if (box.type === 'uuid' && file.read(box, 16).toString('hex') === xmpUuid) {
        file.addXmp({ start: box.start + 16, end: box.end });
      } else if (box.type === 'XMP_' && path.at(-1) === 'udta') {
        file.addXmp(box);
      } else if (box.type === 'mvhd' && path.at(-1) === 'moov') {
        hasMovie = true;
        created = movieDate(file.read(box, 12));
      } else if (box.type === 'ilst') {
        for (const item of boxesIn(file, box, inner)) {
          const name = oldNames[item.type] ?? keys[Buffer.from(item.type, 'latin1').readUInt32BE(0) - 1];
          const [data] = boxesIn(file, item, inner);
          // Kinds 0 to 2 of a value are texts; 0 is unknown.
          if (name === undefined || data?.type !== 'data' || data.end - data.start < 8) continue;
          if (file.read(data, 4).readUInt32BE(0) > 2) continue;
          file.addText(name, { start: data.start + 8, end: data.end });
        }
      } else if (path.at(-1) === 'udta' && oldNames[box.type] !== undefined) {
        file.addText(oldNames[box.type] ?? '', box, (bytes) => userText(box.type, bytes));
      } else if (containers.has(box.type) && path.length < 4) {
        // The newer form of this box has four bytes before its content.
        const isFull = box.type === 'meta' && file.read(box, 8).toString('latin1', 4, 8) !== 'hdlr';
        walk({ start: box.start + (isFull ? 4 : 0), end: box.end }, [...path, box.type]);
      }
    }
  };
  walk({ start: 0, end: file.size }, []);
  if (!hasMovie && file.xmp.length === 0) return null;

  return file.fields(
    { captions: captionNames, keywords: 'keywords', make: 'make', model: 'model' },
    {
      container: 'QuickTime',
      dates: knownDates({ creationdate: file.first('creationdate'), 'creation time': created }),
      position: iso6709(file.first('location.ISO6709') ?? ''),
    },
  );
}

/** Boxes of a range, up to the first one that is damaged, each read when it is asked for. */
function* boxesIn(file: VideoFile, { start, end }: Range, allowed: Allowance): Generator<Box> {
  for (let at = start; at + 8 <= end && allowed.left > 0; allowed.left--) {
    const head = file.read({ start: at, end }, 16);
    if (head.length < 8) return;
    const short = head.readUInt32BE(0);
    if (short === 1 && head.length < 16) return;
    const [length, content] = short === 1 ? [Number(head.readBigUInt64BE(8)), 16] : [short === 0 ? end - at : short, 8];
    if (length < content || at + length > end) return;
    yield { type: head.toString('latin1', 4, 8), start: at + content, end: at + length };
    at += length;
  }
}

/** Names of the keys of a `meta` box, without Apple's prefix, in the order of their numbers. */
function keysIn(file: VideoFile, range: Range, allowed: Allowance): string[] {
  const box = boxesIn(file, range, allowed).find(({ type }) => type === 'keys');
  if (box === undefined || box.end - box.start < 8) return [];
  return [...boxesIn(file, { start: box.start + 8, end: box.end }, allowed)].map((key) => {
    const name = file.read(key, 256).toString('utf8');
    return name.startsWith(applePrefix) ? name.slice(applePrefix.length) : name;
  });
}

/** The time of the movie's header, UTC: seconds since 1904 in four bytes or eight; null if it was never set. */
function movieDate(header: Buffer): string | null {
  const isLong = header[0] === 1;
  if (header.length < (isLong ? 12 : 8)) return null;
  const seconds = isLong ? Number(header.readBigUInt64BE(4)) : header.readUInt32BE(4);
  const time = new Date(epochMs + seconds * 1000);
  return seconds === 0 || Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** The text of a box of user data, after its length and language; null for another form. */
function userText(type: string, content: Buffer): Buffer | null {
  // 3GPP: version, flags and language.
  if (/^[a-z]/.test(type)) return content.length > 6 ? content.subarray(6) : null;
  if (content.length < 4) return null;
  return content.subarray(4, 4 + content.readUInt16BE(0));
}
