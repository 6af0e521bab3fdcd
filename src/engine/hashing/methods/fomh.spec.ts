import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { goldenOf, matrixDistance, matrixSchema } from '../../../../test/support/golden-methods.ts';
import { mapped } from '../../numerics/matrices.ts';
import { fomhMaps, fomhSettings } from './fomh.ts';

const goldenSchema = z.object({
  L: matrixSchema,
  phiImage: matrixSchema,
  phiText: matrixSchema,
  drawB: matrixSchema,
  drawZ: matrixSchema,
  drawD: matrixSchema,
  W1: matrixSchema,
  W2: matrixSchema,
});

it('maps are those of the published code after two chunks', () => {
  const golden = goldenOf('fomh', goldenSchema);
  const part = (rows: number[][], i: number) => new Matrix(rows.slice(i * 16, (i + 1) * 16));
  const chunks = [0, 1].map((i) => ({
    features: { image: part(golden.phiImage, i), text: part(golden.phiText, i) },
    labels: part(golden.L, i),
  }));
  const signs = (draw: number[][]) => mapped(new Matrix(draw).transpose(), (x) => Math.sign(2 * x - 1));
  const maps = fomhMaps(
    chunks,
    { b: signs(golden.drawB), z: signs(golden.drawZ), d: new Matrix(golden.drawD).transpose() },
    fomhSettings.parse({}),
  );
  expect(matrixDistance(maps.image.transpose(), golden.W1)).toBeLessThan(1e-9);
  expect(matrixDistance(maps.text.transpose(), golden.W2)).toBeLessThan(1e-9);
});
