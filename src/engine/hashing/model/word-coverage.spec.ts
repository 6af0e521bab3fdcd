import { describe, expect, it } from 'vitest';
import { captionWords } from '../../text/caption-words.ts';
import { countWords, Coverage } from './word-coverage.ts';

const captions = ['a dog in the snow', 'a dog runs', 'the dogs play in a garden', 'a man in the garden'];
const coverage = new Coverage(countWords(captionWords(captions), Int32Array.of(0, 1, 2, 3)));

describe('Coverage', () => {
  it('is 0 for a text of new words and 1 for one without words', () => {
    expect(coverage.of('toothbrush')).toBe(0);
    expect(coverage.of('!')).toBe(1);
  });

  it('is the mean of n / (n + 1) by inverse document frequency', () => {
    // "dog" is in three of four captions, inflected once; "toothbrush" in none.
    const [dog, unseen] = [Math.log(5 / 3.5), Math.log(5 / 0.5)];
    expect(coverage.of('dog toothbrush')).toBeCloseTo((dog * 3) / 4 / (dog + unseen));
  });

  it('lets a new telling word outweigh common ones', () => {
    expect(coverage.of('a dog in the toothbrush')).toBeLessThan(0.4);
    expect(coverage.of('a dog in the garden')).toBeGreaterThan(0.6);
  });

  it('counts the captions it is given and no others', () => {
    const some = countWords(captionWords(captions), Int32Array.of(1, 2));
    expect(some.captions).toBe(2);
    expect(new Coverage(some).of('snow')).toBe(0);
  });
});
