// British and American spellings, in any inflection.
import { expect, it } from 'vitest';
import { otherSpellings } from './spelling-variants.ts';

it.each([
  ['neighbour', 'neighbor'],
  ['neighbourhood', 'neighborhood'],
  ['colours', 'colors'],
  ['coloured', 'colored'],
  ['favourite', 'favorite'],
  ['harbour', 'harbor'],
  ['theatre', 'theater'],
  ['centres', 'centers'],
  ['grey', 'gray'],
  ['tyres', 'tires'],
  ['pyjamas', 'pajamas'],
  ['jewellery', 'jewelry'],
  ['moustache', 'mustache'],
  ['traveller', 'traveler'],
  ['travelling', 'traveling'],
  ['jeweller', 'jeweler'],
  ['organise', 'organize'],
  ['organising', 'organizing'],
  ['mum', 'mom'],
])('are found both ways: %s and %s', (british, american) => {
  expect(otherSpellings(british)).toContain(american);
  expect(otherSpellings(american)).toContain(british);
});

it.each([
  'dog',
  'smiling',
  'filing',
  'filling',
  'doctor',
  'motor',
  'water',
  'winter',
  'flower',
  'wise',
  'prize',
  'anna',
])('%s has one spelling', (word) => {
  expect(otherSpellings(word)).toEqual([]);
});
