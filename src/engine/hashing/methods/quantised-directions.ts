// First weights of the hash heads: canonical directions, turned so that taking signs loses little.
import { Matrix } from 'ml-matrix';
import { float32At } from '../../../shared/at.ts';
import { Random } from '../../numerics/random.ts';
import { matrixOf, nearestOrthonormal, signsOf, transposedTimes, unitRowsMatrix } from '../../numerics/matrices.ts';
import type { PairRows } from '../data/pair-facts.ts';
import { rotationMatrix } from '../networks/linear-code.ts';
import { canonicalMaps } from './canonical-maps.ts';

/** Maps of photos and texts to `bits` numbers, `[imageWidth, bits]` and `[textWidth, bits]`. */
export interface QuantisedDirections {
  readonly image: Matrix;
  readonly text: Matrix;
}

/**
 * Added to the variance of photos, in mean variances, more for fewer pairs; chosen with real rows of CLIP
 * (docs/measurements.md, Codes from directions).
 */
const shrinkageOf = (pairs: number): number => Math.max(1, 800 / pairs);
/** Fewer pairs give worse codes than a random rotation. */
const fewestPairs = 64;
/** Number of directions for each bit, and the largest number in all. */
const [directionsABit, mostDirections] = [4, 256];
/** Largest number of pairs that the rotation is found with, evenly taken, and its rounds. */
const [mostPairs, rounds] = [2000, 10];

/**
 * Canonical directions, each weighted by its correlation, turned by R: B = sign((Z_x + Z_y) R) and R in turn, so that the codes of a
 * pair are both near to its signs (Gong, Lazebnik, Gordo and Perronnin: Iterative Quantization, IEEE TPAMI 35(12), 2013, on
 * canonical correlations). Null where photos and captions have nothing in common, or pairs are too few.
 */
export function quantisedDirections(pairs: PairRows, bits: number): QuantisedDirections | null {
  if (pairs.count < fewestPairs) return null;
  const wanted = Math.max(bits, Math.min(directionsABit * bits, mostDirections));
  const width = Math.min(wanted, pairs.imageWidth, pairs.textWidth);
  const maps = canonicalMaps(pairs, width, shrinkageOf(pairs.count));
  if (maps === null) return null;
  const image = matrixOf(maps.image.map, width);
  const text = matrixOf(maps.text.map, width);
  const stride = Math.ceil(pairs.count / mostPairs);
  const taken = Array.from({ length: Math.ceil(pairs.count / stride) }, (_, i) => i * stride);
  const photos = new Matrix(taken.map((pair) => pairs.image(pair).map((x, j) => x - float32At(maps.image.mean, j))));
  const captions = new Matrix(taken.map((pair) => pairs.text(pair)));
  const both = Matrix.add(
    unitRowsMatrix(photos.mmul(image)),
    unitRowsMatrix(captions.mmul(text).addRowVector(Array.from(maps.text.bias))),
  );
  let rotation = matrixOf(rotationMatrix(width, bits, new Random(1)), bits);
  for (let round = 0; round < rounds; round++) {
    rotation = nearestOrthonormal(transposedTimes(both, signsOf(both.mmul(rotation))));
  }
  return { image: image.mmul(rotation), text: text.mmul(rotation) };
}
