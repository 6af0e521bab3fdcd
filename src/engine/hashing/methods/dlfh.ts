// DLFH: Discrete Latent Factor Hashing, learned from labels.
import type { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { float64At } from '../../../shared/at.ts';
import { mapped, matrixOf, normalMatrix, ridge, valuesOfMatrix } from '../../numerics/matrices.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import { labelMatrix } from './label-matrix.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const dlfhSettings = z.strictObject({
  iterations: z.int().min(1).max(1000).default(30).meta({
    title: 'Iterations',
    description: 'Rounds over all bits (published: 30).',
  }),
  lambda: z.number().positive().default(8).meta({
    title: 'Lambda',
    symbol: 'λ',
    description: 'Scale of the products of codes (published: 8).',
  }),
  ridge: z.number().positive().default(0.01).meta({
    title: 'Regularisation',
    description: 'Regularisation of the maps from photos and captions to the codes (published: 0.01).',
  }),
});
export type DlfhSettings = z.output<typeof dlfhSettings>;

/** Codes of photos and captions, `[N, k]` of 1 and -1. */
export interface DlfhCodes {
  readonly image: Matrix;
  readonly text: Matrix;
}

/** Updates `codes` bit by bit against some rows of the other modality. `similar` `[N, m]` of 0 and 1. */
function updateBits(codes: Matrix, others: Matrix, similar: Matrix, lambda: number): void {
  const [n, bits, m] = [codes.rows, codes.columns, others.rows];
  const products = codes.mmul(others.transpose()); // [N, m], kept up to date
  const bound = (m * lambda ** 2) / (4 * bits ** 2);
  for (let bit = 0; bit < bits; bit++) {
    const column = Float64Array.from({ length: m }, (_, j) => others.get(j, bit));
    for (let i = 0; i < n; i++) {
      const own = codes.get(i, bit);
      let gradient = 0;
      for (let j = 0; j < m; j++) {
        const chance = 1 / (1 + Math.exp((-lambda * products.get(i, j)) / bits));
        gradient += (similar.get(i, j) - chance) * float64At(column, j);
      }
      // Chances of opposite products cancel exactly but for rounding: 0 sets the bit.
      const next = (lambda * gradient) / bits + bound * own < -1e-12 ? -1 : 1;
      if (next === own) continue;
      codes.set(i, bit, next);
      for (let j = 0; j < m; j++) products.set(i, j, products.get(i, j) + (next - own) * float64At(column, j));
    }
  }
}

/**
 * Codes U, V under which pairs that share a label are likely similar, sigma(lambda u.v / k), each bit set by the maximum of a
 * lower bound. A round compares all pairs with some drawn ones.
 * @param drawn rows of the pairs drawn in each round
 */
export function dlfhCodes(
  labels: Matrix,
  start: DlfhCodes,
  drawn: readonly (readonly number[])[],
  lambda: number,
): DlfhCodes {
  const [image, text] = [start.image.clone(), start.text.clone()];
  const all = (matrix: Matrix) => [...Array(matrix.columns).keys()];
  for (const rows of drawn) {
    const some = labels.selection([...rows], all(labels));
    const similar = mapped(labels.mmul(some.transpose()), (shared) => Number(shared > 0));
    updateBits(image, text.selection([...rows], all(text)), similar, lambda);
    updateBits(text, image.selection([...rows], all(image)), similar, lambda);
  }
  return { image, text };
}

function fit({ imageRows, textRows, labels }: FitRows, setup: Setup, settings: DlfhSettings): Networks {
  const { imageWidth, textWidth, bits, random } = setup;
  const l = labelMatrix(labels);
  const pairs = l.rows;
  const signs = () => mapped(normalMatrix(pairs, bits, random), (x) => (x < 0 ? -1 : 1));
  const drawn = Array.from({ length: settings.iterations }, () => {
    const order = random.shuffle(Int32Array.from({ length: pairs }, (_, i) => i));
    return Array.from(order.subarray(0, Math.min(bits, pairs)));
  });
  const codes = dlfhCodes(l, { image: signs(), text: signs() }, drawn, settings.lambda);
  const network = (name: string, values: Float32Array, width: number, target: Matrix) => {
    const rows = matrixOf(values, width);
    return affineNetwork(name, width, { map: ridge(rows, target, settings.ridge) });
  };
  return {
    image: network('image', imageRows, imageWidth, codes.image),
    text: network('text', textRows, textWidth, codes.text),
    pairCodes: { learned: { image: valuesOfMatrix(codes.image), text: valuesOfMatrix(codes.text) } },
  };
}

/**
 * Jiang, Li: Discrete Latent Factor Model for Cross-Modal Hashing, IEEE TIP 28(7), 2019. Its published evaluation has the codes
 * learned from labels in the database; search has those of the linear maps.
 */
export const dlfh: HashMethod<typeof dlfhSettings> = {
  id: 'dlfh',
  name: 'DLFH',
  source: 'Jiang and Li, Discrete Latent Factor Model for Cross-Modal Hashing, IEEE TIP 28(7), 2019',
  description:
    'Learns from tags: sets codes bit by bit so that photos which share a tag come near each other, then linear maps to ' +
    'them. Needs tags on most photos.',
  needsPairs: true,
  needsLabels: true,
  hasEpochs: false,
  settings: dlfhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
