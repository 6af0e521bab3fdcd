// Decodes a photo into the pixels NanoDet was trained on.
import sharp from 'sharp';
import type { PreparedImage } from '../encoder.ts';

export const IMAGE_SIDE = 416;
const AREA = IMAGE_SIDE * IMAGE_SIDE;
/** Numbers in one prepared photo. */
export const IMAGE_SIZE = 3 * AREA;

/** Three hundred megapixels: above any camera's, below what would fill the memory of a small computer. */
const MOST_PIXELS = 300_000_000;

// Mean and spread of the training pictures' blue, green and red, on the scale 0-255, from NanoDet's configuration.
const MEANS = [103.53, 116.28, 123.675] as const;
const SPREADS = [57.375, 57.12, 58.395] as const;

/**
 * Photo file or bytes -> [3, 416, 416]: blue, green and red planes of the upright photo, stretched to a square.
 * Transparent parts become white, the colour of the page people saw them on; of an animation only the first picture is
 * taken. Resized linearly, as the training pictures were.
 * @throws the decoder's error when the file is damaged, too large or no picture.
 */
export async function prepareImage(source: string | Uint8Array): Promise<PreparedImage> {
  const options = { failOn: 'error', limitInputPixels: MOST_PIXELS, autoOrient: true, pages: 1 } as const;
  const { data, info } = await sharp(source, options)
    .toColourspace('srgb')
    .flatten({ background: '#ffffff' })
    .resize(IMAGE_SIDE, IMAGE_SIDE, { fit: 'fill', kernel: 'linear' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`The photo has ${info.channels} channels after conversion to sRGB.`);

  const pixels = new Float32Array(IMAGE_SIZE);
  for (let channel = 0; channel < 3; channel++) {
    const mean = MEANS[channel] ?? 0;
    const scale = 1 / (SPREADS[channel] ?? 1);
    const from = 2 - channel; // sharp gives red, green, blue
    const to = channel * AREA;
    for (let i = 0; i < AREA; i++) pixels[to + i] = ((data[3 * i + from] ?? 0) - mean) * scale;
  }
  return pixels;
}
