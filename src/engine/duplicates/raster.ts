// A small grey picture of a photo. Any part of it can be compared with another picture at any scale.
import sharp from 'sharp';
import { float32At, float64At, uint8At } from '../../shared/at.ts';

/** Pixels of the longer side. */
const side = 96;

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** `[height + 1, width + 1]`: sums of all grey values above and to the left (summed-area table, Crow 1984). */
  readonly sums: Float64Array;
}

/** A part of a picture, in shares of its width and height. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const whole: Window = { left: 0, top: 0, width: 1, height: 1 };

export async function rasterOf(image: string | Buffer): Promise<Raster> {
  const { data, info } = await sharp(image)
    .greyscale()
    .resize(side, side, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return rasterOfGrey(data, info.width, info.height);
}

/** @param grey `[height, width]` */
export function rasterOfGrey(grey: Uint8Array, width: number, height: number): Raster {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += uint8At(grey, y * width + x);
      sums[(y + 1) * (width + 1) + x + 1] = float64At(sums, y * (width + 1) + x + 1) + row;
    }
  }
  return { width, height, sums };
}

/** `[n, n]`: mean brightness of a window's cells, less their mean, of unit length; zeros for uniform brightness. */
export function cellsOf({ width, height, sums }: Raster, window: Window, n: number): Float32Array {
  const xs = edges(window.left * width, window.width * width, n, width);
  const ys = edges(window.top * height, window.height * height, n, height);
  // Sums at every corner of the cells, between the pixels by bilinear interpolation: exact for a constant pixel.
  const corners = new Float64Array((n + 1) * (n + 1));
  for (let j = 0; j <= n; j++) {
    const y = float64At(ys, j);
    const y0 = Math.min(height - 1, Math.floor(y));
    const v = y - y0;
    const above = y0 * (width + 1);
    const below = above + width + 1;
    for (let i = 0; i <= n; i++) {
      const x = float64At(xs, i);
      const x0 = Math.min(width - 1, Math.floor(x));
      const u = x - x0;
      const top = float64At(sums, above + x0) * (1 - u) + float64At(sums, above + x0 + 1) * u;
      const bottom = float64At(sums, below + x0) * (1 - u) + float64At(sums, below + x0 + 1) * u;
      corners[j * (n + 1) + i] = top * (1 - v) + bottom * v;
    }
  }
  const cells = new Float32Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const at = j * (n + 1) + i;
      cells[j * n + i] =
        float64At(corners, at + n + 2) -
        float64At(corners, at + n + 1) -
        float64At(corners, at + 1) +
        float64At(corners, at);
    }
  }
  return unit(cells);
}

function edges(from: number, length: number, n: number, most: number): Float64Array {
  const places = new Float64Array(n + 1);
  for (let i = 0; i <= n; i++) places[i] = Math.min(most, Math.max(0, from + (length * i) / n));
  return places;
}

/** The numbers less their mean, of unit length; zeros where all are equal. */
export function unit(cells: Float32Array): Float32Array {
  const mean = cells.reduce((sum, x) => sum + x, 0) / cells.length;
  const centred = new Float32Array(cells.length);
  let squares = 0;
  // Loops: a search for copies makes millions of these.
  for (let i = 0; i < cells.length; i++) {
    const value = float32At(cells, i) - mean;
    centred[i] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  if (length < 1e-6) return centred.fill(0);
  for (let i = 0; i < centred.length; i++) centred[i] = float32At(centred, i) / length;
  return centred;
}

/** Correlation of two sets of cells, -1 to 1; 0 where one has uniform brightness. */
export function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += float32At(a, i) * float32At(b, i);
  return sum;
}
