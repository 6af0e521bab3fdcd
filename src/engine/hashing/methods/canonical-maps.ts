// Linear maps of photos and captions into a common space: regularised canonical correlation analysis in closed form.
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { float32At, float64At, int32At, numberAt } from '../../../shared/at.ts';
import type { PairRows } from '../data/pair-facts.ts';
import { addCrossProducts, ColumnBlock } from '../../numerics/cross-products.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';

/** `(row - mean) map` of a photo, `(row - mean) map + sum of its words + bias` of a text; rows are not scaled to unit length. */
export interface CanonicalMaps {
  readonly width: number;
  /** `[imageWidth]` and `[imageWidth, width]`. */
  readonly image: { readonly mean: Float32Array; readonly map: Float32Array };
  /** `[textWidth, width]`, `[V, width]` and `[width]`. */
  readonly text: { readonly map: Float32Array; readonly words: Float32Array; readonly bias: Float32Array };
}

/**
 * Added to each variance, in mean variances. Chosen by R@10 of undescribed photos (docs/measurements.md, Linear part).
 */
const imageShrinkage = 10;
const textShrinkage = 1;

/** Captions a word must be in: rarer words do not show which photos go with them. */
const fewestCaptions = 2;
/** Largest number of words in the analysis, the most frequent ones: its time grows with the cube of their number. */
const mostWords = 1500;
/** Largest number of photos and captions in the analysis, evenly taken; more change little. */
const mostPairs = 20_000;

/** A smaller correlation is a rounding error: photos and captions have nothing in common, as where all captions are the same. */
const leastCorrelation = 1e-5;

/** Maps of zeros. */
function emptyMaps(imageWidth: number, textWidth: number, vocabulary: number, width: number): CanonicalMaps {
  const zeros = (rows: number) => new Float32Array(rows * width);
  return {
    width,
    image: { mean: new Float32Array(imageWidth), map: zeros(imageWidth) },
    text: { map: zeros(textWidth), words: zeros(vocabulary), bias: zeros(1) },
  };
}

/**
 * The `width` directions in which photos and captions vary together most, by the eigenvectors u and squared correlations s^2 of
 * L^-1 C_xy C_yy^-1 C_yx L^-T, C_xx = L L^T: photos by L^-T u s, texts by C_yy^-1 C_yx L^-T u (Hotelling 1936; correlations as
 * weights of both sides: Gong et al., IJCV 2014). Null where nothing varies, or nothing together; zeros where there are no pairs.
 */
export function canonicalMaps(pairs: PairRows, width: number, shrinkage = imageShrinkage): CanonicalMaps | null {
  const { imageWidth: d, textWidth, vocabulary, lemmas } = pairs;
  if (pairs.count === 0) return emptyMaps(d, textWidth, vocabulary, width);
  const moments = momentsOf(pairs);
  const { lemmasTaken, scale, p } = moments;
  const found = directions(moments, d, p, Math.min(width, d, p), shrinkage);
  if (found === null) return null;
  const maps = emptyMaps(d, textWidth, vocabulary, width);
  const kept = found.width;
  maps.image.mean.set(moments.imageMean);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < kept; j++) maps.image.map[i * width + j] = float64At(found.image, i * kept + j);
  const rowOf = new Map(Array.from(lemmasTaken, (lemma, i) => [lemma, textWidth + i]));
  const put = (to: Float32Array, row: number, i: number) => {
    for (let j = 0; j < kept; j++) to[row * width + j] = float64At(scale, i) * float64At(found.text, i * kept + j);
  };
  for (let i = 0; i < textWidth; i++) put(maps.text.map, i, i);
  lemmas.forEach((lemma, word) => {
    const i = rowOf.get(lemma);
    if (i !== undefined) put(maps.text.words, word, i);
  });
  for (let i = 0; i < p; i++) {
    const mean = float64At(moments.textMean, i) * float64At(scale, i);
    for (let j = 0; j < kept; j++) {
      maps.text.bias[j] = float32At(maps.text.bias, j) - mean * float64At(found.text, i * kept + j);
    }
  }
  return maps;
}

interface CentredMoments {
  /** Numbers of a text: those of its row, then one for each word that takes part. */
  readonly p: number;
  /** Words that take part, the most frequent first. */
  readonly lemmasTaken: Int32Array;
  readonly imageMean: Float64Array;
  readonly textMean: Float64Array;
  /** `[p]`: what each number of a text is multiplied by. */
  readonly scale: Float64Array;
  /** `[d, d]`, `[p, p]` and `[p, d]`; of `xx` and `yy` the lower triangle counts. */
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly yx: Float64Array;
  readonly count: number;
}

function momentsOf(pairs: PairRows): CentredMoments {
  const { imageWidth: d, textWidth, sharedWidth, vocabulary, lemmas } = pairs;
  const stride = Math.ceil(pairs.count / mostPairs);
  const taken = Int32Array.from({ length: Math.ceil(pairs.count / stride) }, (_, i) => i * stride);
  const lemmasOf = (pair: number) => new Set(Array.from(pairs.words(pair), (word) => int32At(lemmas, word)));
  const captions = new Int32Array(vocabulary);
  for (const pair of taken) {
    for (const lemma of lemmasOf(pair)) if (lemma >= 0) captions[lemma] = int32At(captions, lemma) + 1;
  }
  const lemmasTaken = Int32Array.from(captions.keys())
    .filter((lemma) => int32At(captions, lemma) >= fewestCaptions)
    .sort((a, b) => int32At(captions, b) - int32At(captions, a) || a - b)
    .slice(0, mostWords);
  const place = new Map(Array.from(lemmasTaken, (lemma, i) => [lemma, textWidth + i]));
  const p = textWidth + lemmasTaken.length;
  const [xx, yy, yx] = [new Float64Array(d * d), new Float64Array(p * p), new Float64Array(p * d)];
  const [imageMean, textMean] = [new Float64Array(d), new Float64Array(p)];
  const [images, texts] = [new ColumnBlock(d), new ColumnBlock(textWidth)];
  const multiply = () => {
    addCrossProducts(xx, d, images, images, 'lower');
    addCrossProducts(yx, d, texts, images, 'all');
    addCrossProducts(yy, p, texts, texts, 'lower');
    images.clear();
    texts.clear();
  };
  const [image, text] = [new Float64Array(d), new Float64Array(textWidth)];
  for (const pair of taken) {
    const [imageRow, textRow] = [pairs.image(pair), pairs.text(pair)];
    images.add(imageRow);
    texts.add(textRow);
    if (images.isFull) multiply();
    image.set(imageRow);
    text.set(textRow);
    addTo(imageMean, 0, image, 1);
    addTo(textMean, 0, text, 1);
    const there = [...lemmasOf(pair)].flatMap((lemma) => place.get(lemma) ?? []);
    for (const i of there) {
      textMean[i] = float64At(textMean, i) + 1;
      addTo(yx, i * d, image, 1);
      addTo(yy, i * p, text, 1);
      for (const j of there) if (j <= i) yy[i * p + j] = float64At(yy, i * p + j) + 1;
    }
  }
  multiply();
  const count = taken.length;
  for (const sums of [xx, yy, yx, imageMean, textMean])
    for (let i = 0; i < sums.length; i++) sums[i] = float64At(sums, i) / count;
  for (let i = 0; i < d; i++) addTo(xx, i * d, imageMean.subarray(0, i + 1), -float64At(imageMean, i));
  for (let i = 0; i < p; i++) {
    addTo(yy, i * p, textMean.subarray(0, i + 1), -float64At(textMean, i));
    addTo(yx, i * d, imageMean, -float64At(textMean, i));
  }
  const variance = (i: number) => float64At(yy, i * p + i);
  const block = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += variance(i);
    return sum > 1e-9 ? 1 / Math.sqrt(sum) : 0;
  };
  const [ofShared, ofOthers] = [block(0, sharedWidth), block(sharedWidth, textWidth)];
  // Both parts of a text have the same weight, and so have all words.
  const scale = Float64Array.from({ length: p }, (_, i) =>
    i < sharedWidth
      ? ofShared
      : i < textWidth
        ? ofOthers
        : 1 / Math.sqrt(Math.max(1e-9, variance(i)) * lemmasTaken.length),
  );
  for (let i = 0; i < p; i++) {
    const own = float64At(scale, i);
    for (let j = 0; j <= i; j++) yy[i * p + j] = float64At(yy, i * p + j) * own * float64At(scale, j);
    for (let j = 0; j < d; j++) yx[i * d + j] = float64At(yx, i * d + j) * own;
  }
  return { p, lemmasTaken, imageMean, textMean, scale, xx, yy, yx, count };
}

const found = new WeakMap<PairRows, Map<number, CanonicalMaps | null>>();

/** Computes `canonicalMaps` once for the same pairs: a learner is made twice, first to estimate its memory. */
export function canonicalMapsOnce(pairs: PairRows, width: number): CanonicalMaps | null {
  const made = found.get(pairs) ?? new Map<number, CanonicalMaps | null>();
  found.set(pairs, made);
  let maps = made.get(width);
  if (maps === undefined) {
    maps = canonicalMaps(pairs, width);
    made.set(width, maps);
  }
  return maps;
}

/** Adds `factor` times a row to the numbers of `to` from `at` on. */
function addTo(to: Float64Array, at: number, row: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let j = 0; j < row.length; j++) to[at + j] = float64At(to, at + j) + factor * float64At(row, j);
}

/** Maps `[d, width]` and `[p, width]`. */
function directions({ xx, yy, yx, count }: CentredMoments, d: number, p: number, width: number, shrinkage: number) {
  const [ofImages, ofTexts] = [factor(xx, d, d, shrinkage), factor(yy, p, Math.min(p, count), textShrinkage)];
  if (ofImages === null || ofTexts === null) return null;
  // W = L_y^-1 C_yx L_x^-T, [p, d]
  forward(ofTexts, yx, p, d);
  const whitened = transposed(yx, p, d);
  forward(ofImages, whitened, d, p); // [d, p]
  const gram = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += float64At(whitened, i * p + k) * float64At(whitened, j * p + k);
      gram[i * d + j] = gram[j * d + i] = sum;
    }
  }
  const { values, vectors } = symmetricEigen(Matrix.from1DArray(d, d, gram));
  if (Math.max(...values) < leastCorrelation ** 2) return null;
  const image = new Float64Array(d * width);
  const text = new Float64Array(p * width);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < width; j++) {
      const u = vectors.get(i, j);
      for (let k = 0; k < p; k++)
        text[k * width + j] = float64At(text, k * width + j) + float64At(whitened, i * p + k) * u;
      image[i * width + j] = u * Math.sqrt(Math.max(0, numberAt(values, j)));
    }
  }
  backward(ofImages, image, d, width);
  backward(ofTexts, text, p, width);
  return { image, text, width };
}

/** Lower triangle L of C + lambda I = L L^T; lambda in mean variances of `rank` directions. Null where nothing varies. */
function factor(matrix: Float64Array, n: number, rank: number, shrinkage: number): Float64Array | null {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += float64At(matrix, i * n + i);
  if (!(trace > 0)) return null;
  const full = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = float64At(matrix, i * n + j) + (i === j ? (shrinkage * trace) / rank : 0);
      full.set(i, j, value);
      full.set(j, i, value);
    }
  }
  return Float64Array.from(new CholeskyDecomposition(full).lowerTriangularMatrix.to1DArray());
}

/** Replaces B `[n, m]` by L^-1 B. */
function forward(lower: Float64Array, b: Float64Array, n: number, m: number): void {
  for (let i = 0; i < n; i++) {
    const row = b.subarray(i * m, (i + 1) * m);
    const ofRow = lower.subarray(i * n, i * n + i);
    let k = 0;
    for (; k + 4 <= i; k += 4) subtractFour(row, b, k * m, ofRow, k);
    for (; k < i; k++) addTo(row, 0, b.subarray(k * m, (k + 1) * m), -float64At(ofRow, k));
    divide(row, float64At(lower, i * n + i));
  }
}

/** Subtracts four rows, which begin at `at` in `rows`, times the factors from `from` on: one pass instead of four. */
function subtractFour(to: Float64Array, rows: Float64Array, at: number, factors: Float64Array, from: number): void {
  const m = to.length;
  const a = float64At(factors, from);
  const b = float64At(factors, from + 1);
  const c = float64At(factors, from + 2);
  const d = float64At(factors, from + 3);
  for (let j = 0; j < m; j++) {
    const first = a * float64At(rows, at + j) + b * float64At(rows, at + m + j);
    const last = c * float64At(rows, at + 2 * m + j) + d * float64At(rows, at + 3 * m + j);
    to[j] = float64At(to, j) - (first + last);
  }
}

/** Replaces B `[n, m]` by L^-T B. */
function backward(lower: Float64Array, b: Float64Array, n: number, m: number): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = b.subarray(i * m, (i + 1) * m);
    divide(row, float64At(lower, i * n + i));
    for (let k = 0; k < i; k++) addTo(b, k * m, row, -float64At(lower, i * n + k));
  }
}

function divide(row: Float64Array, by: number): void {
  for (let j = 0; j < row.length; j++) row[j] = float64At(row, j) / by;
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = float64At(matrix, i * columns + j);
  return result;
}
