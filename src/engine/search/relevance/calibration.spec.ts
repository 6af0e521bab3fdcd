// The estimate of relevance: right on average where the truth is planted, and never in disorder.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../numerics/random.ts';
import { backgroundOf, hitFeatures } from './background.ts';
import { calibrationSchema, fitCalibration, probabilities, weakFrom, type CalibrationSample } from './calibration.ts';
import { fitCurve, isotonic, onCurve } from '../../numerics/isotonic.ts';
import { bestFirst, KnownPhotos } from './known-photos.ts';
import type { Completeness } from './labelled-queries.ts';
import { fitLogistic } from '../../numerics/logistic.ts';

interface Planted extends CalibrationSample {
  readonly scores: Float32Array;
}

/** Queries over 400 photos: irrelevant ones score about 0, relevant ones `lift` above, in units of the query's own. */
function planted(queries: number, seed: number, share = 0.1, lift = 2.5): Planted[] {
  const random = new Random(seed);
  return Array.from({ length: queries }, (_, group) => {
    const [offset, scale] = [random.normal() * 0.1, 0.05 + 0.1 * random.uniform()];
    const photos = Array.from({ length: 400 }, () => {
      const relevant = random.uniform() < share;
      return { relevant, score: offset + scale * (random.normal() + (relevant ? lift : 0)) };
    });
    const scores = Float32Array.from(photos, (photo) => photo.score);
    const relevant = Uint8Array.from(photos, (photo) => Number(photo.relevant));
    const order = bestFirst(Int32Array.from(scores.keys()), scores);
    const hits = order.subarray(0, 100);
    const found = Float32Array.from(hits, (photo) => scores[photo] ?? 0);
    return {
      scores: found,
      features: hitFeatures(found, backgroundOf(scores), new KnownPhotos(order, scores, relevant), hits),
      relevant: Uint8Array.from(hits, (photo) => relevant[photo] ?? 0),
      group,
      weight: 1,
    };
  });
}

function mustFit(samples: readonly CalibrationSample[], completeness?: Completeness) {
  const calibration = fitCalibration(samples, completeness);
  if (!calibration) throw new Error('too few samples');
  return calibration;
}

it('says of hits what is found to be true of them, on queries it has not seen', () => {
  const calibration = mustFit(planted(150, 1));
  const bins = Array.from({ length: 5 }, () => ({ said: 0, found: 0, hits: 0 }));
  for (const { scores, relevant, features } of planted(150, 2)) {
    probabilities(scores, features, 1, calibration).forEach((p, i) => {
      const bin = bins[Math.min(4, Math.floor(p * 5))];
      if (!bin) return;
      bin.said += p;
      bin.found += relevant[i] ?? 0;
      bin.hits++;
    });
  }
  for (const { said, found, hits } of bins) {
    if (hits > 200) expect(Math.abs(said - found) / hits).toBeLessThan(0.06);
  }
  // And it does tell them apart: there are both sure and hopeless hits.
  expect(bins[0]?.hits).toBeGreaterThan(200);
  expect(bins[4]?.hits).toBeGreaterThan(200);
});

it('finds nothing above the divider where nothing is relevant, and something where there is', () => {
  const samples = [...planted(100, 3, 0.1, 4), ...planted(100, 4, 0).map((sample) => ({ ...sample, weight: 0.25 }))];
  const calibration = mustFit(samples);
  const above = (list: Planted[]) =>
    list.map(({ scores, features }) => weakFrom(probabilities(scores, features, 1, calibration)));
  expect(above(planted(50, 5, 0)).filter((count) => count > 0).length).toBeLessThan(10);
  expect(above(planted(50, 6, 0.1, 4)).filter((count) => count > 0).length).toBeGreaterThan(40);
});

it('allows for relevant photos nobody has labelled', () => {
  const random = new Random(7);
  const half = planted(150, 8).map((sample) => ({
    ...sample,
    relevant: sample.relevant.map((flag) => (random.uniform() < 0.5 ? flag : 0)),
  }));
  const [strict, fair] = [mustFit(half), mustFit(half, [0.5, 1, 1])];
  const [query] = planted(1, 9);
  if (!query) throw new Error('no query');
  const top = (calibration: typeof strict, words = 1) =>
    probabilities(query.scores, query.features, words, calibration)[0] ?? 0;
  expect(top(strict)).toBeLessThan(0.65);
  expect(top(fair)).toBeGreaterThan(0.85);
  // It is the labels of one word that were lost.
  expect(top(fair, 2)).toBe(top(strict));
});

it('is null without enough labelled queries, and survives a trip through JSON', () => {
  expect(fitCalibration(planted(5, 1))).toBe(null);
  expect(fitCalibration(planted(50, 1, 0))).toBe(null);
  const calibration = mustFit(planted(50, 1));
  expect(calibrationSchema.parse(JSON.parse(JSON.stringify(calibration)))).toEqual(calibration);
});

it('never gives the better score the lower chance, whatever the scores', () => {
  const calibration = mustFit(planted(60, 10));
  const scores = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(scores, scores, fc.integer({ min: 0, max: 9 }), (hits, others, words) => {
      const list = Float32Array.from(hits);
      const sample = Float32Array.from(others);
      const relevant = Uint8Array.from(sample, (_, i) => i % 2);
      const known = new KnownPhotos(bestFirst(Int32Array.from(sample.keys()), sample), sample, relevant);
      const features = hitFeatures(list, backgroundOf(sample), known, new Int32Array(list.length).fill(-1));
      const chances = probabilities(list, features, words, calibration);
      const order = Array.from(list, (_, i) => i).sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0));
      order.reduce((least, i) => {
        const p = chances[i] ?? NaN;
        expect(p).toBeGreaterThanOrEqual(least - 1e-6);
        expect(p).toBeLessThanOrEqual(1);
        return p;
      }, 0);
    }),
  );
});

it('puts the divider where the chance falls below the precision', () => {
  const at = (chances: number[], precision?: number) => weakFrom(Float32Array.from(chances), precision);
  expect(at([0.9, 0.7, 0.5, 0.4, 0.1])).toBe(3);
  expect(at([0.9, 0.7, 0.5, 0.4, 0.1], 0.8)).toBe(1);
  expect(at([0.3, 0.2])).toBe(0);
  expect(at([0.9, 0.8])).toBe(2);
  expect(at([])).toBe(0);
  // An order that is not that of the chances: the weak one amid strong ones stays above.
  expect(at([0.9, 0.3, 0.8, 0.1])).toBe(3);
});

it('isotonic regression never falls, keeps the mean, and leaves what rises alone', () => {
  // Not -0, which is 0 and not the same.
  const number = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => x + 0);
  const values = fc.array(number, { minLength: 1 });
  fc.assert(
    fc.property(values, (list) => {
      const fit = isotonic(list);
      for (let i = 1; i < fit.length; i++) expect(fit[i]).toBeGreaterThanOrEqual((fit[i - 1] ?? 0) - 1e-9);
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
    const odds = 1.5 * (features[2 * i] ?? 0) - 0.5 * (features[2 * i + 1] ?? 0) - 1;
    return Number(random.uniform() < 1 / (1 + Math.exp(-odds)));
  });
  const fit = fitLogistic(features, labels, new Float32Array(n).fill(1), 2);
  expect(fit.weights[0]).toBeCloseTo(1.5, 0.5);
  expect(fit.weights[1]).toBeCloseTo(-0.5, 0.5);
  expect(fit.bias).toBeCloseTo(-1, 0.5);
  const again = fitLogistic(features, labels, new Float32Array(n).fill(1), 2, fit);
  again.weights.forEach((weight, i) => expect(weight).toBeCloseTo(fit.weights[i] ?? 0, 3));
});
