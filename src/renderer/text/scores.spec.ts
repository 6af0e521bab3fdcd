// Scores and similarity in words: unknown values are left out, never shown as 0.
import { describe, expect, it } from 'vitest';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { similarityLabel, similarityFigures } from './duplicate-similarity.ts';
import { scoreDetails, scoreLine } from './scores.ts';

const hit = {
  rank: 1,
  photoId: 1 as PhotoId,
  path: '/a.jpg',
  score: 0.3118,
  distance: 14,
  caption: null,
  rating: null,
  isFavourite: false,
  width: 3,
  height: 2,
};

describe('scoreLine', () => {
  it('gives what is known', () => {
    expect(scoreLine(hit)).toBe('cos 0.312 · Hamming 14');
    expect(scoreLine({ ...hit, probability: 0.844, textScore: 3.21 })).toBe('84% · cos 0.312 · Hamming 14 · text 3.2');
    expect(scoreLine({ ...hit, score: null, distance: 0, probability: null, textScore: 2 })).toBe('text 2.0');
    expect(scoreLine({ ...hit, score: null, distance: 0 })).toBe('');
    expect(scoreLine({ ...hit, score: null, distance: 0, probability: 0.9999 })).toBe('> 99%');
    expect(scoreLine({ ...hit, score: null, distance: 0, probability: 0 })).toBe('< 1%');
  });

  it('gives no percentage where the chance was set because somebody wrote so', () => {
    const found = { ...hit, score: null, distance: 0, reasons: [{ code: 'tag', words: ['dog'] }] } as const;
    expect(scoreLine({ ...found, probability: 0.95 })).toBe('your own words');
    expect(scoreLine({ ...found, probability: 0.8 })).toBe('80%');
    expect(scoreLine({ ...found, probability: 0.95, reasons: [{ code: 'looks-like' }] })).toBe('95%');
  });
});

describe('scoreDetails', () => {
  it('has a line for each term', () => {
    const terms = [
      { term: 'beach', weight: 2, cosine: 0.3, deviations: 1.84, textScore: 3.2 },
      { term: '-people', weight: -1, cosine: 0.1, deviations: -0.5, textScore: null },
      { term: 'xyzzy', weight: 1, cosine: null, deviations: null, textScore: null },
    ];
    expect(scoreDetails({ ...hit, explanation: { total: 1, terms } })).toBe(
      'beach × 2: cos 0.300 (1.8 deviations above the mean), text 3.2\n' +
        '-people × -1: cos 0.100 (0.5 deviations below the mean)\n' +
        'xyzzy: says nothing',
    );
    expect(scoreDetails(hit)).toBe('');
  });
});

describe('likeness', () => {
  const photo = {
    photoId: 1 as PhotoId,
    path: '/a.jpg',
    width: 3,
    height: 2,
    size: 9,
    capturedAt: null,
    identical: false,
    distance: 3,
    cosine: 0.98,
    pixelDistance: 2,
  };
  it('says it in words, and in figures on request', () => {
    expect(similarityLabel({ ...photo, identical: true })).toBe('the same file, byte for byte');
    expect([null, 0, 4, 5].map((pixelDistance) => similarityLabel({ ...photo, pixelDistance }))).toEqual([
      'looks alike',
      'the same picture',
      'almost the same picture',
      'a similar picture',
    ]);
    expect(similarityFigures({ ...photo, distance: null })).toBe('2 of 64 bits between the pixel hashes, cosine 0.980');
  });
});
