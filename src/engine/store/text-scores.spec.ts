// The best matches against the definition: every photo's score, sorted.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdMask } from './id-mask.ts';
import { noIds, TextScores } from './text-scores.ts';

const ids = fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 60 });
const score = fc.integer({ min: 1, max: 6 });

it('finds what has the highest scores, equal ones by id', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 200 }), score), { maxLength: 20 }),
      fc.array(fc.record({ ids, score }), { maxLength: 4 }),
      fc.option(ids),
      fc.integer({ min: 1, max: 40 }),
      (rare, common, among, n) => {
        const ranked = new Map(rare);
        const words = common.map((word) => ({ ids: IdMask.of(word.ids), score: word.score }));
        const filters = [IdMask.of([...ranked.keys()]), ...words.map((word) => word.ids)].map((ids) => ({
          ids,
          photos: 1,
          isWhole: true,
          inPhotoText: noIds,
        }));
        const scores = new TextScores(ranked, words, filters);
        const of = (id: number) =>
          common.reduce((sum, word) => sum + (word.ids.includes(id) ? word.score : 0), ranked.get(id) ?? 0);
        const all = Array.from({ length: 201 }, (_, id) => id);
        expect(all.map((id) => scores.of(id))).toEqual(all.map(of));
        expect(all.filter((id) => scores.hasAll(id))).toEqual(
          all.filter((id) => ranked.has(id) && common.every((word) => word.ids.includes(id))),
        );
        const expected = all
          .filter((id) => of(id) > 0 && (among === null || among.includes(id)))
          .sort((a, b) => of(b) - of(a) || a - b);
        expect(scores.best(n, among && IdMask.of(among))).toEqual(expected.slice(0, n));
      },
    ),
    { numRuns: 300 },
  );
});

it('passes over what is hidden, however many are', () => {
  const all = Array.from({ length: 500 }, (_, id) => id);
  const scores = new TextScores(new Map([[3, 9]]), [{ ids: IdMask.of(all), score: 1 }], []);
  expect(scores.best(2, null, IdMask.of(all.slice(0, 400)))).toEqual([400, 401]);
});

it('combines the words that tell most', () => {
  const dull = Array.from({ length: 8 }, () => ({ ids: IdMask.of([1]), score: 0.4 }));
  const scores = new TextScores(new Map(), [...dull, { ids: IdMask.of([2]), score: 3.5 }], []);
  expect(scores.best(1, null)).toEqual([2]);
});

it('takes more words than it combines', () => {
  const words = Array.from({ length: 12 }, (_, i) => ({ ids: IdMask.of([i, 50]), score: 1 }));
  const scores = new TextScores(new Map(), words, []);
  expect(scores.of(50)).toBe(12);
  expect(scores.best(3, null)).toEqual([50, 0, 1]);
});
