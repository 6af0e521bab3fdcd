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
import { mapped } from '../../numerics/matrices.ts';
import { rfdhCodes, rfdhMaps, rfdhOutputs, rfdhSettings } from './rfdh.ts';

const sideSchema = z.object({
  P: matrixSchema,
  R: matrixSchema,
  u: z.array(z.number()),
});
const goldenSchema = z.object({
  settings: z.object({
    maxIter: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  draw: matrixSchema,
  secondStageDraws: z.tuple([matrixSchema, matrixSchema, z.array(z.number()), z.array(z.number())]),
  B: matrixSchema,
  objective: z.array(z.number()),
  image: sideSchema,
  text: sideSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});

const golden = goldenOf('rfdh', goldenSchema);
const rows = { image: new Matrix(golden.X), text: new Matrix(golden.Y) };
const settings = rfdhSettings.parse({ iterations: golden.settings.maxIter });

it('codes and objective are those of the published code after each of 4 rounds', () => {
  const start = mapped(new Matrix(golden.draw).transpose(), (x) => Number(x > 0.5));
  const { codes, objective } = rfdhCodes(rows, start, settings);
  expect(bitsOf(codes.transpose())).toEqual(publishedBits(golden.B));
  objective.forEach((value, i) => expect(value).toBeCloseTo(golden.objective[i] ?? Number.NaN, 9));
});

it('maps are those of the published code, given its codes', () => {
  const codes = mapped(new Matrix(golden.B).transpose(), (x) => (x > 0 ? 1 : -1));
  const [r, t, u1, u2] = golden.secondStageDraws;
  const maps = rfdhMaps(
    rows,
    codes,
    { r: new Matrix(r), t: new Matrix(t).transpose(), u: { image: u1, text: u2 } },
    settings,
  );
  for (const [side, test, published] of [
    ['image', golden.Xtest, golden.codeImageTest],
    ['text', golden.Ytest, golden.codeTextTest],
  ] as const) {
    expect(matrixDistance(maps[side].p.transpose(), golden[side].P)).toBeLessThan(1e-9);
    expect(matrixDistance(maps.r, golden[side].R)).toBeLessThan(1e-9);
    expect(matrixDistance(Matrix.rowVector(Array.from(maps[side].u)), [golden[side].u.flat()])).toBeLessThan(1e-9);
    expect(bitsOf(rfdhOutputs(maps, side, new Matrix(test)))).toEqual(publishedBits(published));
  }
});
