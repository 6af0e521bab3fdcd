import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { bitsOf, goldenOf, matrixDistance, publishedBits } from '../../../../test/support/golden-methods.ts';
import { lessMean, unitRowsMatrix } from '../../numerics/matrices.ts';
import { fshCodes } from './fsh.ts';

interface Golden {
  readonly settings: { readonly k: number; readonly iter: number; readonly lambda: number };
  readonly X: number[][];
  readonly Y: number[][];
  readonly meanX: number[];
  readonly meanY: number[];
  readonly Xtest: number[][];
  readonly Ytest: number[][];
  /** From 1. */
  readonly anchors: number[];
  readonly drawWx: number[][];
  readonly drawWy: number[][];
  readonly Wx: number[][];
  readonly Wy: number[][];
  readonly B: number[][];
  readonly codeImageTest: number[][];
  readonly codeTextTest: number[][];
}

it('codes and maps are those of the published code after 5 iterations', () => {
  const golden = goldenOf<Golden>('fsh');
  const rows = (values: number[][], mean: number[]) => lessMean(unitRowsMatrix(new Matrix(values)), mean);
  const found = fshCodes(
    rows(golden.X, golden.meanX),
    rows(golden.Y, golden.meanY),
    golden.anchors.map((anchor) => anchor - 1),
    { image: new Matrix(golden.drawWx), text: new Matrix(golden.drawWy) },
    { neighbours: golden.settings.k, iterations: golden.settings.iter, lambda: golden.settings.lambda, ridge: 0 },
  );
  expect(bitsOf(found.codes.transpose())).toEqual(publishedBits(golden.B));
  expect(matrixDistance(found.image, golden.Wx)).toBeLessThan(1e-9);
  expect(matrixDistance(found.text, golden.Wy)).toBeLessThan(1e-9);
  expect(bitsOf(rows(golden.Xtest, golden.meanX).mmul(found.image))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(rows(golden.Ytest, golden.meanY).mmul(found.text))).toEqual(publishedBits(golden.codeTextTest));
});
