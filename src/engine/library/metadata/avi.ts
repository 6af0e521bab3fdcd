// Metadata of AVI videos, in the chunks of RIFF: the date that cameras write, the list INFO, camera and XMP.
import { monthNumber } from './capture.ts';
import {
  innerParts,
  knownDates,
  outerParts,
  type Allowance,
  type Range,
  type VideoFields,
  type VideoFile,
} from './video-fields.ts';

/** Lists with texts; those of the streams and the pictures are left out. */
const lists = new Set(['hdrl', 'INFO', 'exif']);
const textNames: ReadonlySet<string> = new Set([
  ...['IDIT', 'ICRD', 'INAM', 'TITL', 'ISBJ', 'ICMT', 'COMM', 'IKEY', 'ecor', 'emdl'],
]);
const captionNames = ['INAM', 'TITL', 'ISBJ', 'ICMT', 'COMM'];

interface Chunk extends Range {
  readonly type: string;
  /** The kind of a list. */
  readonly kind: string;
}

/** Null for a file that is no AVI. */
export function readAvi(file: VideoFile): VideoFields | null {
  const [outer, inner] = [outerParts(), innerParts()];
  let isAvi = false;
  // A large file has a second and a third part, without words.
  for (const riff of chunksIn(file, { start: 0, end: file.size }, inner)) {
    if (riff.type !== 'RIFF' || riff.kind !== 'AVI ') break;
    isAvi = true;
    for (const chunk of chunksIn(file, riff, outer)) {
      if (chunk.type === '_PMX') file.addXmp(chunk);
      else if (lists.has(chunk.kind)) {
        for (const field of chunksIn(file, chunk, inner)) {
          if (textNames.has(field.type)) file.addText(field.type, field);
          else if (field.type === '_PMX') file.addXmp(field);
        }
      }
    }
  }
  if (!isAvi) return null;
  return file.fields(
    { captions: captionNames, keywords: 'IKEY', make: 'ecor', model: 'emdl' },
    {
      container: 'AVI',
      dates: knownDates({ IDIT: cameraDate(file.first('IDIT')), ICRD: cameraDate(file.first('ICRD')) }),
    },
  );
}

/** Chunks of a range, each read when it is asked for. One that is longer than the range ends with it, as in a cut file. */
function* chunksIn(file: VideoFile, { start, end }: Range, allowed: Allowance): Generator<Chunk> {
  for (let at = start; at + 8 <= end && allowed.left > 0; allowed.left--) {
    const head = file.read({ start: at, end }, 12);
    if (head.length < 8) return;
    const type = head.toString('latin1', 0, 4);
    const next = at + 8 + head.readUInt32LE(4);
    const isList = type === 'LIST' || type === 'RIFF';
    const kind = isList ? head.toString('latin1', 8, 12) : '';
    yield { type, kind, start: at + (isList ? 12 : 8), end: Math.min(next, end) };
    // Contents have an even length.
    at = next + (next % 2);
  }
}

/**
 * A date as cameras write it, in ISO 8601: `Mon Mar 10 15:04:43 2003`, `2001/ 1/27  1:42PM`, `2005/11/28/ 09:19`; other
 * texts as they are.
 */
function cameraDate(text: string | null): string | null {
  if (text === null) return null;
  const [, monthName = '', day = '', time = '', year = ''] =
    /^\p{L}{3},? +(\p{L}{3}) +(\d{1,2}) +(\d{1,2}:\d{2}:\d{2}) +(\d{4})$/u.exec(text) ?? [];
  const month = monthName === '' ? undefined : monthNumber(monthName);
  if (month !== undefined) return `${year}-${month}-${day.padStart(2, '0')}T${time}`;
  return text.replace(/^(\d{4})[-/] *(\d{1,2})[-/] *(\d{1,2})\/? +/, '$1-$2-$3 ');
}
