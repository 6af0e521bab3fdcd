// Changes of albums by the page.
import { beforeEach, expect, it } from 'vitest';
import type { Album } from '../../shared/contract/albums.ts';
import type { AlbumId } from '../../shared/contract/ids.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { Albums } from './albums.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const rome: Album = { id: 3 as AlbumId, name: 'Best of Rome', photos: 2, createdAt: 1 };
let engine: FakeEngine;
let toasts: Toasts;
let albums: Albums;
const message = () => toasts.list.at(-1)?.message;

beforeEach(async () => {
  engine = fakeEngine({
    'albums.list': [rome],
    'albums.create': ({ name }) => ({ ...rome, id: 4 as AlbumId, name }),
    'albums.add': { album: rome, photoIds: [photoId(2)] },
    'albums.removePhotos': { album: rome, photoIds: [photoId(2)] },
  });
  toasts = new Toasts();
  albums = new Albums(engine.ask, toasts);
  await albums.load();
});

it('says how many photos are new in an album, and takes exactly those out again', async () => {
  await albums.add(rome.id, [photoId(1), photoId(2)]);
  expect(message()).toBe('1 photo added to “Best of Rome”');
  toasts.list.at(-1)?.action?.run();
  await expect.poll(() => engine.sent('albums.removePhotos')).toEqual([{ albumId: 3, photoIds: [2] }]);
  engine.answer({ 'albums.add': { album: rome, photoIds: [] } });
  await albums.add(rome.id, [photoId(2)]);
  expect(message()).toBe('They are in “Best of Rome” already');
});

it('asks for the name of a new album, and puts the photos into it', async () => {
  albums.create([photoId(5)]);
  expect(albums.naming?.title).toBe('New album with 1 photo');
  albums.naming?.done('Sea');
  await expect.poll(() => engine.sent('albums.add')).toEqual([{ albumId: 4, photoIds: [5] }]);
  expect(engine.sent('albums.create')).toEqual([{ name: 'Sea' }]);
});

it('knows which album a search shows', () => {
  expect(albums.shownBy('album:"best of rome"')?.id).toBe(3);
  for (const text of ['', 'rome', 'album:other', '-album:"Best of Rome"', 'album:"Best of Rome" dog', 'tag:rome'])
    expect([text, albums.shownBy(text)]).toEqual([text, null]);
});
