import { expect, it } from 'vitest';
import type { LibraryQuality } from '../../shared/contract/evaluation.ts';
import { qualityText } from './quality-text.ts';

const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.05 });
const alone: LibraryQuality = {
  photos: 50,
  queries: 99,
  asked: 60,
  trained: interval(0.7),
  encoder: interval(0.6),
  better: true,
};

it('says what decides where a better model finds no more than before', () => {
  const text = (trained: number, before: number | null) => {
    const old = before === null ? null : interval(before);
    return qualityText({
      ...alone,
      defaultOrder: { photos: 60, queries: 40, trained: interval(trained), before: old },
    });
  };
  expect(text(0.85, 0.89)).toBe(
    'It finds the right one of 60 photos, when nobody described it, among the first ten 85 times in 100 (75 to 90, measured with ' +
      '40 captions, by a search as usual); before 89. What decides is the chance that the right photo gets on average, at any place ' +
      'in the list: it is higher than without learning. By pictures alone it finds it 70 times (60 to 75), the encoder alone 60 times.',
  );
  expect(text(0.9, 0.89)).not.toContain('decides');
  expect(text(0.85, null)).not.toContain('decides');
});

it('counts the captions of a measurement by pictures alone, in models of earlier versions all of them', () => {
  expect(qualityText(alone)).toMatch(
    /70 times in 100 \(60 to 75, measured with 60 captions, by pictures alone\); before 60\.$/,
  );
  const { asked, ...earlier } = alone;
  expect(asked).toBe(60);
  expect(qualityText(earlier)).toContain('measured with 99 captions');
});
