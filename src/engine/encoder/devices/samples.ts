// Built-in pictures and texts on which a device is compared with the CPU.
import type { PixelInput } from '../../imaging/pixel-input.ts';
import type { PreparedImage } from '../encoder.ts';

/** Red, green and blue in 0..1 at a place of the picture, both coordinates in 0..1. */
type Paint = (x: number, y: number) => readonly [number, number, number];

const wave = (x: number): number => (1 + Math.sin(2 * Math.PI * x)) / 2;
const inDisc = (x: number, y: number, cx: number, cy: number, r: number): boolean => Math.hypot(x - cx, y - cy) < r;

/** Different in colour, contrast, edges and texture, so that each part of a network computes something. */
const pictures: readonly Paint[] = [
  // A sun above the sea.
  (x, y) =>
    inDisc(x, y, 0.7, 0.3, 0.15)
      ? [1, 0.9, 0.3]
      : y < 0.55
        ? [0.5 + y / 2, 0.7, 1]
        : [0.1, 0.3 + wave(9 * x + 5 * y) / 5, 0.6],
  // A chessboard.
  (x, y) => ((Math.floor(8 * x) + Math.floor(8 * y)) % 2 === 0 ? [0.95, 0.92, 0.85] : [0.15, 0.1, 0.1]),
  // Leaves: a fine green texture.
  (x, y) => [wave(23 * x * y) / 3, 0.3 + wave(17 * x + 31 * y) / 2, wave(29 * (x - y)) / 4],
  // A face as a child draws it.
  (x, y) => {
    if (inDisc(x, y, 0.35, 0.4, 0.06) || inDisc(x, y, 0.65, 0.4, 0.06)) return [0.1, 0.1, 0.3];
    if (Math.abs(y - 0.68 + (x - 0.5) ** 2) < 0.02 && Math.abs(x - 0.5) < 0.2) return [0.7, 0.1, 0.1];
    return inDisc(x, y, 0.5, 0.5, 0.4) ? [1, 0.8, 0.65] : [1, 1, 1];
  },
];

/** `[n]` pictures, prepared for the encoder. */
export function samplePictures(input: PixelInput): PreparedImage[] {
  const { side } = input;
  return pictures.map((paint) => {
    const pixels = new Uint8Array(side * side * 3);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        pixels.set(
          paint(x / side, y / side).map((value) => Math.round(255 * value)),
          (y * side + x) * 3,
        );
      }
    }
    return pixels;
  });
}

export const sampleTexts: readonly string[] = [
  'a dog',
  'two children play on the beach at sunset',
  'birthday cake with candles',
  'an old red car in front of a house',
];
