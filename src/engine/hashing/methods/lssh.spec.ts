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
import { boundedBasis, semanticRows, stepOf, withSparse } from './lssh.ts';

const roundSchema = z.object({
  Y: matrixSchema,
  A: matrixSchema,
  S: matrixSchema,
  B: matrixSchema,
  R: matrixSchema,
});
const goldenSchema = z.object({
  settings: z.object({
    mu: z.number(),
    lambda: z.number(),
    rho: z.number(),
    atoms: z.number(),
  }),
  X: matrixSchema,
  Y: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  meanX: z.array(z.number()),
  meanY: z.array(z.number()),
  PX: matrixSchema,
  A0: matrixSchema,
  B0: matrixSchema,
  R0: matrixSchema,
  A: matrixSchema,
  B: matrixSchema,
  R: matrixSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
  /** The first matrix is S after the start, without a round. */
  trace: z.tuple([roundSchema.pick({ S: true })], roundSchema),
});

const golden = goldenOf('lssh', goldenSchema);
const { lambda, mu, rho, atoms } = golden.settings;
const photos = (rows: number[][]) =>
  unitRowsMatrix(lessMean(new Matrix(rows), golden.meanX).mmul(new Matrix(golden.PX)));
const captions = (rows: number[][]) => unitRowsMatrix(lessMean(new Matrix(rows), golden.meanY));

it('each round gives the bases of the published code from its sparse codes', () => {
  const [image, text] = [photos(golden.X), captions(golden.Y)];
  const [start, ...rounds] = golden.trace;
  let [s, a, r] = [new Matrix(start.S), new Matrix(golden.A0), new Matrix(golden.R0)];
  for (const round of rounds) {
    const shared = semanticRows(text, s, a, r, lambda / mu);
    expect(matrixDistance(shared, round.Y)).toBeLessThan(1e-7);
    a = boundedBasis(text, shared);
    s = new Matrix(round.S);
    r = boundedBasis(shared, s);
    expect(matrixDistance(a, round.A)).toBeLessThan(1e-7);
    expect(matrixDistance(boundedBasis(image, s), round.B)).toBeLessThan(1e-7);
    expect(matrixDistance(r, round.R)).toBeLessThan(1e-7);
  }
  expect(rounds).toHaveLength(3);
});

it('sparse codes are near those of the published line search, and codes of new rows equal', async () => {
  await withSparse(atoms, rho, async (sparse) => {
    const dictionary = new Matrix(golden.B0);
    const found = await sparse(photos(golden.X), dictionary);
    // Both take 30 steps of other lengths towards the same minimum.
    expect(Math.max(...Matrix.sub(found, new Matrix(golden.trace[0].S)).to1DArray().map(Math.abs))).toBeLessThan(0.015);
    expect(stepOf(dictionary)).toBeGreaterThan(0);
    const asked = await sparse(photos(golden.Xtest), new Matrix(golden.B));
    expect(bitsOf(asked.mmul(new Matrix(golden.R).transpose()))).toEqual(publishedBits(golden.codeImageTest));
  });
  const shared = semanticRows(captions(golden.Ytest), null, new Matrix(golden.A), new Matrix(golden.R), lambda / mu);
  expect(bitsOf(shared)).toEqual(publishedBits(golden.codeTextTest));
});
