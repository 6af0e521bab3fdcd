// IMH: Inter-Media Hashing.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { numberAt } from '../../../shared/at.ts';
import { matrixOf, plusDiagonal, solvePositive, squaredDistances, transposedTimes } from '../../numerics/matrices.ts';
import type { Random } from '../../numerics/random.ts';
import { smallestEigenvectors } from '../../numerics/smallest-eigenvectors.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const imhSettings = z.strictObject({
  pairs: z.int().min(16).max(20_000).default(3000).meta({
    title: 'Pairs',
    description: 'Largest number of pairs to learn from, drawn at random: each is compared with every other.',
  }),
  neighbours: z.int().min(1).max(100).default(1).meta({
    title: 'Neighbours',
    symbol: 'k',
    description: 'Number of nearest pairs that a pair is tied to (published: 1).',
  }),
  lambda: z.number().positive().default(1).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Weight of the neighbours against the linear maps (published: 1).',
  }),
});
export type ImhSettings = z.output<typeof imhSettings>;

/** A neighbour graph: for each pair those it is tied to, and the weight of each tie. */
type Graph = readonly ReadonlyMap<number, number>[];

/** Ties of 1/2 for each direction in which one of two rows is among the `neighbours` nearest of the other. */
export function neighbourGraph(rows: Matrix, neighbours: number): Graph {
  const n = rows.rows;
  const graph = Array.from({ length: n }, () => new Map<number, number>());
  const chunk = 256;
  for (let start = 0; start < n; start += chunk) {
    const some = rows.subMatrix(start, Math.min(n, start + chunk) - 1, 0, rows.columns - 1);
    const distances = squaredDistances(some, rows);
    for (let i = 0; i < some.rows; i++) {
      const own = distances.getRow(i);
      own[start + i] = Number.POSITIVE_INFINITY;
      const order = Array.from(own.keys()).sort((a, b) => numberAt(own, a) - numberAt(own, b) || a - b);
      for (const other of order.slice(0, Math.min(neighbours, n - 1))) {
        for (const [from, to] of [
          [start + i, other],
          [other, start + i],
        ] as const) {
          const ties = graph[from] ?? new Map<number, number>();
          ties.set(to, (ties.get(to) ?? 0) + 0.5);
        }
      }
    }
  }
  return graph;
}

/** The unnormalised Laplacian of a graph, D - W, times `[n, m]`. */
export function laplacianTimes(graph: Graph, block: Matrix): Matrix {
  const result = Matrix.zeros(block.rows, block.columns);
  graph.forEach((ties, row) => {
    let degree = 0;
    for (const weight of ties.values()) degree += weight;
    for (let j = 0; j < block.columns; j++) {
      let sum = degree * block.get(row, j);
      for (const [other, weight] of ties) sum -= weight * block.get(other, j);
      result.set(row, j, sum);
    }
  });
  return result;
}

export interface ImhSolution {
  /** `[N, k]`: common rows of the pairs. */
  readonly common: Matrix;
  /** `[d, k]`. */
  readonly image: Matrix;
  readonly text: Matrix;
}

/**
 * The k smallest eigenvectors of A_x + A_y + lambda (L_x + L_y), A = I - X (X^T X + I)^-1 X^T: common rows that a linear map of
 * each modality predicts and that neighbours share. Maps are ridge regressions to them.
 */
export function imhMaps(
  image: Matrix,
  text: Matrix,
  bits: number,
  random: Random,
  { neighbours, lambda }: Omit<ImhSettings, 'pairs'>,
  tolerance?: number,
): ImhSolution {
  const side = (rows: Matrix) => {
    const system = plusDiagonal(transposedTimes(rows, rows), 1);
    const graph = neighbourGraph(rows, neighbours);
    // `[d, N]`, made once: the search multiplies by it many times.
    const solved = solvePositive(system, rows.transpose());
    const map = (common: Matrix) => solved.mmul(common);
    const largest = 2 * Math.max(...graph.map((ties) => [...ties.values()].reduce((sum, weight) => sum + weight, 0)));
    const times = (block: Matrix) =>
      Matrix.sub(block, rows.mmul(map(block))).add(laplacianTimes(graph, block).mul(lambda));
    // Twice the largest degree bounds the eigenvalues of a Laplacian.
    return { map, times, bound: 1 + lambda * largest };
  };
  const [x, y] = [side(image), side(text)];
  const times = (block: Matrix) => Matrix.add(x.times(block), y.times(block));
  const found = smallestEigenvectors(times, image.rows, bits, x.bound + y.bound, random, tolerance);
  return { common: found.vectors, image: x.map(found.vectors), text: y.map(found.vectors) };
}

/** Median of each column: the threshold of its bit. */
export function columnMedians(matrix: Matrix): Float64Array {
  return Float64Array.from({ length: matrix.columns }, (_, j) => {
    const column = matrix.getColumn(j).sort((a, b) => a - b);
    const middle = column.length >> 1;
    return column.length % 2 === 1
      ? numberAt(column, middle)
      : (numberAt(column, middle - 1) + numberAt(column, middle)) / 2;
  });
}

function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: ImhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const all = { image: matrixOf(imageRows, imageWidth), text: matrixOf(textRows, textWidth) };
  const order = random.shuffle(Int32Array.from({ length: all.image.rows }, (_, i) => i));
  const drawn = Array.from(order.subarray(0, settings.pairs)).sort((a, b) => a - b);
  const taken = (rows: Matrix) =>
    drawn.length === rows.rows
      ? rows
      : rows.selection(
          drawn,
          Array.from({ length: rows.columns }, (_, j) => j),
        );
  const [image, text] = [taken(all.image), taken(all.text)];
  const kept = Math.min(bits, drawn.length);
  const found = imhMaps(image, text, kept, random, settings);
  const network = (name: string, rows: Matrix, map: Matrix) => {
    const medians = columnMedians(rows.mmul(map));
    const wide = Matrix.zeros(map.rows, bits);
    for (let i = 0; i < map.rows; i++) for (let j = 0; j < kept; j++) wide.set(i, j, map.get(i, j));
    const offset = Float64Array.from({ length: bits }, (_, j) => (j < kept ? -numberAt(medians, j) : 0));
    return affineNetwork(name, map.rows, { map: wide, offset });
  };
  return { image: network('image', image, found.image), text: network('text', text, found.text) };
}

/**
 * Song, Yang, Yang, Huang, Shen: Inter-Media Hashing for Large-Scale Retrieval from Heterogeneous Data Sources, SIGMOD 2013.
 * Thresholds are the medians of the training pairs; the published coding takes them from the very batch that is coded, so that
 * queries influence each other's codes.
 */
export const imh: HashMethod<typeof imhSettings> = {
  id: 'imh',
  name: 'IMH',
  source: 'Song et al., Inter-Media Hashing for Large-Scale Retrieval, SIGMOD 2013',
  description:
    'Finds common coordinates in which photos, captions and their neighbours agree, and linear maps to them. A baseline of ' +
    'published tables; its long codes are mostly noise.',
  needsPairs: true,
  hasEpochs: false,
  settings: imhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
