import { describe, expect, it } from 'vitest';
import { epoch, evaluation, model } from '../../../test/support/contract-values.ts';
import { learningResult, learningTime } from './learning.ts';

const { split } = evaluation();
const ran = (seconds: number) =>
  model('m', { method: 'two-tower', epochs: [epoch(1, { seconds }), epoch(2, { seconds })], evaluation: evaluation() });

describe('learningTime', () => {
  const time = (models: Parameters<typeof learningTime>[0], pairs: number, method = 'two-tower') =>
    learningTime(models, { method, pairs });

  it('scales the time of the newest training to the pairs there are now', () => {
    expect(time([ran(60)], split.trainPairs)).toBe('about 2 minutes');
    expect(time([ran(60)], 3 * split.trainPairs)).toBe('about 6 minutes');
    expect(time([ran(1)], split.trainPairs)).toBe('less than a minute');
  });

  it('is that of a training with the planned method', () => {
    const { epochs } = ran(600);
    const other = model('other', { method: 'ucch', epochs, evaluation: evaluation() });
    expect(time([other, ran(60)], split.trainPairs)).toBe('about 2 minutes');
    expect(time([other, ran(60)], split.trainPairs, 'ucch')).toBe('about 20 minutes');
  });

  it('is what a training usually takes where nothing was trained in epochs', () => {
    const once = [model('cvh', { method: 'cvh', epochs: [epoch(1)] })];
    expect(time(once, 300)).toBe('less than a minute');
    expect(time([], 5000)).toBe('about 4 minutes');
  });
});

describe('learningResult', () => {
  it('is null for a model whose search of the whole library was not measured', () => {
    expect(learningResult(ran(1))).toBeNull();
  });

  it('gives the order of search where that was measured, with the result of the model in use before', () => {
    const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
    const alone = { photos: 50, queries: 99, trained: interval(0.9), encoder: interval(0.8), better: true };
    const defaultOrder = { photos: 60, queries: 20, trained: interval(0.5), before: interval(0.3) };
    const result = (measured: typeof defaultOrder | { before: null }) =>
      learningResult(
        model('m', {
          evaluation: evaluation({ library: { ...alone, defaultOrder: { ...defaultOrder, ...measured } } }),
        }),
      );
    expect(result(defaultOrder)).toMatchObject({
      sentence:
        'Among all 60 photos of the library, the right one, if nobody described it, is in the first ten 50 times in 100 (40 to 60); before 30.',
      caution: 'That was measured with only 20 captions: take it as a hint.',
    });
    expect(result({ before: null })?.sentence).toMatch(/50 times in 100 \(40 to 60\)\.$/);
  });

  it('says what decides where a better model has no greater share than before', () => {
    const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.05 });
    const decided = (trained: number, before: number, more: { better?: boolean; encoder?: null } = {}) => {
      const defaultOrder = { photos: 60, queries: 99, trained: interval(trained), before: interval(before) };
      const alone = { photos: 50, queries: 99, trained: interval(0.9), encoder: interval(0.8), better: true, ...more };
      return learningResult(model('m', { evaluation: evaluation({ library: { ...alone, defaultOrder } }) }))?.decided;
    };
    expect(decided(0.85, 0.89)).toContain('it is higher than without learning');
    // The same number, as rounded.
    expect(decided(0.852, 0.849)).not.toBe('');
    expect(decided(0.9, 0.89)).toBe('');
    expect(decided(0.85, 0.89, { better: false })).toBe('');
    // Without the encoder's order there was nothing to compare with.
    expect(decided(0.85, 0.89, { encoder: null })).toBe('');
  });

  it('gives the result by pictures alone, and the reason, where a usual search could not be measured', () => {
    const interval = { mean: 0.5, low: 0.3, high: 0.7 };
    const alone = { photos: 50, queries: 99, trained: interval, encoder: null, better: true };
    const orderUnmeasured = { code: 'internal', message: 'Nothing was read.' } as const;
    const result = learningResult(model('m', { evaluation: evaluation({ library: { ...alone, orderUnmeasured } }) }));
    expect(result?.sentence).toMatch(/ \(30 to 70\)\. .* A usual search could not be measured: Nothing was read\.$/);
  });

  it('warns of few photos, however many captions they have', () => {
    const library = {
      photos: 50,
      queries: 99,
      trained: { mean: 0.5, low: 0.3, high: 0.7 },
      encoder: null,
      better: true,
    };
    const result = (queryPhotos: number) =>
      learningResult(model('m', { evaluation: evaluation({ library, split: { ...split, queryPhotos } }) }));
    expect(result(29)?.caution).toBe('That was measured with only 29 photos: take it as a hint.');
    expect(result(30)?.caution).toBe('');
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
