// What a file named like a photo really is, judged by its first bytes: no decoder sees a file this does not know.

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

export type ImageKind =
  | { readonly kind: 'photo'; readonly format: PhotoFormat }
  /** An image, or a film, of a format not read. `what` completes "holds ...". */
  | { readonly kind: 'unsupported'; readonly what: string }
  /** No image. `what` is null when nobody knows what it is. */
  | { readonly kind: 'not-an-image'; readonly what: string | null };

/** Bytes `kindOf` wants to see. */
export const KIND_BYTES = 1024;

const SIGNATURES: readonly (readonly [number, string, ImageKind])[] = [
  // Damaged JPEGs have been seen with garbage behind this, and decoders read them.
  [0, 'ff d8', { kind: 'photo', format: 'jpeg' }],
  [0, '89 50 4e 47 0d 0a 1a 0a', { kind: 'photo', format: 'png' }],
  [0, '47 49 46 38', { kind: 'photo', format: 'gif' }],
  [8, '57 45 42 50', { kind: 'photo', format: 'webp' }],
  // Little- and big-endian TIFF, and BigTIFF. Camera RAWs that begin like a TIFF carry their own extensions.
  [0, '49 49 2a 00', { kind: 'photo', format: 'tiff' }],
  [0, '4d 4d 00 2a', { kind: 'photo', format: 'tiff' }],
  [0, '49 49 2b 00', { kind: 'photo', format: 'tiff' }],
  [0, '4d 4d 00 2b', { kind: 'photo', format: 'tiff' }],
  [0, 'ff 0a', { kind: 'unsupported', what: 'a JPEG XL image' }],
  [0, '00 00 00 0c 4a 58 4c 20', { kind: 'unsupported', what: 'a JPEG XL image' }],
  [0, '00 00 00 0c 6a 50 20 20', { kind: 'unsupported', what: 'a JPEG 2000 image' }],
  [0, 'ff 4f ff 51', { kind: 'unsupported', what: 'a JPEG 2000 image' }],
  [0, '42 4d', { kind: 'unsupported', what: 'a BMP image' }],
  [0, '38 42 50 53', { kind: 'unsupported', what: 'a Photoshop document' }],
  [0, '49 49 bc', { kind: 'unsupported', what: 'a JPEG XR image' }],
  [0, '49 49 55 00', { kind: 'unsupported', what: 'a camera RAW image' }],
  [0, '00 00 01 00', { kind: 'unsupported', what: 'an icon' }],
  [0, '1a 45 df a3', { kind: 'unsupported', what: 'a film' }],
  [8, '41 56 49 20', { kind: 'unsupported', what: 'a film' }],
  [0, '25 50 44 46', { kind: 'not-an-image', what: 'a PDF document' }],
  [0, '50 4b 03 04', { kind: 'not-an-image', what: 'a ZIP archive' }],
  [0, '1f 8b', { kind: 'not-an-image', what: 'a gzip archive' }],
];

export function kindOf(start: Uint8Array): ImageKind {
  for (const [offset, hex, kind] of SIGNATURES) {
    if (hex.split(' ').every((byte, i) => start[offset + i] === Number.parseInt(byte, 16))) return kind;
  }
  const latin = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('latin1');
  if (latin.slice(4, 8) === 'ftyp') return isoMediaKind(latin);
  if (/^[\s\u00ef\u00bb\u00bf]*<(?:\?xml|!--|!doctype svg|svg)[\s\S]*<svg|^\s*<svg/i.test(latin)) {
    return { kind: 'unsupported', what: 'an SVG drawing' };
  }
  if (/^[\s\u00ef\u00bb\u00bf]*<(?:!doctype html|html|head|body)/i.test(latin)) {
    return { kind: 'not-an-image', what: 'a web page' };
  }

  return { kind: 'not-an-image', what: /^[^\u0000-\u0008\u000e-\u001a\u001c-\u001f]+$/.test(latin) ? 'text' : null };
}

/** AVIF, HEIC and films share one container; the brands at its start tell them apart. */
function isoMediaKind(latin: string): ImageKind {
  const length = latin.charCodeAt(2) * 256 + latin.charCodeAt(3);
  const brands = latin.slice(8, Math.max(16, Math.min(length, 256))).match(/[\s\S]{4}/g) ?? [];
  const has = (...names: string[]): boolean => brands.some((brand) => names.includes(brand));
  if (has('avif', 'avis')) return { kind: 'photo', format: 'avif' };
  if (has('heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1')) {
    return { kind: 'unsupported', what: 'a HEIC image' };
  }
  if (has('crx ')) return { kind: 'unsupported', what: 'a camera RAW image' };
  return { kind: 'unsupported', what: 'a film' };
}
