// LSSH: Latent Semantic Sparse Hashing.
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { namedIn, numberAt } from '../../../shared/at.ts';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import {
  columnMeans,
  lessMean,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  solvePositive,
  transposedTimes,
  unitRowsMatrix,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';
import { affineNetwork, safeUnitRows } from '../networks/linear-code.ts';
import type { Network, Networks, Tensors } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const lsshSettings = z.strictObject({
  atoms: z.int().min(2).max(4096).default(512).meta({
    title: 'Atoms',
    description: 'Number of patterns that photos are composed of (published: 512).',
  }),
  iterations: z.int().min(1).max(200).default(20).meta({
    title: 'Iterations',
    description: 'Rounds of the alternation (published: 20).',
  }),
  pairs: z.int().min(16).max(1_000_000).default(10_000).meta({
    title: 'Pairs',
    description: 'Largest number of pairs to learn from, drawn at random (published: 10,000).',
  }),
  rho: z.number().positive().max(1).default(0.5).meta({
    title: 'Rho',
    symbol: 'ρ',
    description: 'Sparseness, as a share of the value that leaves no pattern at all (published: 0.5).',
  }),
  lambda: z.number().positive().default(0.2).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Weight of what photos and captions have in common (published: 0.2).',
  }),
  mu: z.number().positive().default(0.05).meta({
    title: 'Mu',
    symbol: 'μ',
    description: 'Weight of the factors of the captions (published: 0.05).',
  }),
});
export type LsshSettings = z.output<typeof lsshSettings>;

/** Steps of the sparse coding, as published. */
const lassoSteps = 30;

/**
 * Sparse codes `[n, atoms]` of rows `[n, w]` by a dictionary `[w, atoms]`: min |y - D s|^2 / 2 + rho l |s|_1, l the least weight
 * that gives 0, by FISTA from 0 (Beck and Teboulle, SIAM J. Imaging Sciences 2(1), 2009) with a fixed step.
 * @param step 1 / the largest eigenvalue of D D^T
 */
export function sparseCodes(rows: Tensor2D, dictionary: Tensor2D, step: Scalar | number, rho: number): Tensor2D {
  const correlations = tf.matMul(rows, dictionary); // [n, atoms]
  const penalty = tf.mul(tf.mul(tf.max(tf.abs(correlations), 1, true), rho), step); // [n, 1]
  const shrunk = (x: Tensor) => tf.sub(tf.relu(tf.sub(x, penalty)), tf.relu(tf.sub(tf.neg(x), penalty)));
  let codes: Tensor = shrunk(tf.mul(correlations, step));
  let before: Tensor = codes;
  // t_2 and t_1 of FISTA: the first step started at 0, the second has no momentum yet.
  let [last, now] = [1, (1 + Math.sqrt(5)) / 2];
  for (let i = 1; i < lassoSteps; i++) {
    const search = i === 1 ? codes : tf.add(codes, tf.mul(tf.sub(codes, before), (last - 1) / now));
    const rest = tf.sub(rows, tf.matMul(search as Tensor2D, dictionary, false, true)); // [n, w]
    [before, codes] = [codes, shrunk(tf.add(search, tf.mul(tf.matMul(rest as Tensor2D, dictionary), step)))];
    [last, now] = [now, (1 + Math.sqrt(4 * now ** 2 + 1)) / 2];
  }
  return codes as Tensor2D;
}

/** Sweeps at most, and the change of a coefficient at which they end. */
const [mostSweeps, leastChange] = [1000, 1e-11];

/**
 * The basis B `[w, m]` with columns of norm at most 1 that minimises |X - B S|^2, for rows X `[n, w]` and coefficients S `[n, m]`,
 * column by column (Mairal, Bach, Ponce, Sapiro, JMLR 11, 2010, algorithm 2) until nothing changes. Unused columns are 0.
 */
export function boundedBasis(rows: Matrix, coefficients: Matrix, tolerance = leastChange): Matrix {
  const gram = transposedTimes(coefficients, coefficients); // [m, m]
  const target = transposedTimes(coefficients, rows); // [m, w]
  // A row of `basis` is a column of B, which ml-matrix keeps together.
  const basis = Matrix.zeros(gram.rows, rows.columns); // [m, w]
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let atom = 0; atom < gram.rows; atom++) {
      const own = gram.get(atom, atom);
      if (own <= 1e-12) continue;
      const column = basis.getRow(atom);
      const fit = Matrix.rowVector(gram.getRow(atom)).mmul(basis).getRow(0);
      const wanted = column.map((x, i) => x + (target.get(atom, i) - numberAt(fit, i)) / own);
      const norm = Math.max(1, Math.hypot(...wanted));
      wanted.forEach((x, i) => {
        largest = Math.max(largest, Math.abs(x / norm - numberAt(column, i)));
        basis.set(atom, i, x / norm);
      });
    }
    if (largest < tolerance) break;
  }
  return basis.transpose();
}

/** Rows of what both modalities share, `[n, k]`: (A^T A + r I)^-1 (r R s + A^T t), r = lambda / mu. */
export function semanticRows(text: Matrix, sparse: Matrix | null, a: Matrix, r: Matrix, ratio: number): Matrix {
  const right = text.mmul(a); // [n, k]
  if (sparse !== null) right.add(sparse.mmul(r.transpose()).mul(ratio));
  return solvePositive(plusDiagonal(transposedTimes(a, a), ratio), right.transpose()).transpose();
}

/** 1 / the largest eigenvalue of D D^T. */
export function stepOf(dictionary: Matrix): number {
  const small = dictionary.rows <= dictionary.columns ? dictionary.transpose() : dictionary;
  return 1 / Math.max(numberAt(symmetricEigen(transposedTimes(small, small)).values, 0), 1e-12);
}

/** `a` above `b` times `factor`. */
function stacked(a: Matrix, b: Matrix, factor: number): Matrix {
  const result = Matrix.zeros(a.rows + b.rows, a.columns);
  result.setSubMatrix(a, 0, 0);
  result.setSubMatrix(Matrix.mul(b, factor), a.rows, 0);
  return result;
}

/** Bases: photos `B` `[w, atoms]`, captions `A` `[d_t, k]`, and sparse codes to shared rows `R` `[k, atoms]`. */
export interface LsshBases {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly r: Matrix;
}

/** Sparse codes `[n, atoms]` of rows `[n, w]` by a dictionary `[w, atoms]`. */
export type Sparse = (rows: Matrix, dictionary: Matrix) => Promise<Matrix>;

/** @param image `[N, w]` and text `[N, d_t]`: centred, photos in their main directions, at unit length */
export async function lsshBases(
  image: Matrix,
  text: Matrix,
  start: LsshBases,
  { iterations, lambda, mu }: Pick<LsshSettings, 'iterations' | 'lambda' | 'mu'>,
  sparse: Sparse,
): Promise<LsshBases> {
  let { a, b, r } = start;
  let codes = await sparse(image, b);
  for (let i = 0; i < iterations; i++) {
    const shared = semanticRows(text, codes, a, r, lambda / mu);
    a = boundedBasis(text, shared, 1e-7);
    const root = Math.sqrt(lambda);
    const rows = stacked(image.transpose(), shared.transpose(), root).transpose();
    codes = await sparse(rows, stacked(b, r, root));
    b = boundedBasis(image, codes, 1e-7);
    r = boundedBasis(shared, codes, 1e-7);
  }
  return { a, b, r };
}

/** Runs `use` with the sparse coding of rows of a width as one compiled function. */
export async function withSparse<T>(atoms: number, rho: number, use: (sparse: Sparse) => Promise<T>): Promise<T> {
  const { bytes } = compile(
    ({ rows, dictionary, step }) => ({
      codes: sparseCodes(rows as Tensor2D, dictionary as Tensor2D, tf.reshape(step as Tensor, []) as Scalar, rho),
    }),
    {
      rows: { shape: ['n', 'w'], dtype: 'float32' },
      dictionary: { shape: ['w', atoms], dtype: 'float32' },
      step: { shape: [1], dtype: 'float32' },
    },
  );
  const session = await openSession(bytes);
  try {
    return await use(async (rows, dictionary) => {
      const { codes } = await session.run({
        dictionary: valuesOfMatrix(dictionary),
        rows: valuesOfMatrix(rows),
        step: Float32Array.of(stepOf(dictionary)),
      });
      return matrixOf(codes ?? [], atoms);
    });
  } finally {
    await session.dispose();
  }
}

/** Unit rows in the main directions of the training photos, their sparse codes, and those times R. */
function imageNetwork(
  width: number,
  mean: ArrayLike<number>,
  directions: Matrix,
  bases: LsshBases,
  rho: number,
): Network {
  const parameter = (matrix: Matrix) => ({ shape: [matrix.rows, matrix.columns], initial: valuesOfMatrix(matrix) });
  const step = stepOf(bases.b);
  return {
    width,
    parameters: {
      'image.mean': { shape: [width], initial: Float32Array.from(mean) },
      'image.directions': parameter(directions),
      'image.dictionary': parameter(bases.b),
      'image.map': parameter(bases.r.transpose()),
    },
    forward(parameters: Tensors, rows: Tensor2D): Tensor2D {
      const named = (name: string) => namedIn(parameters, `image.${name}`) as Tensor2D;
      const projected: Tensor2D = tf.matMul(tf.sub(rows, named('mean')) as Tensor2D, named('directions')); // [n, w]
      return tf.matMul(sparseCodes(safeUnitRows(projected), named('dictionary'), step, rho), named('map'));
    },
  };
}

async function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: LsshSettings): Promise<Networks> {
  const { imageWidth, textWidth, bits, random } = setup;
  const all = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const means = { image: columnMeans(all.image), text: columnMeans(all.text) };
  const order = random.shuffle(Int32Array.from({ length: all.image.rows }, (_, i) => i));
  const drawn = Array.from(order.subarray(0, settings.pairs)).sort((a, b) => a - b);
  const taken = (rows: Matrix) =>
    rows.selection(
      drawn,
      Array.from({ length: rows.columns }, (_, j) => j),
    );
  const centred = { image: lessMean(taken(all.image), means.image), text: lessMean(taken(all.text), means.text) };
  const width = Math.min(bits, imageWidth);
  const { vectors } = symmetricEigen(transposedTimes(centred.image, centred.image));
  const directions = vectors.subMatrix(0, imageWidth - 1, 0, width - 1); // [d_v, w]
  const image = unitRowsMatrix(centred.image.mmul(directions));
  const text = unitRowsMatrix(centred.text);
  const { atoms, rho, lambda, mu } = settings;
  const start = {
    a: normalMatrix(textWidth, bits, random),
    b: normalMatrix(width, atoms, random),
    r: normalMatrix(bits, atoms, random),
  };
  const bases = await withSparse(atoms, rho, (sparse) => lsshBases(image, text, start, settings, sparse));
  const ratio = lambda / mu;
  const textMap = solvePositive(
    plusDiagonal(transposedTimes(bases.a, bases.a), ratio),
    bases.a.transpose(),
  ).transpose();
  return {
    image: imageNetwork(imageWidth, means.image, directions, bases, rho),
    // The length of a row does not change its signs.
    text: affineNetwork('text', textWidth, { mean: means.text, map: textMap }),
  };
}

/**
 * Zhou, Ding, Guo: Latent Semantic Sparse Hashing for Cross-Modal Similarity Search, SIGIR 2014. Photos are sparse mixtures of
 * patterns, captions products of two factors, and a linear map ties both together. The published code of a photo solves the
 * sparse coding at search time; here it is 30 steps of the network.
 */
export const lssh: HashMethod<typeof lsshSettings> = {
  id: 'lssh',
  name: 'LSSH',
  source: 'Zhou, Ding and Guo, Latent Semantic Sparse Hashing, SIGIR 2014',
  description:
    'Models photos as mixtures of a few patterns and captions as a product of factors, and ties both together. A baseline ' +
    'of published tables; it takes minutes.',
  needsPairs: true,
  hasEpochs: false,
  settings: lsshSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
