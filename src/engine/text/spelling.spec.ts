// Costs of edits, and corrections of misspelt words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editCost, soundOf, Spelling } from './spelling.ts';

it('gives the same cost under any limit that allows it, and Infinity under a lower one', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.double({ min: 0, max: 4, noNaN: true }), (a, b, most) => {
      const cost = editCost(a, b, Infinity);
      expect(cost === 0).toBe(a === b);
      expect(editCost(a, b, most)).toBe(cost <= most ? cost : Infinity);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['a missing letter', 'hndbag', 'handbag', 0.8],
  ['a letter too many', 'trowel', 'towel', 1],
  ['a missing one of two equal letters', 'balet', 'ballet', 0.4],
  ['two letters swapped', 'hosre', 'horse', 0.5],
  ['the first two letters swapped', 'awning', 'waning', 0.9],
  ['a neighbour on the keyboard', 'horsr', 'horse', 0.9],
  ['another letter', 'hopse', 'horse', 1.2],
])('counts %s', (_, typed, known, cost) => {
  expect(editCost(typed, known, 2)).toBeCloseTo(cost);
});

it.each([
  ['elephant', 'elefant'],
  ['giraffe', 'girafe'],
  ['bicycle', 'bycicle'],
  ['cat', 'kat'],
  ['horse', 'horze'],
])('hears %s in %s', (right, wrong) => {
  expect(soundOf(wrong)).toBe(soundOf(right));
});

describe('of some words', () => {
  const words = 'elephant elegant skateboard dog mountain friend umbrella hand hunt john anna tomato horse hose'.split(
    ' ',
  );
  const spelling = new Spelling(words.map((word) => ({ word, prior: 0 })));
  it.each([
    ['elefant', 'elephant'],
    ['skatebord', 'skateboard'],
    ['dgo', 'dog'],
    ['mountian', 'mountain'],
    ['moutain', 'mountain'],
    ['freind', 'friend'],
    ['umbrela', 'umbrella'],
    ['jonh', 'john'],
    ['ana', 'anna'],
    ['tommato', 'tomato'],
    ['hund', null],
    ['cog', null],
    ['qqxzzy', null],
    ['', null],
  ])('takes %s for %s', (wrong, right) => {
    expect(spelling.nearest(wrong)?.word ?? null).toBe(right);
  });

  it.each([
    ['suspenders', 'suspended'],
    ['parka', 'park'],
    ['wheelie', 'wheel'],
  ])('takes %s for no misspelling of %s', (word, known) => {
    expect(new Spelling([{ word: known, prior: 0.15 }]).nearest(word)).toBeNull();
  });

  it('asks a rare word to be nearer than a common one', () => {
    expect(new Spelling([{ word: 'giraffe', prior: -0.3 }]).nearest('girfe')).toBeNull();
    expect(new Spelling([{ word: 'torre', prior: -0.3 }]).nearest('torte')).toBeNull();
    expect(new Spelling([{ word: 'bridge', prior: 0 }]).nearest('brige')?.word).toBe('bridge');
  });

  it('prefers the word with the larger prior of two equally near ones', () => {
    const both = new Spelling([
      { word: 'planes', prior: 0 },
      { word: 'plates', prior: 0.3 },
    ]);
    expect(both.nearest('plaes')?.word).toBe('plates');
  });
});
