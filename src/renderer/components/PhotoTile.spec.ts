import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hit, photoId, rankedHit } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import PhotoTile from './PhotoTile.svelte';

const place = { index: 0, left: 12, top: 300, width: 258, height: 172 };
const rest = {
  place,
  photoId: photoId(1),
  count: 9,
  ranked: false,
  showScores: false,
  reachable: true,
  waits: false,
  selected: false,
  selecting: false,
  onpress: () => undefined,
  onpick: () => undefined,
  onmenu: () => undefined,
  ondragstart: () => undefined,
  onfocus: () => undefined,
  onjudge: null,
};

describe('PhotoTile', () => {
  it('is a button named by the caption, or by the file where there is none, that opens the photo', async () => {
    const onpress = vi.fn();
    const { user } = await show(PhotoTile, { ...rest, photo: hit(1), onpress });
    await user.click(button('Photo number 1'));
    expect(onpress).toHaveBeenCalledOnce();
    await show(PhotoTile, { ...rest, photo: hit(2, { caption: null }) });
    expect(button('2.jpg')).toBeDefined();
  });

  it('shows the rank among results alone', async () => {
    await show(PhotoTile, { ...rest, photo: hit(4), ranked: true });
    expect(button('4. Photo number 4')).toBeDefined();
  });

  it('shows scores only when they were asked for', async () => {
    const scored = { ...rest, photo: rankedHit(1, { score: 0.512, distance: 9 }), ranked: true };
    await show(PhotoTile, scored);
    expect(screen.queryByText(/0\.512/)).toBeNull();
    await show(PhotoTile, { ...scored, showScores: true });
    expect(screen.queryByText(/0\.512/)).not.toBeNull();
  });

  it('says why it was found, and marks it unless it only looks like what was asked for', async () => {
    const { container } = await show(PhotoTile, {
      ...rest,
      photo: rankedHit(1, { reasons: [{ code: 'caption', words: ['dog'] }, { code: 'looks-like' }] }),
      ranked: true,
    });
    expect(button('1. Photo number 1 Your caption says “dog”').title).toBe('Your caption says “dog”\nLooks like it');
    expect(container.querySelector('.why')).not.toBeNull();
    const seen = await show(PhotoTile, { ...rest, photo: rankedHit(2), ranked: true });
    expect(seen.container.querySelector('.why')).toBeNull();
    expect(button('2. Photo number 2 Looks like it').title).toBe('Looks like it');
    await show(PhotoTile, { ...rest, photo: rankedHit(3, { reasons: [{ code: 'filter' }] }), ranked: true });
    expect(button('3. Photo number 3').textContent).not.toContain('filters');
  });

  it('is where the layout puts it, and shows its picture before its line is loaded', async () => {
    // A picture that fails to load is taken away.
    const fetched = vi.spyOn(globalThis, 'fetch').mockReturnValue(new Promise(() => undefined));
    onTestFinished(() => fetched.mockRestore());
    const { container } = await show(PhotoTile, { ...rest, photo: null });
    const { style } = container.querySelector('li') as HTMLElement;
    expect([style.left, style.top, style.width, style.height]).toEqual(['12px', '300px', '258px', '172px']);
    expect(container.querySelector('canvas')).not.toBeNull();
    expect(button('Photo 1').title).toBe('');
  });

  it('waits with its picture while the list flies by', async () => {
    const { container } = await show(PhotoTile, { ...rest, photo: hit(1), waits: true });
    expect(container.querySelector('canvas')).toBeNull();
    expect(button('Photo number 1')).toBeDefined();
  });

  it('says whether it is selected while any photo is, and what it is marked with', async () => {
    await show(PhotoTile, {
      ...rest,
      photo: hit(1, { rating: 3, isFavourite: true }),
      selecting: true,
      selected: true,
    });
    expect(button('Photo number 1').getAttribute('aria-pressed')).toBe('true');
    expect(screen.queryByLabelText('3 of 5 stars, favourite')).not.toBeNull();
    await show(PhotoTile, { ...rest, photo: hit(2) });
    expect(button('Photo number 2').hasAttribute('aria-pressed')).toBe(false);
  });
});
