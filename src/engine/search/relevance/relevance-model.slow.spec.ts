// The estimate of relevance: right on average for synthetic truth, fair to photos without words, never out of order.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../shared/json.ts';
import { fitCurve, isotonic, onCurve } from '../../numerics/isotonic.ts';
import { fitLogistic } from '../../numerics/logistic.ts';
import { Random } from '../../numerics/random.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import { weakFrom } from './relevance.ts';
import {
  chanceAt,
  fitRelevance,
  relevanceOdds,
  relevanceSchema,
  type RelevanceModel,
  type RelevanceSample,
} from './relevance-model.ts';
import { backgroundOf, similarityFeatures } from './similarity-features.ts';
import { numberAt } from '../../../shared/at.ts';

interface Synthetic extends RelevanceSample {
  readonly scores: Float32Array;
}

/** Probabilities of the words of a relevant photo and of an irrelevant one; half of the photos have no words. */
const shareWithWord = { relevant: 0.5, other: 0.1 };

/** Queries over 400 photos: irrelevant ones score about 0, relevant ones `lift` above, in units of the query's own. */
function synthetic(queries: number, seed: number, share = 0.1, lift = 2.5): Synthetic[] {
  const random = new Random(seed);
  return Array.from({ length: queries }, (_, group) => {
    const [offset, scale] = [random.normal() * 0.1, 0.05 + 0.1 * random.uniform()];
    const photos = Array.from({ length: 400 }, () => {
      const relevant = random.uniform() < share;
      const says = relevant ? shareWithWord.relevant : shareWithWord.other;
      const words =
        random.uniform() < 0.5
          ? Number.NaN
          : random.uniform() < says
            ? Math.log(shareWithWord.relevant / shareWithWord.other)
            : Math.log((1 - shareWithWord.relevant) / (1 - shareWithWord.other));
      return { relevant, words, score: offset + scale * (random.normal() + (relevant ? lift : 0)) };
    });
    const scores = Float32Array.from(photos, (photo) => photo.score);
    const relevant = Uint8Array.from(photos, (photo) => Number(photo.relevant));
    const order = bestFirst(Int32Array.from(scores.keys()), scores);
    const hits = order.subarray(0, 100);
    const found = Float32Array.from(hits, (photo) => numberAt(scores, photo));
    return {
      scores: found,
      similarity: similarityFeatures(found, backgroundOf(scores), new KnownPhotos(order, scores, relevant), hits, 1),
      words: Float64Array.from(hits, (photo) => photos[photo]?.words ?? Number.NaN),
      relevant: Uint8Array.from(hits, (photo) => numberAt(relevant, photo)),
      group,
      weights: new Float32Array(100).fill(1),
      wordCount: 1,
    };
  });
}

function mustFit(samples: readonly RelevanceSample[]) {
  const model = fitRelevance(samples);
  if (!model) throw new Error('too few samples');
  return model;
}

const chancesOf = (query: Synthetic, model: RelevanceModel, isUnnamed = false): number[] => {
  const kind = { wordCount: 1, isUnnamed };
  return Array.from(relevanceOdds(query.scores, query, kind, model), (odds) => chanceAt(odds, kind, model));
};

for (const [name, isIn] of [
  ['without words', Number.isNaN],
  ['with words', (evidence: number) => !Number.isNaN(evidence)],
] as const) {
  it(`says of photos ${name} what is found to be true of them, on queries it has not seen`, () => {
    const model = mustFit(synthetic(150, 1));
    const bins = Array.from({ length: 5 }, () => ({ expected: 0, found: 0, hits: 0 }));
    for (const query of synthetic(150, 2)) {
      chancesOf(query, model).forEach((p, i) => {
        const bin = bins[Math.min(4, Math.floor(p * 5))];
        if (!bin || !isIn(numberAt(query.words, i))) return;
        bin.expected += p;
        bin.found += numberAt(query.relevant, i);
        bin.hits++;
      });
    }
    for (const { expected, found, hits } of bins) {
      if (hits > 200) expect(Math.abs(expected - found) / hits).toBeLessThan(0.07);
    }
    // There are both sure and hopeless hits.
    expect(bins[0]?.hits).toBeGreaterThan(200);
    expect(bins[4]?.hits).toBeGreaterThan(200);
  });
}

it('learns that words speak for a photo, and takes none for neither', () => {
  const { words, sentences } = mustFit(synthetic(150, 1));
  expect(words?.words.weight).toBeCloseTo(1, 0);
  expect(Math.abs(words?.words.bias ?? Infinity)).toBeLessThan(0.5);
  // There were no sentences.
  expect(sentences).toBe(null);
});

it('finds nothing above the divider where nothing is relevant, and something where there is', () => {
  const absent = synthetic(100, 4, 0).map((sample) => ({ ...sample, weights: sample.weights.map(() => 0.25) }));
  const model = mustFit([...synthetic(100, 3, 0.1, 4), ...absent]);
  const above = (list: Synthetic[]) =>
    list.map((query) =>
      weakFrom(
        chancesOf(query, model).sort((a, b) => b - a),
        0.5,
      ),
    );
  expect(above(synthetic(50, 5, 0)).filter((count) => count > 0).length).toBeLessThan(10);
  expect(above(synthetic(50, 6, 0.1, 4)).filter((count) => count > 0).length).toBeGreaterThan(40);
});

it('estimates words that no photo has by such queries alone, and by all others where there are too few of them', () => {
  const named = synthetic(60, 3, 0.1, 4);
  // Here a score tells nothing, and three photos in ten fit.
  const unnamed = synthetic(60, 8, 0.3, 0).map((query) => ({
    ...query,
    words: query.words.map(() => Number.NaN),
    isUnnamed: true,
  }));
  const model = mustFit([...named, ...unnamed]);
  const [asked] = synthetic(1, 5, 0.1, 4);
  if (asked === undefined) throw new Error('no query');
  const bare = { ...asked, words: asked.words.map(() => Number.NaN) };
  const chances = chancesOf(bare, model, true);
  for (const chance of chances) expect(Math.abs(chance - 0.3)).toBeLessThan(0.15);
  expect(chancesOf(bare, model)).toEqual(chancesOf(bare, mustFit(named)));
  expect(chancesOf(bare, mustFit(named), true)).toEqual(chancesOf(bare, mustFit(named)));
});

it('is null without enough labelled queries, and survives a trip through JSON', () => {
  expect(fitRelevance(synthetic(5, 1))).toBe(null);
  expect(fitRelevance(synthetic(50, 1, 0))).toBe(null);
  const model = mustFit(synthetic(50, 1));
  expect(parseJson(relevanceSchema, JSON.stringify(model))).toEqual(model);
});

it('never gives greater odds the lower chance, nor a photo without words lower odds for a better score', () => {
  const model = mustFit(synthetic(60, 10));
  const scores = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(scores, scores, fc.array(fc.boolean()), fc.integer({ min: 1, max: 9 }), (hits, others, has, words) => {
      const list = Float32Array.from(hits);
      const sample = Float32Array.from(others);
      const relevant = Uint8Array.from(sample, (_, i) => i % 2);
      const known = new KnownPhotos(bestFirst(Int32Array.from(sample.keys()), sample), sample, relevant);
      const similarity = similarityFeatures(
        list,
        backgroundOf(sample),
        known,
        new Int32Array(list.length).fill(-1),
        words,
      );
      const evidence = Float64Array.from(list, (_, i) => (has[i] === true ? (i % 5) - 2 : Number.NaN));
      const kind = { wordCount: words, isUnnamed: words % 2 === 0 };
      const odds = relevanceOdds(list, { similarity, words: evidence }, kind, model);
      const byOdds = Array.from(odds.keys()).sort((a, b) => numberAt(odds, a) - numberAt(odds, b));
      byOdds.reduce((least, i) => {
        const p = chanceAt(numberAt(odds, i), kind, model);
        expect(p).toBeGreaterThanOrEqual(least);
        expect(p).toBeLessThanOrEqual(1);
        return p;
      }, 0);
      const bare = Array.from(list.keys()).filter((i) => Number.isNaN(evidence[i]));
      bare
        .sort((a, b) => numberAt(list, a) - numberAt(list, b))
        .reduce((least, i) => {
          expect(odds[i]).toBeGreaterThanOrEqual(least);
          return numberAt(odds, i);
        }, -Infinity);
    }),
  );
});

it('puts the divider where the chance falls below the precision', () => {
  expect(weakFrom([0.9, 0.7, 0.5, 0.4, 0.1], 0.5)).toBe(3);
  expect(weakFrom([0.9, 0.7, 0.5, 0.4, 0.1], 0.8)).toBe(1);
  expect(weakFrom([0.3, 0.2], 0.5)).toBe(0);
  expect(weakFrom([0.9, 0.8], 0.5)).toBe(2);
  expect(weakFrom([], 0.5)).toBe(0);
});

it('isotonic regression never falls, keeps the mean, and leaves what rises alone', () => {
  // Not -0, which is not the same as 0.
  const number = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => x + 0);
  const values = fc.array(number, { minLength: 1 });
  fc.assert(
    fc.property(values, (list) => {
      const fit = isotonic(list);
      for (let i = 1; i < fit.length; i++) expect(fit[i]).toBeGreaterThanOrEqual(numberAt(fit, i - 1) - 1e-9);
      const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0);
      expect(sum(fit)).toBeCloseTo(sum(list), 6);
      const rising = list.toSorted((a, b) => a - b);
      expect([...isotonic(rising)]).toEqual(rising);
    }),
  );
});

it('a curve is level beyond its ends and straight between its corners', () => {
  const curve = { x: [0, 1, 3], y: [0.1, 0.2, 0.8] };
  expect([-5, 0, 0.5, 2, 3, 9].map((x) => onCurve(curve, x))).toEqual([0.1, 0.1, expect.closeTo(0.15), 0.5, 0.8, 0.8]);
  const ones = new Float32Array(1000).fill(1);
  const x = Float64Array.from({ length: 1000 }, (_, i) => i);
  const fitted = fitCurve(
    x,
    Float64Array.from(x, (v) => Number(v >= 900)),
    ones,
  );
  expect(onCurve(fitted, 999)).toBe(1);
  expect(onCurve(fitted, 100)).toBe(0);
});

it('logistic regression finds the weights that made the data', () => {
  const random = new Random(11);
  const n = 20_000;
  const features = Float64Array.from({ length: n * 2 }, () => random.normal());
  const labels = Uint8Array.from({ length: n }, (_, i) => {
    const odds = 1.5 * numberAt(features, 2 * i) - 0.5 * numberAt(features, 2 * i + 1) - 1;
    return Number(random.uniform() < 1 / (1 + Math.exp(-odds)));
  });
  const fit = fitLogistic(features, labels, new Float32Array(n).fill(1), 2);
  expect(fit.weights[0]).toBeCloseTo(1.5, 0.5);
  expect(fit.weights[1]).toBeCloseTo(-0.5, 0.5);
  expect(fit.bias).toBeCloseTo(-1, 0.5);
  const again = fitLogistic(features, labels, new Float32Array(n).fill(1), 2, fit);
  again.weights.forEach((weight, i) => expect(weight).toBeCloseTo(numberAt(fit.weights, i), 3));
});
