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
import { lessMean } from '../../numerics/matrices.ts';
import { cmfhFactors, cmfhSettings } from './cmfh.ts';

const goldenSchema = z.object({
  X: matrixSchema,
  Y: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  meanX: z.array(z.number()),
  meanY: z.array(z.number()),
  initial: z.object({
    Y: matrixSchema,
    W1: matrixSchema,
    W2: matrixSchema,
  }),
  U1: matrixSchema,
  U2: matrixSchema,
  W1: matrixSchema,
  W2: matrixSchema,
  V: matrixSchema,
  codeImageTest: z.array(z.array(z.boolean().transform(Number))),
  codeTextTest: z.array(z.array(z.boolean().transform(Number))),
});

const golden = goldenOf('cmfh', goldenSchema);
const rows = (values: number[][], mean: number[]) => lessMean(new Matrix(values), mean);
const factors = (asPublished: boolean) =>
  cmfhFactors(
    rows(golden.X, golden.meanX),
    rows(golden.Y, golden.meanY),
    {
      v: new Matrix(golden.initial.Y),
      w: { image: new Matrix(golden.initial.W1), text: new Matrix(golden.initial.W2) },
    },
    cmfhSettings.parse({ asPublished }),
  );

it('factors and maps are those of the published code after 25 iterations', () => {
  const { u, v, w } = factors(true);
  expect(matrixDistance(v, golden.V)).toBeLessThan(1e-9);
  expect(matrixDistance(u.image, golden.U1)).toBeLessThan(1e-9);
  expect(matrixDistance(u.text, golden.U2)).toBeLessThan(1e-9);
  expect(matrixDistance(w.image, golden.W1)).toBeLessThan(1e-9);
  expect(matrixDistance(w.text, golden.W2)).toBeLessThan(1e-9);
  expect(bitsOf(rows(golden.Xtest, golden.meanX).mmul(w.image))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(rows(golden.Ytest, golden.meanY).mmul(w.text))).toEqual(publishedBits(golden.codeTextTest));
});

it('the published slip makes the maps smaller', () => {
  const [meant, published] = [factors(false), factors(true)];
  expect(published.w.image.norm()).toBeLessThan(meant.w.image.norm() / 10);
  expect(published.w.text.norm()).toBeLessThan(meant.w.text.norm() / 10);
});
