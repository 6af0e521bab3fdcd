// Detects that one picture file was saved from another: the copy keeps traces of the original's rounding.
import { float32At, uint16At } from '../../shared/at.ts';
import { blockSide as side, type StoredPixels } from '../imaging/stored-pixels.ts';
import { identity, isIdentity, type Orientation } from './alignment.ts';
import { explainedBlocks, frequenciesOf, tonedFrequencies } from './block-frequencies.ts';
import { oriented, type Plane, withoutFirst } from './plane.ts';
import { toneCurve, type ToneCurve } from './tone-curve.ts';

/** Brightness of a picture, and the rounding steps of its file's frequencies. */
export interface CompressedPicture extends Pick<StoredPixels, 'width' | 'height' | 'format' | 'steps' | 'clipped'> {
  /** Brightness of the picture or, where it is large, of its middle. */
  readonly plane: Plane;
}

/** The picture of a file's pixels as they are stored. */
export function compressedPicture({ columns, rows, values, ...rest }: StoredPixels): CompressedPicture {
  const plane = { values, width: columns, height: rows, base: 0, dx: 1, dy: columns };
  return { ...rest, plane };
}

/** Share of blocks that must agree. Text or a watermark over a picture covers the others. */
const mostAlike = 0.4;
/**
 * Mean distance of frequencies from the multiples of a file's steps, in steps: a quarter for unrelated numbers, less
 * where the numbers were once rounded by these steps. Null where the steps are too fine to tell.
 */
function distanceFromSteps(frequencies: Float32Array, steps: Uint16Array): number | null {
  let numbers = 0;
  let sum = 0;
  for (let at = 0; at < frequencies.length; at++) {
    const step = uint16At(steps, at % (side * side));
    const value = Math.abs(float32At(frequencies, at) / step);
    // Every number rounded to zero is near a multiple anyway.
    if (at % (side * side) === 0 || step < 2 || value < 0.5) continue;
    numbers++;
    sum += Math.abs(value - Math.round(value));
  }
  return numbers < fewestSteps ? null : sum / numbers;
}

const fewestSteps = 200;
/**
 * Pictures saved at qualities 85 to 97 from one saved at 75 are all below .20, and below .17 from 92 on. Pictures
 * with unrelated steps are at .23 to .31.
 */
const surelyNear = 0.17;
const near = 0.21;
/** Ratio of coarseness above which steps are too similar to compare; explained blocks then decide. */
const similar = 0.75;
const clearly = 0.05;

/** Mean step of the low frequencies: a measure of a file's coarseness. */
const coarseness = (steps: Uint16Array): number => [1, 2, 8, 9, 16].reduce((sum, i) => sum + uint16At(steps, i), 0) / 5;

/** Relative orientation of two pictures. */
export interface Views {
  /** Turns and mirroring that make the source look like the copy. */
  readonly sourceAsCopy: Orientation;
  /** Turns and mirroring that make the copy look like the source. */
  readonly copyAsSource: Orientation;
}

/**
 * Whether `copy` was saved from `source`, of the same size: re-encoded, and perhaps mirrored, turned, written over, or made brighter,
 * darker, or of more or less contrast.
 */
export function isDerived(
  copy: CompressedPicture,
  source: CompressedPicture,
  { sourceAsCopy, copyAsSource }: Views = { sourceAsCopy: identity, copyAsSource: identity },
): boolean {
  const [turnedSource, turnedCopy] = [oriented(source.plane, sourceAsCopy), oriented(copy.plane, copyAsSource)];
  if (copy.width * copy.height !== source.width * source.height) return false;
  if (copy.plane.width !== turnedSource.width || copy.plane.height !== turnedSource.height) return false;
  // Mirroring a large picture moves its middle by some pixels.
  if (!isIdentity(sourceAsCopy) && copy.width !== copy.plane.width) return false;
  const [a, b] = [coarseness(copy.steps), coarseness(source.steps)];
  const isEqual = Math.abs(a - b) < 0.01 * b;
  if (isIdentity(sourceAsCopy)) {
    const ratio = a / gainOf(frequenciesOf(copy.plane), frequenciesOf(source.plane)) / b;
    const isSimilar = ratio > similar && ratio < 1 / similar;
    // Equal rounding in the same position proves nothing. Most photos of one camera end here.
    if (isEqual && isSimilar) return false;
    const toCopy = toneCurve(source.plane, copy.plane);
    if (toCopy.change > fewLevels) return !isSimilar && isDerivedInOtherTone(copy, source, toCopy, ratio);
  }
  const forth = () => explainedBlocks(frequenciesOf(copy.plane), frequenciesOf(turnedSource), copy.steps);
  const back = () => explainedBlocks(frequenciesOf(source.plane), frequenciesOf(turnedCopy), source.steps);
  // After a turn, the original's rounding fits its own grid only.
  if (isEqual) return !isIdentity(sourceAsCopy) && forth() - back() > clearly;
  if (a < b) {
    return isFineDerived(forth, back, () => distanceFromSteps(frequenciesOf(turnedCopy), source.steps), a / b);
  }
  // WebP and AVIF round in another way, which this function does not read.
  if (!['jpeg', 'png', 'tiff'].includes(source.format)) return false;
  const reverse = () => distanceFromSteps(frequenciesOf(turnedSource), copy.steps);
  return !isFineDerived(back, forth, reverse, b / a) && forth() >= mostAlike;
}

/**
 * Whether the finer of two files was saved from the coarser and keeps traces of its rounding.
 * @param forth how well the coarser explains the finer
 * @param back how well the finer explains the coarser
 * @param distance of the finer from the steps of the coarser
 * @param ratio coarseness of the finer by that of the coarser, below 1
 */
function isFineDerived(forth: () => number, back: () => number, distance: () => number | null, ratio: number): boolean {
  const explained = forth();
  if (ratio > similar) return explained >= mostAlike && explained > back() - clearly;
  const found = distance() ?? Infinity;
  return found < surelyNear || explained >= 0.5 || (found < near && explained >= 0.3);
}

/** Mean change of brightness, in levels, that saving a picture again does not make. */
const fewLevels = 1.5;

/**
 * Whether `copy` is `source` with its brightness changed. The change is undone by its curve. The finer of the two files, in a common
 * brightness, was saved from the coarser one if it has traces of its rounding; otherwise the coarser one was saved from the finer if
 * that explains it. Files that are about as coarse cannot be told apart.
 * @param toCopy the change from the brightness of `source` to that of `copy`
 * @param ratio coarseness of `copy` by that of `source`, in a common brightness
 */
function isDerivedInOtherTone(
  copy: CompressedPicture,
  source: CompressedPicture,
  toCopy: ToneCurve,
  ratio: number,
): boolean {
  const isFiner = ratio <= similar;
  const toSource = toneCurve(copy.plane, source.plane);
  const sourceAsCopy = tonedFrequencies(source.plane, toCopy);
  const copyAsSource = tonedFrequencies(copy.plane, toSource);
  const forth = explainedBlocks(frequenciesOf(copy.plane), sourceAsCopy, copy.steps);
  const back = explainedBlocks(frequenciesOf(source.plane), copyAsSource, source.steps);
  const moved = (plane: Plane) => withoutFirst(plane, side / 2);
  const trace = isFiner
    ? traceOfSteps(copyAsSource, tonedFrequencies(moved(copy.plane), toSource), source.steps)
    : traceOfSteps(sourceAsCopy, tonedFrequencies(moved(source.plane), toCopy), copy.steps);
  if (trace === null) return false;
  const isMuchFiner = Math.min(ratio, 1 / ratio) < muchFiner;
  if (isFiner) return isFinerCopy({ isMuchFiner, trace, finer: forth, coarser: back });
  const isKnown = ['jpeg', 'png', 'tiff'].includes(source.format);
  return isKnown && isCoarserCopy({ isMuchFiner, trace, finer: back, coarser: forth });
}

/** A finer and a coarser file of one picture in different brightness. */
interface Compared {
  readonly isMuchFiner: boolean;
  /** Trace of the coarser file's steps in the finer one. */
  readonly trace: number;
  /** Share of the finer one's blocks that the coarser one explains. */
  readonly finer: number;
  /** Share of the coarser one's blocks that the finer one explains. */
  readonly coarser: number;
}

/** Ratio of coarseness below which the trace decides. */
const muchFiner = 0.55;
/** Share of equal blocks below which two pictures are not the same. Lost highlights cover the others. */
const leastAlike = 0.25;

/*
 * The thresholds below are between what was measured on photos saved at qualities 60 to 95, then brighter, darker and with other contrast
 * at 50 to 98 (docs/measurements.md, Near-duplicates). Much finer copies have traces of .03 to .2, and much finer originals of -.04 to
 * .04, of which copies at most explain few blocks. With steps that are more alike, traces are weak (-.01 to .11 against -.07 to .06), but
 * blocks of a finer original are explained much less often than those of a coarser copy.
 */
function isFinerCopy({ isMuchFiner, trace, finer, coarser }: Compared): boolean {
  if (isMuchFiner) return coarser >= leastAlike && (trace > 0.045 || (trace > 0.025 && finer > 0.15));
  if (Math.max(finer, coarser) < mostAlike || finer - coarser < -0.35) return false;
  return trace > (finer - coarser > -0.2 ? -0.02 : 0.01);
}

function isCoarserCopy({ isMuchFiner, trace, finer, coarser }: Compared): boolean {
  if (coarser < mostAlike) return false;
  return isMuchFiner ? trace < 0.025 && coarser - finer > 0.2 : trace < 0.06 && coarser - finer > 0.55;
}

/** Ratio of the contrast of two pictures, by their frequencies other than the means of blocks. */
function gainOf(first: Float32Array, second: Float32Array): number {
  const sum = (frequencies: Float32Array) =>
    frequencies.reduce((total, value, at) => (at % (side * side) === 0 ? total : total + Math.abs(value)), 0);
  return sum(first) / Math.max(1e-6, sum(second));
}

/**
 * The degree to which the frequencies of a picture are nearer to the multiples of a file's steps than those of the same picture on a
 * grid moved by half a block, which were never rounded (calibration; Fridrich, Goljan, Hogea 2003). 0 where they were not rounded
 * by these steps; null where the steps are too fine to tell.
 * @param ofMoved the frequencies on the moved grid
 */
function traceOfSteps(frequencies: Float32Array, ofMoved: Float32Array, steps: Uint16Array): number | null {
  const [own, moved] = [distanceFromSteps(frequencies, steps), distanceFromSteps(ofMoved, steps)];
  return own === null || moved === null ? null : moved - own;
}
