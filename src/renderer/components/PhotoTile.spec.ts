import { describe, expect, it, vi } from 'vitest';
import { hit, ranked } from '../../../test/support/page.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import PhotoTile from './PhotoTile.svelte';

const rest = { ranked: false, showScores: false, first: false, onopen: () => undefined };

describe('PhotoTile', () => {
  it('is a button named by the caption, or by the file where there is none, that opens the photo', async () => {
    const onopen = vi.fn();
    const { user } = await show(PhotoTile, { ...rest, hit: hit(1), onopen });
    await user.click(button('Photo number 1'));
    expect(onopen).toHaveBeenCalledOnce();
    await show(PhotoTile, { ...rest, hit: hit(2, { caption: null }) });
    expect(button('2.jpg')).toBeDefined();
  });

  it('tells the rank among results alone', async () => {
    await show(PhotoTile, { ...rest, hit: hit(4), ranked: true });
    expect(button('4. Photo number 4')).toBeDefined();
  });

  it('shows scores only when they were asked for', async () => {
    const scored = { ...rest, hit: ranked(1, { score: 0.512, distance: 9 }), ranked: true };
    await show(PhotoTile, scored);
    expect(screen.queryByText(/0\.512/)).toBeNull();
    await show(PhotoTile, { ...scored, showScores: true });
    expect(screen.getByText(/0\.512/)).toBeDefined();
  });

  it('keeps a panorama and a slip of paper at a shape that fits a row', async () => {
    const panorama = await show(PhotoTile, { ...rest, hit: hit(1, { width: 9000, height: 1000 }) });
    expect(panorama.container.querySelector('li')?.style.getPropertyValue('--ratio')).toBe('2.6');
    const slip = await show(PhotoTile, { ...rest, hit: hit(2, { width: 100, height: 1000 }) });
    expect(slip.container.querySelector('li')?.style.getPropertyValue('--ratio')).toBe('0.6');
  });
});
