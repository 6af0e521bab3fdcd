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
import { mapped, ridge } from '../../numerics/matrices.ts';
import { dlfhCodes } from './dlfh.ts';

const goldenSchema = z.object({
  settings: z.object({
    lambda: z.number(),
    gamma: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  L: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  drawU: matrixSchema,
  drawV: matrixSchema,
  /** From 1. */
  columns: matrixSchema,
  U: matrixSchema,
  V: matrixSchema,
  Wx: matrixSchema,
  Wy: matrixSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});

it('codes and maps are those of the published code after 5 rounds', () => {
  const golden = goldenOf('dlfh', goldenSchema);
  const signs = (draw: number[][]) => mapped(new Matrix(draw), (x) => (x < 0 ? -1 : 1));
  const drawn = golden.columns.map((row) => row.map((column) => column - 1));
  const start = { image: signs(golden.drawU), text: signs(golden.drawV) };
  const codes = dlfhCodes(new Matrix(golden.L), start, drawn, golden.settings.lambda);
  expect(bitsOf(codes.image)).toEqual(publishedBits(golden.U));
  expect(bitsOf(codes.text)).toEqual(publishedBits(golden.V));
  const imageMap = ridge(new Matrix(golden.X), codes.image, golden.settings.gamma);
  const textMap = ridge(new Matrix(golden.Y), codes.text, golden.settings.gamma);
  expect(matrixDistance(imageMap, golden.Wx)).toBeLessThan(1e-9);
  expect(matrixDistance(textMap, golden.Wy)).toBeLessThan(1e-9);
  expect(bitsOf(new Matrix(golden.Xtest).mmul(imageMap))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(new Matrix(golden.Ytest).mmul(textMap))).toEqual(publishedBits(golden.codeTextTest));
});
