// Makes a copy of a photo as JPEG or WebP, upright and in sRGB, with or without the file's metadata.
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import type { CopyForm } from '../../shared/contract/copies.ts';
import { posterOf } from './decode-photo.ts';
import type { Picture } from './picture.ts';
import { maxPixels, uprightOf } from './pixel-input.ts';

/** Largest side that WebP takes; of JPEG, 65,535. */
const webpSide = 16_383;
/** Largest block of EXIF that JPEG takes. */
const mostExifBytes = 65_000;

export type EncodedForm = Exclude<CopyForm, { readonly as: 'original' }>;

/** @throws the decoder's error for a file without a picture */
export async function encodeCopy(picture: Picture, form: EncodedForm): Promise<Uint8Array> {
  const { as, longSide, quality, metadata } = form;
  const photo = metadata ? await withMetadata(picture) : uprightOf(await posterOf(picture), picture, 'none').open();
  const longest = Math.max(picture.width, picture.height);
  const side = Math.min(longSide ?? longest, as === 'webp' ? webpSide : longest);
  if (side < longest) photo.resize(side, side, { fit: 'inside' });
  return as === 'jpeg' ? photo.jpeg({ quality }).toBuffer() : photo.webp({ quality }).toBuffer();
}

/** The upright photo, with its blocks of metadata attached. */
async function withMetadata(picture: Picture): Promise<Sharp> {
  const source = await posterOf(picture);
  const upright = uprightOf(source, picture, 'none').open();
  if (picture.format !== 'heic' && picture.format !== 'jxl' && picture.format !== 'raw') {
    return upright.withMetadata({ orientation: 1 });
  }
  // The pixels come from a converter that drops metadata.
  const { exif, xmp } = picture.blocks;
  const carried =
    exif === undefined || exif.length > mostExifBytes
      ? upright
      : sharp(pngWith(exif, await upright.png({ compressionLevel: 0 }).toBuffer()), { limitInputPixels: maxPixels });
  const kept = carried.withMetadata({ orientation: 1 });
  return xmp === undefined ? kept : kept.withXmp(xmp.toString('utf8'));
}

/** Length of the signature and the header of a PNG. */
const pngHeaderBytes = 33;

/** A PNG with a block of EXIF after its header (PNG specification, third edition, 11.3.2.6). */
function pngWith(exif: Buffer, png: Buffer): Buffer {
  const plain = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  const chunk = Buffer.concat([Buffer.from('eXIf', 'latin1'), plain]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(plain.length);
  check.writeUInt32BE(crc32(chunk));
  return Buffer.concat([png.subarray(0, pngHeaderBytes), length, chunk, check, png.subarray(pngHeaderBytes)]);
}
