// Relevance of photos in a small library with given features, texts and relevance model, of images, and the start of
// the weaker matches.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { ModelId, PhotoId } from '../../../shared/contract/ids.ts';
import { starterInfo } from '../../encoder/starter/starter-encoder.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import { ActiveModels, type ActiveModel } from '../../models/active-models.ts';
import { openStore, type Store } from '../../store/database.ts';
import { phraseQuery } from '../../store/fulltext.ts';
import { imageRelevance, precisionOf, Relevance, weakFrom, type TermRelevance } from './relevance.ts';
import { writtenGrade } from './written-grade.ts';
import { writtenChance } from '../../../shared/contract/search.ts';
import type { RelevanceModel } from './relevance-model.ts';
import { similarityFeatureNames } from './similarity-features.ts';
import { numberAt } from '../../../shared/at.ts';

it('gives one and a half log odds a deviation above the median of the sample, and puts photos without features last', () => {
  // Of 0 to 4 the median is 2 and the median deviation 1.
  const sample = Float32Array.of(3, 0, Number.NaN, 4, 1, 2);
  const { odds, plain, chances } = imageRelevance(Float64Array.of(2, 2 + 1.4826, 2 - 2 * 1.4826, Number.NaN), sample);
  const expected = [0, 1.5, -3, (1.5 * -3) / 1.4826];
  expect([...odds]).toEqual(expected.map((value) => expect.closeTo(value, 6) as number));
  expect([...plain]).toEqual([...odds]);
  expect(chances).toBeNull();
});

it('knows nothing of images while nothing can be sampled', () => {
  const scores = Float64Array.of(0.2, Number.NaN);
  expect([...imageRelevance(scores, new Float32Array(0)).odds]).toEqual([0, 0]);
  expect([...imageRelevance(scores, Float32Array.of(Number.NaN)).odds]).toEqual([0, 0]);
});

it.each([
  ['some results', [0.9, 0.5, 0.4, 0.1], 0.5, 2],
  ['a chance that rounding has moved', [0.9, 0.5 - 5e-7, 0.5 - 5e-6], 0.5, 2],
  ['every result', [0.9, 0.8], 0.5, 2],
  ['none', [0.4, 0.3], 0.5, 0],
  ['no results', [], 0.5, 0],
  ['a lower precision', [0.9, 0.4, 0.1], 0.3, 2],
])('draws the divider behind what is likely enough: %s', (_, chances, precision, above) => {
  expect(weakFrom(chances, precision)).toBe(above);
});

it('asks for a chance of one half until the person chooses another', () => {
  const store = openStore(temporaryFolder());
  expect(precisionOf(store.settings)).toBe(0.5);
  store.settings.set('precision', '0.3');
  expect(precisionOf(store.settings)).toBe(0.3);
  store.close();
});

describe('of words, in a library of given features', () => {
  const id = 'given' as ModelId;
  /** Two numbers per photo, both shared with texts; the model learned nothing. */
  const info = { ...starterInfo, id: 'two-numbers', imageWidth: 2, textWidth: 2, sharedWidth: 2 };

  class GivenModel extends ActiveModels {
    /** Set while the model cannot be opened. */
    fault: Error | null = null;
    override encoderId(): string {
      return info.id;
    }
    override encoderInfo(): typeof info {
      return info;
    }
    override model(): Promise<ActiveModel> {
      if (this.fault !== null) return Promise.reject(this.fault);
      // All vectors are stored, so no network is used.
      return Promise.resolve({ id, model: { bits: 16, realWidth: 0 } as HashModel });
    }
  }

  /** Log odds by similarity are ten times the cosine; from -10 to 10 the chance rises from 0 to 1. */
  const relevance: RelevanceModel = {
    version: 7,
    features: similarityFeatureNames,
    words: {
      similarity: {
        mean: similarityFeatureNames.map(() => 0),
        scale: similarityFeatureNames.map(() => 1),
        weights: similarityFeatureNames.map((name) => (name === 'score' ? 10 : 0)),
        bias: 0,
      },
      words: { bias: 0, weight: 1 },
      curve: { x: [-10, 10], y: [0, 1] },
    },
    sentences: null,
    unnamed: null,
    images: null,
    repeated: 0.4,
    queries: 20,
  };

  interface GivenPhoto {
    /** Cosine with the query. */
    readonly cosine: number;
    readonly caption?: string;
    readonly more?: { readonly captions?: readonly string[]; readonly tags?: readonly string[] };
    /** Name of the file, without its ending. */
    readonly name?: string;
    /** Text in the picture. */
    readonly shows?: string;
  }

  interface Given {
    readonly store: Store;
    readonly ids: readonly PhotoId[];
    /** Relevance of all photos to a text; without features where `sees` is false. */
    ask(
      text: string,
      options?: {
        readonly written?: readonly number[];
        readonly sees?: boolean;
        readonly inPhotos?: boolean;
        /** Whether each word of the text is looked up in texts and names. */
        readonly byWord?: boolean;
        /** A repeated query. */
        readonly by?: Relevance;
        readonly revision?: string;
        /** Indices of photos whose features are missing. */
        readonly missing?: readonly number[];
      },
    ): Promise<TermRelevance>;
    readonly active: GivenModel;
    /** Writes the fitted model to its file, newer than the one before. */
    learn(model: RelevanceModel): void;
    /** Relevance of all photos to an image that has these cosines with photos in general. */
    askImage(background: readonly number[]): Promise<TermRelevance>;
  }

  function library(photos: readonly GivenPhoto[], model: RelevanceModel | null = relevance): Given {
    const libraryDir = temporaryFolder();
    const store = openStore(libraryDir);
    onTestFinished(() => store.close());
    const folder = store.folders.add('/photos', false).id;
    store.encoders.put({ info, path: '/encoder', files: {} });
    store.models.begin({ id, method: 'rotation', bits: 16, encoderId: info.id, state: 'ready', options: {} });
    const ids = store.transaction(() =>
      photos.map(({ caption, more, name, shows }, i) => {
        const file = photoFile(`${name ?? i}.jpg`);
        const photo = store.photos.insert(folder, file, { ...photoFacts, contentHash: String(i) });
        store.codes.put('photo', id, photo, Uint8Array.of(i % 256, i >> 8));
        const captions = [...(caption === undefined ? [] : [caption]), ...(more?.captions ?? [])];
        const written = captions.map((text) => ({ text, source: 'caption-file' as const }));
        store.texts.replaceCaptions(photo, ['caption-file'], written);
        store.texts.replaceTags(
          photo,
          ['iptc'],
          (more?.tags ?? []).map((tag) => ({ name: tag, source: 'iptc' })),
        );
        if (shows !== undefined) store.ocr.put(photo, shows);
        return photo;
      }),
    );
    const rows = Float32Array.from(photos.flatMap(({ cosine }) => [cosine, Math.sqrt(1 - cosine * cosine)]));
    store.vectors.put('photo', id, { ids, rows });
    const active = new GivenModel(store, { libraryDir, resourcesDir: '' }, { threads: 1, encoderThread: false });
    mkdirSync(active.modelDir(id), { recursive: true });
    const file = join(active.modelDir(id), 'relevance.json');
    const counted = { photos: photos.length, captions: 0, tags: 0 };
    let written = 0;
    const learn = (relevance: RelevanceModel): void => {
      writeFileSync(file, JSON.stringify({ library: counted, relevance }));
      utimesSync(file, ++written, written);
    };
    if (model !== null) learn(model);
    const semantic = { row: Float32Array.of(1, 0), real: new Float32Array(0), encoderWeight: 1 };
    const scores = Float64Array.from(photos, ({ cosine }) => cosine);
    return {
      ...{ store, ids, active, learn },
      ask: (
        text,
        {
          written = [],
          sees = true,
          inPhotos = false,
          byWord = false,
          by = new Relevance(store, active),
          revision = '1',
          missing = [],
        } = {},
      ) =>
        by.of(
          {
            text,
            semantic: sees ? semantic : null,
            words: inPhotos
              ? store.fullText.scores([phraseQuery(text, 'written')], { alsoInPhotos: [phraseQuery(text)] })
              : byWord
                ? store.fullText.scores(text.split(' ').map((word) => phraseQuery(word, 'written')))
                : null,
          },
          ids,
          sees ? scores.map((score, i) => (missing.includes(i) ? Number.NaN : score)) : null,
          (photo) => (written.includes(ids.indexOf(photo as PhotoId)) ? writtenGrade.typed : writtenGrade.none),
          id,
          revision,
        ),
      askImage: (background) => new Relevance(store, active).ofImage(scores, Float32Array.from(background), id, '1'),
    };
  }

  const cosines = [0.9, -0.2, 0.5, 0.1, 0.3, -0.6];
  const some = (described: number): GivenPhoto[] =>
    cosines.map((cosine, i) => ({ cosine, ...(i < described ? { caption: `a boat on lake ${i}` } : {}) }));

  it('says the chance of the curve, less where few photos are described: d of d + 10 described ones', async () => {
    for (const described of [1, 5]) {
      const { chances, odds } = await library(some(described)).ask('zebra');
      const trust = described / (described + 10);
      cosines.forEach((cosine, i) => expect(chances?.[i]).toBeCloseTo((trust * (10 * cosine + 10)) / 20, 4));
      const order = cosines
        .keys()
        .toArray()
        .sort((a, b) => numberAt(odds, b) - numberAt(odds, a));
      expect(order).toEqual([0, 2, 4, 3, 1, 5]);
    }
  });

  it('says the chance of words that no described photo has by their own curve', async () => {
    const curve = { x: [-10, 10], y: [0, 0.5] };
    const given = library(some(5), { ...relevance, unnamed: relevance.words && { ...relevance.words, curve } });
    const plain = library(some(5));
    const [own, usual] = [await given.ask('zebra'), await plain.ask('zebra')];
    cosines.forEach((_, i) => expect(own.chances?.[i]).toBeCloseTo(numberAt(usual.chances ?? [], i) / 2, 6));
    expect((await given.ask('boat')).chances).toEqual((await plain.ask('boat')).chances);
  });

  it('says the chances of an image by their own curve, in one order with the odds', async () => {
    const ofImages = { ...relevance, images: relevance.words };
    const { chances, odds } = await library(some(5), ofImages).askImage([0, 0.1, -0.1, Number.NaN]);
    cosines.forEach((cosine, i) => expect(chances?.[i]).toBeCloseTo(((5 / 15) * (10 * cosine + 10)) / 20, 4));
    const falling = (values: ArrayLike<number> | null) =>
      cosines
        .keys()
        .toArray()
        .sort((a, b) => (values?.[b] ?? 0) - (values?.[a] ?? 0));
    expect(falling(odds)).toEqual(falling(chances));
  });

  it('says no chances of an image where nothing was learned of images, or nothing can be sampled', async () => {
    expect((await library(some(5)).askImage([0, 0.1])).chances).toBeNull();
    expect((await library(some(5), null).askImage([0, 0.1])).chances).toBeNull();
    const ofImages = { ...relevance, images: relevance.words };
    expect((await library(some(5), ofImages).askImage([])).chances).toBeNull();
  });

  it('is at most 0.95 sure of a photo that does not say so, however many are described', async () => {
    const many = Array.from({ length: 400 }, (_, i) => ({ cosine: 1 - i / 400, caption: 'a boat' }));
    const { chances } = await library(many).ask('zebra');
    expect(Math.max(...(chances ?? []))).toBe(writtenChance);
    expect(chances?.[0]).toBe(writtenChance);
  });

  it('puts photos that say so first, at 0.95 or more, and leaves the others as they are', async () => {
    const given = library(some(3));
    const plain = await given.ask('zebra');
    const lifted = await given.ask('zebra', { written: [5, 1] });
    expect(lifted.chances?.[5]).toBe(writtenChance);
    expect(lifted.chances?.[1]).toBe(writtenChance);
    const others = [0, 2, 3, 4];
    for (const i of others) {
      expect(lifted.chances?.[i]).toBe(plain.chances?.[i]);
      expect(lifted.odds[i]).toBe(plain.odds[i]);
    }
    const best = Math.max(...others.map((i) => numberAt(lifted.odds, i)));
    // By one at least, and in their own order.
    expect(lifted.odds[5]).toBeCloseTo(best + 1, 6);
    expect(lifted.odds[1]).toBeGreaterThan(numberAt(lifted.odds, 5));
  });

  it('gives photos the share of described ones that fit where the encoder knows nothing of the words', async () => {
    const given = library([
      { cosine: 0.1, caption: 'a dog' },
      { cosine: 0.2, caption: 'a dog runs' },
      { cosine: 0.3, caption: 'a boat' },
      { cosine: 0.4, caption: 'a lake' },
      { cosine: 0.5 },
    ]);
    const { chances } = await given.ask('dog', { sees: false });
    // Two of four, as a frequency that is never 0 or 1: 2.5 of 5.
    expect([...(chances ?? [])]).toEqual(Array(5).fill(expect.closeTo(0.5, 10)));
    const none = await given.ask('zebra', { sees: false });
    expect([...(none.chances ?? [])]).toEqual(Array(5).fill(expect.closeTo(0.1, 10)));
  });

  it('says how far the picture speaks for each photo, above the median of photos in general', async () => {
    const { similarity } = await library(some(5)).ask('zebra');
    // The best described photo counts as a sampled one, so that the median is 0.3.
    cosines.forEach((cosine, i) => expect(similarity.ownScore[i]).toBeCloseTo(10 * (cosine - 0.3), 4));
    expect([...similarity.neighbours]).toEqual(cosines.map(() => 0));
  });

  it('says how far what is written about photos that score alike speaks for each', async () => {
    const part = {
      ...relevance.words,
      similarity: {
        ...relevance.words?.similarity,
        weights: similarityFeatureNames.map((name) => (name === 'near' ? 2 : 0)),
      },
    };
    const photos = Array.from({ length: 60 }, (_, i) => ({ cosine: 1 - i / 60, caption: i < 20 ? 'a dog' : 'a boat' }));
    const { similarity } = await library(photos, { ...relevance, words: part } as RelevanceModel).ask('dog');
    expect(similarity.neighbours[2]).toBeGreaterThan(1);
    expect(similarity.neighbours[50]).toBeLessThan(0.1);
    expect([...similarity.ownScore]).toEqual(photos.map(() => 0));
  });

  it('reads a fit written by a release that calls similarity sight', async () => {
    const { similarity, ...words } = relevance.words ?? {};
    const stored: unknown = { ...relevance, words: { ...words, sight: similarity } };
    const [of, now] = [
      await library(some(5), stored as RelevanceModel).ask('zebra'),
      await library(some(5)).ask('zebra'),
    ];
    expect(of.chances).not.toBeNull();
    expect(of).toEqual(now);
  });

  it('says no chances before anything was learned, and orders by the cosine', async () => {
    const { chances, odds, plain } = await library(some(3), null).ask('zebra');
    expect(chances).toBeNull();
    expect([...odds]).toEqual([...plain]);
    const order = cosines
      .keys()
      .toArray()
      .sort((a, b) => numberAt(odds, b) - numberAt(odds, a));
    expect(order).toEqual([0, 2, 4, 3, 1, 5]);
  });

  it('says before anything was learned one and a half log odds a deviation above the median', async () => {
    const { plain, similarity } = await library(some(0), null).ask('zebra');
    // Of six numbers the median is the fourth: 0.3, and 0.5 of the deviations.
    const expected = cosines.map((cosine) => expect.closeTo((1.5 * (cosine - 0.3)) / (1.4826 * 0.5), 3) as number);
    expect([...plain]).toEqual(expected);
    expect([...similarity.ownScore]).toEqual(expected);
    expect([...similarity.neighbours]).toEqual(cosines.map(() => 0));
  });

  it('says no chances where nothing is described and the encoder knows nothing of the words', async () => {
    expect((await library(some(0)).ask('zebra', { sees: false })).chances).toBeNull();
  });

  it('takes a photo whose features are missing for the least similar', async () => {
    const { chances } = await library(some(5)).ask('zebra', { missing: [0] });
    expect(chances?.[0]).toBeCloseTo(((5 / 15) * (10 * -1 + 10)) / 20, 4);
  });

  it('orders photos that are equally likely by what speaks for them', async () => {
    const steep = {
      ...relevance.words,
      similarity: {
        ...relevance.words?.similarity,
        weights: similarityFeatureNames.map((name) => (name === 'score' ? 40 : 0)),
      },
    };
    const given = library(some(5), { ...relevance, words: steep } as RelevanceModel);
    const { chances, odds } = await given.ask('zebra');
    expect([chances?.[0], chances?.[4]]).toEqual([chances?.[2], chances?.[2]]);
    expect([0, 2, 4].toSorted((a, b) => numberAt(odds, b) - numberAt(odds, a))).toEqual([0, 2, 4]);
  });

  describe('asked again', () => {
    const chancesOf = async (given: Given, by: Relevance, revision?: string) => [
      ...((await given.ask('zebra', { by, ...(revision === undefined ? {} : { revision }) })).chances ?? []),
    ];

    it('uses what another process has learned meanwhile', async () => {
      const given = library(some(5));
      const by = new Relevance(given.store, given.active);
      const before = await chancesOf(given, by);
      expect(await chancesOf(given, by)).toEqual(before);
      const curve = { x: [-10, 10], y: [0, 0.5] };
      given.learn({ ...relevance, words: { ...relevance.words, curve } } as RelevanceModel);
      const after = await chancesOf(given, by);
      expect(after).toEqual(before.map((chance) => expect.closeTo(chance / 2, 6) as number));
    });

    it('counts photos that were described meanwhile once the library has another revision', async () => {
      const given = library(some(1));
      const by = new Relevance(given.store, given.active);
      const before = await chancesOf(given, by);
      given.store.transaction(() =>
        given.store.texts.replaceCaptions(
          given.ids[1] ?? (0 as PhotoId),
          ['caption-file'],
          [{ text: 'a lake', source: 'caption-file' }],
        ),
      );
      expect(await chancesOf(given, by)).toEqual(before);
      const after = await chancesOf(given, by, '2');
      // Trust with 2 described photos of 12 and with 1 of 11.
      expect(after[3]).toBeCloseTo((numberAt(before, 3) * (2 / 12)) / (1 / 11), 6);
    });

    it('opens the library again where that has failed', async () => {
      const given = library(some(5));
      const by = new Relevance(given.store, given.active);
      given.active.fault = new Error('the disk is away');
      await expect(chancesOf(given, by)).rejects.toThrow('the disk is away');
      given.active.fault = null;
      expect(await chancesOf(given, by)).toEqual(await chancesOf(given, new Relevance(given.store, given.active)));
    });
  });

  it('gives no evidence by similarity where the query scores every photo alike', async () => {
    const alike = [0, 1, 2].map((i) => ({ cosine: 0.5, caption: i === 0 ? 'a dog' : 'a boat' }));
    const { chances } = await library(alike).ask('dog');
    expect([...(chances ?? [])]).toEqual(Array(3).fill(expect.closeTo(1.5 / 4, 10)));
  });

  describe('where texts have the words', () => {
    /** Ponte and Croft's language model, by the photos that have the word among those that are described. */
    const evidence = (photos: number, described: number, isSaid: boolean, writers: number): number => {
      const frequency = (photos + 0.5) / (Math.max(photos, described) + 1);
      const chance = 1 - (1 - Math.min(0.95, 0.4 * (frequency / 0.05) ** 0.2)) ** writers;
      return isSaid ? Math.log((chance + (1 - chance) * frequency) / frequency) : Math.log(1 - chance);
    };
    const dogs: readonly GivenPhoto[] = [
      { cosine: 0.05, caption: 'a dog' },
      { cosine: 0.02, caption: 'a dog', more: { captions: ['a cat'], tags: ['pet', 'home'] } },
      { cosine: 0.04, caption: 'a boat' },
      { cosine: -0.01, name: 'dog' },
      { cosine: -0.04 },
      { cosine: 0.01, shows: 'Beware of the dog' },
      { cosine: 0.03, caption: 'a boat', shows: 'dog' },
    ];
    // Three photos have the word in their words or name, of four that are described.
    const of = (isSaid: boolean, writers: number) => evidence(3, 4, isSaid, writers);
    const halfway = (of(false, 1) + of(true, 1)) / 2;
    const words = [of(true, 1), of(true, 3), of(false, 1), of(true, 1), null, of(true, 1) / 2, halfway];

    it('counts a caption as a text, all tags as one, a name where nothing else is, and text in the picture half', async () => {
      const { plain, odds, chances } = await library(dogs, null).ask('dog', { sees: false, inPhotos: true });
      expect([...plain]).toEqual(words.map((value) => expect.closeTo(value ?? 0, 9) as number));
      expect([...odds]).toEqual([...plain]);
      expect(chances).toBeNull();
    });

    it('adds them to the share of described photos that fit, where the encoder knows nothing of the words', async () => {
      const { chances } = await library(dogs).ask('dog', { sees: false, inPhotos: true });
      // Two of the four that are described fit: as likely as not.
      const likely = words.map((value) => 1 / (1 + Math.exp(-(value ?? 0))));
      expect([...(chances ?? [])]).toEqual(
        likely.map((chance) => expect.closeTo(Math.min(writtenChance, chance), 9) as number),
      );
    });

    it('never lets a name with few of the words lower a photo that nobody described', async () => {
      const photos = [
        { cosine: 0.03, caption: 'a dog' },
        { cosine: 0.02, name: 'dog' },
        { cosine: 0.02 },
        { cosine: 0.02, caption: 'a dog by a lake' },
      ];
      for (const sees of [true, false]) {
        const { plain, chances } = await library(photos).ask('dog lake under old trees', { sees, byWord: true });
        expect(plain[1]).toBeGreaterThanOrEqual(numberAt(plain, 2));
        expect(chances?.[1]).toBeGreaterThanOrEqual((chances?.[2] ?? 1) - 1e-6);
      }
    });

    it('adds to similarity what they say beyond what is usual among the described', async () => {
      const { chances } = await library(dogs).ask('dog', { inPhotos: true });
      // Of the photos that were described, only what is written counts.
      const written = [of(true, 1), of(true, 3), of(false, 1), halfway];
      const sum = written.reduce((total, value) => total + value, 0);
      const usual = [0, 1, 2, null, null, null, 3].map((place) =>
        place === null ? sum / 4 : (sum - numberAt(written, place)) / 3,
      );
      const trust = 4 / 14;
      dogs.forEach(({ cosine }, i) => {
        const wordScore = words[i] ?? null;
        const odds = 10 * cosine + (wordScore === null ? 0 : wordScore - numberAt(usual, i));
        expect({ i, chance: chances?.[i] }).toEqual({
          i,
          chance: expect.closeTo((trust * (odds + 10)) / 20, 4) as number,
        });
      });
    });
  });
});
