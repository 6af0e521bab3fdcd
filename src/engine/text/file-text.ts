// Cleans text from files: decodes bytes, removes control characters, collapses white space, limits the length.

export const maxCaption = 2000;
export const maxTag = 100;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

/**
 * Decodes UTF-8 if the bytes are valid UTF-8, otherwise Windows-1252, which old programs wrote in the West and which
 * contains Latin-1.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

/** Decodes like `decodeText`, and UTF-16 with a byte order mark: for files that people's editors wrote. */
export function decodeTextFile(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decodeText(bytes);
}

/** Empty when no readable text remains. Keeps case. */
export function cleanCaption(text: string): string {
  return clean(text, maxCaption);
}

/** Splits a list in one keyword, as some programs write it: by `;` and line breaks, by commas only if very long. */
export function splitTags(text: string): string[] {
  const parts = text.split(/[;\r\n]+/);
  return parts.flatMap((part) => (part.length > maxTag ? part.split(',') : [part]));
}

/** Empty when no readable text remains. Keeps case. */
export function cleanTag(text: string): string {
  return clean(text, maxTag);
}

function clean(text: string, limit: number): string {
  const tidy = text
    // Cut coarsely first, so that a hostile megabyte costs no time.
    .slice(0, limit * 8)
    .toWellFormed()
    // Remove invisible marks that reorder text on screen: they could make a caption look like something else.
    .replace(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  if (tidy.length <= limit) return tidy;
  // Cut by code points, so that no character is split.
  return [...tidy].slice(0, limit).join('').trim();
}

/** Texts that cameras and phones write in place of a caption. */
const cameraJunk = [
  /^(?:olympus|minolta|konica minolta|kodak|sony|samsung|casio|epson|pentax|digital|fujifilm|ricoh|panasonic|hp|benq|nikon|canon)\b.{0,20}\b(?:camera|cameras|dsc|digital|pictures?)$/i,
  /^(?:sony dsc|dcim|dsc|exif[ _]jpeg(?:[ _]picture)?|jpeg|jpg|image|picture|photo|default|untitled|none|null|test|description|imagedescription|screenshot|my beautiful picture|created by .{0,30})$/i,
  // Names of scenes and filters, from Huawei's and Xiaomi's phones.
  /^(?:cof|dav|rhdr|hdr|hdrpl|mde|edf|fznor|oznor|oznco|ozedf|cznor|dznor|sdr_hdrb|vivid|rpt|rotf|tov)$/i,
  /^<\s*(?:kenox|samsung|digimax).*>$/i,
  // The file's own name, or only punctuation.
  /^(?:img|dscn?|dscf|p|pict|sam|mvc|cimg|hpim|gopr)[-_ ]?\d{3,}(?:\.\w{3,4})?$/i,
  /^[^\p{L}\p{N}]*$/u,
];

/** Whether a cleaned caption was written by a machine and describes nothing. */
export function isCameraJunk(caption: string): boolean {
  return cameraJunk.some((pattern) => pattern.test(caption));
}
