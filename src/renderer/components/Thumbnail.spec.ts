import { cleanup, fireEvent } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { showOn, textOf } from '../../../test/support/render.ts';
import Thumbnail from './Thumbnail.svelte';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

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

  it('is drawn in a box of the grid, asked for again after a failure, and empty once it has gone', async () => {
    const asked: string[] = [];
    const picture = { width: 512, height: 384, close: () => asked.push('closed') };
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url);
      return Promise.resolve(asked.length === 1 ? new Response(null, { status: 503 }) : new Response('picture'));
    });
    vi.stubGlobal('createImageBitmap', () => Promise.resolve(picture));
    const drawings: number[][] = [];
    const context = { drawImage: (_: unknown, ...numbers: number[]) => drawings.push(numbers) };
    const getContext = (() => context) as unknown as HTMLCanvasElement['getContext'];
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(getContext);
    const page = await startPage();
    const box = { width: 200.2, height: 100.3 };
    const { container } = showOn(page, Thumbnail, { photoId: photoId(7), path: null, box });
    await expect.poll(() => drawings).toEqual([[0, 64, 512, 256, 0, 0, 200, 100]]);
    expect(asked).toEqual(['photo://thumb/7', 'photo://thumb/7', 'closed']);
    const canvas = container.querySelector('canvas');
    expect([canvas?.width, canvas?.height]).toEqual([200, 100]);
    cleanup();
    expect([canvas?.width, canvas?.height]).toEqual([0, 0]);
  });

  it('loads at once, and in a long list when it is scrolled to', async () => {
    const page = await startPage();
    const first = showOn(page, Thumbnail, { photoId: photoId(1), path: null });
    expect(first.container.querySelector('img')?.getAttribute('loading')).toBe('eager');
    const later = showOn(page, Thumbnail, { photoId: photoId(2), path: null, lazy: true });
    expect(later.container.querySelector('img')?.getAttribute('loading')).toBe('lazy');
  });
});
