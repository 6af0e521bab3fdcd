import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { bitsOf, goldenOf, matrixDistance, publishedBits } from '../../../../test/support/golden-methods.ts';
import { mapped, ridge } from '../../numerics/matrices.ts';
import { dlfhCodes } from './dlfh.ts';

interface Golden {
  readonly settings: { readonly lambda: number; readonly gamma: number };
  readonly X: number[][];
  readonly Y: number[][];
  readonly L: number[][];
  readonly Xtest: number[][];
  readonly Ytest: number[][];
  readonly drawU: number[][];
  readonly drawV: number[][];
  /** From 1. */
  readonly columns: number[][];
  readonly U: number[][];
  readonly V: number[][];
  readonly Wx: number[][];
  readonly Wy: number[][];
  readonly codeImageTest: number[][];
  readonly codeTextTest: number[][];
}

it('codes and maps are those of the published code after 5 rounds', () => {
  const golden = goldenOf<Golden>('dlfh');
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
