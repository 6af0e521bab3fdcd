// Synonyms, narrower and broader terms, in any inflection.
import { expect, it } from 'vitest';
import { broaderTerms, synonymsAndNarrowerTerms } from './word-kinds.ts';

it.each([
  ['dog', ['puppy', 'hound', 'pup', 'poodle']],
  ['dogs', ['puppy']],
  ['horse', ['pony', 'foal']],
  ['child', ['boy', 'toddler', 'lad']],
  ['puppy', ['pup']],
  ['baby', ['infant']],
  ['sofa', ['couch']],
  ['person', ['lad', 'infant', 'bride']],
])('%s is said by %j', (word, kinds) => {
  expect(synonymsAndNarrowerTerms(word)).toEqual(expect.arrayContaining(kinds));
  expect(synonymsAndNarrowerTerms(word)).not.toContain(word);
});

it.each([
  ['puppy', ['dog']],
  ['puppies', ['dog']],
  ['pony', ['horse']],
  ['lad', ['child', 'kid']],
])('%s is a kind of %j', (word, above) => {
  expect(broaderTerms(word)).toEqual(expect.arrayContaining(above));
});

it('does not call every dog a puppy, and knows no kinds of a name', () => {
  expect(synonymsAndNarrowerTerms('puppy')).not.toContain('dog');
  expect([synonymsAndNarrowerTerms('anna'), broaderTerms('anna')]).toEqual([[], []]);
});
