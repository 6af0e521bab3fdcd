// Detects that one picture was enlarged from a smaller one: it has the smaller one's details and none of its own.
import sharp from 'sharp';
import { middleWindow } from '../imaging/stored-pixels.ts';
import { explainedBlocks, frequenciesOf } from './block-frequencies.ts';
import type { CompressedPicture } from './derived.ts';
import type { Plane } from './plane.ts';

/** Least ratio of the numbers of pixels: less is a rounded edge. */
const leastGrowth = 1.04;
/** Largest difference between the logarithms of two aspect ratios: a pixel of rounding at 100. */
const sameShape = 0.01;
/** Sides of the part that is compared, in the middle of the larger picture. */
const partSide = 512;
/** Steps for files that do not round frequencies of blocks of 8, or do so in a way that is not read. */
const unknownStep = 24;
/**
 * Share of blocks. JPEG, PNG, WebP and AVIF files of 1.25 to 2 times the sides, with and without a watermark, are explained by the
 * smaller picture in .14 to 1 of the blocks, and explain .32 of its blocks at most. Of larger originals, sharp or soft, .04 are at most.
 */
const leastExplained = 0.1;

/** Whether `large` was enlarged from `small`, and perhaps written over. False for pictures that were turned or cropped. */
export async function isEnlarged(large: CompressedPicture, small: CompressedPicture): Promise<boolean> {
  if (large.width * large.height < leastGrowth * small.width * small.height) return false;
  if (Math.abs(Math.log((large.width * small.height) / (large.height * small.width))) > sameShape) return false;
  if (!isWhole(large) || !isWhole(small)) return false;
  const largePart = middleOf(large.plane);
  const kernels = ['cubic', 'linear'] as const;
  const enlargedParts = await Promise.all(kernels.map((kernel) => resizedPart(small.plane, large.plane, kernel)));
  const own = frequenciesOf(largePart);
  const forth = Math.max(...enlargedParts.map((part) => explainedBlocks(own, frequenciesOf(part), stepsOf(large))));
  if (forth < leastExplained) return false;
  const reduced = await resizedPart(large.plane, small.plane, 'lanczos3');
  const back = explainedBlocks(frequenciesOf(middleOf(small.plane)), frequenciesOf(reduced), stepsOf(small));
  return forth > back;
}

/** Whether the plane has all pixels of the picture. */
const isWhole = ({ plane, width, height }: CompressedPicture): boolean =>
  plane.width === width && plane.height === height;

const stepsOf = ({ format, steps }: CompressedPicture): Uint16Array =>
  format === 'jpeg' ? steps : new Uint16Array(steps.length).fill(unknownStep);

function middleOf(plane: Plane): Plane {
  const { left, top, width, height } = middleWindow(plane, partSide);
  return { ...plane, width, height, base: plane.base + left * plane.dx + top * plane.dy };
}

/** The middle that a picture has once it is resized to the size of another one. */
async function resizedPart(
  { values, width, height }: Plane,
  size: Plane,
  kernel: 'cubic' | 'linear' | 'lanczos3',
): Promise<Plane> {
  const part = middleWindow(size, partSide);
  const bytes = await sharp(values, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .pipelineColourspace('grey16')
    .resize(size.width, size.height, { fit: 'fill', kernel })
    .extract(part)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer();
  const resized = new Uint16Array(bytes.buffer, bytes.byteOffset, part.width * part.height);
  return { values: resized, width: part.width, height: part.height, base: 0, dx: 1, dy: part.width };
}
