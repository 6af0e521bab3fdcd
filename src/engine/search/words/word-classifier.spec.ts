// A word learned at once: scores of left-out rows equal those of a fit without them, and both classes have the same
// weight.
import { expect, it } from 'vitest';
import { float32At, float64At, numberAt } from '../../../shared/at.ts';
import { Random } from '../../numerics/random.ts';
import { fitWord, scoreOf } from './word-classifier.ts';

const width = 6;

/** Unit rows, those of the word with more of the first number. */
function rowsOf(labels: Uint8Array, seed = 3): Float32Array {
  const random = new Random(seed);
  const rows = new Float32Array(labels.length * width);
  labels.forEach((label, i) => {
    const row = Array.from({ length: width }, (_, k) => random.normal() + (label === 1 && k === 0 ? 2 : 0));
    const length = Math.hypot(...row);
    row.forEach((value, k) => (rows[i * width + k] = value / length));
  });
  return rows;
}

/** The same regression by Gauss' elimination of the normal equations, for one strength. */
function solved(
  rows: Float32Array,
  labels: readonly number[],
  importance: readonly number[],
  lambda: number,
): number[] {
  const size = width + 1;
  const x = (i: number, k: number) => (k === width ? 1 : float32At(rows, i * width + k));
  const a = Array.from({ length: size }, (_, r) =>
    Array.from({ length: size + 1 }, (_, c) => {
      let sum = c === r ? lambda : 0;
      labels.forEach((label, i) => {
        sum += numberAt(importance, i) * x(i, r) * (c === size ? (label === 1 ? 1 : -1) : x(i, c));
      });
      return sum;
    }),
  );
  for (let p = 0; p < size; p++) {
    const pivot = a[p] ?? [];
    for (let r = 0; r < size; r++) {
      if (r === p) continue;
      const row = a[r] ?? [];
      const factor = numberAt(row, p) / numberAt(pivot, p);
      for (let c = p; c <= size; c++) row[c] = numberAt(row, c) - factor * numberAt(pivot, c);
    }
  }
  return a.map((row, i) => numberAt(row, size) / numberAt(row, i));
}

it('scores a row that was left out as a regression does that has not seen it', () => {
  const labels = Uint8Array.from([1, 1, 1, 1, ...new Array<number>(16).fill(0)]);
  const rows = rowsOf(labels);
  const { leftOut, lambda } = fitWord(rows, labels, width);
  for (const without of [0, 3, 4, 19]) {
    const kept = [...labels.keys()].filter((i) => i !== without);
    const some = Float32Array.from(kept.flatMap((i) => [...rows.subarray(i * width, (i + 1) * width)]));
    const importance = kept.map((i) => (labels[i] === 1 ? 20 / 8 : 20 / 32));
    const weights = solved(
      some,
      kept.map((i) => numberAt(labels, i)),
      importance,
      lambda,
    );
    const score = weights.reduce(
      (sum, weight, k) => sum + weight * (k === width ? 1 : float32At(rows, without * width + k)),
      0,
    );
    expect(float64At(leftOut, without)).toBeCloseTo(score, 6);
  }
});

it('tells rows of the word from others that it has not seen', () => {
  const labels = Uint8Array.from([...new Array<number>(12).fill(1), ...new Array<number>(200).fill(0)]);
  const word = fitWord(rowsOf(labels), labels, width);
  const others = Uint8Array.from([...new Array<number>(50).fill(1), ...new Array<number>(50).fill(0)]);
  const rows = rowsOf(others, 8);
  const scores = [...others.keys()].map((i) => scoreOf(word, rows, i));
  const pairs = scores.slice(0, 50).flatMap((own) => scores.slice(50).map((other) => (own > other ? 1 : 0)));
  expect(pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length).toBeGreaterThan(0.85);
});
