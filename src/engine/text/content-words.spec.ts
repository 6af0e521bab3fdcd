// Content words of a text.
import { expect, it } from 'vitest';
import { contentWords } from './content-words.ts';

it('takes words by their stems and leaves out those without meaning', () => {
  expect(contentWords('The dogs are running with a dog')).toEqual(['dog', 'run']);
  expect(contentWords('Übermut tut selten gut')).toContain('ubermut');
  expect(contentWords('is the of')).toEqual([]);
});

it('leaves out function words of other languages, which alone may be names', () => {
  expect(contentWords('Ein Mann mit Hut über dem Zaun')).toEqual(contentWords('Mann Hut Zaun'));
  expect(contentWords('una playa con el perro')).toEqual(contentWords('playa perro'));
  expect(contentWords('Una')).toEqual(['una']);
  expect(contentWords('a man and a dog in a van')).toEqual(['man', 'dog', 'van']);
});
