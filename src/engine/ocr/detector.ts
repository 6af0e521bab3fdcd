// Finds lines of text in a picture: PaddleOCR's differentiable binarization (Liao et al., AAAI 2020), PP-OCRv4 mobile.
import sharp from 'sharp';
import { float32At, int32At, uint8At } from '../../shared/at.ts';
import type { OcrNetwork } from './ocr-network.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';
import { isInRectangle, smallestRectangle, type PixelPoint, type Rectangle } from './rectangle.ts';

/** Pixels of the network's input, and the longest side of it: a receipt is tall. */
const mostPixels = 960 * 960;
const longestSide = 1920;
/** The network halves five times. */
const step = 32;

/** Means and deviations of ImageNet, in the order in which the network was trained: blue, green, red. */
const channels = [
  { source: 2, mean: 0.485, deviation: 0.229 },
  { source: 1, mean: 0.456, deviation: 0.224 },
  { source: 0, mean: 0.406, deviation: 0.225 },
] as const;

/** Chance from which a pixel counts as text, and mean chance from which a rectangle does. */
const pixelThreshold = 0.3;
const lineThreshold = 0.6;
/** Offset of a line's outline from the marked middle, as this factor times area / perimeter. */
const unclip = 1.6;
/** Smallest mark, in pixels of the network's input, that can be readable text. */
const smallestMark = 3;
const mostLines = 300;

/** @returns rectangles in pixels of `picture`, in reading order */
export async function findLines(network: OcrNetwork, picture: RgbPixels): Promise<Rectangle[]> {
  const { width, height } = inputSize(picture);
  const resized = await sharp(picture.pixels, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  const input = new Float32Array(3 * width * height);
  channels.forEach(({ source, mean, deviation }, plane) => {
    for (let i = 0; i < width * height; i++) {
      input[plane * width * height + i] = (uint8At(resized, i * 3 + source) / 255 - mean) / deviation;
    }
  });
  const chances = await network.run(input, [1, 3, height, width]);
  const lines = marks(chances, width, height);
  const [sx, sy] = [picture.width / width, picture.height / height];
  return inReadingOrder(lines.map((line) => scaled(line, sx, sy)));
}

function inputSize({ width, height }: RgbPixels): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(mostPixels / (width * height)), longestSide / Math.max(width, height));
  const side = (length: number) => Math.max(step, Math.round((length * scale) / step) * step);
  return { width: side(width), height: side(height) };
}

/** Rectangles around connected pixels that are likely to be text. */
export function marks(chances: Float32Array, width: number, height: number): Rectangle[] {
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  const found: Rectangle[] = [];
  for (let start = 0; start < chances.length && found.length < mostLines; start++) {
    if (seen[start] === 1 || float32At(chances, start) <= pixelThreshold) continue;
    // The ends of each row have the same hull as all pixels.
    const ends = new Map<number, [number, number]>();
    let depth = 0;
    stack[depth++] = start;
    seen[start] = 1;
    while (depth > 0) {
      const at = int32At(stack, --depth);
      const [x, y] = [at % width, Math.floor(at / width)];
      const row = ends.get(y);
      if (row === undefined) ends.set(y, [x, x]);
      else [row[0], row[1]] = [Math.min(row[0], x), Math.max(row[1], x)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] === 1 || float32At(chances, next) <= pixelThreshold) continue;
          seen[next] = 1;
          stack[depth++] = next;
        }
      }
    }
    const line = rectangleAround(ends, chances, width, height);
    if (line !== null) found.push(line);
  }
  return found;
}

/** @param ends first and last pixel of each row */
function rectangleAround(
  ends: ReadonlyMap<number, readonly [number, number]>,
  chances: Float32Array,
  width: number,
  height: number,
): Rectangle | null {
  const corners = [...ends].flatMap(([y, [first, last]]): PixelPoint[] => [
    { x: first, y },
    { x: last + 1, y },
    { x: first, y: y + 1 },
    { x: last + 1, y: y + 1 },
  ]);
  const mark = smallestRectangle(corners);
  if (mark === null || Math.min(mark.width, mark.height) < smallestMark) return null;
  if (meanInside(mark, corners, chances, width, height) < lineThreshold) return null;
  const further = (mark.width * mark.height * unclip) / (2 * (mark.width + mark.height));
  return { ...mark, width: mark.width + 2 * further, height: mark.height + 2 * further };
}

function meanInside(
  mark: Rectangle,
  corners: readonly PixelPoint[],
  chances: Float32Array,
  width: number,
  height: number,
): number {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  let [sum, count] = [0, 0];
  for (let y = Math.min(...ys); y < Math.min(height, Math.max(...ys)); y++) {
    for (let x = Math.min(...xs); x < Math.min(width, Math.max(...xs)); x++) {
      if (!isInRectangle(mark, { x: x + 0.5, y: y + 0.5 })) continue;
      sum += float32At(chances, y * width + x);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** The two scales differ only by rounding, so the result is still a rectangle. */
function scaled({ centre, along, width, height }: Rectangle, sx: number, sy: number): Rectangle {
  const scale = (sx + sy) / 2;
  return { centre: { x: centre.x * sx, y: centre.y * sy }, along, width: width * scale, height: height * scale };
}

/** Sorts rows from top to bottom and each row from left to right, along the mean direction. */
function inReadingOrder(lines: readonly Rectangle[]): Rectangle[] {
  const sum = (axis: 'x' | 'y') => lines.reduce((total, { along, width }) => total + along[axis] * width, 0);
  const angle = Math.atan2(sum('y'), sum('x'));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const placed = lines.map((line) => {
    const { x, y } = line.centre;
    return { line, u: x * cos + y * sin, v: y * cos - x * sin };
  });
  const rows: (typeof placed)[] = [];
  for (const item of placed.sort((a, b) => a.v - b.v)) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row && last && item.v - last.v < Math.min(item.line.height, last.line.height) / 2) row.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.u - b.u)).map(({ line }) => line);
}
