// Comments of JPEG and GIF files, which IrfanView, gThumb, jhead and others write for people, and encoders for
// themselves.
import { jpegSegments } from '../../imaging/formats/jpeg-segments.ts';
import { decodeUndeclared } from '../../text/charset.ts';

export interface FileComments {
  readonly captions: readonly string[];
  readonly unreadable: readonly string[];
}

/** More comments than any program writes. */
const mostComments = 20;

/** Signatures of programs and encoders, with nothing else in the comment. */
const signatures = [
  /^(?:creator|software|encoder|generator)\s*:/i,
  /^(?:(?:created|made|edited|saved|generated|produced|written|processed|optimi[sz]ed|compressed|converted|encoded|resized)\s+(?:by|with|using)\s+)?(?:the\s+)?(?:gimp|imagemagick|graphicsmagick|inkscape|photoshop|adobe \w+|paint\.net|acdsee|irfanview|xnview|jpegmini|jpeg-?recompress|mozjpeg|libjpeg(?:-turbo)?|ffmpeg|ezgif(?:\.com)?(?: +\w+)*|imagegear|snagit|picasa|ebay(?: with imagemagick)?)(?:,?\s+[a-z]?[\d.][\w.]*)?(?:,?\s+(?:https?:\/\/|www\.)\S+)?(?:,\s+\w+\s+(?:corp|inc|ltd))?\.?$/i,
  /^(?:intel\(r\) jpeg|ijg jpeg|acd systems|ulead|u-lead|handmade software|jpeg encoder copyright|lead technologies|xv version|gif89a|netscape2\.0)/i,
  /^(?:processed by ebay|optimi[sz]ed by jpegmini)\b/i,
  /^(?:https?:\/\/|www\.)\S+$/i,
  /\b(?:animagic gif|ulead webrazor)\b/i,
  /\bquality\s*[=:]\s*\d+\W*$/i,
];

/** Whether a text is nothing but the name of a program or an encoder. */
export const isSignature = (text: string): boolean => signatures.some((form) => form.test(text));

/** @param head the first megabytes of the file, or all bytes */
export function readFileComments(format: 'jpeg' | 'gif', head: Buffer): FileComments {
  const captions: string[] = [];
  const unreadable: string[] = [];
  let count = 0;
  for (const bytes of format === 'jpeg' ? jpegComments(head) : gifComments(head)) {
    if (++count > mostComments) break;
    const end = bytes.indexOf(0);
    const text = decodeUndeclared(end < 0 ? bytes : bytes.subarray(0, end))?.text.trim();
    if (text === undefined) unreadable.push('Comment');
    // Binary data of programs.
    else if (!/[\u0001-\u0008\u000e-\u001f]/.test(text) && !isSignature(text)) {
      captions.push(text);
    }
  }
  return { captions, unreadable };
}

/** Contents of the comment segments before the pixels. */
function* jpegComments(head: Buffer): Generator<Buffer> {
  const comment = 0xfe;
  for (const { marker, from, to } of jpegSegments(head)) {
    if (marker === comment && to <= head.length) yield head.subarray(from, to);
  }
}

/** Contents of the comment blocks before and after the pictures. */
function* gifComments(head: Buffer): Generator<Buffer> {
  const [extension, comment, image] = [0x21, 0xfe, 0x2c];
  const tableSize = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  if (head.length < 13) return;
  let at = 13 + tableSize(head.readUInt8(10));
  while (at + 10 < head.length) {
    const kind = head[at];
    if (kind !== extension && kind !== image) return;
    const start = kind === extension ? at + 2 : at + 11 + tableSize(head.readUInt8(at + 9));
    const parts: Buffer[] = [];
    const isComment = kind === extension && head[at + 1] === comment;
    at = start;
    for (;;) {
      const size = at < head.length ? head.readUInt8(at) : 0;
      if (size === 0 || at + 1 + size > head.length) break;
      if (isComment) parts.push(head.subarray(at + 1, at + 1 + size));
      at += 1 + size;
    }
    at++;
    if (isComment) yield Buffer.concat(parts);
  }
}
