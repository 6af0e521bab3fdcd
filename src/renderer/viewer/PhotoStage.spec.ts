import { fireEvent } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import type { PhotoTiles } from '../../shared/contract/photos.ts';
import PhotoStage from './PhotoStage.svelte';

// With its margins of 20 pixels, the stage has room for 800 × 600 pixels.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(840);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(640);
});
afterEach(() => void vi.restoreAllMocks());

const wide = { width: 1600, height: 1200 };

async function stage(tiles: PhotoTiles | null = null) {
  const onfail = vi.fn();
  const shown = await show(PhotoStage, {
    ...{ address: 'photo://full/7', thumbnail: 'photo://thumb/7', label: 'The sea', size: wide, isOfSize: true },
    loadTiles: () => Promise.resolve(tiles),
    tileAddress: (tile: number) => `photo://tile/7/${tile}`,
    onfail,
  });
  const photo = screen.getByRole<HTMLImageElement>('img', { name: 'The sea' });
  const load = async ({ width, height } = wide) => {
    Object.defineProperties(photo, { naturalWidth: { value: width }, naturalHeight: { value: height } });
    await fireEvent.load(photo);
  };
  return { ...shown, photo, load, onfail };
}
const percent = () => textOf(button(/%$/)).replace(/.*, now /, '');
const sources = (container: HTMLElement) =>
  [...container.querySelectorAll('img')].map((image) => image.getAttribute('src'));

describe('PhotoStage', () => {
  it('shows the thumbnail at once, and the photo alone when it has loaded, whole and in the middle', async () => {
    const { container, photo, load } = await stage();
    expect(sources(container)).toEqual(['photo://thumb/7', 'photo://full/7']);
    await load();
    expect(sources(container)).toEqual(['photo://full/7']);
    expect([photo.style.width, photo.style.transform]).toEqual(['800px', 'translate(20px, 20px)']);
    expect([percent(), button('Zoom out').disabled]).toEqual(['50 %', true]);
  });

  it('zooms by its buttons and by + and -, and not out beyond the whole photo', async () => {
    const { user, load } = await stage();
    await load();
    await user.click(button('Zoom in'));
    expect(percent()).toBe('63 %');
    await user.keyboard('+');
    expect(percent()).toBe('78 %');
    await user.click(button('Zoom out'));
    await user.keyboard('--');
    expect([percent(), button('Zoom out').disabled]).toEqual(['50 %', true]);
  });

  it('changes between the whole photo and its actual size by Z and by its percentage', async () => {
    const { user, load } = await stage();
    await load();
    await user.keyboard('z');
    expect(textOf(button(/%$/))).toBe('Show the whole photo, now 100 %');
    await user.click(button(/%$/));
    expect(textOf(button(/%$/))).toBe('Show actual size, now 50 %');
  });

  it('moves a zoomed photo by Shift and an arrow key, which then goes to no other photo', async () => {
    const { user, photo, load } = await stage();
    await load();
    const outside = vi.fn();
    window.addEventListener('keydown', outside);
    await user.keyboard('z');
    outside.mockClear();
    await fireEvent.keyDown(window, { key: 'ArrowLeft', shiftKey: true });
    expect([photo.style.transform, outside.mock.calls.length]).toEqual(['translate(-300px, -280px)', 0]);
    await fireEvent.keyDown(window, { key: 'ArrowLeft' });
    expect(outside).toHaveBeenCalledTimes(1);
    window.removeEventListener('keydown', outside);
  });

  it('leaves keys alone that are typed into a text box', async () => {
    const { load } = await stage();
    await load();
    const box = document.createElement('input');
    document.body.append(box);
    await fireEvent.keyDown(box, { key: '+' });
    expect(percent()).toBe('50 %');
    box.remove();
  });

  it('says so where the photo cannot be loaded', async () => {
    const { photo, onfail } = await stage();
    await fireEvent.error(photo);
    expect(onfail).toHaveBeenCalledTimes(1);
  });

  it('says which smaller copy is shown where it has no more pixels', async () => {
    const { load } = await stage();
    await load({ width: 400, height: 300 });
    await expect
      .poll(() => screen.queryByRole('status')?.textContent?.trim())
      .toBe('A smaller copy is shown: 400 × 300 of 1,600 × 1,200 pixels');
  });

  it('shows the tiles in view only where the copy has fewer pixels than the screen', async () => {
    const { container, user, load } = await stage({ ...wide, side: 1000, columns: 2, rows: 2 });
    await load({ width: 800, height: 600 });
    expect(sources(container)).toEqual(['photo://full/7']);
    await user.keyboard('z');
    expect(sources(container)).toEqual(['photo://full/7', 'photo://tile/7/0', 'photo://tile/7/1']);
    expect(screen.queryByRole('status')).toBeNull();
  });
});
