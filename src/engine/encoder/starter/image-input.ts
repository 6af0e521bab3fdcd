// Pixels in the format that NanoDet was trained on.
import { openUpright, squarePixels, type PixelInput } from '../../imaging/pixel-input.ts';
import type { PreparedImage } from '../encoder.ts';

export const imageSide = 416;

/** Normalisation by the training images' statistics, of values 0-255, from NanoDet's configuration. */
const plane = (channel: 0 | 1 | 2, mean: number, deviation: number) => ({
  channel,
  scale: 1 / deviation,
  shift: -mean / deviation,
});

/** Blue, green and red planes of the upright photo, stretched linearly to a square as in NanoDet's training. */
export const starterInput: PixelInput = {
  side: imageSide,
  fit: 'squash',
  resizeTo: imageSide,
  resampling: 'linear',
  exact: false,
  planes: [plane(2, 103.53, 57.375), plane(1, 116.28, 57.12), plane(0, 123.675, 58.395)],
};

/**
 * Prepares a photo file or its bytes: [416, 416, 3].
 * @throws the decoder's error when the file is damaged, too large or not an image
 */
export async function prepareStarterImage(source: string | Uint8Array): Promise<PreparedImage> {
  return squarePixels(await openUpright(source), starterInput);
}
