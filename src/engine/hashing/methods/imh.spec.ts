import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  bitsOf,
  columnDistance,
  goldenOf,
  matrixDistance,
  matrixSchema,
  publishedBits,
} from '../../../../test/support/golden-methods.ts';
import { lessMean } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import { columnMedians, imhMaps, laplacianTimes, neighbourGraph } from './imh.ts';

const goldenSchema = z.object({
  settings: z.object({
    k: z.number(),
    lambda: z.number(),
    bits: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  Xtest: matrixSchema,
  laplacianImage: matrixSchema,
  laplacianText: matrixSchema,
  W1: matrixSchema,
  W2: matrixSchema,
  Y1: matrixSchema,
  codeImage: matrixSchema,
  codeText: matrixSchema,
});

const golden = goldenOf('imh', goldenSchema);
const [image, text] = [new Matrix(golden.X), new Matrix(golden.Y)];

it('the graphs are those of the published code', () => {
  const laplacian = (rows: Matrix) => laplacianTimes(neighbourGraph(rows, golden.settings.k), Matrix.eye(rows.rows));
  expect(matrixDistance(laplacian(image), golden.laplacianImage)).toBeLessThan(1e-12);
  expect(matrixDistance(laplacian(text), golden.laplacianText)).toBeLessThan(1e-12);
});

it('common rows, maps and codes are those of the published code, up to the sign of each bit', () => {
  const { bits, k, lambda } = golden.settings;
  const found = imhMaps(image, text, bits, new Random(1), { neighbours: k, lambda }, 1e-12);
  // The published code ties both modalities with a weight of 1e10, which makes them equal to about 1e-10.
  expect(columnDistance(found.common, golden.Y1)).toBeLessThan(1e-8);
  expect(columnDistance(found.image, golden.W1)).toBeLessThan(1e-8);
  expect(columnDistance(found.text, golden.W2)).toBeLessThan(1e-8);
  const codes = (rows: Matrix, map: Matrix, published: number[][]) => {
    const turned = map.clone();
    const reference = new Matrix(published);
    for (let j = 0; j < bits; j++) {
      const along = turned.getColumn(j).reduce((sum, x, i) => sum + x * reference.get(i, j), 0);
      if (along < 0) turned.mulColumn(j, -1);
    }
    const projected = rows.mmul(turned);
    return bitsOf(lessMean(projected, columnMedians(projected)));
  };
  expect(codes(image, found.image, golden.W1)).toEqual(publishedBits(golden.codeImage));
  expect(codes(text, found.text, golden.W2)).toEqual(publishedBits(golden.codeText));
});
