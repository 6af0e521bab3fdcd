// Synonyms, narrower and broader terms, in any inflection.
import { expect, it } from 'vitest';
import { kindsAbove, saidBy } from './word-kinds.ts';

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
  expect(saidBy(word)).toEqual(expect.arrayContaining(kinds));
  expect(saidBy(word)).not.toContain(word);
});

it.each([
  ['puppy', ['dog']],
  ['puppies', ['dog']],
  ['pony', ['horse']],
  ['lad', ['child', 'kid']],
])('%s is a kind of %j', (word, above) => {
  expect(kindsAbove(word)).toEqual(expect.arrayContaining(above));
});

it('does not call every dog a puppy, and knows no kinds of a name', () => {
  expect(saidBy('puppy')).not.toContain('dog');
  expect([saidBy('anna'), kindsAbove('anna')]).toEqual([[], []]);
});
