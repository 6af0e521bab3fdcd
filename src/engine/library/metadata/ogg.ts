// Metadata of Ogg videos: the comments that each of its streams has in its second packet.
import { knownDates, type VideoFields, type VideoFile } from './video-fields.ts';

/** Headers of streams come before pictures and sound. */
const headBytes = 1024 * 1024;
const mostPages = 1000;
/** Beginnings of a packet with comments: of Theora, Vorbis and Opus. */
const marks = ['\x81theora', '\x03vorbis', 'OpusTags'];
const names: ReadonlySet<string> = new Set(['TITLE', 'DESCRIPTION', 'COMMENT', 'KEYWORDS', 'DATE']);
/** Most comments of a stream. */
const mostComments = 1000;

/** Null for a file that is no Ogg. */
export function readOgg(file: VideoFile): VideoFields | null {
  const head = file.read({ start: 0, end: file.size }, headBytes);
  if (head.toString('latin1', 0, 4) !== 'OggS') return null;
  for (const packet of packetsIn(head)) {
    const mark = marks.find((start) => packet.toString('latin1', 0, start.length) === start);
    if (mark !== undefined) readComments(file, packet.subarray(mark.length));
  }
  return file.fields(
    { captions: ['TITLE', 'DESCRIPTION', 'COMMENT'], keywords: 'KEYWORDS' },
    { container: 'Ogg', dates: knownDates({ DATE: file.first('DATE') }) },
  );
}

/** Packets of all streams (RFC 3533, section 6): a packet ends with the first piece of fewer than 255 bytes. */
function* packetsIn(bytes: Buffer): Generator<Buffer> {
  const begun = new Map<number, Buffer[]>();
  for (let at = 0, page = 0; page < mostPages && at + 27 <= bytes.length; page++) {
    if (bytes.toString('latin1', at, at + 4) !== 'OggS') return;
    const stream = bytes.readUInt32LE(at + 14);
    const lengths = bytes.subarray(at + 27, at + 27 + bytes.readUInt8(at + 26));
    at += 27 + lengths.length;
    let pieces = begun.get(stream) ?? [];
    for (const length of lengths) {
      pieces.push(bytes.subarray(at, at + length));
      at += length;
      if (length === 255) continue;
      yield Buffer.concat(pieces);
      pieces = [];
    }
    begun.set(stream, pieces);
  }
}

/** Comments `TITLE=Boats` behind the name of the program (Vorbis I specification, section 5). */
function readComments(file: VideoFile, bytes: Buffer): void {
  let at = 0;
  const next = (): Buffer | null => {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) return null;
    const content = bytes.subarray(at + 4, end);
    at = end;
    return content;
  };
  if (next() === null || at + 4 > bytes.length) return;
  const count = Math.min(mostComments, bytes.readUInt32LE(at));
  at += 4;
  for (let comment = 0; comment < count; comment++) {
    const content = next();
    if (content === null) return;
    const equals = content.indexOf('=');
    const name = content.toString('latin1', 0, Math.max(0, equals)).toUpperCase();
    if (names.has(name)) file.addText(name, { start: 0, end: 1 }, () => content.subarray(equals + 1));
  }
}
