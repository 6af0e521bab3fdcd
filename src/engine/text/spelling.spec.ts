// Edit distance against its definition, and corrections of misspelt words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, soundOf, Spelling } from './spelling.ts';

/** The recursion itself (Damerau 1964, as optimal string alignment). */
function defined(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  const ways = [defined(x, b) + 1, defined(a, y) + 1, defined(x, y) + (a.at(-1) === b.at(-1) ? 0 : 1)];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    ways.push(defined(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...ways);
}

it('counts edits as defined, up to the most that are asked for', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.nat({ max: 4 }), (a, b, most) => {
      const edits = defined(a, b);
      expect(editDistance(a, b, most)).toBe(edits <= most ? edits : Infinity);
    }),
    { numRuns: 500 },
  );
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

  it('prefers the word with the larger prior of two equally near ones', () => {
    const both = new Spelling([
      { word: 'planes', prior: 0 },
      { word: 'plates', prior: 0.3 },
    ]);
    expect(both.nearest('plames')?.word).toBe('plates');
  });
});
