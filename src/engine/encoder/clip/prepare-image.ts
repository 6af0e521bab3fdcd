// Turns a photo file into the input of an image network, by the rule of the model's preprocessor_config.json.
import { openUpright, squarePixels, type PixelInput } from '../../imaging/pixel-input.ts';
import type { Resampling } from '../../imaging/resample.ts';
import type { PreparedImage } from '../encoder.ts';
import type { Preprocessor } from './model-folder.ts';

/** Pillow's numbers. No CLIP uses 4 (box) or 5 (Hamming). */
const resamplingByPillowNumber = new Map<number, Resampling>([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'linear'],
  [3, 'cubic'],
]);

/** Preprocessing of each photo, ready to apply. */
export interface PixelRule {
  /** Side of the square input. */
  readonly side: number;
  /** `shortest`: keep the proportions and crop the middle; `squash`: resize both sides to the same length. */
  readonly fit: 'shortest' | 'squash';
  /** Length of the shortest edge (or of both, for `squash`) before cropping. */
  readonly resizeTo: number;
  readonly resampling: Resampling;
  /** For each channel, `value * scale + shift` of a pixel value in 0..255. */
  readonly scale: readonly [number, number, number];
  readonly shift: readonly [number, number, number];
}

function square(size: number | { height: number; width: number }): number | null {
  if (typeof size === 'number') return size;
  return size.height === size.width ? size.height : null;
}

/** The rule of a preprocessor_config.json, or a few words about why it is not supported. */
export function pixelRule(config: Preprocessor): PixelRule | string {
  const { size } = config;
  const keepsShape = typeof size === 'number' || 'shortest_edge' in size;
  const resizeTo = typeof size === 'object' && 'shortest_edge' in size ? size.shortest_edge : square(size);
  const side = config.do_center_crop ? square(config.crop_size ?? resizeTo ?? 0) : resizeTo;
  const resampling = resamplingByPillowNumber.get(config.resample);
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

/** The rule as an input of a network with red, green and blue planes. */
export function pixelInput({ side, fit, resizeTo, resampling, scale, shift }: PixelRule): PixelInput {
  const plane = (channel: 0 | 1 | 2) => ({ channel, scale: scale[channel], shift: shift[channel] });
  return { side, fit, resizeTo, resampling, exact: true, planes: [plane(0), plane(1), plane(2)] };
}

/** A photo as `[side, side, 3]` bytes. Decoding and resizing run on sharp's thread pool. */
export async function prepareClipImage(source: string | Uint8Array, rule: PixelRule): Promise<PreparedImage> {
  return squarePixels(await openUpright(source), pixelInput(rule));
}
