// Images as queries: the rate of similar descriptions of one photo, and similarity features without neighbours.
import { expect, it } from 'vitest';
import { agreement, imageQueryFeatures } from './image-queries.ts';
import { TextRelevance, type PhotoTexts } from './labelled-queries.ts';
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
