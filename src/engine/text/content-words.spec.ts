// Content words of a text.
import { expect, it } from 'vitest';
import { contentWords } from './content-words.ts';

it('takes words by their stems and leaves out those without meaning', () => {
  expect(contentWords('The dogs are running with a dog')).toEqual(['dog', 'run']);
  expect(contentWords('Übermut tut selten gut')).toContain('ubermut');
  expect(contentWords('is the of')).toEqual([]);
});
