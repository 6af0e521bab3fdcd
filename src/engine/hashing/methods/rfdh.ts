// RFDH: Robust and Flexible Discrete Hashing, with linear maps.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { float64At, numberAt } from '../../../shared/at.ts';
import {
  mapped,
  matrixOf,
  normalMatrix,
  plusDiagonal,
  solvePositive,
  transposedTimes,
  uniformMatrix,
  valuesOfMatrix,
} from '../../numerics/matrices.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const rfdhSettings = z.strictObject({
  iterations: z.int().min(1).max(1000).default(20).meta({
    title: 'Iterations',
    description: 'Rounds of the alternation that finds the codes of the pairs (published: 20).',
  }),
  lambda: z.number().min(1.1).max(100).default(3).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Evenness of the weights of both modalities: a larger value is more even (published: 3).',
  }),
  gamma: z.number().positive().default(1e-4).meta({
    title: 'Gamma',
    symbol: 'γ',
    description: 'Regularisation of every factor (published: 0.0001).',
  }),
  eta: z.number().positive().default(10).meta({
    title: 'Eta',
    symbol: 'η',
    description: 'Weight of the codes when the maps to them are learned (published: 10).',
  }),
});
export type RfdhSettings = z.output<typeof rfdhSettings>;

const sides = ['image', 'text'] as const;
type Both<T> = Readonly<Record<(typeof sides)[number], T>>;
const both = <T>(make: (side: (typeof sides)[number]) => T): Both<T> => ({ image: make('image'), text: make('text') });

/** Sweeps over all bits in a round, and rounds of the second stage, as published. */
const [sweeps, mapRounds] = [5, 5];

/** 1 / |x_i - b_i F| of each pair, which makes a weighted square of a norm; and the sum of the norms. */
function robustWeights(rows: Matrix, codes: Matrix, factor: Matrix): { weights: Float64Array; sum: number } {
  const rest = Matrix.sub(rows, codes.mmul(factor)); // [N, d]
  let sum = 0;
  const weights = Float64Array.from({ length: rest.rows }, (_, row) => {
    const square = rest.getRow(row).reduce((total, x) => total + x * x, 0);
    const norm = Math.sqrt(square + Number.EPSILON);
    sum += square / norm;
    return 1 / norm;
  });
  return { weights, sum };
}

/** 1 for the `ones` lowest costs, of equal ones the first; 0 for the others. */
function lowest(cost: Float64Array, ones: number): Uint8Array {
  const highest = float64At(Float64Array.from(cost).sort(), ones - 1);
  let equal = ones;
  for (const x of cost) if (x < highest) equal--;
  return Uint8Array.from(cost, (x) => (x < highest || (x === highest && equal-- > 0) ? 1 : 0));
}

/**
 * Codes B `[N, k]` of 0 and 1, half of them 1 in each bit, that reconstruct both modalities: minimises
 * sum_m a_m^lambda |X_m - B F_m|_{2,1} + gamma |F_m|^2 over the modalities' weights a, the codes bit by bit, and F_m in turn.
 * @param start `[N, k]` of 0 and 1
 */
export function rfdhCodes(
  rows: Both<Matrix>,
  start: Matrix,
  { iterations, lambda, gamma }: Omit<RfdhSettings, 'eta'>,
): { codes: Matrix; objective: number[] } {
  const [pairs, bits] = [start.rows, start.columns];
  const ones = Math.round(pairs / 2);
  const codes = start.clone();
  const factorOf = (side: (typeof sides)[number], weights: Float64Array | null, share: number) => {
    const weighted = weights === null ? codes : mapped(codes, (x, row) => x * float64At(weights, row));
    const system = plusDiagonal(transposedTimes(weighted, codes), gamma / share);
    return solvePositive(system, transposedTimes(weighted, rows[side])); // [k, d]
  };
  let factors = both((side) => factorOf(side, null, 1));
  let robust = both((side) => robustWeights(rows[side], codes, factors[side]));
  const objective: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const power = both((side) => (lambda * robust[side].sum) ** (1 / (lambda - 1)));
    const shares = both((side) => (power[side] / (power.image + power.text)) ** lambda);
    const products = both((side) => factors[side].mmul(factors[side].transpose())); // [k, k]
    // Cost of a bit for each pair: weight (f_b . sum of the other bits' f + |f_b|^2 / 2 - x . f_b).
    const own = both((side) => rows[side].mmul(factors[side].transpose())); // [N, k]
    const reconstructed = both((side) => codes.mmul(products[side])); // [N, k], kept up to date
    for (let sweep = 0; sweep < sweeps; sweep++) {
      let changed = 0;
      for (let bit = 0; bit < bits; bit++) {
        const cost = new Float64Array(pairs);
        for (const side of sides) {
          const [rest, x, share, weights] = [reconstructed[side], own[side], shares[side], robust[side].weights];
          const itself = products[side].get(bit, bit);
          for (let pair = 0; pair < pairs; pair++) {
            const others = rest.get(pair, bit) - (codes.get(pair, bit) - 0.5) * itself - x.get(pair, bit);
            cost[pair] = float64At(cost, pair) + share * float64At(weights, pair) * others;
          }
        }
        lowest(cost, ones).forEach((value, pair) => {
          const change = value - codes.get(pair, bit);
          if (change === 0) return;
          changed++;
          codes.set(pair, bit, value);
          for (const side of sides) {
            const [among, rest] = [products[side], reconstructed[side]];
            for (let j = 0; j < bits; j++) rest.set(pair, j, rest.get(pair, j) + change * among.get(bit, j));
          }
        });
      }
      if (changed === 0) break;
    }
    factors = both((side) => factorOf(side, robust[side].weights, shares[side]));
    robust = both((side) => robustWeights(rows[side], codes, factors[side]));
    const norms = factors.image.norm() + factors.text.norm();
    objective.push(shares.image * robust.image.sum + shares.text * robust.text.sum + gamma * norms);
  }
  return { codes, objective };
}

/** `row map + offset` for each modality, as the network computes it. */
export type RfdhMaps = Both<{ readonly p: Matrix; readonly u: Float64Array }> & { readonly r: Matrix };

/** Random starts of the second stage: R `[k, k]`, T `[N, k]`, u `[k]` of each modality. */
export interface RfdhMapStart {
  readonly r: Matrix;
  readonly t: Matrix;
  readonly u: Both<ArrayLike<number>>;
}

/**
 * Maps to the codes: rows T with X_m P_m - u_m near T and T near B turned by R, each by least squares in turn. A query's code is
 * the signs of (x P - u) R^T.
 * @param codes `[N, k]` of 1 and -1
 */
export function rfdhMaps(
  rows: Both<Matrix>,
  codes: Matrix,
  start: RfdhMapStart,
  { gamma, eta }: Pick<RfdhSettings, 'gamma' | 'eta'>,
): RfdhMaps {
  const bits = codes.columns;
  const systems = both((side) => plusDiagonal(transposedTimes(rows[side], rows[side]), gamma));
  const inner = plusDiagonal(transposedTimes(codes, codes), gamma);
  let { r, t } = start;
  let u: Both<Float64Array> = both((side) => Float64Array.from(start.u[side]));
  let p = both((side) => Matrix.zeros(rows[side].columns, bits));
  for (let round = 0; round < mapRounds; round++) {
    p = both((side) =>
      solvePositive(
        systems[side],
        transposedTimes(
          rows[side],
          mapped(t, (x, _row, j) => x + float64At(u[side], j)),
        ),
      ),
    );
    const [given, offsets] = [both((side) => rows[side].mmul(p[side])), u];
    const less = (side: (typeof sides)[number]) => mapped(given[side], (x, _row, j) => x - float64At(offsets[side], j));
    const right = Matrix.add(less('image'), less('text')).add(codes.mmul(r).mul(eta)); // [N, k]
    const left = plusDiagonal(transposedTimes(r, r).mul(eta), 2);
    t = solvePositive(left, right.transpose()).transpose();
    // R = T^T B (B^T B + gamma I)^-1.
    r = solvePositive(inner, transposedTimes(codes, t)).transpose();
    u = both((side) => Float64Array.from(Matrix.sub(given[side], t).mean('column')));
  }
  return { ...both((side) => ({ p: p[side], u: u[side] })), r };
}

function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: RfdhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const rows = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const pairs = rows.image.rows;
  const start = uniformMatrix(pairs, bits, random);
  const { codes } = rfdhCodes(
    rows,
    mapped(start, (x) => Number(x > 0.5)),
    settings,
  );
  const signs = mapped(codes, (x) => 2 * x - 1);
  const vector = () => normalMatrix(1, bits, random).to1DArray();
  const maps = rfdhMaps(
    rows,
    signs,
    {
      r: normalMatrix(bits, bits, random),
      t: normalMatrix(pairs, bits, random),
      u: { image: vector(), text: vector() },
    },
    settings,
  );
  const network = (side: (typeof sides)[number]) => {
    const { p, u } = maps[side];
    const offset = Matrix.rowVector(Array.from(u)).mmul(maps.r.transpose()).mul(-1).to1DArray();
    return affineNetwork(side, p.rows, { map: p.mmul(maps.r.transpose()), offset });
  };
  const fused = valuesOfMatrix(signs);
  return { image: network('image'), text: network('text'), pairCodes: { fused: { image: fused, text: fused } } };
}

/**
 * Wang, Wang, Gao: Robust and Flexible Discrete Hashing for Cross-Modal Similarity Search, IEEE TCSVT 28(10), 2018, its linear
 * variant. Its published evaluation puts the codes of both modalities together into the database.
 */
export const rfdh: HashMethod<typeof rfdhSettings> = {
  id: 'rfdh',
  name: 'RFDH',
  source: 'Wang, Wang and Gao, Robust and Flexible Discrete Hashing, IEEE TCSVT 28(10), 2018',
  description:
    'Finds balanced codes from which photos and captions can be reconstructed and then linear maps to them. Outliers count ' +
    'less than in other methods.',
  needsPairs: true,
  hasEpochs: false,
  settings: rfdhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};

/** Outputs of the maps for some rows, `[n, k]`. */
export const rfdhOutputs = ({ r, ...maps }: RfdhMaps, side: keyof Both<unknown>, rows: Matrix): Matrix =>
  mapped(rows.mmul(maps[side].p), (x, _row, j) => x - numberAt(maps[side].u, j)).mmul(r.transpose());
