import { expect, it } from 'vitest';
import {
  bagOf,
  captionWords,
  selectWords,
  Vocabulary,
  vocabularyOf,
  wordsAt,
  wordsIn,
  lowerCaseWords,
} from './caption-words.ts';
import { numberAt } from '../../shared/at.ts';

it('splits text of any script into lower-case words, stop words and all', () => {
  expect(lowerCaseWords('A dog’s BALL, in the snow—2nd try!')).toEqual([
    'a',
    "dog's",
    'ball',
    'in',
    'the',
    'snow',
    '2nd',
    'try',
  ]);
  expect(lowerCaseWords('Oma am Strand, 海辺')).toEqual(['oma', 'am', 'strand', '海辺']);
  expect(lowerCaseWords(' ... ')).toEqual([]);
});

const texts = ['a dog and a cat', 'the dog', '', 'a bird'];
const words = captionWords(texts);
const named = (of: typeof words, text: number) => Array.from(wordsAt(of, text), (id) => of.vocabulary[id]);

it('keeps the words of each caption in order', () => {
  expect(texts.map((_, i) => named(words, i))).toEqual([
    ['a', 'dog', 'and', 'a', 'cat'],
    ['the', 'dog'],
    [],
    ['a', 'bird'],
  ]);
});

it('learns of the words of training captions alone, most frequent first', () => {
  const vocabulary = vocabularyOf(words, Int32Array.of(0, 1));
  expect(vocabulary).toEqual(['a', 'dog', 'and', 'cat', 'the']);
  const known = wordsIn(words, vocabulary);
  expect(named(known, 3)).toEqual(['a']);
  expect(Array.from(wordsAt(known, 0))).toEqual([0, 1, 2, 0, 3]);
  const lists = new Vocabulary(vocabulary).lists(['the bird and the dog', 'bird']);
  expect(Array.from(wordsAt(lists, 0))).toEqual([4, 2, 4, 1]);
  expect(Array.from(wordsAt(lists, 1))).toEqual([]);
});

it('takes captions in any order', () => {
  const taken = selectWords(words, [3, 0]);
  expect([named(taken, 0), named(taken, 1)]).toEqual([named(words, 3), named(words, 0)]);
});

it('counts the words of a batch, each word once among the ids', () => {
  const bag = bagOf(words, 3, (i) => numberAt([0, 2, 1], i));
  expect(Array.from(bag.ids, (id) => words.vocabulary[id])).toEqual(['a', 'dog', 'and', 'cat', 'the']);
  expect(Array.from(bag.counts)).toEqual([2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]);
  // A network needs at least one word.
  expect(bagOf(words, 1, () => 2)).toEqual({ ids: Int32Array.of(0), counts: Float32Array.of(0) });
});
