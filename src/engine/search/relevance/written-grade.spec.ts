import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberAt } from '../../../shared/at.ts';
import { byGrade, gradedChances, writtenGrade } from './written-grade.ts';

const { none, partly, otherForm, typed, name } = writtenGrade;

describe('photos with what is searched for in their texts', () => {
  it('come first by grade, and each grade keeps its order', () => {
    const totals = byGrade(
      Float64Array.of(5, 4, 1, 0, 3, 2),
      Uint8Array.of(none, typed, name, typed, partly, otherForm),
    );
    expect([...totals.keys()].sort((a, b) => numberAt(totals, b) - numberAt(totals, a))).toEqual([2, 1, 3, 5, 4, 0]);
  });

  it('are likely where they have all words, and no less likely than others where they have a name alone', () => {
    const grades = Uint8Array.of(name, typed, otherForm, partly, none, none);
    const chances = gradedChances(Float64Array.of(0.1, 0.99, 0.2, 0.1, 0.3, 0.2), grades);
    expect([...chances]).toEqual([0.95, 0.95, 0.95, 0.3, 0.3, 0.2]);
    expect([...gradedChances(Float64Array.of(0.99, 0.97), Uint8Array.of(typed, none))]).toEqual([0.99, 0.95]);
  });

  it('never have a lower chance than a photo behind them', () => {
    const photo = fc.record({
      percent: fc.integer({ min: 0, max: 100 }),
      grade: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
    });
    fc.assert(
      fc.property(fc.array(photo, { minLength: 1 }), (photos) => {
        const own = Float64Array.from(photos, ({ percent }) => percent / 100);
        const grades = Uint8Array.from(photos, ({ grade }) => grade);
        const [totals, chances] = [byGrade(own, grades), gradedChances(own, grades)];
        const order = [...totals.keys()].sort((a, b) => numberAt(totals, b) - numberAt(totals, a));
        order.slice(1).forEach((i, before) => {
          expect(numberAt(chances, i)).toBeLessThanOrEqual(numberAt(chances, order[before] ?? -1));
        });
      }),
    );
  });
});
