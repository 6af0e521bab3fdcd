import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  bitsOf,
  goldenOf,
  matrixDistance,
  matrixSchema,
  publishedBits,
} from '../../../../test/support/golden-methods.ts';
import { ridge, signsOf, transposedTimes } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import { fittedKernel, kernelFeatures } from '../networks/kernel-code.ts';
import { batchCodes, batchSettings } from './batch.ts';
import { labelMatrix, unitLabels } from './label-matrix.ts';
import { orthonormalCodes } from './orthonormal-codes.ts';

const goldenSchema = z.object({
  X: matrixSchema,
  Y: matrixSchema,
  L: matrixSchema,
  G: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  /** From 1. */
  anchors: z.array(z.number()),
  XK: matrixSchema,
  YK: matrixSchema,
  XKtest: matrixSchema,
  drawB: matrixSchema,
  drawV: matrixSchema,
  B: matrixSchema,
  XW: matrixSchema,
  YW: matrixSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});

const golden = goldenOf('batch', goldenSchema);
const side = (values: number[][]) => {
  const rows = new Matrix(values);
  const anchors = rows.selection(
    golden.anchors.map((anchor) => anchor - 1),
    [...Array(rows.columns).keys()],
  );
  return fittedKernel(rows, anchors);
};

it('kernel features are those of the published code', () => {
  const [image, text] = [side(golden.X), side(golden.Y)];
  expect(matrixDistance(image.features, golden.XK)).toBeLessThan(1e-9);
  expect(matrixDistance(text.features, golden.YK)).toBeLessThan(1e-9);
  expect(matrixDistance(kernelFeatures(new Matrix(golden.Xtest), image.kernel), golden.XKtest)).toBeLessThan(1e-9);
  expect(matrixDistance(unitLabels(new Matrix(golden.L)), golden.G)).toBeLessThan(1e-12);
});

it('codes and maps are those of the published code after 6 iterations', () => {
  const [image, text] = [side(golden.X), side(golden.Y)];
  const inputs = { image: image.features, text: text.features, labels: new Matrix(golden.L) };
  const start = { codes: signsOf(new Matrix(golden.drawB)), real: new Matrix(golden.drawV) };
  const codes = batchCodes(inputs, start, batchSettings.parse({}), new Random(1));
  expect(bitsOf(codes)).toEqual(publishedBits(golden.B));
  const [imageMap, textMap] = [ridge(image.features, codes, 0.01), ridge(text.features, codes, 0.01)];
  expect(matrixDistance(imageMap, golden.XW)).toBeLessThan(1e-9);
  expect(matrixDistance(textMap, golden.YW)).toBeLessThan(1e-9);
  const asked = (rows: number[][], { kernel }: ReturnType<typeof side>, map: Matrix) =>
    bitsOf(kernelFeatures(new Matrix(rows), kernel).mmul(map));
  expect(asked(golden.Xtest, image, imageMap)).toEqual(publishedBits(golden.codeImageTest));
  expect(asked(golden.Ytest, text, textMap)).toEqual(publishedBits(golden.codeTextTest));
});

it('real-valued codes are uncorrelated and balanced where the rows vary in few directions too', () => {
  const random = new Random(5);
  const thin = new Matrix(golden.L).mmul(
    new Matrix([
      [1, 2, 0, 1, 0.5],
      [0, 1, 1, 3, 1],
      [1, 0, 2, 1, 0],
    ]),
  );
  const codes = orthonormalCodes(thin, random);
  expect(Matrix.sub(transposedTimes(codes, codes), Matrix.eye(5).mul(40)).norm()).toBeLessThan(1e-7);
  expect(Math.max(...codes.mean('column').map(Math.abs))).toBeLessThan(1e-8);
});

it('labels on one pair or on all are left out, and without others there is nothing to learn from', () => {
  expect(labelMatrix([[7, 1], [7, 2, 3], [7, 2], [7]]).to2DArray()).toEqual([[0], [1], [1], [0]]);
  expect(() => labelMatrix([[7], [7], [7, 1]])).toThrow(expect.objectContaining({ code: 'too-few-pairs' }));
});
