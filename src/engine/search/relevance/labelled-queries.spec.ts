// Questions the library knows the answers of: what counts as relevant, and how much of it the labels miss.
import { expect, it } from 'vitest';
import { alike, labelledQueries, sentenceFits, TextRelevance, type PhotoTexts } from './labelled-queries.ts';
import { contentWords } from '../../text/content-words.ts';

const photo = (captions: string[], tags: string[] = []): PhotoTexts => ({ captions, tags });
const photos = [
  photo(['Two dogs are running on the beach .', 'Dogs play by the sea']),
  photo(['A dog sleeps on a sofa']),
  photo(['A child on the beach'], ['holiday']),
  photo([], ['Dog', 'beach']),
  photo([]),
];
const relevantTo = (text: string, own?: number) =>
  new TextRelevance(photos)
    .of(contentWords(text), own)
    .reduce<number[]>((list, flag, i) => (flag ? [...list, i] : list), []);

it('finds a photo relevant when captions and tags together have the words', () => {
  expect(relevantTo('dog')).toEqual([0, 1, 3]);
  expect(relevantTo('dogs beach')).toEqual([0, 3]);
  expect(relevantTo('zebra')).toEqual([]);
});

it('asks for most of a longer text, and for a caption’s own photo always', () => {
  expect(relevantTo('a dog running on the beach by the sea')).toEqual([0]);
  expect(relevantTo('something nobody has written', 4)).toEqual([4]);
});

it('asks for each of three words', () => {
  expect(relevantTo('dogs running beach')).toEqual([0]);
  expect(relevantTo('dog beach sofa')).toEqual([]);
});

it('lets a sentence fit a photo about which four in five of its words are written', () => {
  const words = ['two', 'dog', 'run', 'on', 'beach'];
  expect(sentenceFits(words, new Set(['two', 'dog', 'run', 'beach']))).toBe(true);
  expect(sentenceFits(words, new Set(['two', 'dog', 'run']))).toBe(false);
});

it('calls relevant what it says has enough of the query', () => {
  const relevance = new TextRelevance(photos);
  const words = contentWords('a dog running on the beach by the sea');
  photos.forEach(({ captions, tags }, i) => {
    const { has, needed } = relevance.share(words, new Set([...captions, ...tags].flatMap(contentWords)));
    expect(has >= needed).toBe(relevance.of(words)[i] === 1);
  });
});

it('draws words, captions and tags, the same ones for the same seed, and from chosen photos alone', () => {
  const ask = (seed: number, from?: number[]) => labelledQueries(photos, 20, seed, from).map((query) => query.text);
  expect(ask(1)).toEqual(ask(1));
  expect(ask(1)).toContain('holiday');
  expect(new Set(ask(1)).size).toBe(ask(1).length);
  expect(ask(1, [3]).sort()).toEqual(['Dog', 'beach']);
  expect(ask(1, [4])).toEqual([]);
  for (const { relevant, own } of labelledQueries(photos, 20, 2)) {
    expect(relevant).toContain(1);
    if (own >= 0) expect(photos[own]?.captions).not.toEqual([]);
  }
});

it('knows of words which caption of which photo they are from, and of a tag that nobody’s caption is asked', () => {
  const queries = labelledQueries(photos, 40, 3);
  const isTag = ({ text }: { text: string }) => ['holiday', 'Dog', 'beach'].includes(text);
  expect(queries.filter(isTag)).not.toEqual([]);
  for (const { text, own, caption, isWhole } of queries) {
    const from = photos[own]?.captions[caption];
    if (isTag({ text }) && own < 0) expect({ caption, isWhole }).toEqual({ caption: -1, isWhole: false });
    else expect(contentWords(from ?? '')).toEqual(expect.arrayContaining(contentWords(text)));
  }
  expect(queries.find(({ text }) => text === 'holiday')).toMatchObject({ own: -1, caption: -1 });
});

it('calls photos described alike that share a fifth of the words of one, rare words counting more', () => {
  const relevance = new TextRelevance(photos);
  const words = contentWords('a child on the beach');
  expect(alike(relevance, words, new Set(contentWords('a child asleep')))).toBe(true);
  expect(alike(relevance, words, new Set(contentWords('a sofa')))).toBe(false);
});
