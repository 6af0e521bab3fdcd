// CVH: Cross-View Hashing, canonical correlation analysis with signs.
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { HashlensError } from '../../../shared/errors.ts';
import { centred, covariance, linearNetwork, meanRow, rotationMatrix } from '../networks/linear-code.ts';
import { symmetricEigen } from '../../numerics/symmetric-eigen.ts';
import type { FitRows, HashMethod, Setup } from './method.ts';
import type { Networks } from '../networks/network.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

export const cvhSettings = z.strictObject({
  // The best of 0.1, 0.3, 1 and 3 on photos of Flickr8k.
  regularisation: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .meta({
      title: 'Regularisation',
      description:
        'Added to the variance of each feature, as a share of their mean variance. A larger value trusts a small ' +
        'library less.',
    }),
});
export type CvhSettings = z.output<typeof cvhSettings>;

/** Covariances of the centred rows of both modalities. `x` is the narrower one. */
interface Covariances {
  /** `[d_x, d_x]`. */
  readonly xx: Matrix;
  /** `[d_y, d_y]`. */
  readonly yy: Matrix;
  /** `[d_y, d_x]`. */
  readonly yx: Matrix;
}

/**
 * Canonical directions, the most correlated first: maps `[d_x, d_x]` and `[d_y, d_x]` whose columns give variates of unit
 * variance, and their correlations.
 *
 * With C_xx^-1/2 by an eigendecomposition of the narrower side and C_yy^-1 by Cholesky, the squared correlations are the
 * eigenvalues of C_xx^-1/2 C_xy C_yy^-1 C_yx C_xx^-1/2.
 */
export function canonicalDirections({ xx, yy, yx }: Covariances): { x: Matrix; y: Matrix; correlations: number[] } {
  const side = symmetricEigen(xx);
  const largest = numberAt(side.values, 0);
  // A direction without variance has no correlation.
  const scales = side.values.map((value) => (value > 1e-10 * largest ? 1 / Math.sqrt(value) : 0));
  const inverseRoot = side.vectors.mmul(Matrix.diag(scales)).mmul(side.vectors.transpose()); // [d_x, d_x]
  const whitened = yx.mmul(inverseRoot); // [d_y, d_x]
  const solved = new CholeskyDecomposition(yy).solve(whitened); // [d_y, d_x]
  const { values, vectors } = symmetricEigen(whitened.transpose().mmul(solved));
  const correlations = values.map((value) => Math.sqrt(Math.max(value, 1e-12)));
  return {
    x: inverseRoot.mmul(vectors),
    y: solved.mmul(vectors).mmul(Matrix.diag(correlations.map((correlation) => 1 / correlation))),
    correlations,
  };
}

/**
 * `[directions, bits]`: the first directions one by one; bits beyond their number are random rotations of all of them,
 * each weighted by its correlation.
 */
function choice(correlations: readonly number[], bits: number, random: Setup['random']): Matrix {
  const directions = correlations.length;
  const more = Math.max(0, bits - directions);
  const rotated = rotationMatrix(directions, more, random);
  return Matrix.from1DArray(
    directions,
    bits,
    Float64Array.from({ length: directions * bits }, (_, i) => {
      const [row, bit] = [Math.floor(i / bits), i % bits];
      if (bit < directions) return Number(bit === row);
      return numberAt(correlations, row) * float32At(rotated, row * more + bit - directions);
    }),
  );
}

async function fit({ imageRows, textRows }: FitRows, setup: Setup, settings: CvhSettings): Promise<Networks> {
  const { imageWidth, textWidth, bits, random } = setup;
  const means = {
    image: meanRow({ values: imageRows, width: imageWidth }),
    text: meanRow({ values: textRows, width: textWidth }),
  };
  const image = centred({ values: imageRows, width: imageWidth }, means.image); // [N, d_v]
  const text = centred({ values: textRows, width: textWidth }, means.text); // [N, d_t]
  const [x, y] = textWidth <= imageWidth ? [text, image] : [image, text];
  const regular = (matrix: Matrix) => {
    const variance = matrix.trace() / matrix.rows;
    if (!(variance > 0))
      throw new HashlensError('bad-argument', 'All features are the same, so nothing can be learned.');
    return matrix.add(Matrix.eye(matrix.rows).mul(Math.max(settings.regularisation, 1e-6) * variance));
  };
  const found = canonicalDirections({
    xx: regular(await covariance(x, x)),
    yy: regular(await covariance(y, y)),
    yx: await covariance(y, x),
  });
  const chosen = choice(found.correlations, bits, random); // [directions, k]
  const maps = { x: found.x.mmul(chosen), y: found.y.mmul(chosen) };
  const [imageMap, textMap] = x === text ? [maps.y, maps.x] : [maps.x, maps.y];
  return {
    image: linearNetwork('image', imageWidth, means.image, imageMap),
    text: linearNetwork('text', textWidth, means.text, textMap),
  };
}

/**
 * Kumar and Udupa: Learning Hash Functions for Cross-View Similarity Search, IJCAI 2011. For two views of which each item
 * has one row, as here, the method comes down to canonical correlation analysis: the k most correlated directions of
 * photo and caption features, one sign each.
 */
export const cvh: HashMethod<typeof cvhSettings> = {
  id: 'cvh',
  name: 'CVH',
  source: 'Kumar and Udupa, Learning Hash Functions for Cross-View Similarity Search, IJCAI 2011',
  description:
    'The directions in which photos and captions vary together most, one bit each, found in one go within seconds. The ' +
    'baseline for every method that trains longer.',
  needsPairs: true,
  hasEpochs: false,
  settings: cvhSettings,
  learner: (setup, settings) => ({ kind: 'closed-form', fit: (rows) => fit(rows, setup, settings) }),
};
