import { createEvent, fireEvent } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Album } from '../../shared/contract/albums.ts';
import type { AlbumId, FolderId } from '../../shared/contract/ids.ts';
import { photoId, queryAnswer, rankedHit, status } from '../../../test/support/contract-values.ts';
import { button, screen, show } from '../../../test/support/render.ts';
import { HashlensError } from '../../shared/errors.ts';
import Sidebar from './Sidebar.svelte';

const rome: Album = { id: 3 as AlbumId, name: 'Rome', photos: 2, createdAt: 1 };
const answers = {
  'albums.list': [rome],
  'albums.add': { album: rome, photoIds: [photoId(1)] },
  'library.contents': {
    favourites: 4,
    onThisDay: 1,
    folders: [
      { folderId: 1 as FolderId, names: ['Italy'], photos: 3 },
      { folderId: 1 as FolderId, names: ['Italy', 'Sea side'], photos: 1 },
    ],
    tags: [{ name: 'beach', photos: 7 }],
    people: [],
    places: [],
    cameras: [{ name: 'Pixel 7', photos: 5 }],
  },
  'search.saved': [{ id: 5, name: 'Cats', text: 'cat -dog', createdAt: 1 }],
  'search.query': queryAnswer('', [rankedHit(1)]),
} as const;

describe('Sidebar', () => {
  it('searches for what is pressed, and marks what is shown', async () => {
    const { app, user, sent } = await show(Sidebar, {}, answers);
    app.view = 'training';
    for (const name of ['Rome, 2 photos', 'Sea side, 1 photo', 'Cats']) await user.click(button(name));
    await user.click(button(/^Favourites/));
    expect(sent('search.query').map(({ text }) => text)).toEqual([
      'album:Rome',
      'folder:"Italy/Sea side"',
      'cat -dog',
      'tag:Favorite',
    ]);
    expect(app.view).toBe('photos');
    expect(button(/^Favourites/).getAttribute('aria-current')).toBe('page');
    expect(button('Rome, 2 photos').hasAttribute('aria-current')).toBe(false);
    await user.click(button(/^All photos/));
    expect(app.search.query.kind).toBe('all');
  });

  it('leaves out what the library has none of', async () => {
    await show(Sidebar, {}, answers);
    expect(screen.queryByText('Cameras')).not.toBeNull();
    expect(screen.queryByText('People')).toBeNull();
  });

  it('puts photos that are dropped on an album into it, gives them a tag or makes them favourites, and takes nothing else', async () => {
    const { app, sent } = await show(Sidebar, {}, answers);
    const drop = async (name: string | RegExp): Promise<boolean> => {
      const event = createEvent.drop(button(name));
      await fireEvent(button(name), event);
      return event.defaultPrevented;
    };
    expect(await drop('Rome, 2 photos')).toBe(false);
    app.desktop.dragged = [photoId(1), photoId(2)];
    await tick();
    for (const name of ['Pixel 7, 5 photos', 'Italy, 3 photos', 'Cats']) expect(await drop(name)).toBe(false);
    expect(await drop('Rome, 2 photos')).toBe(true);
    expect(await drop('beach, 7 photos')).toBe(false);
    await vi.waitFor(() => expect(sent('albums.add')).toEqual([{ albumId: 3, photoIds: [1, 2] }]));
    app.desktop.dragged = [photoId(1), photoId(2)];
    await tick();
    expect(await drop('beach, 7 photos')).toBe(true);
    app.desktop.dragged = [photoId(3)];
    await tick();
    expect(screen.queryByRole('button', { name: /^All photos/ })).not.toBeNull();
    expect(await drop(/^All photos/)).toBe(false);
    expect(await drop(/^Favourites/)).toBe(true);
    await vi.waitFor(() =>
      expect(sent('edits.apply')).toEqual([
        { photoIds: [1, 2], addTags: ['beach'] },
        { photoIds: [3], isFavourite: true },
      ]),
    );
  });

  it('has a menu for each folder: to search in it, and for one of the library its commands', async () => {
    const { sent } = await show(Sidebar, {}, { ...answers, 'library.status': status() });
    const labels = async (name: string): Promise<string[]> => {
      const before = sent('app.menu').length;
      await fireEvent.contextMenu(button(name));
      await vi.waitFor(() => expect(sent('app.menu')).toHaveLength(before + 1));
      const items = sent('app.menu').at(-1)?.items ?? [];
      return items.flatMap((item) => (item === 'line' ? [] : [item.label]));
    };
    const own = await labels('Italy, 3 photos');
    const inner = await labels('Sea side, 1 photo');
    expect(own).toEqual(expect.arrayContaining(['Rescan', 'Write to sidecars…']));
    expect(inner.length).toBeGreaterThan(0);
    expect(own.slice(0, inner.length)).toEqual(inner);
    expect(inner).not.toContain('Rescan');
  });

  it('renames a saved search in its place by its menu', async () => {
    const { app, sent, answer } = await show(Sidebar, {}, answers);
    answer({
      'app.menu': ({ items }) => {
        const entry = items.find((item) => item !== 'line' && item.label === 'Rename…');
        return { chosen: entry === undefined || entry === 'line' || !('id' in entry) ? null : entry.id };
      },
      'search.save': { id: 6, name: 'Kittens', text: 'cat -dog', createdAt: 1 },
    });
    await fireEvent.contextMenu(button('Cats'));
    await vi.waitFor(() => expect(app.albums.naming?.name).toBe('Cats'));
    app.albums.naming?.done('Kittens');
    await vi.waitFor(() => expect(sent('search.removeSaved')).toEqual([{ id: 5 }]));
    expect(sent('search.save')).toEqual([{ name: 'Kittens', text: 'cat -dog' }]);
  });

  it('renames and removes albums and saved searches by the keys of their menus, and brings a saved search back', async () => {
    const saved = { id: 6, name: 'Cats', text: 'cat -dog', createdAt: 1 };
    const { app, sent, user } = await show(Sidebar, {}, { ...answers, 'search.save': saved });
    button('Rome, 2 photos').focus();
    await user.keyboard('{F2}');
    expect(app.albums.naming?.name).toBe('Rome');
    await user.keyboard('{Delete}');
    await vi.waitFor(() => expect(sent('albums.remove')).toEqual([{ albumId: 3 }]));
    button('Cats').focus();
    await user.keyboard('{Delete}');
    await vi.waitFor(() => expect(sent('search.removeSaved')).toEqual([{ id: 5 }]));
    const toast = app.toasts.list.find(({ message }) => message.includes('Cats'));
    toast?.action?.run();
    await vi.waitFor(() => expect(sent('search.save')).toEqual([{ name: 'Cats', text: 'cat -dog' }]));
  });

  it('does not say that a saved search is removed that stays', async () => {
    const { app, answer, user } = await show(Sidebar, {}, answers);
    answer({ 'search.removeSaved': () => Promise.reject(new HashlensError('not-found', 'There is no such search.')) });
    button('Cats').focus();
    await user.keyboard('{Delete}');
    const failure = 'There is no such search. It may have been removed in the meantime.';
    await vi.waitFor(() => expect(app.toasts.list.map(({ message }) => message)).toEqual([failure]));
  });

  it('adds what a tag looks like to the search, or subtracts it, and searches among its photos or without them', async () => {
    const { app, user } = await show(Sidebar, {}, answers);
    await app.search.words('a dog');
    button('beach, 7 photos').focus();
    await user.keyboard('m');
    await vi.waitFor(() => expect(app.search.text).toBe('a dog +beach'));
    await user.keyboard('l');
    await vi.waitFor(() => expect(app.search.text).toBe('a dog -beach'));
    await user.keyboard('o');
    await vi.waitFor(() => expect(app.search.text).toBe('a dog -beach tag:beach'));
    await app.search.words('a dog');
    await user.keyboard('{Shift>}O{/Shift}');
    await vi.waitFor(() => expect(app.search.text).toBe('a dog -tag:beach'));
  });
});
