import { expect, it } from 'vitest';
import { button, screen, show } from '../../../test/support/render.ts';
import ThumbnailCache from './ThumbnailCache.svelte';

const cache = { small: { files: 900, bytes: 18_000_000 }, large: { files: 3, bytes: 24_000_000 }, roomBytes: 8e9 };

it('says what thumbnails take, and lets the person choose how much they may', async () => {
  const { user, sent } = await show(ThumbnailCache, {}, { 'thumbnails.cache': cache });
  expect(await screen.findByText(/42 MB for the grid and the viewer/)).toBeTruthy();
  const room = screen.getByRole<HTMLSelectElement>('combobox', { name: 'At most' });
  expect(room.selectedOptions[0]?.textContent).toBe('8.0 GB');
  await user.selectOptions(room, '2.0 GB');
  expect(sent('thumbnails.cache')).toContainEqual({ roomBytes: 2e9 });
});

it('clears them, and counts again', async () => {
  const answers = { 'thumbnails.cache': cache, 'thumbnails.clear': { bytes: 42_000_000 } };
  const { app, user, sent } = await show(ThumbnailCache, {}, answers);
  await screen.findByText(/42 MB/);
  await user.click(button('Clear thumbnails'));
  expect(sent('thumbnails.clear')).toEqual([{}]);
  await expect.poll(() => app.toasts.list.map(({ message }) => message)).toContain('42 MB are free now.');
  expect(sent('thumbnails.cache')).toHaveLength(2);
});
