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
import { lessMean, unitRowsMatrix } from '../../numerics/matrices.ts';
import { fshCodes } from './fsh.ts';

const goldenSchema = z.object({
  settings: z.object({
    k: z.number(),
    iter: z.number(),
    lambda: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  meanX: z.array(z.number()),
  meanY: z.array(z.number()),
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  /** From 1. */
  anchors: z.array(z.number()),
  drawWx: matrixSchema,
  drawWy: matrixSchema,
  Wx: matrixSchema,
  Wy: matrixSchema,
  B: matrixSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});

it('codes and maps are those of the published code after 5 iterations', () => {
  const golden = goldenOf('fsh', goldenSchema);
  const rows = (values: number[][], mean: number[]) => lessMean(unitRowsMatrix(new Matrix(values)), mean);
  const found = fshCodes(
    rows(golden.X, golden.meanX),
    rows(golden.Y, golden.meanY),
    golden.anchors.map((anchor) => anchor - 1),
    { image: new Matrix(golden.drawWx), text: new Matrix(golden.drawWy) },
    { neighbours: golden.settings.k, iterations: golden.settings.iter, lambda: golden.settings.lambda, ridge: 0 },
  );
  expect(bitsOf(found.codes.transpose())).toEqual(publishedBits(golden.B));
  expect(matrixDistance(found.image, golden.Wx)).toBeLessThan(1e-9);
  expect(matrixDistance(found.text, golden.Wy)).toBeLessThan(1e-9);
  expect(bitsOf(rows(golden.Xtest, golden.meanX).mmul(found.image))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(rows(golden.Ytest, golden.meanY).mmul(found.text))).toEqual(publishedBits(golden.codeTextTest));
});
