import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { found, hit } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn } from '../../../test/support/render.ts';
import { listOf } from '../state/photo-list.ts';
import FilmStrip from './FilmStrip.svelte';

async function opened() {
  const page = await startPage({ 'search.similar': found([hit(9)]) });
  await page.app.viewer.open(listOf([hit(1), hit(2), hit(3)]), 1);
  return showOn(page, FilmStrip, {});
}

describe('FilmStrip', () => {
  it('shows the photos before and after the one in the viewer, which it marks', async () => {
    await opened();
    const photos = screen.getAllByRole('button');
    expect(photos.map((photo) => ['label', 'current'].map((name) => photo.getAttribute(`aria-${name}`)))).toEqual([
      ['Photo number 1', 'false'],
      ['Photo number 2', 'true'],
      ['Photo number 3', 'false'],
    ]);
  });

  it('goes to a photo that is pressed, which is marked then', async () => {
    const { app, user } = await opened();
    await user.click(button('Photo number 3'));
    expect(app.viewer.hit?.photoId).toBe(3);
    await expect.poll(() => button('Photo number 3').getAttribute('aria-current')).toBe('true');
  });

  it('obeys keys for the photo that has the focus, and not for the one in the viewer', async () => {
    const { sent } = await opened();
    const outside = vi.fn();
    window.addEventListener('keydown', outside);
    await fireEvent.keyDown(button('Photo number 1'), { key: 's' });
    await vi.waitFor(() => expect(sent('search.similar')).toMatchObject([{ photoId: 1 }]));
    expect(outside).not.toHaveBeenCalled();
    window.removeEventListener('keydown', outside);
  });
});
