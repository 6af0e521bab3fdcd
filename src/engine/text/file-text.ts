// Text from files as text to keep: bytes decoded, control characters gone, white space single, length bounded.

export const maxCaption = 2000;
export const maxTag = 100;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/** UTF-8 if the bytes are valid UTF-8, else Windows-1252, which holds Latin-1: what old programs wrote in the West. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

/** As `decodeText`, and UTF-16 if a byte order mark says so: for files that people's editors wrote. */
export function decodeTextFile(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decodeText(bytes);
}

/** Empty when nothing readable is left. Case is kept. */
export function cleanCaption(text: string): string {
  return clean(text, maxCaption);
}

/** Lists in one keyword, as some programs write them, taken apart: by `;` and line breaks, by commas only if very long. */
export function splitTags(text: string): string[] {
  const parts = text.split(/[;\r\n]+/);
  return parts.flatMap((part) => (part.length > maxTag ? part.split(',') : [part]));
}

/** Empty when nothing readable is left. Case is kept. */
export function cleanTag(text: string): string {
  return clean(text, maxTag);
}

function clean(text: string, limit: number): string {
  const tidy = text
    // Cut coarsely first: cleaning a hostile megabyte is not worth the time.
    .slice(0, limit * 8)
    .toWellFormed()
    // Invisible marks that reorder text on screen could make a caption look like something else.
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (tidy.length <= limit) return tidy;
  // By code points, so that no character is cut in two.
  return [...tidy].slice(0, limit).join('').trim();
}

/** What cameras and phones write where a caption belongs. */
const cameraJunk = [
  /^(?:olympus|minolta|konica minolta|kodak|sony|samsung|casio|epson|pentax|digital|fujifilm|ricoh|panasonic|hp|benq|nikon|canon)\b.{0,20}\b(?:camera|cameras|dsc|digital|pictures?)$/i,
  /^(?:sony dsc|dcim|dsc|exif[ _]jpeg(?:[ _]picture)?|jpeg|jpg|image|picture|photo|default|untitled|none|null|test|description|imagedescription|screenshot|my beautiful picture|created by .{0,30})$/i,
  // Names of scenes and filters that phones leave: Huawei's and Xiaomi's.
  /^(?:cof|dav|rhdr|hdr|hdrpl|mde|edf|fznor|oznor|oznco|ozedf|cznor|dznor|sdr_hdrb|vivid|rpt|rotf|tov)$/i,
  /^<\s*(?:kenox|samsung|digimax).*>$/i,
  // A file's own name, and nothing but punctuation.
  /^(?:img|dscn?|dscf|p|pict|sam|mvc|cimg|hpim|gopr)[-_ ]?\d{3,}(?:\.\w{3,4})?$/i,
  /^[^\p{L}\p{N}]*$/u,
];

/** Whether a cleaned caption says nothing of the photo, as a machine wrote it. */
export function isCameraJunk(caption: string): boolean {
  return cameraJunk.some((pattern) => pattern.test(caption));
}
