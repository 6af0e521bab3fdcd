// Queries that are asked to fit the relevance model of a library, and the photos that they come from.
import { expect, it } from 'vitest';
import { featureLibrary, type FeatureLibraryOptions } from '../../../../test/support/feature-library.ts';
import { itemAt } from '../../../shared/at.ts';
import { Random } from '../../numerics/random.ts';
import { fitEvidence, fitLibrary, hasSpread, type FitOptions } from './fit-library.ts';

const photos = 24;
/** Queries asked, where a test does not say another number. */
const usual = 24;
/** Kinds of photos, each with its words and its direction. */
const kinds = ['dog puppy', 'sea beach', 'car road', 'cake candle'];
const kindOf = (photo: number): string => itemAt(kinds, photo % kinds.length);
const captionOf = (photo: number) => `zorblax${photo} with one ${kindOf(photo)} near quimby${photo}`;
/** Whether a query is a whole caption. */
const isWhole = (text: string) => text.includes(' near ');
const photoOf = (text: string) => Number(/\d+/.exec(text)?.[0] ?? -1);

function library({ rowOf, ...options }: FeatureLibraryOptions = {}, described = photos, captions = [captionOf]) {
  const random = new Random(5);
  const rows = Array.from({ length: photos }, (_, i) =>
    kinds.map((_, k) => (k === i % kinds.length ? 1 : 0) + 0.2 * random.normal()),
  );
  /** The row of the photo that a text names, else of the first of all. */
  const rowOfPhoto = (text: string) => itemAt(rows, Math.max(0, photoOf(text)));
  const made = featureLibrary(
    rows.map((row, i) => ({ row, captions: i < described ? captions.map((caption) => caption(i)) : [] })),
    { rowOf: rowOf ?? rowOfPhoto, ...options },
  );
  const gather = (options: FitOptions = {}) =>
    fitEvidence(made.store, made.active, { queries: usual, images: false, ...options });
  const fit = (options: FitOptions = {}) => fitLibrary(made.store, made.active, options);
  /** Numbers of the photos whose words are asked, and whose whole captions are. */
  const named = () => [...new Set(made.asked.flat().map(photoOf))].filter((photo) => photo >= 0);
  const whole = () => [...new Set(made.asked.flat().filter(isWhole).map(photoOf))];
  return { ...made, gather, fit, named, whole };
}

it('learns from words and from photos, and keeps what it has measured', async () => {
  const { fit, gather, ids } = library();
  const options = { queries: 18, among: ids.slice(0, 20), images: true };
  const model = await fit(options);
  const { samples, repeated } = await gather(options);
  expect(model).toMatchObject({ queries: samples.length, repeated });
  expect([model?.words, model?.images]).toEqual([expect.anything(), expect.anything()]);
});

it('asks words of captions and whole captions, the latter once each', async () => {
  const { gather, asked } = library();
  const { samples } = await gather();
  const texts = asked.flat();
  expect(texts).toHaveLength(usual);
  const whole = texts.filter(isWhole).length;
  expect(whole).toBeGreaterThan(2);
  // A query of a few words counts with and without its answers, and with its words written and not.
  expect(samples).toHaveLength(4 * (usual - whole) + whole);
  expect(samples.filter(({ wordCount }) => wordCount === 4)).toHaveLength(whole);
});

it('gives each query the scores of its own text', async () => {
  const { gather } = library();
  const { samples } = await gather();
  // The text of a whole caption has the row of its photo, which is the best hit with a cosine of 1.
  const sentences = samples.filter(({ wordCount }) => wordCount === 4);
  expect(sentences.map(({ similarity }) => similarity[0])).toEqual(sentences.map(() => expect.closeTo(1, 5) as number));
  expect(sentences.map(({ relevant }) => relevant[0])).toEqual(sentences.map(() => 1));
});

it('scores by what the model has learned of text and photo, by its weight', async () => {
  const { gather } = library({ learned: (row) => [...row].reverse(), encoderWeight: 0 });
  const { samples } = await gather();
  const sentences = samples.filter(({ wordCount }) => wordCount === 4);
  const lengths = sentences.map(({ similarity }) => Number(similarity[0]));
  // A photo with its own caption: the length of the learned row, which is not 1 as the cosine is.
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(0.1);
  expect(sentences.map(({ relevant }) => relevant[0])).toEqual(sentences.map(() => 1));
});

it('asks the encoder for 32 texts at a time', async () => {
  const { gather, asked, ids } = library();
  await gather({ queries: 40, among: ids.slice(0, 8) });
  expect(asked.map((texts) => texts.length)).toEqual([32, 8]);
});

it('asks the same queries for a seed, and others for another', async () => {
  const { gather, asked } = library();
  const evidence = await gather({ queries: 10 });
  const first = asked.splice(0);
  expect(await gather({ queries: 10, seed: 1 })).toEqual(evidence);
  expect(asked.splice(0)).toEqual(first);
  await gather({ queries: 10, seed: 2 });
  expect(asked).not.toEqual(first);
});

it('is null where nobody has described a photo, and where too few queries can be asked', async () => {
  const undescribed = library({}, 0);
  expect(await undescribed.fit()).toBeNull();
  expect(undescribed.asked).toEqual([]);
  expect(await library().fit({ queries: 3 })).toBeNull();
});

it('learns nothing from queries whose scores are all alike', async () => {
  const { gather } = library({ rowOf: () => kinds.map(() => 0) });
  expect((await gather()).samples).toEqual([]);
  expect([hasSpread(Float32Array.of(0.5, 0.5)), hasSpread(Float32Array.of(0.5, 0.5, 0.4))]).toEqual([false, true]);
});

it('asks no words of photos that are kept for measuring', async () => {
  const { gather, ids, named } = library();
  await gather({ without: new Set(ids.slice(0, 16)), queries: 50 });
  expect(named().sort()).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
});

it('asks words only of the photos that it may draw among', async () => {
  const { gather, ids, named } = library();
  await gather({ among: ids.slice(0, 12), queries: 50 });
  expect(Math.max(...named())).toBe(11);
});

it('asks mostly whole captions for a fit that only captions are asked of', async () => {
  const share = async (options: FitOptions) => {
    const { gather, asked } = library();
    await gather(options);
    return asked.flat().filter(isWhole).length / usual;
  };
  // Two of three, otherwise one of four; captions drawn twice count once.
  expect(await share({ mostlyWhole: true })).toBeGreaterThan(0.5);
  expect(await share({})).toBeLessThan(0.35);
});

it('asks whole captions of photos that the hash model has not learned from: those held out, and newer ones', async () => {
  const { gather, ids, whole } = library();
  await gather({ unseen: { heldOut: ids.slice(0, 8), newest: itemAt(ids, 20) }, queries: 50 });
  const unseen = [0, 1, 2, 3, 4, 5, 6, 7, 21, 22, 23];
  expect(whole().filter((photo) => !unseen.includes(photo))).toEqual([]);
  expect([Math.min(...whole()) < 8, Math.max(...whole()) > 20]).toEqual([true, true]);
});

it('takes photos that the model has learned from where fewer than ten are unseen', async () => {
  const asksSeen = async (unseen: number) => {
    const { gather, ids, whole } = library();
    await gather({ unseen: { heldOut: ids.slice(0, unseen), newest: itemAt(ids, photos - 1) } });
    return whole().some((photo) => photo >= unseen);
  };
  expect([await asksSeen(10), await asksSeen(9)]).toEqual([false, true]);
});

it('measures how many words two writers have in common, and how often they describe a photo alike', async () => {
  const alone = await library().gather({ queries: 0 });
  expect([alone.repeated, alone.agreement]).toEqual([expect.closeTo(0.4), expect.closeTo(0.76)]);
  const agreeing = await library({}, photos, [captionOf, (i) => `${captionOf(i)} again`]).gather({ queries: 0 });
  // Each of the 24 photos counts beside 20 of which 76 in 100 are alike.
  expect(agreeing.agreement).toBeCloseTo((0.76 * 20 + 24) / 44);
  expect(agreeing.repeated).toBeGreaterThan(0.7);
});

it('counts each judged query beside those of the texts', async () => {
  const { gather, store, ids } = library();
  store.judgements.set('search', 'zorblax1 quimby7', [itemAt(ids, 1), itemAt(ids, 7)], true, 2);
  store.judgements.set('search', 'zorblax1 quimby7', [itemAt(ids, 9)], false, 1);
  const { samples } = await gather({ queries: 0 });
  expect(samples.map(({ relevant }) => [...relevant])).toEqual([[1, 1, 0]]);
  // Evidence of the words themselves: one of two words that one photo has, and none of them.
  const [own, other, neither] = samples[0]?.words ?? [];
  expect(own).toBeCloseTo(Number(other));
  expect(own).toBeGreaterThan(Number(neither));
  // Most photos have neither, so that little is missing: without what is expected of them it would be
  // 2 log(1 - .4 (.06 / .05)^.2) = -1.07.
  expect(neither).toBeGreaterThan(-0.5);
});

it('asks photos too, unless it is told not to', async () => {
  const { store, active, gather } = library();
  const { images } = await fitEvidence(store, active, { queries: 0 });
  expect(new Set(images.map(({ group }) => group)).size).toBe(photos);
  // Of 23 others 5 are of the kind of each.
  expect(images.map(({ relevant }) => relevant.reduce((sum, flag) => sum + flag))).toEqual(images.map(() => 5));
  expect((await gather({ queries: 0 })).images).toEqual([]);
});

it('ends once it is cancelled, and asks no further texts', async () => {
  const stop = new AbortController();
  const { gather, asked, active } = library();
  const encoder = await active.encoder();
  const encodeTexts = encoder.encodeTexts.bind(encoder);
  encoder.encodeTexts = (texts) => {
    stop.abort(new Error('cancelled'));
    return encodeTexts(texts);
  };
  await expect(gather({ signal: stop.signal, queries: 50 })).rejects.toThrow('cancelled');
  expect(asked).toHaveLength(1);
  await expect(gather({ signal: stop.signal, queries: 50 })).rejects.toThrow('cancelled');
  expect(asked).toHaveLength(1);
  // With the last texts, before images are compared.
  await expect(gather({ signal: stop.signal, queries: 0, images: true })).rejects.toThrow('cancelled');
});
