import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf, matrixDistance, matrixSchema } from '../../../../test/support/golden-methods.ts';
import { normalMatrix, plusDiagonal, signsOf, squaredNorm, transposedTimes } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import { kernelLogistic, mtfhFactors } from './mtfh.ts';

const goldenSchema = z.object({
  start: z.record(z.enum(['U', 'U_', 'V', 'V_', 'H1', 'H2']), matrixSchema),
  settings: z.object({
    alpha: z.number(),
    beta: z.number(),
  }),
  L: matrixSchema,
  firsts: z.array(z.number()),
  U: matrixSchema,
  V: matrixSchema,
  U_: matrixSchema,
  V_: matrixSchema,
  H1: matrixSchema,
  H2: matrixSchema,
});

it('codes and maps are those of the published code, its slips and random numbers given', () => {
  const { start, settings, firsts, ...golden } = goldenOf('mtfh', goldenSchema);
  const matrix = (name: keyof typeof start) => new Matrix(start[name]);
  let at = 0;
  const found = mtfhFactors(
    new Matrix(golden.L),
    {
      ...{ u: matrix('U'), uOther: matrix('U_'), v: matrix('V'), vOther: matrix('V_') },
      ...{ h1: matrix('H1'), h2: matrix('H2') },
    },
    { ...settings, iterations: 100 },
    { bitsOfSweep: () => firsts[at++] ?? Number.NaN },
  );
  expect(at).toBe(firsts.length);
  expect(found.u.to2DArray()).toEqual(golden.U);
  expect(found.uOther.to2DArray()).toEqual(golden.U_);
  expect(found.v.to2DArray()).toEqual(golden.V);
  expect(found.vOther.to2DArray()).toEqual(golden.V_);
  expect(matrixDistance(found.h1, golden.H1)).toBeLessThan(1e-9);
  expect(matrixDistance(found.h2, golden.H2)).toBeLessThan(1e-9);
});

it('the regression ends where its gradient is 0', () => {
  const random = new Random(2);
  const features = normalMatrix(60, 6, random);
  const among = plusDiagonal(Matrix.zeros(6, 6), 1);
  const codes = signsOf(normalMatrix(60, 3, random));
  const map = kernelLogistic(features, among, codes, 0.5);
  const slope = features.mmul(map);
  for (let i = 0; i < slope.rows; i++) {
    for (let j = 0; j < slope.columns; j++) {
      const wanted = codes.get(i, j);
      slope.set(i, j, -wanted / (1 + Math.exp(wanted * slope.get(i, j))));
    }
  }
  const gradient = transposedTimes(features, slope).add(Matrix.mul(map, 2 * 0.5));
  expect(squaredNorm(gradient)).toBeLessThan(1e-12);
});

it('as meant, each round lowers the objective', () => {
  const { start, settings, L } = goldenOf('mtfh', goldenSchema);
  const matrix = (name: keyof typeof start) => new Matrix(start[name]);
  const labels = new Matrix(L);
  const objective = (iterations: number) => {
    const { u, uOther, v, vOther, h1, h2 } = mtfhFactors(
      labels,
      {
        ...{ u: matrix('U'), uOther: matrix('U_'), v: matrix('V'), vOther: matrix('V_') },
        ...{ h1: matrix('H1'), h2: matrix('H2') },
      },
      { ...settings, iterations },
    );
    const s = labels.mmul(labels.transpose());
    const error = (a: Matrix, b: Matrix) => squaredNorm(Matrix.sub(s, a.mmul(b.transpose()).div(a.columns)));
    return (
      settings.alpha * error(u, uOther) +
      (1 - settings.alpha) * error(vOther, v) +
      settings.beta *
        (squaredNorm(Matrix.sub(uOther, v.mmul(h1.transpose()))) + squaredNorm(Matrix.sub(vOther, u.mmul(h2))))
    );
  };
  expect(objective(3)).toBeLessThan(objective(1));
});
