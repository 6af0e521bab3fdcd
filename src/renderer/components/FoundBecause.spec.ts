import { describe, expect, it, vi } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import FoundBecause from './FoundBecause.svelte';

const notJudged = { judgement: null, onjudge: null };

describe('FoundBecause', () => {
  it('lists every reason as a sentence, with the chance where it is known', async () => {
    const reasons = [
      { code: 'caption', words: ['dog', 'beach'] },
      { code: 'learned', photos: 12 },
      { code: 'described-alike' },
    ] as const;
    await show(FoundBecause, { reasons, probability: 0.84, ...notJudged });
    expect(screen.getAllByRole('listitem').map((item) => item.textContent.trim())).toEqual([
      'Your caption says “dog”, “beach”',
      'Learned from 12 of your photos',
      'Similar photos are described this way',
    ]);
    expect(screen.queryByText(/84% likely/)).not.toBeNull();
  });

  it('says nothing of a chance that is not known', async () => {
    await show(FoundBecause, { reasons: [{ code: 'learned', photos: 0 }], probability: null, ...notJudged });
    expect(screen.queryByText('Learned from your captions')).not.toBeNull();
    expect(screen.queryByText(/likely/)).toBeNull();
  });

  it('gives no percentage to what somebody wrote', async () => {
    const reasons = [{ code: 'caption', words: ['dog'] }] as const;
    await show(FoundBecause, { reasons, probability: 0.96, ...notJudged });
    expect(screen.queryByText(/likely/)).toBeNull();
  });

  it('takes the person’s judgement, and removes it', async () => {
    const onjudge = vi.fn();
    const reasons = [{ code: 'looks-like' }] as const;
    const { user } = await show(FoundBecause, { reasons, probability: null, judgement: 'no-match', onjudge });
    expect(button('This is not it').getAttribute('aria-pressed')).toBe('true');
    await user.click(button('This is it'));
    await user.click(button('This is not it'));
    expect(onjudge.mock.calls).toEqual([['match'], [null]]);
  });
});
