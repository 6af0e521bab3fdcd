import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { bitsOf, goldenOf, matrixDistance, publishedBits } from '../../../../test/support/golden-methods.ts';
import { lessMean, unitRowsMatrix } from '../../numerics/matrices.ts';
import { boundedBasis, semanticRows, stepOf, withSparse } from './lssh.ts';

interface Round {
  readonly Y: number[][];
  readonly A: number[][];
  readonly S: number[][];
  readonly B: number[][];
  readonly R: number[][];
}
interface Golden {
  readonly settings: { readonly mu: number; readonly lambda: number; readonly rho: number; readonly atoms: number };
  readonly X: number[][];
  readonly Y: number[][];
  readonly Xtest: number[][];
  readonly Ytest: number[][];
  readonly meanX: number[];
  readonly meanY: number[];
  readonly PX: number[][];
  readonly A0: number[][];
  readonly B0: number[][];
  readonly R0: number[][];
  readonly A: number[][];
  readonly B: number[][];
  readonly R: number[][];
  readonly codeImageTest: number[][];
  readonly codeTextTest: number[][];
  /** The first matrix is S after the start, without a round. */
  readonly trace: readonly [Pick<Round, 'S'>, ...Round[]];
}

const golden = goldenOf<Golden>('lssh');
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
