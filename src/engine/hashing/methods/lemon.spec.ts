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
import { signsOf } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import { lemonChunk, lemonMaps, lemonSettings, noSums } from './lemon.ts';

const solutionSchema = z.object({
  B: matrixSchema,
  XW: matrixSchema,
  YW: matrixSchema,
});
const goldenSchema = z.object({
  X: matrixSchema,
  Y: matrixSchema,
  L: matrixSchema,
  Xtest: matrixSchema,
  Ytest: matrixSchema,
  drawsFirst: z.tuple([matrixSchema, matrixSchema], matrixSchema),
  drawsSecond: z.tuple([matrixSchema, matrixSchema], matrixSchema),
  R0First: matrixSchema,
  R0Second: matrixSchema,
  first: solutionSchema,
  second: solutionSchema,
  codeImageTest: matrixSchema,
  codeTextTest: matrixSchema,
});
type Golden = z.output<typeof goldenSchema>;

it('codes and maps of a first chunk and of the next are those of the published code', () => {
  const golden = goldenOf('lemon', goldenSchema);
  const settings = lemonSettings.parse({});
  const part = (rows: number[][], from: number, to: number) => new Matrix(rows.slice(from, to));
  const chunk = (from: number, to: number) => ({
    image: part(golden.X, from, to),
    text: part(golden.Y, from, to),
    labels: part(golden.L, from, to),
  });
  const start = ([codes, real]: Golden['drawsFirst'], rotation: number[][]) => ({
    codes: signsOf(new Matrix(codes)),
    real: new Matrix(real),
    rotation: new Matrix(rotation),
  });
  const random = new Random(1);
  const first = lemonChunk(
    chunk(0, 24),
    noSums(12, 10, 3, 8),
    start(golden.drawsFirst, golden.R0First),
    settings,
    random,
  );
  expect(bitsOf(first.codes)).toEqual(publishedBits(golden.first.B));
  const firstMaps = lemonMaps(first.sums, settings.xi);
  expect(matrixDistance(firstMaps.image, golden.first.XW)).toBeLessThan(1e-9);
  expect(matrixDistance(firstMaps.text, golden.first.YW)).toBeLessThan(1e-9);
  const next = lemonChunk(chunk(24, 40), first.sums, start(golden.drawsSecond, golden.R0Second), settings, random);
  expect(bitsOf(next.codes)).toEqual(publishedBits(golden.second.B));
  const maps = lemonMaps(next.sums, settings.xi);
  expect(matrixDistance(maps.image, golden.second.XW)).toBeLessThan(1e-9);
  expect(matrixDistance(maps.text, golden.second.YW)).toBeLessThan(1e-9);
  expect(bitsOf(new Matrix(golden.Xtest).mmul(maps.image))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(new Matrix(golden.Ytest).mmul(maps.text))).toEqual(publishedBits(golden.codeTextTest));
});
