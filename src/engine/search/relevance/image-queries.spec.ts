// Images as queries: which photos are asked and compared, and what counts as alike.
import { expect, it } from 'vitest';
import {
  featureLibrary,
  type FeatureLibraryOptions,
  type FeaturePhoto,
} from '../../../../test/support/feature-library.ts';
import { itemAt } from '../../../shared/at.ts';
import { Random } from '../../numerics/random.ts';
import type { ImageSpace } from '../rerank/image-space.ts';
import { agreement, imageQueries, imageQueryFeatures } from './image-queries.ts';
import { TextRelevance, type PhotoTexts } from './labelled-queries.ts';
import { LibrarySample } from './library-sample.ts';
import type { RelevanceSample } from './relevance-model.ts';
import { similarityFeatureNames } from './similarity-features.ts';

const photos = (...captions: string[]): PhotoTexts[] =>
  Array.from({ length: 200 }, (_, i) => ({ captions: captions.map((text) => `${text} ${i}`), tags: [] }));
const agreed = (texts: PhotoTexts[]) => agreement(texts, new TextRelevance(texts));

it('measures how often two people describe one photo alike, and keeps to the usual where one describes each', () => {
  expect(agreed(photos('a dog'))).toBeCloseTo(0.76);
  expect(agreed([])).toBeCloseTo(0.76);
  expect(agreed(photos('a dog runs', 'the dog runs'))).toBeGreaterThan(0.95);
  const unlike = Array.from({ length: 200 }, () => ({ captions: ['dog', 'beach'], tags: [] }));
  expect(agreed(unlike)).toBeLessThan(0.1);
});

it('looks at scores alone, and tells nothing of neighbours apart', () => {
  const similarity = imageQueryFeatures(Float32Array.of(0.9, 0.1), Float32Array.of(0, 0.1, 0.2, 0.05));
  const feature = (hit: number, name: (typeof similarityFeatureNames)[number]) =>
    similarity[hit * similarityFeatureNames.length + similarityFeatureNames.indexOf(name)];
  expect(feature(0, 'score')).toBeCloseTo(0.9);
  expect(feature(0, 'z')).toBeGreaterThan(feature(1, 'z') ?? Infinity);
  for (const name of ['prevalence', 'near', 'around', 'length'] as const) {
    expect(feature(0, name)).toBe(feature(1, name));
  }
});

/**
 * @param pool numbers of the photos that may be queries; by default those with descriptions
 * @param cosines cosine of the photo of each number in the space of images, which there is none of by default
 */
async function ask(photos: readonly FeaturePhoto[], options: AskOptions = {}) {
  const { pool, cosines, described = 1000, background = 1000, ...made } = options;
  const library = featureLibrary(photos, made);
  const { store, info, model, active } = library;
  const sample = await LibrarySample.open(store, active, { described, background, seed: 1 });
  const relevance = new TextRelevance(sample.texts);
  const asked: number[][] = [];
  const space = cosines && {
    cosines: (row: Float32Array) => {
      asked.push([...row]);
      return Promise.resolve(Float32Array.from(cosines));
    },
  };
  const images = () =>
    imageQueries({
      store,
      info,
      model,
      space: (space ?? null) as ImageSpace | null,
      sample,
      pool: Int32Array.from(pool ?? sample.described),
      relevance,
      random: new Random(1),
    });
  return { ...library, sample, images, asked };
}
interface AskOptions extends FeatureLibraryOptions {
  readonly pool?: readonly number[];
  readonly cosines?: readonly number[];
  readonly described?: number;
  readonly background?: number;
}

/** Row at an angle to the first photo's, whose cosine is this. */
const at = (cosine: number): readonly number[] => [cosine, Math.sqrt(1 - cosine * cosine)];
const feature = (sample: RelevanceSample | undefined, name: (typeof similarityFeatureNames)[number]): number[] =>
  Array.from(sample?.relevant ?? [], (_, hit) =>
    Number(sample?.similarity[hit * similarityFeatureNames.length + similarityFeatureNames.indexOf(name)]),
  );
const close = (...numbers: readonly number[]): unknown[] => numbers.map((n) => expect.closeTo(n, 3) as unknown);

const fivePhotos: FeaturePhoto[] = [
  { row: at(1), captions: ['a dog runs', 'a cat'] },
  { row: at(0.6), captions: ['cake'] },
  { row: at(0.8), captions: ['a cat', 'the dog'] },
  { row: at(0.3) },
  { row: at(0.1), tags: ['dog', 'park'] },
];

it('asks each described photo for the others of them, best first, those with words of its first caption as right', async () => {
  const { images } = await ask(fivePhotos, { pool: [0] });
  const [asked, ...others] = await images();
  expect(others).toEqual([]);
  expect(feature(asked, 'score')).toEqual(close(0.8, 0.6, 0.1));
  expect([...(asked?.relevant ?? [])]).toEqual([1, 0, 1]);
  expect(asked).toMatchObject({ group: 0, wordCount: 0 });
  expect([...(asked?.weights ?? [])]).toEqual([1, 1, 1]);
  // Words are no evidence for an image.
  expect([...(asked?.words ?? [])]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  // The best of the photos in general, described or not, without the one that asks.
  expect(feature(asked, 'topScore')).toEqual(close(0.8, 0.8, 0.8));
  expect(feature(asked, 'z')[1]).toBe(0);
});

it('asks all photos that may be queries, and those without captions by their tags', async () => {
  const samples = await (await ask(fivePhotos, { pool: [0, 3, 4] })).images();
  // The fourth has no words.
  expect(samples.map(({ group }) => group).sort()).toEqual([0, 4]);
  const ofTags = samples.find(({ group }) => group === 4);
  expect(feature(ofTags, 'score')[0]).toBeCloseTo(0.1 * 0.6 + Math.sqrt(0.99) * 0.8);
  expect([...(ofTags?.relevant ?? [])]).toEqual([0, 1, 1]);
});

it('asks two hundred photos at most', async () => {
  const many = Array.from({ length: 230 }, () => ({ row: [1], captions: ['dog'] }));
  const samples = await (await ask(many)).images();
  expect(new Set(samples.map(({ group }) => group)).size).toBe(200);
});

it('takes the best fifty photos, and of the others every n-th for all of them', async () => {
  const many = Array.from({ length: 152 }, (_, i) => ({ row: at(1 - i / 152), captions: ['dog'] }));
  const [asked] = await (await ask(many, { pool: [0] })).images();
  // Of 101 others each third one, from the best: every 3rd, because every 2nd would be more than fifty.
  const places = [...Array.from({ length: 50 }, (_, i) => i + 1), ...Array.from({ length: 34 }, (_, i) => 51 + 3 * i)];
  expect(feature(asked, 'score')).toEqual(close(...places.map((place) => 1 - place / 152)));
  expect([...(asked?.weights ?? [])]).toEqual(places.map((_, i) => (i < 50 ? 1 : 3)));
});

it('compares with 256 photos in general at most', async () => {
  // The last photo would be the best of all.
  const many = Array.from({ length: 260 }, (_, i) => ({ row: at(i / 260), captions: i < 2 ? ['dog'] : [] }));
  const { images, sample } = await ask(many, { pool: [0] });
  expect(sample.background).toHaveLength(260);
  const cosine = (a: number, b: number) => a * b + Math.sqrt(1 - a * a) * Math.sqrt(1 - b * b);
  const scores = many.map((_, i) => cosine(0, i / 260));
  const [asked] = await images();
  // The median of the 255 others of them is that of the numbers 1 to 255.
  const spread =
    1.4826 *
    Number(
      scores
        .slice(1, 256)
        .map((s) => Math.abs(s - Number(scores[128])))
        .sort((a, b) => a - b)[127],
    );
  expect(feature(asked, 'z')[0]).toBeCloseTo(Math.min(12, (Number(scores[1]) - Number(scores[128])) / spread), 3);
});

it('compares in the space of images where there is one, and half by what the model has learned', async () => {
  const cosines = [1, 0.5, 0.25, 0, -0.5];
  const untrained = await ask(fivePhotos, { pool: [0], cosines });
  expect(feature((await untrained.images())[0], 'score')).toEqual(close(0.5, 0.25, -0.5));
  expect(untrained.asked).toEqual([[1, 0]]);
  // The learned rows are (1), and those of negative photos (-1).
  const learned = (row: Float32Array) => [Number(row[0]) > 0.5 ? 1 : -1];
  const trained = await ask(fivePhotos, { pool: [0], cosines, learned, encoderWeight: 0.9 });
  // 0.5 and 1, 0.25 and 1, -0.5 and -1.
  expect(feature((await trained.images())[0], 'score')).toEqual(close(0.75, 0.625, -0.75));
  // Without such a space, by the weights of a search for words.
  const plain = await ask(fivePhotos, { pool: [0], learned, encoderWeight: 0.9 });
  expect(feature((await plain.images())[0], 'score')).toEqual(close(0.82, 0.64, -0.01));
});

it('asks none where a photo is gone meanwhile, or there is no other photo to compare with', async () => {
  const { images, store, ids } = await ask(fivePhotos);
  expect(await images()).toHaveLength(4);
  const gone = itemAt(ids, 3);
  store.photos.setPresent(gone, false);
  store.photos.removeMissing([gone]);
  expect(await images()).toEqual([]);
  const [first] = fivePhotos;
  expect(await (await ask(first ? [first] : [])).images()).toEqual([]);
  // The only other photo in general, and the only other described one.
  expect(await (await ask(fivePhotos.slice(2, 4), {})).images()).toEqual([]);
});
