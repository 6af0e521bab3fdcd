import { expect, it } from 'vitest';
import { describedTsquery, openTsquery, phraseTsquery, textQuery } from './text-vectors.ts';

it('words of a query are looked up by their stems, small ones only where there are no others', () => {
  expect(textQuery('the dogs and cats')).toEqual({ any: "('dog') | ('cat')", all: "('dog') & ('cat')" });
  expect(textQuery('the')?.any).toBe("('the')");
  expect(textQuery('?!')).toBe(null);
});

it('a phrase is its words in order, and a star leaves the last one open', () => {
  expect(phraseTsquery('Grand Canyon')).toBe("('grand' <-> 'canyon')");
  expect(openTsquery('can*')).toBe("('can':*)");
});

it('a compound with a star is looked up in one word, too', () => {
  expect(openTsquery('e-mai*')).toBe("(('e' <-> 'mai':*) | ('emai':*))");
  expect(openTsquery('?!*')).toBe(null);
});

it('part of a name that a machine made is looked up as such, too', () => {
  expect(phraseTsquery('IMG_4120')).toMatch(/^\(\('img' <-> '4120'\) \| \('\uE002img' <-> '\uE0024120'\)\)$/);
});

it('a word of captions and tags has their weight', () => {
  expect(describedTsquery('red cars')).toBe("('red':A <-> 'car':A)");
  expect(describedTsquery('red ca*')).toBe("('red':A <-> 'ca':*A)");
});
