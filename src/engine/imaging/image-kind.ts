// The real type of a file, by its first bytes: no decoder receives a file of an unknown type.

/** `raw`: any camera's own format. `video`: its frames are the picture. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff' | 'heic' | 'jxl' | 'raw' | 'video';

export type ImageKind =
  | { readonly kind: 'photo'; readonly format: PhotoFormat }
  /** An image, or a video, in an unsupported format. `what` completes "holds ...". */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** Not an image. `what` is null for an unknown type. */
  | { readonly kind: 'not-an-image'; readonly what: string | null };

/** Number of bytes that `kindOf` needs. */
export const kindBytes = 1024;

const signatures: readonly (readonly [number, string, ImageKind])[] = [
  // Some damaged JPEGs have garbage after these bytes, and decoders read them.
  [0, 'ff d8', { kind: 'photo', format: 'jpeg' }],
  [0, '89 50 4e 47 0d 0a 1a 0a', { kind: 'photo', format: 'png' }],
  [0, '47 49 46 38', { kind: 'photo', format: 'gif' }],
  [8, '57 45 42 50', { kind: 'photo', format: 'webp' }],
  // Little- and big-endian TIFF, and BigTIFF. Many camera RAWs are TIFFs, too; `isRawTiff` distinguishes them.
  [0, '49 49 2a 00', { kind: 'photo', format: 'tiff' }],
  [0, '4d 4d 00 2a', { kind: 'photo', format: 'tiff' }],
  [0, '49 49 2b 00', { kind: 'photo', format: 'tiff' }],
  [0, '4d 4d 00 2b', { kind: 'photo', format: 'tiff' }],
  [0, 'ff 0a', { kind: 'photo', format: 'jxl' }],
  [0, '00 00 00 0c 4a 58 4c 20', { kind: 'photo', format: 'jxl' }],
  // Olympus (three byte orders and sizes), Panasonic, Fujifilm, Canon's CRW, Minolta, Sigma.
  [0, '49 49 52 4f', { kind: 'photo', format: 'raw' }],
  [0, '49 49 52 53', { kind: 'photo', format: 'raw' }],
  [0, '4d 4d 4f 52', { kind: 'photo', format: 'raw' }],
  [0, '49 49 55 00', { kind: 'photo', format: 'raw' }],
  [0, '46 55 4a 49 46 49 4c 4d 43 43 44 2d 52 41 57', { kind: 'photo', format: 'raw' }],
  [0, '49 49 1a 00 00 00 48 45 41 50 43 43 44 52', { kind: 'photo', format: 'raw' }],
  [0, '00 4d 52 4d', { kind: 'photo', format: 'raw' }],
  [0, '46 4f 56 62', { kind: 'photo', format: 'raw' }],
  [0, '00 00 00 0c 6a 50 20 20', { kind: 'unsupported', what: 'a JPEG 2000 image' }],
  [0, 'ff 4f ff 51', { kind: 'unsupported', what: 'a JPEG 2000 image' }],
  [0, '42 4d', { kind: 'unsupported', what: 'a BMP image' }],
  [0, '38 42 50 53', { kind: 'unsupported', what: 'a Photoshop document' }],
  [0, '49 49 bc', { kind: 'unsupported', what: 'a JPEG XR image' }],
  [0, '00 00 01 00', { kind: 'unsupported', what: 'an icon' }],
  [0, '1a 45 df a3', { kind: 'photo', format: 'video' }],
  [8, '41 56 49 20', { kind: 'photo', format: 'video' }],
  [0, '30 26 b2 75 8e 66 cf 11', { kind: 'photo', format: 'video' }],
  [0, '00 00 01 ba', { kind: 'photo', format: 'video' }],
  [0, '46 4c 56 01', { kind: 'photo', format: 'video' }],
  // Ogg, RealMedia, MXF, DV (NTSC and PAL), and MPEG without a container.
  [0, '4f 67 67 53', { kind: 'photo', format: 'video' }],
  [0, '2e 52 4d 46', { kind: 'photo', format: 'video' }],
  [0, '06 0e 2b 34 02 05 01 01', { kind: 'photo', format: 'video' }],
  [0, '1f 07 00 3f', { kind: 'photo', format: 'video' }],
  [0, '1f 07 00 bf', { kind: 'photo', format: 'video' }],
  [0, '00 00 01 b3', { kind: 'photo', format: 'video' }],
  [0, '25 50 44 46', { kind: 'not-an-image', what: 'a PDF document' }],
  [0, '50 4b 03 04', { kind: 'not-an-image', what: 'a ZIP archive' }],
  [0, '1f 8b', { kind: 'not-an-image', what: 'a gzip archive' }],
];

export function kindOf(start: Uint8Array): ImageKind {
  for (const [offset, hex, kind] of signatures) {
    if (hex.split(' ').every((byte, i) => start[offset + i] === Number.parseInt(byte, 16))) return kind;
  }
  if (transportPackets(start) !== null) return photo('video');
  const latin = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('latin1');
  if (latin.slice(4, 8) === 'ftyp') return isoMediaKind(latin);
  // QuickTime videos from before there was such a box.
  if (/^(?:moov|mdat|wide|free|skip|pnot)$/.test(latin.slice(4, 8))) return photo('video');
  if (/^[\s\u00ef\u00bb\u00bf]*<(?:\?xml|!--|!doctype svg|svg)[\s\S]*<svg|^\s*<svg/i.test(latin)) {
    return { kind: 'unsupported', what: 'an SVG drawing' };
  }
  if (/^[\s\u00ef\u00bb\u00bf]*<(?:!doctype html|html|head|body)/i.test(latin)) {
    return { kind: 'not-an-image', what: 'a web page' };
  }

  return { kind: 'not-an-image', what: /^[^\u0000-\u0008\u000e-\u001a\u001c-\u001f]+$/.test(latin) ? 'text' : null };
}

/**
 * The places of packets in an MPEG transport stream, of 188 bytes, each with four bytes of time before it in the files of
 * camcorders and Blu-ray (ISO/IEC 13818-1). Null for other files.
 */
export const transportPackets = (start: Uint8Array): { readonly first: number; readonly step: number } | null =>
  [
    { first: 0, step: 188 },
    { first: 4, step: 192 },
  ].find(({ first, step }) => [0, 1, 2, 3, 4].every((n) => start[first + n * step] === 0x47)) ?? null;

/** AVIF, HEIC and videos share one container; the brands at its start tell them apart. */
function isoMediaKind(latin: string): ImageKind {
  const length = latin.charCodeAt(2) * 256 + latin.charCodeAt(3);
  const brands = latin.slice(8, Math.max(16, Math.min(length, 256))).match(/[\s\S]{4}/g) ?? [];
  const has = (...names: string[]): boolean => brands.some((brand) => names.includes(brand));
  if (has('avif', 'avis')) return photo('avif');
  // Other brands of the format are pictures in it, too, with a codec unknown to this table.
  if (has('heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'mif2', 'miaf')) return photo('heic');
  if (has('crx ')) return photo('raw');
  return photo('video');
}

const photo = (format: PhotoFormat): ImageKind => ({ kind: 'photo', format });
