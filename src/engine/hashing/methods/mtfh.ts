// MTFH: Matrix Tri-Factorization Hashing, learned from labels.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { float64At, namedIn } from '../../../shared/at.ts';
import {
  columnMeans,
  lessMean,
  mapped,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  signsOf,
  solvePositive,
  transposedTimes,
  uniformMatrix,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { drawnRows, fittedKernel, kernelNetwork, kernelValues, type GaussianKernel } from '../networks/kernel-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const mtfhSettings = z.strictObject({
  alpha: z.number().min(0).max(1).default(0.5).meta({
    title: 'Alpha',
    symbol: 'α',
    description: 'Weight of the codes of photos against those of captions (published: 0.5).',
  }),
  beta: z.number().min(0).default(0.1).meta({
    title: 'Beta',
    symbol: 'β',
    description: 'Weight of the maps between both kinds of codes (published: 0.1).',
  }),
  iterations: z.int().min(1).max(1000).default(20).meta({
    title: 'Iterations',
    description: 'Largest number of rounds; they end when the objective falls by less than 1.',
  }),
  anchors: z.int().min(2).max(2000).default(500).meta({
    title: 'Anchors',
    description: 'Pairs to which every pair is compared (published: 500).',
  }),
  penalty: z.number().positive().default(0.01).meta({
    title: 'Penalty',
    description: 'Regularisation of the kernel logistic regression to the codes (published: 0.01).',
  }),
});
export type MtfhSettings = z.output<typeof mtfhSettings>;

/** `u` and `uOther`: photos and captions in the photos' code; `v` and `vOther`: captions and photos in the captions' code. */
export interface MtfhFactors {
  /** `[N, k1]`. */
  readonly u: Matrix;
  readonly uOther: Matrix;
  /** `[N, k2]`. */
  readonly v: Matrix;
  readonly vOther: Matrix;
  /** Own codes of captions to codes in the photos' code, `[k1, k2]`; and of photos to those in the captions'. */
  readonly h1: Matrix;
  readonly h2: Matrix;
}

/** Runs whose signs are added up, and sweeps at most in each, as published. */
const [runs, sweeps] = [3, 10];

/**
 * Sets `codes` `[N, k]` bit by bit: c_i = sign(p_i - sum over the other bits j of c_j q_ji), `runs` times from the last, and the
 * majority. `bits` says how many bits a sweep updates.
 */
function updateCodes(codes: Matrix, wanted: Matrix, products: Matrix, bits: () => number): Matrix {
  const [n, k] = [codes.rows, codes.columns];
  const current = Float64Array.from(codes.to1DArray());
  const [pulls, ties] = [Float64Array.from(wanted.to1DArray()), Float64Array.from(products.to1DArray())];
  const sum = new Float64Array(n * k);
  for (let run = 0; run < runs; run++) {
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const count = bits();
      let [change, size] = [0, 0];
      for (const x of current) size += x * x;
      for (let row = 0; row < n; row++) {
        for (let bit = 0; bit < count; bit++) {
          let rest = float64At(pulls, row * k + bit);
          // The matrix of ties is symmetric.
          for (let j = 0; j < k; j++) {
            if (j !== bit) rest -= float64At(current, row * k + j) * float64At(ties, bit * k + j);
          }
          const next = Math.sign(rest);
          change += (next - float64At(current, row * k + bit)) ** 2;
          current[row * k + bit] = next;
        }
      }
      if (Math.sqrt(change) < 1e-6 * Math.sqrt(size)) break;
    }
    current.forEach((x, i) => (sum[i] = float64At(sum, i) + x));
  }
  return Matrix.from1DArray(n, k, sum.map(Math.sign));
}

/**
 * Minimises a |S - U U'^T / k1|^2 + (1-a) |S - V' V^T / k2|^2 + b (|U' - V H1^T|^2 + |V' - U H2|^2) over the codes bit by bit and the
 * maps H by least squares, in turn. S = L L^T appears as products of label rows alone.
 * @param published repeats two mistakes of the published code: a sweep updates `bitsOfSweep()` bits, a random number, and captions' own
 * codes are tied by the photos' map
 */
export function mtfhFactors(
  labels: Matrix,
  start: MtfhFactors,
  { alpha, beta, iterations }: Pick<MtfhSettings, 'alpha' | 'beta' | 'iterations'>,
  published?: { readonly bitsOfSweep: () => number },
): MtfhFactors {
  const bitsOf = (length: number) => published?.bitsOfSweep() ?? length;
  const [k1, k2] = [start.u.columns, start.v.columns];
  let { u, uOther, v, vOther, h1, h2 } = start;
  const similar = (m: Matrix) => labels.mmul(transposedTimes(labels, m)); // S M, S symmetric
  const outer = transposedTimes(labels, labels);
  /** |S - A B^T / k|^2 without an N x N matrix. */
  const error = (a: Matrix, b: Matrix, k: number) => {
    const [aa, bb] = [transposedTimes(a, a), transposedTimes(b, b)];
    const [la, lb] = [transposedTimes(labels, a), transposedTimes(labels, b)];
    const trace = (x: Matrix, y: Matrix) => Matrix.mul(x, y).sum();
    return trace(outer, outer) - (2 / k) * trace(la, lb) + trace(aa, bb) / k ** 2;
  };
  let last = Number.MAX_VALUE;
  for (let i = 0; i < iterations; i++) {
    h1 = solvePositive(plusDiagonal(transposedTimes(v, v), 0.1), transposedTimes(v, uOther)).transpose();
    h2 = solvePositive(plusDiagonal(transposedTimes(u, u), 0.1), transposedTimes(u, vOther));
    const [weightU, weightV] = [alpha / k1, (1 - alpha) / k2];
    // The codes to set, with their linear terms, and the coupling between bits of one row.
    const rest = (m: Matrix, weight: number) => transposedTimes(m, m).mul(weight);
    const pull = (from: Matrix, weight: number, through: Matrix) =>
      similar(from).mul(weight).add(Matrix.mul(through, beta));
    const own = (h: Matrix) => h.mmul(h.transpose()).mul(beta);
    u = updateCodes(
      u,
      pull(uOther, weightU, vOther.mmul(h2.transpose())),
      Matrix.add(rest(uOther, weightU / k1), own(h2)),
      () => bitsOf(k1),
    );
    uOther = updateCodes(uOther, pull(u, weightU, v.mmul(h1.transpose())), rest(u, weightU / k1), () => bitsOf(k1));
    v = updateCodes(
      v,
      pull(vOther, weightV, uOther.mmul(h1)),
      Matrix.add(rest(vOther, weightV / k2), own(published === undefined ? h1.transpose() : h2.transpose())),
      () => bitsOf(k2),
    );
    vOther = updateCodes(vOther, pull(v, weightV, u.mmul(h2)), rest(v, weightV / k2), () => bitsOf(k2));
    const objective =
      alpha * error(u, uOther, k1) +
      (1 - alpha) * error(vOther, v, k2) +
      beta * (Matrix.sub(uOther, v.mmul(h1.transpose())).norm() ** 2 + Matrix.sub(vOther, u.mmul(h2)).norm() ** 2);
    if (last - objective < 1) break;
    last = objective;
  }
  return { u, uOther, v, vOther, h1, h2 };
}

/** Steps of the logistic regression; each lowers a bound of its loss. */
const regressionSteps = 60;

/**
 * Kernel logistic regression of every bit at once: W `[m, k]` that minimises sum log(1 + exp(-b f w)) + c w^T K w, by the quadratic
 * bound of Boehning (Ann. Inst. Stat. Math. 44, 1992), whose system is the same in each step.
 * @param features `[N, m]`, and among `[m, m]`: the kernel of all rows and of the anchors with the anchors
 */
export function kernelLogistic(features: Matrix, among: Matrix, codes: Matrix, penalty: number): Matrix {
  const bound = plusDiagonal(
    transposedTimes(features, features)
      .mul(0.25)
      .add(Matrix.mul(among, 2 * penalty)),
    1e-8,
  );
  const system = new CholeskyDecomposition(bound);
  let map = Matrix.zeros(features.columns, codes.columns);
  for (let step = 0; step < regressionSteps; step++) {
    const outputs = features.mmul(map);
    const slope = mapped(outputs, (x, row, bit) => {
      const wanted = codes.get(row, bit);
      return -wanted / (1 + Math.exp(wanted * x));
    });
    const gradient = transposedTimes(features, slope).add(among.mmul(map).mul(2 * penalty));
    map = Matrix.sub(map, system.solve(gradient));
  }
  return map;
}

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: MtfhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const l = labelMatrix(labels);
  const signs = () => signsOf(normalMatrix(l.rows, bits, random));
  const found = mtfhFactors(
    l,
    {
      ...{ u: signs(), uOther: signs(), vOther: signs(), v: signs() },
      h1: uniformMatrix(bits, bits, random),
      h2: uniformMatrix(bits, bits, random),
    },
    settings,
  );
  const side = (values: Float32Array, width: number, codes: Matrix) => {
    const rows = matrixOf(values, width);
    // Subtracting a mean changes neither distances nor the kernel, and keeps rounding errors small.
    const mean = columnMeans(rows);
    const centred = lessMean(rows, mean);
    const { kernel, features } = fittedKernel(centred, drawnRows(centred, settings.anchors, random), false);
    const map = kernelLogistic(features, kernelValues(kernel.anchors, kernel), codes, settings.penalty);
    const anchors = mapped(kernel.anchors, (x, _row, j) => x + float64At(mean, j));
    return { kernel: { ...kernel, anchors } satisfies GaussianKernel, map };
  };
  const [image, text] = [side(imageRows, imageWidth, found.u), side(textRows, textWidth, found.v)];
  const across = found.h1.transpose(); // [k2, k1]
  const crossed = (outputs: Tensor2D, parameters: Readonly<Record<string, tf.Tensor>>): Tensor2D =>
    tf.matMul(tf.sign(outputs), namedIn(parameters, 'text.across') as Tensor2D);
  return {
    image: kernelNetwork('image', image.kernel, image.map),
    text: kernelNetwork('text', text.kernel, text.map, undefined, crossed, {
      'text.across': { shape: [bits, bits], initial: valuesOfMatrix(across) },
    }),
    pairCodes: { learned: { image: valuesOfMatrix(found.u), text: valuesOfMatrix(found.uOther) } },
  };
}

/**
 * Liu, Hu, Ling, Cheung: MTFH: A Matrix Tri-Factorization Hashing Framework for Efficient Cross-Modal Retrieval, IEEE TPAMI 43(3),
 * 2021. Photos and captions have separate codes and a map between them. A model here has one kind of code: captions are
 * mapped into that of photos. The published loop updates a random number of bits by mistake; here all are. Its second map is in the
 * place of the first where captions' own codes are set; here it is the first, as in the objective.
 */
export const mtfh: HashMethod<typeof mtfhSettings> = {
  id: 'mtfh',
  name: 'MTFH',
  source: 'Liu et al., MTFH: A Matrix Tri-Factorization Hashing Framework, IEEE TPAMI 43(3), 2021',
  description:
    'Learns from tags codes of photos and of captions, and a map between both kinds. Needs tags on most photos.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: mtfhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
