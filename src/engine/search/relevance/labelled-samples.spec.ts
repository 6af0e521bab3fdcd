// Queries with known answers: their hits, the words of these that are hidden, and the weight of each hit.
import { expect, it } from 'vitest';
import { itemAt } from '../../../shared/at.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { Random } from '../../numerics/random.ts';
import { contentWords } from '../../text/content-words.ts';
import { TextRelevance, type LabelledQuery, type PhotoTexts } from './labelled-queries.ts';
import { depthWeight, evidenceFor, labelledSamples, type LabelledFit } from './labelled-samples.ts';
import type { RelevanceSample } from './relevance-model.ts';
import { similarityFeatureNames } from './similarity-features.ts';
import { wordEvidence } from './word-evidence.ts';

const repeated = 0.4;

/** Draws that all come out at the same share of their range. */
class SameDraws extends Random {
  readonly #share: number;

  constructor(share: number) {
    super(1);
    this.#share = share;
  }

  override uniform(): number {
    return this.#share;
  }
}

/** A draw of .5 or more shows words, a smaller one hides them. */
const [hides, shows] = [0, 0.9];

interface Scene {
  /** Captions of each photo; a photo without any is undescribed. */
  readonly captions: readonly (readonly string[])[];
  /** Tags by photo. */
  readonly tags?: Readonly<Record<number, readonly string[]>>;
  readonly draws: number;
  readonly pool?: readonly number[];
  readonly background?: readonly number[];
  /** Photos in the library, and those of them with descriptions; by default those of the scene. */
  readonly photos?: number;
  readonly describedPhotos?: number;
  /** Similarity of each photo to the query's own. */
  readonly like?: readonly number[];
}

function scene(of: Scene) {
  const { captions, draws, tags = {}, photos = captions.length, background = [...captions.keys()] } = of;
  const texts: PhotoTexts[] = captions.map((written, i) => ({ captions: written, tags: tags[i] ?? [] }));
  const described = [...texts.keys()].filter((i) => itemAt(captions, i).length > 0 || tags[i] !== undefined);
  const relevance = new TextRelevance(texts);
  const frequency = (word: string) => relevance.frequency(word);
  const fit: LabelledFit = {
    sample: {
      ids: texts.map((_, i) => (i + 1) as PhotoId),
      texts,
      described: Int32Array.from(described),
      background: Int32Array.from(background),
      describedPhotos: of.describedPhotos ?? described.length,
      like: () => Float32Array.from(of.like ?? texts.map(() => 0)),
    },
    pool: Int32Array.from(of.pool ?? described),
    relevance,
    captionWords: texts.map((photo) => photo.captions.map((text) => new Set(contentWords(text)))),
    frequency,
    repeated,
    photos,
    random: new SameDraws(draws),
  };
  /** Falling scores, .9 down to 0: the photos are in the order of their hits. */
  const scores = Float32Array.from(texts, (_, i) => 0.9 * (1 - i / texts.length));
  /** @param own photo of the query's words; -1 for a tag */
  const ask = (text: string, own: number, { index = 1, isWhole = false } = {}): RelevanceSample[] => {
    const asked = contentWords(text);
    const relevant = relevance.of(asked, isWhole ? own : -1);
    const query: LabelledQuery = { text, words: asked.length, relevant, own, caption: own < 0 ? -1 : 0, isWhole };
    return labelledSamples(query, index, scores, fit);
  };
  /** Evidence of a photo with this number of texts, by the words of the query that it has. */
  const evidence =
    (text: string, of = frequency) =>
    (writers: number, ...has: string[]) =>
      wordEvidence(
        contentWords(text).map((word) => ({ frequency: of(word), isPresent: has.includes(word) })),
        writers,
        repeated,
      );
  return { ask, scores, fit, evidence };
}

const feature = (sample: RelevanceSample | undefined, name: (typeof similarityFeatureNames)[number]): number[] =>
  Array.from(sample?.relevant ?? [], (_, hit) =>
    Number(sample?.similarity[hit * similarityFeatureNames.length + similarityFeatureNames.indexOf(name)]),
  );
/** The photos that are hits, by their scores. */
const hitsOf = ({ scores }: { scores: Float32Array }, sample: RelevanceSample | undefined): number[] =>
  feature(sample, 'score').map((score) => scores.indexOf(score));
const close = (...numbers: readonly number[]): unknown[] =>
  numbers.map((n) => (Number.isNaN(n) ? Number.NaN : (expect.closeTo(n, 5) as unknown)));
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
/** Log odds of a share. */
const odds = (share: number): number => Math.log(share / (1 - share));
const noEvidence = (count: number): number[] => Array.from({ length: count }, () => Number.NaN);

const fiveOfOneWord = { captions: [['dog'], ['cat'], ['dog'], ['car'], ['sea']], draws: hides };

it('asks a query of a few words with its answers, without them, and each again as if nobody had written the words', () => {
  const library = scene(fiveOfOneWord);
  const samples = library.ask('dog', 0);
  expect(samples.map((sample) => hitsOf(library, sample))).toEqual([
    [0, 1, 2, 3, 4],
    [1, 3, 4],
    [0, 1, 2, 3, 4],
    [1, 3, 4],
  ]);
  expect(samples.map(({ relevant }) => [...relevant])).toEqual([
    [1, 0, 1, 0, 0],
    [0, 0, 0],
    [1, 0, 1, 0, 0],
    [0, 0, 0],
  ]);
  expect(samples.map(({ isUnnamed }) => isUnnamed)).toEqual([false, false, true, true]);
  expect(samples.map(({ wordCount }) => wordCount)).toEqual([1, 1, 1, 1]);
  expect(feature(samples[0], 'length')).toEqual(close(...Array.from({ length: 5 }, () => Math.log(2))));
});

it('counts a query about something absent a quarter, as if one query in five were such', () => {
  const samples = scene(fiveOfOneWord).ask('dog', 0);
  expect(samples.map(({ weights }) => [...weights])).toEqual([
    [1, 1, 1, 1, 1],
    [0.25, 0.25, 0.25],
    [1, 1, 1, 1, 1],
    [0.25, 0.25, 0.25],
  ]);
});

it('never learns from the description that the words were taken from', () => {
  const [asked, absent, unnamed, both] = scene(fiveOfOneWord).ask('dog', 0);
  // Of the four others one has a dog. A known hit is left out of the share for itself.
  const others = odds(1.1 / 4);
  expect(feature(asked, 'prevalence')).toEqual(close(odds(1.1 / 5), others, odds(0.1 / 4), others, others));
  // Without the photos that fit, none of the three others has a dog.
  const none = odds(0.1 / 3);
  expect(feature(absent, 'prevalence')).toEqual(close(none, none, none));
  expect(feature(unnamed, 'prevalence')).toEqual(close(odds(0.1 / 4), none, odds(0.1 / 4), none, none));
  expect(feature(both, 'prevalence')).toEqual(close(none, none, none));
});

it('compares scores with those of photos in general and the best known one, without the photo asked for', () => {
  const samples = scene({ ...fiveOfOneWord, background: [0, 2, 3, 4] }).ask('dog', 0);
  const top = 0.9 * 0.8;
  for (const sample of samples)
    expect(feature(sample, 'topScore')).toEqual(close(...feature(sample, 'z').map(() => top)));
  // The middle of the photos 1 to 4; without those that fit, of 1, 3 and 4, rounded up among an even number.
  const middle = samples.map((sample) => feature(sample, 'score')[feature(sample, 'z').indexOf(0)]);
  expect(middle).toEqual(close(0.54, 0.36, 0.54, 0.36));
});

it('looks at the best fifty photos that may be hits', () => {
  const captions = Array.from({ length: 130 }, (_, i) => [i === 3 ? 'dog' : `word${i}`]);
  const odd = [...captions.keys()].filter((i) => i % 2 === 1);
  const library = scene({ captions, draws: hides, pool: odd });
  expect(library.ask('dog', 3).map((sample) => hitsOf(library, sample))).toEqual([
    odd.slice(0, 50),
    odd.filter((i) => i !== 3).slice(0, 50),
    odd.slice(0, 50),
    odd.filter((i) => i !== 3).slice(0, 50),
  ]);
});

it('counts the photo asked for as one of the library, and others by the place they would have there', () => {
  // Each of 5 photos stands for 20.
  const samples = scene({ ...fiveOfOneWord, photos: 100 }).ask('dog', 0);
  const inLibrary = [1 / 20, 1, 5 / 6, 5 / 8, 1 / 2];
  expect(samples.map(({ weights }) => [...weights])).toEqual([
    close(...inLibrary),
    close(1 / 4, 1 / 4, 5 / 24),
    close(...inLibrary),
    close(1 / 4, 1 / 4, 5 / 24),
  ]);
  // A tag comes from no photo.
  expect(scene({ ...fiveOfOneWord, photos: 100 }).ask('dog', -1)[0]?.weights[0]).toBe(1);
  // A library of fewer photos than those drawn, some of which are gone meanwhile.
  expect(scene({ ...fiveOfOneWord, photos: 2 }).ask('dog', 0)[0]?.weights[0]).toBe(1);
});

const weightsOf = (standsFor: number) => Array.from({ length: 50 }, (_, place) => depthWeight(place, standsFor));

it('counts all hits alike where the photos compared are the whole library', () => {
  expect(weightsOf(1)).toEqual(Array.from({ length: 50 }, () => 1));
});

it('counts hits of a sample less the later they come in the library, and those among its first fifty in full', () => {
  // Of 1180 photos 59 are compared: the second of them is about the fortieth of all, the fifth the hundredth.
  expect(weightsOf(20).slice(0, 5)).toEqual([1, 1, expect.closeTo(5 / 6), expect.closeTo(5 / 8), 0.5]);
  expect(weightsOf(20)).toEqual(weightsOf(20).toSorted((a, b) => b - a));
});

it('counts the first hit in full in a library of any size', () => {
  expect(weightsOf(5000).slice(0, 2)).toEqual([1, 0.5]);
});

it('judges queries of one photo together, and each query of a tag by itself', () => {
  const groups = (own: number, index: number) => [
    ...new Set(
      scene(fiveOfOneWord)
        .ask('dog', own, { index })
        .map(({ group }) => group),
    ),
  ];
  expect([groups(0, 7), groups(2, 8), groups(-1, 7), groups(-1, 9)]).toEqual([[0], [2], [7], [9]]);
});

it('hides the third of the descriptions most like the photo in every third query, as of an unknown kind of photo', () => {
  const captions = [['dog'], ['dog'], ['dog'], ['cat'], ['cat'], ['cat']];
  const ownChance = (own: number, index: number) =>
    feature(
      scene({ captions, draws: hides, like: [1, 0.2, 0.9, 0.1, 0, 0] }).ask('dog', own, { index })[0],
      'prevalence',
    )[0];
  // A third of six is the photo itself and the one most like it: 1 of 4 known photos has a dog, otherwise 2 of 5.
  expect([0, 3, 6].map((index) => ownChance(0, index))).toEqual(close(...[0, 3, 6].map(() => odds(1.1 / 5))));
  expect([1, 2, 4].map((index) => ownChance(0, index))).toEqual(close(...[1, 2, 4].map(() => odds(2.1 / 6))));
  // A tag is not of one kind of photo: 2 of the 5 other photos have it.
  expect(ownChance(-1, 3)).toBeCloseTo(odds(2.1 / 6));
});

it('asks nothing where all photos that could be compared fit', () => {
  const captions = [['dog'], ['dog'], ['dog']];
  expect(
    scene({ captions, draws: hides })
      .ask('dog', 0)
      .map(({ isUnnamed }) => isUnnamed),
  ).toEqual([false, true]);
  expect(scene({ captions, draws: hides, background: [0] }).ask('dog', 0)).toEqual([]);
  expect(scene({ captions, draws: hides, pool: [] }).ask('dog', 0)).toEqual([]);
});

const twoWriters = {
  captions: [
    ['dog sea', 'dog sand'],
    ['dog park', 'dog sea'],
    ['sea', 'dog'],
    ['dog sea', 'cat'],
    ['car'],
    ['cat'],
    [],
  ],
  tags: { 5: ['sea', 'sun'], 6: ['dog'] },
};

it('shows some captions of a hit as its words, and lets the others decide whether it fits', () => {
  const { ask, evidence } = scene({ ...twoWriters, draws: shows });
  const [asked] = ask('dog sea', 0);
  const of = evidence('dog sea');
  // 0 is right. 1 has both words in its hidden caption, 2 has not. 3 shows both words, so it comes first anyway and all
  // texts decide, as for 4, 5 and 6, which have a single caption or none.
  expect([...(asked?.relevant ?? [])]).toEqual([1, 1, 0, 1, 0, 0, 0]);
  const shown = [of(1, 'dog'), of(1, 'dog'), of(1, 'sea'), ...noEvidence(4)];
  // All words of photos with similar scores are expected, without the hit's own; all tags count as one writer.
  const known = [of(2, 'dog', 'sea'), of(2, 'dog', 'sea'), of(2, 'dog', 'sea'), of(1), of(2, 'sea'), of(1, 'dog')];
  const expected = [mean(known), ...known.map((_, i) => mean(known.filter((_, other) => other !== i)))];
  expect([...(asked?.words ?? [])]).toEqual(close(...shown.map((words, i) => words - Number(expected[i]))));
});

it('shows no words of half of the hits, which all their texts decide', () => {
  const [asked] = scene({ ...twoWriters, draws: hides }).ask('dog sea', 0);
  expect([...(asked?.words ?? [])]).toEqual(noEvidence(7));
  expect([...(asked?.relevant ?? [])]).toEqual([1, 1, 1, 1, 0, 0, 0]);
  expect([...(scene({ ...twoWriters, draws: 0.49 }).ask('dog sea', 0)[0]?.words ?? [])]).toEqual(noEvidence(7));
});

it('shows the words of each photo with a single caption that lacks some of three words, and all captions drawn', () => {
  const captions = [
    ['red dog sand', 'dog sand', 'red', 'sea'],
    ['dog'],
    ['red dog sand'],
    ['red dog sand', 'cat', 'red'],
    [],
  ];
  const { ask, evidence } = scene({ captions, draws: 0.5 });
  const [asked] = ask('red dog sand', 0);
  const of = evidence('red dog sand');
  // Draws in the middle put the captions of 0 other than the query's in the order of their numbers 1, 3, 2 and show two;
  // those of 3 in the order 1, 3, 2 too. Three words do not come first in any order, so 3 is shown with all of them.
  const shown = [of(2, 'dog', 'sand'), of(1, 'dog'), Number.NaN, of(2, 'red', 'dog', 'sand')];
  const known = [of(1, 'dog'), of(1, 'red', 'dog', 'sand'), of(3, 'red', 'dog', 'sand')];
  const expected = [mean(known), ...known.map((_, i) => mean(known.filter((_, other) => other !== i)))];
  expect([...(asked?.words ?? [])]).toEqual(close(...shown.map((words, i) => words - Number(expected[i]))));
  expect([...(asked?.relevant ?? [])]).toEqual([1, 0, 1, 0]);
});

it('takes words that no photo has for rarer, and shows none of a photo that fits', () => {
  const fitting = Array.from({ length: 6 }, () => ['red dog', 'sand']);
  const captions = [...fitting, ...Array.from({ length: 8 }, () => ['dog']), ['sea']];
  const { ask, evidence } = scene({ captions, draws: hides });
  const [asked, , unnamed, both] = ask('red dog sand', 0);
  // None of nine photos that do not fit has "red" or "sand", and eight have "dog".
  const of = evidence('red dog sand', (word) => (word === 'dog' ? 8.5 : 0.5) / 10);
  const [dog, sea] = [of(1, 'dog'), of(1)];
  const ofDog = dog - (7 * dog + sea) / 8;
  const ofSea = sea - dog;
  expect([...(asked?.words ?? [])]).toEqual(noEvidence(15));
  expect([...(unnamed?.words ?? [])].slice(0, 6)).toEqual(noEvidence(6));
  expect([...(unnamed?.relevant ?? [])]).toEqual([...Array.from({ length: 6 }, () => 1), ...new Uint8Array(9)]);
  for (const words of [[...(unnamed?.words ?? [])].slice(6), [...(both?.words ?? [])]]) {
    expect(words).toHaveLength(9);
    // Shown at random.
    const shownDogs = words.slice(0, 8).filter((number) => !Number.isNaN(number));
    expect(shownDogs.length).toBeGreaterThan(0);
    expect(shownDogs).toEqual(close(...shownDogs.map(() => ofDog)));
    expect([Number.NaN, expect.closeTo(ofSea, 5)]).toContainEqual(words[8]);
  }
});

const sentence = 'a dog runs on wet sand';
/** The right photo, one that fits too, one that does not, and two photos without descriptions. */
const sentences = {
  captions: [[sentence, 'a dog on a beach'], ['wet sand and a dog that runs fast'], ['a cat sleeps'], [], []],
  photos: 20,
  describedPhotos: 6,
};

it('asks a sentence once, of one right photo, that is described as often as photos are in general', () => {
  const library = scene({ ...sentences, draws: shows });
  const samples = library.ask(sentence, 0, { isWhole: true });
  expect(samples.map(({ isUnnamed, group, wordCount }) => [isUnnamed, group, wordCount])).toEqual([[false, 0, 4]]);
  const [asked] = samples;
  expect(hitsOf(library, asked)).toEqual([0, 0, 1, 2, 3, 4]);
  expect([...(asked?.relevant ?? [])]).toEqual([1, 1, 1, 0, 0, 0]);
  // 6 of 20 photos are described; each of the three here stands for 2 of them, each of the others for 7 of 14.
  expect([...(asked?.weights ?? [])]).toEqual(close(0.3, 0.7, 2, 2, 7, 7));
  const of = library.evidence(sentence);
  const words = [of(1, 'dog'), Number.NaN, of(1, 'dog', 'run', 'wet', 'sand'), of(1), Number.NaN, Number.NaN];
  const known = [of(1, 'dog', 'run', 'wet', 'sand'), of(1)];
  const expected = [mean(known), 0, known[1], known[0], 0, 0];
  expect([...(asked?.words ?? [])]).toEqual(close(...words.map((number, i) => number - Number(expected[i]))));
  expect(feature(asked, 'prevalence')).toEqual(
    close(odds(1.1 / 3), odds(1.1 / 3), odds(0.1 / 2), odds(1.1 / 2), odds(1.1 / 3), odds(1.1 / 3)),
  );
});

it('compares a sentence with all captions of the right photo but its own, and hides those of others at random', () => {
  const captions = [[sentence, 'a dog', 'wet sand'], ...sentences.captions.slice(1)];
  const { ask, evidence } = scene({ ...sentences, captions, draws: hides });
  const [asked] = ask(sentence, 0, { isWhole: true });
  const of = evidence(sentence);
  const expected = mean([of(1, 'dog', 'run', 'wet', 'sand'), of(1)]);
  expect([...(asked?.words ?? [])]).toEqual(close(of(2, 'dog', 'wet', 'sand') - expected, ...noEvidence(5)));
  expect([...(asked?.relevant ?? [])]).toEqual([1, 1, 1, 0, 0, 0]);
});

it('shows the words of photos that the model has learned from, and leaves those of them without captions out', () => {
  const captions = [...sentences.captions, ['wet dog']];
  const library = scene({ captions, tags: { 3: ['sand'] }, draws: hides, pool: [0, 2] });
  const [asked] = library.ask(sentence, 0, { isWhole: true });
  expect(hitsOf(library, asked)).toEqual([0, 0, 1, 2, 4, 5]);
  expect([...(asked?.words ?? [])].map((words) => Number.isNaN(words))).toEqual([
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
  expect([...(asked?.relevant ?? [])]).toEqual([1, 1, 1, 0, 0, 0]);
});

it('lets a second writer repeat the commoner words of the only caption of the right photo', () => {
  // Half of the photos have a dog; each other word is one photo's.
  const captions = [[sentence], ...Array.from({ length: 39 }, (_, i) => [i < 20 ? 'dog' : `word${i}`])];
  const { ask, evidence } = scene({ captions, draws: 0.45 });
  const [asked] = ask(sentence, 0, { isWhole: true });
  // This writer's rate is .95 of the usual .4. Of words that 1.5 of 41 photos have .36 are repeated, less than the draw of
  // .45, and of "dog" (21.5 of 41) .61.
  const of = evidence(sentence);
  const nearest = Array.from({ length: 10 }, () => of(1, 'dog'));
  const known = [...Array.from({ length: 20 }, () => of(1, 'dog')), ...Array.from({ length: 19 }, () => of(1))];
  expect(asked?.words[0]).toBeCloseTo(of(1, 'dog') - (mean(nearest) + mean(known)) / 2);
  expect([asked?.relevant[0], asked?.words[1]]).toEqual([1, Number.NaN]);
  // One who repeats half of that repeats none of the rarer ones at .3: .4 times .8 is .32 of the usual words.
  const other = scene({ captions, draws: 0.3 }).ask(sentence, 0, { isWhole: true })[0];
  expect(other?.words[0]).toBeCloseTo(of(1, 'dog', 'run', 'wet', 'sand') - (mean(nearest) + mean(known)) / 2);
});

it('takes the best fifty hits of a sentence, and of the others every n-th for all of them', () => {
  const captions = Array.from({ length: 150 }, (_, i) => (i === 60 ? [sentence] : i % 2 === 0 ? [`word${i}`] : []));
  const library = scene({ captions, draws: shows, photos: 300, describedPhotos: 150 });
  const [asked] = library.ask(sentence, 60, { isWhole: true });
  // Of the hundred others each second one, and the right one, which counts as one photo.
  const others = Array.from({ length: 50 }, (_, i) => 51 + 2 * i);
  const chosen = [...Array.from({ length: 50 }, (_, i) => i), ...others, 60, 60].sort((a, b) => a - b);
  expect(hitsOf(library, asked)).toEqual(chosen);
  const weight = (photo: number) => (photo === 60 ? 0.5 : 2 * (photo < 50 ? 1 : 2));
  expect([...(asked?.weights ?? [])]).toEqual(chosen.map(weight));
});

it('gives the evidence of all words of each described photo for other queries', () => {
  const { fit, evidence } = scene({ ...twoWriters, draws: shows });
  const of = evidence('dog sea');
  expect([...evidenceFor(['dog', 'sea'], fit)]).toEqual([
    ...Array.from({ length: 4 }, () => of(2, 'dog', 'sea')),
    of(1),
    of(2, 'sea'),
    of(1, 'dog'),
  ]);
});
