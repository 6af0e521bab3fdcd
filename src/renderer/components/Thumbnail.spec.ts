import { fireEvent } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { showOn, textOf } from '../../../test/support/render.ts';
import Thumbnail from './Thumbnail.svelte';

afterEach(() => vi.useRealTimers());

describe('Thumbnail', () => {
  it('names the photo once its picture did not come four times, and asks again when the library is loaded again', async () => {
    const page = await startPage();
    vi.useFakeTimers();
    const { container, tell } = showOn(page, Thumbnail, { photoId: photoId(7), path: '/photos/Italy/7.jpg' });
    for (let asked = 1; asked <= 4; asked++) {
      const image = container.querySelector('img');
      if (image === null) throw new Error(`not asked for the ${asked}th time`);
      expect(image.getAttribute('src')).toBe('photo://thumb/7');
      await fireEvent.error(image);
      expect(container.querySelector('img')).toBeNull();
      await vi.advanceTimersByTimeAsync(8000);
    }
    expect(textOf(container)).toBe('7.jpg');
    tell({ type: 'library' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(container.querySelector('img')).not.toBeNull();
  });

  it('loads at once in a grid, and when it is scrolled to in a long list', async () => {
    const page = await startPage();
    const first = showOn(page, Thumbnail, { photoId: photoId(1), path: null });
    expect(first.container.querySelector('img')?.getAttribute('loading')).toBe('eager');
    const later = showOn(page, Thumbnail, { photoId: photoId(2), path: null, lazy: true });
    expect(later.container.querySelector('img')?.getAttribute('loading')).toBe('lazy');
  });
});
