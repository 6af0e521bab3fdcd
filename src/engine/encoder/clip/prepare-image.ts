// From a photo file to the numbers CLIP's image network takes, by the rule of the model's preprocessor_config.json.
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { HashlensError } from '../../../shared/errors.ts';
import type { PreparedImage } from '../encoder.ts';
import type { Preprocessor } from './model-folder.ts';
import { axisTaps, resample } from './resample.ts';
import type { Resampling } from './resample.ts';

/** Larger photos are refused instead of filling the memory: 300 megapixels decode to 900 MB. */
const MAX_PIXELS = 300_000_000;

/** Pillow's numbers. 4 (box) and 5 (Hamming) are used by no CLIP. */
const RESAMPLING = new Map<number, Resampling>([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'linear'],
  [3, 'cubic'],
]);
const SHARP_KERNELS = { nearest: 'nearest', lanczos: 'lanczos3', linear: 'linear', cubic: 'cubic' } as const;

/** What is to be done to each photo, ready to be applied. */
export interface PixelRule {
  /** Side of the square the network takes. */
  readonly side: number;
  /** `shortest`: keep the proportions and cut the middle out; `squash`: both sides to the same length. */
  readonly fit: 'shortest' | 'squash';
  /** Length of the shortest edge (or of both, for `squash`) before cutting. */
  readonly resizeTo: number;
  readonly resampling: Resampling;
  /** Per channel, `value * scale + shift` of a pixel value in 0..255. */
  readonly scale: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

function square(size: number | { height: number; width: number }): number | null {
  if (typeof size === 'number') return size;
  return size.height === size.width ? size.height : null;
}

/** The rule of a preprocessor_config.json, or a few words on why it cannot be followed. */
export function pixelRule(config: Preprocessor): PixelRule | string {
  const { size } = config;
  const keepsShape = typeof size === 'number' || 'shortest_edge' in size;
  const resizeTo = typeof size === 'object' && 'shortest_edge' in size ? size.shortest_edge : square(size);
  const side = config.do_center_crop ? square(config.crop_size ?? resizeTo ?? 0) : resizeTo;
  const resampling = RESAMPLING.get(config.resample);
  if (!config.do_resize) return 'asks for photos of a fixed size (do_resize is false)';
  if (resizeTo === null || side === null || side === 0) return 'asks for photos that are not square';
  if (!config.do_center_crop && keepsShape) return 'asks for photos of changing shape (do_center_crop is false)';
  if (side > resizeTo) return 'asks for a crop larger than the resized photo';
  if (resampling === undefined) return `asks for the resampling ${config.resample}, which is unknown here`;
  const factor = config.do_rescale ? config.rescale_factor : 1;
  const channel = (index: 0 | 1 | 2): readonly [number, number] => {
    if (!config.do_normalize) return [factor, 0];
    return [factor / config.image_std[index], -config.image_mean[index] / config.image_std[index]];
  };
  const [red, green, blue] = [channel(0), channel(1), channel(2)];
  return {
    side,
    fit: keepsShape ? 'shortest' : 'squash',
    resizeTo,
    resampling,
    scale: [red[0], green[0], blue[0]],
    shift: [red[1], green[1], blue[1]],
  };
}

/** Upright RGB: EXIF orientation applied, colours in sRGB, transparent parts white as on paper, first page only. */
function decode(source: string | Uint8Array): Sharp {
  return sharp(source, { failOn: 'error', limitInputPixels: MAX_PIXELS, page: 0, pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

/** `[side, side, 3]` bytes of a photo, resized and cut. */
async function squarePixels(source: string | Uint8Array, rule: PixelRule): Promise<Uint8Array> {
  const { autoOrient } = await sharp(source, { failOn: 'error', limitInputPixels: MAX_PIXELS }).metadata();
  const { width, height } = autoOrient;
  const { side, resizeTo } = rule;
  const shortest = Math.min(width, height);
  const keep = rule.fit === 'shortest';
  const targetWidth = keep ? Math.floor((resizeTo * width) / shortest) : resizeTo;
  const targetHeight = keep ? Math.floor((resizeTo * height) / shortest) : resizeTo;
  const left = Math.floor((targetWidth - side) / 2);
  const top = Math.floor((targetHeight - side) / 2);

  if (targetWidth > width && targetHeight > height) {
    // libvips enlarges with its centres shifted against Pillow's by a third of a pixel, which changes small pictures
    // by 6 of 255 on average. They are small: Pillow's own arithmetic costs a few milliseconds here.
    const xs = axisTaps(width, targetWidth, left, side, rule.resampling);
    const ys = axisTaps(height, targetHeight, top, side, rule.resampling);
    const window = { left: xs.sourceStart, top: ys.sourceStart, width: xs.sourceCount, height: ys.sourceCount };
    return resample(await decode(source).extract(window).raw().toBuffer(), xs, ys);
  }
  // Measured against Pillow 12 on 900 x 1200 to 4000 x 3000 pixels: at most 4 of 255 off on photos, 0.3 on average;
  // with the faster shrinking on load 5 and 0.4, and up to 23 on fine detail, for no time saved.
  // (transformers.js' own resize does not smooth before shrinking: 108 and 7 on the same photos.)
  return decode(source)
    .resize({
      width: targetWidth,
      height: targetHeight,
      fit: 'fill',
      kernel: SHARP_KERNELS[rule.resampling],
      fastShrinkOnLoad: false,
    })
    .extract({ left, top, width: side, height: side })
    .raw()
    .toBuffer();
}

/** A photo as `[3, side, side]`, channels first. Decoding and resizing run on sharp's thread pool. */
export async function prepareImage(source: string | Uint8Array, rule: PixelRule): Promise<PreparedImage> {
  const pixels = await squarePixels(source, rule);
  const area = rule.side * rule.side;
  if (pixels.length !== area * 3) {
    throw new HashlensError('unreadable', `The photo was decoded to ${pixels.length} instead of ${area * 3} bytes.`);
  }
  const prepared = new Float32Array(area * 3);
  for (let channel = 0; channel < 3; channel++) {
    const scale = rule.scale[channel] ?? 1;
    const shift = rule.shift[channel] ?? 0;
    for (let at = 0; at < area; at++) prepared[channel * area + at] = (pixels[at * 3 + channel] ?? 0) * scale + shift;
  }
  return prepared;
}
