// Queries with known answers: the relevant photos, and the share of them that labels miss.
import { expect, it } from 'vitest';
import { alike, labelledQueries, sentenceFits, TextRelevance, type PhotoTexts } from './labelled-queries.ts';
import { contentWords, rawContentWords } from '../../text/content-words.ts';

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

it('records the caption and photo that words come from, and none for a tag', () => {
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

it('weighs words by how few photos have them', () => {
  const relevance = new TextRelevance(photos);
  // Of four described photos three have dog, one has sofa and none has zebra.
  const [dog, sofa, zebra] = [Math.log(1 + 4 / 3), Math.log(1 + 4), Math.log(1 + 4 / 0.5)];
  expect(relevance.covered(['dog', 'sofa'], new Set(['dog']))).toBeCloseTo(dog / (dog + sofa), 12);
  expect(relevance.covered(['dog', 'sofa', 'zebra'], new Set(['zebra', 'sofa']))).toBeCloseTo(
    (sofa + zebra) / (dog + sofa + zebra),
    12,
  );
  expect(relevance.covered([], new Set(['dog']))).toBe(0);
  expect(relevance.frequency('dog')).toBe(3.5 / 5);
  expect(relevance.frequency('zebra')).toBe(0.5 / 5);
  expect([...relevance.wordsOf(3)].toSorted()).toEqual(['beach', 'dog']);
  expect([...relevance.wordsOf(4), ...relevance.wordsOf(99)]).toEqual([]);
});

it('needs all of three words and three fifths of four, by weight', () => {
  const relevance = new TextRelevance(photos);
  expect(relevance.share(['dog', 'sofa', 'zebra'], new Set(['dog', 'sofa', 'zebra']))).toMatchObject({ needed: 1 });
  const { has, needed } = relevance.share(['dog', 'dog', 'dog', 'sofa'], new Set(['dog']));
  expect([has, needed]).toEqual([expect.closeTo(2.541893 / 4.151331, 6), 0.6]);
  expect(relevantTo('')).toEqual([]);
  expect(relevantTo('', 2)).toEqual([2]);
});

it('asks for one, two and three adjacent words of a caption, for whole captions of some photos, and for tags', () => {
  const written = [
    photo(['red boat near white lighthouse under grey sky', 'old fisherman mends torn nets']),
    photo(['brown horse jumps over wooden fence'], ['Stable']),
    photo(['small plane lands'], ['Airport', 'Summer', 'flights over very high mountains']),
  ];
  const relevance = new TextRelevance(written);
  const queries = labelledQueries(written, 60, 5, [0, 1, 2], [1, 2]);
  const places = new Set<string>();
  const kinds = { words: new Set<number>(), whole: new Set<string>(), tags: new Set<string>() };
  for (const { text, words, own, caption, isWhole, relevant } of queries) {
    expect(words).toBe(contentWords(text).length);
    expect([...relevant]).toEqual([...relevance.of(contentWords(text), isWhole ? own : -1)]);
    if (own < 0) {
      expect(isWhole).toBe(false);
      kinds.tags.add(text);
      continue;
    }
    const from = written[own]?.captions[caption] ?? '';
    if (text === from) {
      expect(isWhole).toBe(words >= 4);
      kinds.whole.add(text);
    } else {
      expect(` ${rawContentWords(from).join(' ')} `).toContain(` ${text} `);
      expect(isWhole).toBe(false);
      places.add(`${own} ${from.indexOf(text) > 0 ? 'inside' : 'at the start'}`);
      kinds.words.add(words);
    }
    expect(relevant[own]).toBe(1);
  }
  expect([...kinds.words].toSorted()).toEqual([1, 2, 3]);
  // Also of photos whose captions are not used as whole queries.
  expect([...places]).toEqual(expect.arrayContaining(['0 inside', '0 at the start', '1 inside', '2 inside']));
  expect([...kinds.whole].toSorted()).toEqual(['brown horse jumps over wooden fence', 'small plane lands']);
  expect([...kinds.tags].toSorted()).toEqual(['Airport', 'Stable', 'Summer', 'flights over very high mountains']);
  expect(labelledQueries(written, 7, 5)).toHaveLength(7);
});

it('asks for words alone where there are no tags, and for tags alone where there are no captions', () => {
  const captions = [photo(['red boat near white lighthouse']), photo(['brown horse jumps'])];
  expect(labelledQueries(captions, 30, 1).every(({ own }) => own >= 0)).toBe(true);
  expect(new Set(labelledQueries(captions, 30, 1).map(({ words }) => words)).size).toBeGreaterThan(2);
  const tags = [photo([], ['Rome', 'the']), photo([], ['Oslo'])];
  expect(
    labelledQueries(tags, 30, 1)
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(['Oslo', 'Rome']);
  // With no photo allowed for whole captions, any captions are used.
  expect(labelledQueries(captions, 30, 1, [0, 1], []).some(({ isWhole }) => isWhole)).toBe(true);
});

it('finds a photo described alike from a fifth of the words on', () => {
  const words = ['a', 'b', 'c', 'd', 'e'];
  const relevance = new TextRelevance([photo([]), photo(['zebra'])]);
  expect(alike(relevance, words, new Set(['a']))).toBe(true);
  expect(alike(relevance, [...words, 'f'], new Set(['a']))).toBe(false);
});
