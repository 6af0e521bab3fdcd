// The photos that a sample of a library holds, and their scores.
import { expect, it } from 'vitest';
import { featureLibrary, type FeaturePhoto } from '../../../../test/support/feature-library.ts';
import { photoFacts, photoFile } from '../../../../test/support/photo-rows.ts';
import { itemAt } from '../../../shared/at.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { LibrarySample, type SampleOptions } from './library-sample.ts';

const all: SampleOptions = { described: 1000, background: 1000, seed: 1 };

/** Photos in several directions; each second one has a caption. */
const photos = (count: number): FeaturePhoto[] =>
  Array.from({ length: count }, (_, i) => ({
    row: [Math.cos(i), Math.sin(i)],
    captions: i % 2 === 0 ? [`caption ${i}`] : [],
  }));

function library(of: readonly FeaturePhoto[] = photos(40)) {
  const made = featureLibrary(of);
  const open = async (options: Partial<SampleOptions> = {}) => {
    const sample = await LibrarySample.open(made.store, made.active, { ...all, ...options });
    const idsAt = (places: Int32Array) => Array.from(places, (place) => sample.ids[place]);
    return { sample, described: idsAt(sample.described), background: idsAt(sample.background) };
  };
  return { ...made, open };
}

it('holds all photos of a small library, in the order of their ids, each with its texts', async () => {
  const { ids, open } = library([
    { row: [1, 0], captions: ['a dog', 'a brown dog'], tags: ['pet'] },
    { row: [0, 1] },
    { row: [1, 1], tags: ['sea'] },
  ]);
  const { sample, described, background } = await open();
  expect(sample.ids).toEqual(ids);
  expect(sample.texts).toEqual([
    { captions: ['a dog', 'a brown dog'], tags: ['pet'] },
    { captions: [], tags: [] },
    { captions: [], tags: ['sea'] },
  ]);
  expect(described).toEqual([ids[0], ids[2]]);
  expect(background).toEqual(ids);
  expect(sample.describedPhotos).toBe(2);
});

it('draws no more described photos and photos in general than it may', async () => {
  const { ids, open } = library();
  const { sample, described, background } = await open({ described: 5, background: 12 });
  expect([described.length, background.length]).toEqual([5, 12]);
  expect(sample.ids).toEqual([...new Set([...described, ...background])].sort((a, b) => Number(a) - Number(b)));
  expect(described.every((id) => ids.indexOf(id as PhotoId) % 2 === 0)).toBe(true);
  // Photos in general are drawn from all, described or not.
  expect(new Set(background.map((id) => ids.indexOf(id as PhotoId) % 2)).size).toBe(2);
  // The number of the whole library.
  expect(sample.describedPhotos).toBe(20);
});

it('knows no texts of photos that were drawn in general alone', async () => {
  const { sample, described } = await library().open({ described: 3 });
  const withTexts = sample.ids.filter((_, place) => (sample.texts[place]?.captions.length ?? 0) > 0);
  expect(withTexts).toEqual(described);
  expect(described).toHaveLength(3);
});

it('draws the same photos for a seed, and others for another', async () => {
  const { open } = library();
  const drawn = async (seed: number) => (await open({ described: 5, background: 5, seed })).sample.ids;
  expect(await drawn(1)).toEqual(await drawn(1));
  expect(await drawn(2)).not.toEqual(await drawn(1));
});

it('draws the described photos asked for first, and others for the rest', async () => {
  const { ids, open } = library();
  const first = new Set([ids[4], ids[10], ids[38]]);
  const { described } = await open({ described: 5, isFirst: (id) => first.has(id) });
  expect(described).toHaveLength(5);
  expect(described).toEqual(expect.arrayContaining([...first]));
});

it('leaves photos out as if nobody had described them', async () => {
  const { ids, open } = library();
  const without = new Set([ids[0], ids[1], ids[2]].flatMap((id) => id ?? []));
  const { sample, background } = await open({ without });
  expect(sample.ids).toEqual(ids.slice(3));
  expect(background).toEqual(ids.slice(3));
  expect(sample.describedPhotos).toBe(18);
});

it('draws among photos with codes of the model in use, or among those given', async () => {
  const { store, ids, info, open } = library(photos(6));
  const folder = itemAt(store.folders.list(), 0).id;
  const later = store.photos.insert(folder, photoFile('later.jpg'), photoFacts);
  store.features.put('photo', info.id, later, Float32Array.of(1, 0));
  expect((await open()).sample.ids).toEqual(ids);
  expect((await open({ among: [later, Number(ids[1])] })).sample.ids).toEqual([ids[1], later]);
});

it('tells how alike two photos are by the cosine of their rows, and how well each fits a query', async () => {
  const { open } = library([{ row: [1, 0] }, { row: [0, 2] }, { row: [3, 3] }, { row: [0, 0] }]);
  const { sample } = await open();
  const close = (...numbers: number[]) => numbers.map((n) => expect.closeTo(n, 5) as number);
  expect(Array.from(sample.like(2))).toEqual(close(Math.SQRT1_2, Math.SQRT1_2, 1, 0));
  expect(Array.from(sample.like(0))).toEqual(close(1, 0, Math.SQRT1_2, 0));
  const query = { row: Float32Array.of(0, 1), real: new Float32Array(0), encoderWeight: 1 };
  expect(Array.from(sample.of(query)).slice(0, 3)).toEqual(close(0, 1, Math.SQRT1_2));
});

it('counts what the model has learned of two photos beside what the encoder sees of them', async () => {
  const made = featureLibrary([{ row: [1, 0] }, { row: [0, 1] }, { row: [1, 0] }], {
    learned: (row) => [Number(row[0]) + Number(row[1]), 0],
    encoderWeight: 0.5,
  });
  const sample = await LibrarySample.open(made.store, made.active, all);
  // The rows are (1, 0, 1, 0) and (0, 1, 1, 0).
  expect(Array.from(sample.like(0))).toEqual([1, 0.5, 1].map((n) => expect.closeTo(n, 5) as number));
  const query = { row: Float32Array.of(1, 0), real: Float32Array.of(1, 0), encoderWeight: 0.5 };
  expect(Array.from(sample.of(query))).toEqual([1, 0.5, 1].map((n) => expect.closeTo(n, 5) as number));
});
