import { expect, it, vi } from 'vitest';
import type { Album } from '../../shared/contract/albums.ts';
import type { AlbumId } from '../../shared/contract/ids.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, showOn, textOf } from '../../../test/support/render.ts';
import { photoMenu, runByKey } from '../menus/photo-commands.ts';
import AlbumDialog from './AlbumDialog.svelte';

const list = Array.from({ length: 60 }, (_, i): Album => ({
  ...{ id: (i + 1) as AlbumId, name: `Summer ${i + 1}`, photos: i, createdAt: 1 },
}));
const photoIds = [photoId(1), photoId(2)];

async function opened() {
  const added = { album: list[56] as Album, photoIds };
  const page = await startPage({ 'albums.list': list, 'albums.add': added });
  await page.app.albums.load();
  const onclose = vi.fn();
  return { ...showOn(page, AlbumDialog, { photoIds, onclose }), onclose };
}

it('lists every album, and adds the photos to the one that is pressed', async () => {
  const { user, sent, onclose } = await opened();
  expect(screen.getAllByRole('listitem')).toHaveLength(60);
  await user.click(button('Summer 57 56'));
  expect(sent('albums.add')).toEqual([{ albumId: 57, photoIds: [1, 2] }]);
  expect(onclose).toHaveBeenCalled();
});

it('finds albums by a part of the name, and takes the first by Enter', async () => {
  const { user, sent } = await opened();
  const box = screen.getByRole('searchbox', { name: 'Find an album' });
  await user.type(box, '{Enter}');
  expect(sent('albums.add')).toEqual([]);
  await user.type(box, 'MER 5');
  expect(screen.getAllByRole('listitem').map(textOf)[0]).toBe('Summer 54');
  await user.type(box, '8{Enter}');
  expect(sent('albums.add')).toEqual([{ albumId: 58, photoIds: [1, 2] }]);
});

it('says that no album has such a name, and offers a new one', async () => {
  const { user, app } = await opened();
  await user.type(screen.getByRole('searchbox'), 'winter');
  expect(textOf(screen.getByRole('status'))).toBe('No album has this in its name.');
  await user.click(button('New album…'));
  expect(app.albums.naming?.title).toBe('New album with 2 photos');
});

it('opens by the key of its entry in the menu of photos', async () => {
  const { app } = await opened();
  const key = new KeyboardEvent('keydown', { key: 'A', shiftKey: true });
  expect(runByKey(key, photoMenu(app, { photoIds, path: null, open: null, select: null }))).toBe(true);
  expect(app.albums.choosing).toEqual(photoIds);
});
