import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf, matrixSchema } from '../../../../test/support/golden-methods.ts';
import { cvhTablesMaps } from './cvh-tables.ts';

const goldenSchema = z.object({
  settings: z.object({
    lambda: z.number(),
    bits: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  asPublished: z.object({
    Wx: matrixSchema,
    Wy: matrixSchema,
  }),
});

/** |cosine| of each column with the published one: sign and scale are free. */
const cosines = (actual: Matrix, expected: readonly (readonly number[])[]) =>
  Array.from({ length: actual.columns }, (_, j) => {
    const [own, other] = [actual.getColumn(j), new Matrix(expected.map((row) => [...row])).getColumn(j)];
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);
    return Math.abs(dot(own, other)) / Math.sqrt(dot(own, own) * dot(other, other));
  });

it('every direction is that of the published code', () => {
  const { settings, X, Y, asPublished } = goldenOf('cvh', goldenSchema);
  const maps = cvhTablesMaps(new Matrix(X), new Matrix(Y), settings.bits, settings.lambda);
  for (const cosine of [...cosines(maps.image, asPublished.Wx), ...cosines(maps.text, asPublished.Wy)]) {
    expect(cosine).toBeCloseTo(1, 9);
  }
});
