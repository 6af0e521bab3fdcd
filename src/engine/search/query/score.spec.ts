// How evidence adds up: meanings measured alike, text beside them, and what subtracting takes away.
import { expect, it } from 'vitest';
import { TextScores } from '../../store/text-scores.ts';
import { backgroundOf, combine, type TermEvidence } from './score.ts';
import { float64At } from '../../../shared/at.ts';

const term = (weight: number, similarities: number[], text: Record<number, number> = {}): TermEvidence => ({
  weight,
  similarities: Float64Array.from(similarities),
  background: { mean: 0.2, deviation: 0.1 },
  text: new TextScores(new Map(Object.entries(text).map(([id, score]) => [Number(id), score])), [], []),
});
const best = (ids: number[], terms: TermEvidence[]) => {
  const totals = combine(ids, terms);
  return ids.toSorted((a, b) => float64At(totals, ids.indexOf(b)) - float64At(totals, ids.indexOf(a)));
};

it('orders one term by its similarity', () => {
  expect(best([1, 2, 3], [term(1, [0.3, 0.5, 0.1])])).toEqual([2, 1, 3]);
});

it('puts a photo whose text has a rare word first', () => {
  expect(best([1, 2, 3], [term(1, [0.6, 0.2, 0.1], { 3: 12 })])[0]).toBe(3);
});

it('measures terms of different ranges alike', () => {
  const image = { ...term(1, [0.8, 0.95, 0.8]), background: { mean: 0.8, deviation: 0.1 } };
  const text = { ...term(1, [0.02, 0, 0.05]), background: { mean: 0, deviation: 0.01 } };
  // Five deviations of the text outweigh one and a half of the image.
  expect(best([1, 2, 3], [image, text])[0]).toBe(3);
});

it('subtracts what speaks for a term, and rewards nobody for being its opposite', () => {
  const beach = term(1, [0.5, 0.5, 0.2]);
  const people = term(-1, [0.5, 0.2, -0.9]);
  expect(best([1, 2, 3], [beach, people])).toEqual([2, 1, 3]);
  expect(best([1, 2, 3], [people])).toEqual([3, 2, 1]);
});

it('puts photos whose features are gone behind, and stays finite where all are alike', () => {
  expect(best([1, 2], [term(1, [Number.NaN, 0.1])])).toEqual([2, 1]);
  const flat = { ...term(1, [0.2, 0.2]), background: backgroundOf(Float64Array.of(0.2, 0.2)) };
  expect([...combine([1, 2], [flat])]).toEqual([0, 0]);
});
