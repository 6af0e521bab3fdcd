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
import { lessMean, signsOf } from '../../numerics/matrices.ts';
import { dchCodes, dchSettings } from './dch.ts';

const goldenSchema = z.object({
  X: matrixSchema,
  Y: matrixSchema,
  L: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  B0: matrixSchema,
  B: matrixSchema,
  labelW: matrixSchema,
  W: matrixSchema,
  Wt: matrixSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});

const golden = goldenOf('dch', goldenSchema);
/** Rows less the mean of the training rows. */
const centred = (rows: number[][], training: number[][]) =>
  lessMean(new Matrix(rows), new Matrix(training).mean('column'));
const [image, text] = [centred(golden.X, golden.X), centred(golden.Y, golden.Y)];
const labels = new Matrix(golden.L);
const start = signsOf(new Matrix(golden.B0));

it('relaxed: codes and maps are those of the code behind published tables', () => {
  const found = dchCodes(image, text, labels, start, dchSettings.parse({ codes: 'relaxed' }));
  expect(bitsOf(found.codes)).toEqual(publishedBits(golden.B));
  expect(matrixDistance(found.toLabels, golden.labelW)).toBeLessThan(1e-9);
  expect(matrixDistance(found.image, golden.W)).toBeLessThan(1e-9);
  expect(matrixDistance(found.text, golden.Wt)).toBeLessThan(1e-9);
  // A bit that is the same for all pairs has a map of rounding errors.
  const clear = (outputs: Matrix, published: number[][]) =>
    outputs
      .to2DArray()
      .flatMap((row, i) =>
        row.flatMap((x, j) => (Math.abs(x) < 1e-9 ? [] : [{ bit: Number(x > 0), published: published[i]?.[j] }])),
      );
  for (const [rows, training, map, published] of [
    [golden.Xtest, golden.X, found.image, golden.codeImageTest],
    [golden.Ytest, golden.Y, found.text, golden.codeTextTest],
  ] as const) {
    const bits = clear(centred(rows, training).mmul(map), publishedBits(published));
    expect(bits.length).toBeGreaterThan(30);
    for (const { bit, published: theirs } of bits) expect(bit).toBe(theirs);
  }
});

it('discrete: no single bit lowers the objective once the codes have settled', () => {
  const settings = dchSettings.parse({ features: 0.1, iterations: 30 });
  const { codes, toLabels, image: x, text: y } = dchCodes(image, text, labels, start, settings);
  const square = (matrix: Matrix) => matrix.norm() ** 2;
  const objective = (b: Matrix) =>
    square(Matrix.sub(labels, b.mmul(toLabels))) +
    settings.features * (square(Matrix.sub(b, image.mmul(x))) + square(Matrix.sub(b, text.mmul(y))));
  const least = objective(codes);
  for (let row = 0; row < codes.rows; row++) {
    for (let bit = 0; bit < codes.columns; bit++) {
      const turned = codes.clone();
      turned.set(row, bit, -turned.get(row, bit));
      expect(objective(turned)).toBeGreaterThan(least - 1e-9);
    }
  }
});
