import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { bitsOf, goldenOf, matrixDistance, publishedBits } from '../../../../test/support/golden-methods.ts';
import { signsOf } from '../../numerics/matrices.ts';
import { Random } from '../../numerics/random.ts';
import { lemonChunk, lemonMaps, lemonSettings, noSums } from './lemon.ts';

const solutionSchema = z.object({
  B: z.array(z.array(z.number())),
  XW: z.array(z.array(z.number())),
  YW: z.array(z.array(z.number())),
});
const goldenSchema = z.object({
  X: z.array(z.array(z.number())),
  Y: z.array(z.array(z.number())),
  L: z.array(z.array(z.number())),
  Xtest: z.array(z.array(z.number())),
  Ytest: z.array(z.array(z.number())),
  drawsFirst: z.tuple([z.array(z.array(z.number())), z.array(z.array(z.number()))], z.array(z.array(z.number()))),
  drawsSecond: z.tuple([z.array(z.array(z.number())), z.array(z.array(z.number()))], z.array(z.array(z.number()))),
  R0First: z.array(z.array(z.number())),
  R0Second: z.array(z.array(z.number())),
  first: solutionSchema,
  second: solutionSchema,
  codeImageTest: z.array(z.array(z.number())),
  codeTextTest: z.array(z.array(z.number())),
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
