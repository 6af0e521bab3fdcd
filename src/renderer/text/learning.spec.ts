import { describe, expect, it } from 'vitest';
import { epoch, evaluation, model } from '../../../test/support/contract-values.ts';
import { learningResult, learningTime } from './learning.ts';

const { split } = evaluation();
const ran = (seconds: number) =>
  model('m', { method: 'two-tower', epochs: [epoch(1, { seconds }), epoch(2, { seconds })], evaluation: evaluation() });

describe('learningTime', () => {
  it('scales the time of the newest training to the pairs there are now', () => {
    expect(learningTime([ran(60)], split.trainPairs)).toBe('about 2 minutes');
    expect(learningTime([ran(60)], 3 * split.trainPairs)).toBe('about 6 minutes');
    expect(learningTime([ran(1)], split.trainPairs)).toBe('less than a minute');
  });

  it('says nothing where nothing was trained in epochs', () => {
    expect(learningTime([model('cvh', { method: 'cvh', epochs: [epoch(1)] })], 100)).toBeNull();
  });
});

describe('learningResult', () => {
  it('is null for a model whose search of the whole library was not measured', () => {
    expect(learningResult(ran(1))).toBeNull();
  });

  it('warns of few captions, and of no others', () => {
    const quality = { photos: 50, trained: { mean: 0.5, low: 0.3, high: 0.7 }, encoder: null, better: true };
    const result = (queries: number) =>
      learningResult(model('m', { evaluation: evaluation({ library: { ...quality, queries } }) }));
    expect(result(29)?.caution).toContain('only 29 captions');
    expect(result(30)?.caution).toBe('');
    expect(result(30)?.sentence).toBe(
      'Among all 50 photos of the library, the right one, if nobody described it, is in the first ten 50 times in 100 (30 to 70). ' +
        'Pictures alone were compared: in a search, photos with matching words may come before it.',
    );
  });
});
