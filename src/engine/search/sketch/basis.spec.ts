// A sketch's score against the exact score.
import { expect, it } from 'vitest';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import { similarities, type CandidateRows, type FloatQuery } from '../rerank/rerank.ts';
import { fitBasis, packBasis, Sketcher, sketchQuery, sketchWidth, unpackBasis } from './basis.ts';
import { float32At, float64At, numberAt } from '../../../shared/at.ts';

const random = new Random(5);
const normal = (n: number) => Float32Array.from({ length: n }, () => random.normal());

function photos(count: number, sharedWidth: number, realWidth: number): CandidateRows {
  const rows = normal(count * (sharedWidth + realWidth));
  return { ids: Array.from({ length: count }, (_, i) => i), rows, sharedWidth, realWidth };
}

/** Inputs of the comparison: estimates and scores of every photo, which differ by an offset and a factor at most. */
async function estimates(rows: CandidateRows, query: FloatQuery) {
  const basis = unpackBasis(packBasis(await fitBasis(rows, query.encoderWeight)));
  const sketcher = await Sketcher.open(basis, query.encoderWeight);
  const sketches = await sketcher.sketches(rows);
  await sketcher.dispose();
  const asked = sketchQuery(basis, query);
  const estimate = Float64Array.from(rows.ids, (i) =>
    asked.reduce((sum, x, k) => sum + x * basis.step * numberAt(sketches, i * sketchWidth + k), 0),
  );
  // Rounding takes at most half a step of each number.
  const error = (basis.step / 2) * asked.reduce((sum, x) => sum + Math.abs(x), 0) + 1e-5;
  return { estimate, error, sketches };
}

it('is the score less a constant, to rounding, where rows have no more directions than a sketch has numbers', async () => {
  const rows = photos(300, 24, 40);
  const query = { row: normal(50), real: unitRowsOf(normal(40), 40), encoderWeight: 0.3 };
  const { estimate, error } = await estimates(rows, query);
  const scores = similarities(query, rows);
  const constant = float64At(scores, 0) - float64At(estimate, 0);
  for (const i of rows.ids) {
    expect(Math.abs(float64At(scores, i) - float64At(estimate, i) - constant)).toBeLessThan(2 * error);
  }
  expect(error).toBeLessThan(0.05);
});

it('leaves what shares nothing with the query to what was learned', async () => {
  const rows = photos(200, 8, 16);
  rows.rows.fill(0, 0, 8); // the first photo's shared part
  const query = { row: normal(8), real: normal(16), encoderWeight: 0.6 };
  const { estimate, error } = await estimates(rows, query);
  const scores = similarities(query, rows);
  const constant = float64At(scores, 1) - float64At(estimate, 1);
  expect(Math.abs(float64At(scores, 0) - float64At(estimate, 0) - constant)).toBeLessThan(2 * error);
  // A query of unknown words is ordered by the rest alone.
  const silent = { ...query, row: new Float32Array(8) };
  const asked = await estimates(rows, silent);
  const learned = similarities(silent, rows);
  const [best = 0, other = 0] = [...rows.ids.slice(1)].sort((a, b) => float64At(learned, b) - float64At(learned, a));
  const worst = rows.ids
    .slice(1)
    .reduce((least, i) => (float64At(learned, i) < float64At(learned, least) ? i : least), other);
  expect(float64At(asked.estimate, best)).toBeGreaterThan(float64At(asked.estimate, worst));
});

it('keeps the directions that vary most', async () => {
  // 100 directions, of which 10 carry nearly everything.
  const rows = photos(500, 0, 100);
  for (let i = 0; i < rows.rows.length; i++) rows.rows[i] = float32At(rows.rows, i) * (i % 100 < 10 ? 1 : 0.02);
  const query = { row: new Float32Array(0), real: normal(100), encoderWeight: 0 };
  const { estimate } = await estimates(rows, query);
  const scores = similarities(query, rows);
  const byScore = [...rows.ids].sort((a, b) => float64At(scores, b) - float64At(scores, a)).slice(0, 20);
  const byEstimate = [...rows.ids].sort((a, b) => float64At(estimate, b) - float64At(estimate, a)).slice(0, 40);
  expect(byScore.filter((i) => !byEstimate.includes(i))).toEqual([]);
});

it('makes sketches of rows that are all alike', async () => {
  const rows = photos(10, 2, 3);
  for (let i = 1; i < 10; i++) rows.rows.copyWithin(i * 5, 0, 5);
  const { sketches } = await estimates(rows, { row: normal(2), real: normal(3), encoderWeight: 0.5 });
  expect(sketches).toHaveLength(10 * sketchWidth);
  expect(new Set(sketches).size).toBeLessThan(4);
});
