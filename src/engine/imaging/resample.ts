// Pillow's resize for small images: separable, centres aligned, rounded to 8 bit between its two passes.
import { float64At, itemAt, uint8At } from '../../shared/at.ts';

/** Resampling of a network's training, by Pillow's number in preprocessor_config.json. */
export type Resampling = 'nearest' | 'lanczos' | 'linear' | 'cubic';

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Weight at a distance (in source pixels when enlarging), and the distance from which on it is 0. */
const filters: Record<Resampling, { support: number; weight: (x: number) => number }> = {
  nearest: { support: 0.5, weight: (x) => (x >= -0.5 && x < 0.5 ? 1 : 0) },
  linear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: {
    support: 2,
    // Keys' cubic with a = -0.5, as in Pillow and libvips.
    weight: (signed) => {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Pillow's weights are whole numbers of 1 / 2^22; with them halves round in the same way. */
const one = 2 ** 22;

function fixedPoint(weight: number): number {
  return Math.trunc(weight * one + (weight < 0 ? -0.5 : 0.5));
}

/** For each output pixel of one axis: its first source pixel, and the weights from there on, whose sum is `one`. */
export interface AxisTaps {
  /** Source pixels in use: `[sourceStart, sourceStart + sourceCount)`. */
  readonly sourceStart: number;
  readonly sourceCount: number;
  readonly taps: readonly { readonly first: number; readonly weights: Float64Array }[];
}

/**
 * Taps of the output pixels `[start, start + count)` of an axis of `source` pixels resized to `target`. Only this
 * window is computed, so a strip of 20,000 x 100 pixels costs no more than a square.
 */
export function axisTaps(source: number, target: number, start: number, count: number, filter: Resampling): AxisTaps {
  const { support, weight } = filters[filter];
  const scale = source / target;
  const stretch = Math.max(scale, 1); // when shrinking, the filter widens: anti-aliasing
  const taps = Array.from({ length: count }, (_, index) => {
    const centre = (start + index + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support * stretch + 0.5));
    const end = Math.min(source, Math.trunc(centre + support * stretch + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, tap) =>
      weight((first + tap - centre + 0.5) / stretch),
    );
    const sum = weights.reduce((total, value) => total + value, 0);
    if (sum !== 0) {
      for (let tap = 0; tap < weights.length; tap++) weights[tap] = fixedPoint(float64At(weights, tap) / sum);
    }
    return { first, weights };
  });
  let sourceStart = source;
  let sourceEnd = 0;
  for (const { first, weights } of taps) {
    sourceStart = Math.min(sourceStart, first);
    sourceEnd = Math.max(sourceEnd, first + weights.length);
  }
  return { sourceStart, sourceCount: sourceEnd - sourceStart, taps };
}

/**
 * Resizes the window of an RGB image that its taps need.
 * @param pixels `[ys.sourceCount, xs.sourceCount, 3]`, the source window
 * @returns `[ys.taps.length, xs.taps.length, 3]`
 */
export function resample(pixels: Uint8Array, xs: AxisTaps, ys: AxisTaps): Uint8Array {
  const width = xs.taps.length;
  const rowLength = xs.sourceCount * 3;
  // [source rows, width, 3]; written through a view that rounds into 0..255.
  const narrow = new Uint8Array(ys.sourceCount * width * 3);
  const clamped = new Uint8ClampedArray(narrow.buffer);
  for (let y = 0; y < ys.sourceCount; y++) {
    for (let x = 0; x < width; x++) {
      const tap = itemAt(xs.taps, x);
      const from = y * rowLength + (tap.first - xs.sourceStart) * 3;
      for (let channel = 0; channel < 3; channel++) {
        clamped[(y * width + x) * 3 + channel] = weigh(pixels, from + channel, 3, tap.weights);
      }
    }
  }
  const result = new Uint8ClampedArray(ys.taps.length * width * 3);
  for (let y = 0; y < ys.taps.length; y++) {
    const tap = itemAt(ys.taps, y);
    const from = (tap.first - ys.sourceStart) * width * 3;
    for (let at = 0; at < width * 3; at++)
      result[y * width * 3 + at] = weigh(narrow, from + at, width * 3, tap.weights);
  }
  return new Uint8Array(result.buffer);
}

function weigh(pixels: Uint8Array, from: number, stride: number, weights: Float64Array): number {
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap++) {
    sum += uint8At(pixels, from + tap * stride) * float64At(weights, tap);
  }
  return Math.floor(sum / one + 0.5);
}
