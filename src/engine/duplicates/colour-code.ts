// Colour code of a photo, 256 bits. Mirroring, turning and cropping hardly change it, so such copies are near.
import sharp from 'sharp';
import { Random } from '../numerics/random.ts';
import { float32At, uint8At } from '../../shared/at.ts';

/** Pixels per side of the square whose colours are counted. */
const side = 64;
/** Number of levels of red, green and blue each. */
const levels = 8;
/** Number of brightness levels, which distinguish photos without colour. */
const greys = 32;
const counts = levels ** 3 + greys;
const bits = 256;
export const colourBytes = bits / 8;

/**
 * Signs of random projections (Charikar 2002) of the square roots of the counts, whose cosine is the Bhattacharyya
 * coefficient. A mirrored, turned or cropped copy is among the nearest of its original (docs/measurements.md, Near-duplicates).
 * @returns `[32]`, packed bits
 */
export async function colourCode(image: string | Buffer): Promise<Uint8Array> {
  const pixels = await sharp(image)
    .toColourspace('srgb')
    .removeAlpha()
    .resize(side, side, { fit: 'fill' })
    .raw()
    .toBuffer();
  return codeOf(histogram(pixels, pixels.length / side ** 2));
}

/** `[counts]` of unit length. @param channels 1 or 3 */
function histogram(pixels: Uint8Array, channels: number): Float32Array {
  const found = new Float32Array(counts);
  const add = (bin: number) => (found[bin] = float32At(found, bin) + 1);
  for (let at = 0; at < pixels.length; at += channels) {
    const red = uint8At(pixels, at);
    const green = channels < 3 ? red : uint8At(pixels, at + 1);
    const blue = channels < 3 ? red : uint8At(pixels, at + 2);
    add(((red >> 5) * levels + (green >> 5)) * levels + (blue >> 5));
    add(levels ** 3 + Math.min(greys - 1, Math.floor((0.299 * red + 0.587 * green + 0.114 * blue) / (256 / greys))));
  }
  return found.map(Math.sqrt);
}

let projections: Float32Array | null = null;

function codeOf(colours: Float32Array): Uint8Array {
  projections ??= normals();
  const code = new Uint8Array(colourBytes);
  for (let bit = 0; bit < bits; bit++) {
    let sum = 0;
    for (let i = 0; i < counts; i++) sum += float32At(projections, bit * counts + i) * float32At(colours, i);
    if (sum > 0) code[bit >> 3] = uint8At(code, bit >> 3) | (1 << (bit & 7));
  }
  return code;
}

/** The same numbers in every library, so that codes can be kept. */
function normals(): Float32Array {
  const random = new Random(1);
  return random.numbers(bits * counts, () => random.normal());
}
