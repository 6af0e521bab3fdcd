// CVH as in the published tables, which is not canonical correlation analysis.
import { Matrix } from 'ml-matrix';
import { z } from 'zod';
import { matrixOf, plusDiagonal, solvePositive, transposedTimes } from '../../numerics/matrices.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';
import { affineNetwork } from '../networks/linear-code.ts';
import type { Networks } from '../networks/network.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';

export const cvhTablesSettings = z.strictObject({
  regularisation: z.number().positive().default(1e-4).meta({
    title: 'Regularisation',
    description: 'Added to the products of each modality with itself (published: 0.0001).',
  }),
});
export type CvhTablesSettings = z.output<typeof cvhTablesSettings>;

/**
 * Maps `[d_v, m]` and `[d_t, m]`, m = min(k, d_v, d_t): the eigenvectors w of C_xy C_yy C_yx w = l C_xx w with the largest l, and
 * C_yy^-1 C_yx w. Canonical correlation has the inverse of C_yy in the first place too, and rows less their mean.
 */
export function cvhTablesMaps(
  image: Matrix,
  text: Matrix,
  bits: number,
  lambda: number,
): { image: Matrix; text: Matrix } {
  const xx = plusDiagonal(transposedTimes(image, image), lambda);
  const yy = plusDiagonal(transposedTimes(text, text), lambda);
  const xy = transposedTimes(image, text);
  const side = symmetricEigen(xx);
  const scales = side.values.map((value) => 1 / Math.sqrt(value));
  const root = side.vectors.mmul(Matrix.diag(scales)).mmul(side.vectors.transpose()); // C_xx^-1/2
  const { vectors } = symmetricEigen(root.mmul(xy).mmul(yy).mmul(xy.transpose()).mmul(root));
  const kept = Math.min(bits, image.columns, text.columns);
  const map = root.mmul(vectors.subMatrix(0, image.columns - 1, 0, kept - 1));
  return { image: map, text: solvePositive(yy, xy.transpose().mmul(map)) };
}

/** `[d, bits]`: missing columns are filled with 0, which gives a bit that is the same for all rows. */
function padded(map: Matrix, bits: number): Matrix {
  const result = Matrix.zeros(map.rows, bits);
  for (let i = 0; i < map.rows; i++) for (let j = 0; j < map.columns; j++) result.set(i, j, map.get(i, j));
  return result;
}

function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: CvhTablesSettings): Networks {
  const { imageWidth, textWidth, bits } = setup;
  const [image, text] = [matrixOf(imageRows, imageWidth), matrixOf(textRows, textWidth)];
  const maps = cvhTablesMaps(image, text, bits, settings.regularisation);
  return {
    image: affineNetwork('image', imageWidth, { map: padded(maps.image, bits) }),
    text: affineNetwork('text', textWidth, { map: padded(maps.text, bits) }),
  };
}

/**
 * CVH (Kumar and Udupa, IJCAI 2011) as the code behind the published tables computes it: with a covariance in the
 * place of its inverse, and without centring. `cvh.ts` is the method of the paper.
 */
export const cvhTables: HashMethod<typeof cvhTablesSettings> = {
  id: 'cvh-tables',
  name: 'CVH of the tables',
  source: 'Kumar and Udupa, IJCAI 2011, as the code behind published tables has it',
  description: 'For comparison with published tables only, whose CVH lacks an inverse. Choose CVH for everything else.',
  needsPairs: true,
  hasEpochs: false,
  settings: cvhTablesSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
