// Words of a caption or a search.
import { describe, expect, it } from 'vitest';
import { baseForms, regularPlural } from './inflections.ts';
import { isStopWord } from './stop-words.ts';
import { tokenize } from './tokenize.ts';

describe('tokenize', () => {
  it('gives lower-case words and drops punctuation', () => {
    expect(tokenize('Two DOGS, playing (outside)!')).toEqual(['two', 'dogs', 'playing', 'outside']);
  });

  it('keeps hyphens and apostrophes inside words and cuts glued endings off', () => {
    expect(tokenize("the dog’s t-shirt, we'll see O'Brien -- 'quoted'")).toEqual([
      'the',
      'dog',
      't-shirt',
      'we',
      'see',
      "o'brien",
      'quoted',
    ]);
  });

  it('reads words of any script, composed or not', () => {
    expect(tokenize('Großmutter im Cafe\u0301, собака 犬')).toEqual(['großmutter', 'im', 'café', 'собака', '犬']);
  });

  it('finds no words in an empty text or in signs alone', () => {
    expect(tokenize('')).toEqual([]);
    expect(tokenize(' -- _ ... 🙂 ')).toEqual([]);
  });
});

describe('isStopWord', () => {
  it('knows function words, contractions and the words around a search', () => {
    for (const word of ['the', 'my', 'of', "isn't", "don't", 'photos', 'show'])
      expect(isStopWord(word), word).toBe(true);
  });

  it('leaves words with a picture of their own', () => {
    for (const word of ['dog', 'man', 'red', 'playing', 'camera']) expect(isStopWord(word), word).toBe(false);
  });
});

describe('baseForms', () => {
  it.each([
    ['toddlers', 'toddler'],
    ['berries', 'berry'],
    ['sandwiches', 'sandwich'],
    ['hopping', 'hop'],
    ['hiked', 'hike'],
    ['tried', 'try'],
    ['cafés', 'cafe'],
    ['photos', 'photo'],
  ])('offers %s as a form of %s', (word, base) => {
    expect(baseForms(word)).toContain(base);
  });

  it('takes no ending off words that only look inflected', () => {
    expect(baseForms('grass')).toEqual([]);
    expect(baseForms('bus')).toEqual([]);
    expect(baseForms('king')).toEqual([]);
  });
});

describe('regularPlural', () => {
  it.each([
    ['dog', 'dogs'],
    ['puppy', 'puppies'],
    ['boy', 'boys'],
    ['bench', 'benches'],
    ['hot_dog', 'hot_dogs'],
  ])('%s -> %s', (noun, plural) => {
    expect(regularPlural(noun)).toBe(plural);
  });
});
