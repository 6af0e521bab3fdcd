import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { bitsOf, goldenOf, matrixDistance, publishedBits } from '../../../../test/support/golden-methods.ts';
import { lessMean } from '../../numerics/matrices.ts';
import { cmfhFactors, cmfhSettings } from './cmfh.ts';

interface Golden {
  readonly X: number[][];
  readonly Y: number[][];
  readonly Xtest: number[][];
  readonly Ytest: number[][];
  readonly meanX: number[];
  readonly meanY: number[];
  readonly initial: { readonly Y: number[][]; readonly W1: number[][]; readonly W2: number[][] };
  readonly U1: number[][];
  readonly U2: number[][];
  readonly W1: number[][];
  readonly W2: number[][];
  readonly V: number[][];
  readonly codeImageTest: number[][];
  readonly codeTextTest: number[][];
}

const golden = goldenOf<Golden>('cmfh');
const rows = (values: number[][], mean: number[]) => lessMean(new Matrix(values), mean);
const factors = (asPublished: boolean) =>
  cmfhFactors(
    rows(golden.X, golden.meanX),
    rows(golden.Y, golden.meanY),
    {
      v: new Matrix(golden.initial.Y),
      w: { image: new Matrix(golden.initial.W1), text: new Matrix(golden.initial.W2) },
    },
    cmfhSettings.parse({ asPublished }),
  );

it('factors and maps are those of the published code after 25 iterations', () => {
  const { u, v, w } = factors(true);
  expect(matrixDistance(v, golden.V)).toBeLessThan(1e-9);
  expect(matrixDistance(u.image, golden.U1)).toBeLessThan(1e-9);
  expect(matrixDistance(u.text, golden.U2)).toBeLessThan(1e-9);
  expect(matrixDistance(w.image, golden.W1)).toBeLessThan(1e-9);
  expect(matrixDistance(w.text, golden.W2)).toBeLessThan(1e-9);
  expect(bitsOf(rows(golden.Xtest, golden.meanX).mmul(w.image))).toEqual(publishedBits(golden.codeImageTest));
  expect(bitsOf(rows(golden.Ytest, golden.meanY).mmul(w.text))).toEqual(publishedBits(golden.codeTextTest));
});

it('the published slip makes the maps smaller', () => {
  const [meant, published] = [factors(false), factors(true)];
  expect(published.w.image.norm()).toBeLessThan(meant.w.image.norm() / 10);
  expect(published.w.text.norm()).toBeLessThan(meant.w.text.norm() / 10);
});
