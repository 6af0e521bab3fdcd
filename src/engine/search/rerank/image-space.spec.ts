import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { expect, it, onTestFinished } from 'vitest';
import { Random } from '../../numerics/random.ts';
import { ImageSpace, inverseRoot } from './image-space.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

const [count, width] = [400, 12];
const random = new Random(3);
/** Directions of very different variance, mixed with one another. */
const mixing = Matrix.from1DArray(
  width,
  width,
  Array.from({ length: width * width }, (_, i) => 3 ** -(i % width) * random.normal()),
);
const rows = Float32Array.from(
  Matrix.from1DArray(
    count,
    width,
    Array.from({ length: count * width }, () => random.normal()),
  )
    .mmul(mixing.transpose())
    .to1DArray(),
);

it('inverts the root of a matrix: R A R is the identity', async () => {
  const a = mixing.mmul(mixing.transpose()).add(Matrix.eye(width).mul(0.05));
  const root = Matrix.from1DArray(width, width, Array.from(await inverseRoot(Float32Array.from(a.to1DArray()), width)));
  const product = root.mmul(a).mmul(root);
  expect(product.sub(Matrix.eye(width)).norm()).toBeLessThan(0.02);
});

it('gives the cosines of half-whitened rows', async () => {
  const space = await ImageSpace.fit(rows, width);
  onTestFinished(() => space.dispose());
  // The same by eigenvectors: each direction divided by the fourth root of its shrunk variance.
  const x = Matrix.from1DArray(count, width, Array.from(rows));
  const centred = x.subRowVector(x.mean('column'));
  const covariance = centred.transpose().mmul(centred).div(count);
  const variance = covariance.trace() / width;
  const share = Math.max(0.03, width / (width + count));
  const shrunk = covariance.mul((1 - share) / variance).add(Matrix.eye(width).mul(share));
  const found = new EigenvalueDecomposition(shrunk, { assumeSymmetric: true });
  const scales = found.realEigenvalues.map((value) => value ** -0.25);
  const white = centred.mmul(found.eigenvectorMatrix).mmul(Matrix.diag(scales));
  const cosines = await space.cosines(rows.slice(0, width), rows);
  const query = white.getRowVector(0);
  for (let i = 0; i < count; i++) {
    const other = white.getRowVector(i);
    expect(cosines[i]).toBeCloseTo(query.dot(other) / (query.norm() * other.norm()), 3);
  }
  expect(cosines[0]).toBeCloseTo(1, 4);
});

it('finds photos of a kind that differs from others in small numbers, where plain cosine sees light and shade', async () => {
  // Six kinds in four numbers with small variance; eight numbers with large variance are unrelated to the kind.
  const kinds = Array.from({ length: 6 }, () => Array.from({ length: 4 }, () => random.normal()));
  const kindOf = (i: number) => i % 6;
  const photos = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const kind = kinds[kindOf(i)] ?? [];
    for (let j = 0; j < 8; j++) photos[i * width + j] = 2 * random.normal();
    kind.forEach((x, j) => (photos[i * width + 8 + j] = x + 0.2 * random.normal()));
  }
  const space = await ImageSpace.fit(photos, width);
  onTestFinished(() => space.dispose());
  const row = (i: number) => photos.subarray(i * width, (i + 1) * width);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, j) => sum + x * float32At(b, j), 0);
  const precision = (query: number, scores: ArrayLike<number>) => {
    const order = Array.from({ length: count }, (_, i) => i).filter((i) => i !== query);
    order.sort((a, b) => numberAt(scores, b) - numberAt(scores, a));
    return order.slice(0, 10).filter((i) => kindOf(i) === kindOf(query)).length / 10;
  };
  let [plain, whitened] = [0, 0];
  for (let query = 0; query < 60; query++) {
    const q = row(query);
    const byCosine = Array.from(
      { length: count },
      (_, i) => dot(q, row(i)) / Math.sqrt(dot(q, q) * dot(row(i), row(i))),
    );
    plain += precision(query, byCosine) / 60;
    whitened += precision(query, await space.cosines(q, photos)) / 60;
  }
  expect(whitened).toBeGreaterThan(plain + 0.1);
});
