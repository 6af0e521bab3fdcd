// Changes of albums by the page.
import { beforeEach, expect, it } from 'vitest';
import type { Album, AlbumChange } from '../../shared/contract/albums.ts';
import type { AlbumId, PhotoId } from '../../shared/contract/ids.ts';
import { photoId } from '../../../test/support/contract-values.ts';
import { fakeEngine, type FakeEngine } from '../../../test/support/page.ts';
import { Albums } from './albums.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const rome: Album = { id: 3 as AlbumId, name: 'Best of Rome', photos: 2, createdAt: 1 };
let engine: FakeEngine;
let toasts: Toasts;
let edits: Edits;
let albums: Albums;
let changes: (readonly [string, string | null])[] = [];
/** Called, so that TypeScript does not take the last assignment for its value. */
const naming = () => albums.naming;
const message = () => toasts.list.at(-1)?.message;

beforeEach(async () => {
  engine = fakeEngine({
    'albums.list': [rome],
    'albums.create': ({ name }) => ({ ...rome, id: 4 as AlbumId, name }),
    'albums.add': { album: rome, photoIds: [photoId(2)] },
    'albums.removePhotos': { album: rome, photoIds: [photoId(2)] },
  });
  toasts = new Toasts();
  edits = new Edits(engine.ask, toasts, () => undefined);
  changes = [];
  albums = new Albums(engine.ask, toasts, edits, (album, becomes) => changes.push([album, becomes]));
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

it('asks for another name where there is an album of that name', async () => {
  engine.answer({
    'albums.create': () => {
      throw new Error('There is an album of this name.');
    },
  });
  albums.create([]);
  const first = albums.naming;
  albums.naming = null;
  first?.done('Rome');
  const asked = () => [albums.naming?.title, albums.naming?.name];
  await expect.poll(asked).toEqual(['New album', 'Rome']);
  expect(message()).toContain('There is an album of this name.');
});

it('puts the photos into the album that was made, also by another name, where they could not be added at once', async () => {
  engine.answer({
    'albums.add': () => Promise.reject(new Error('The disk is full.')),
    'albums.rename': ({ name }) => ({ ...rome, id: 4 as AlbumId, name }),
  });
  albums.create([photoId(5)]);
  const first = albums.naming;
  albums.naming = null;
  first?.done('Sea');
  await expect.poll(() => albums.naming?.name).toBe('Sea');
  engine.answer({ 'albums.add': { album: { ...rome, name: 'Seas' }, photoIds: [photoId(5)] } });
  naming()?.done('Seas');
  await expect.poll(message).toBe('1 photo added to “Seas”');
  expect(engine.sent('albums.create')).toEqual([{ name: 'Sea' }]);
  expect(engine.sent('albums.rename')).toEqual([{ albumId: 4, name: 'Seas' }]);
});

/** An engine that keeps albums with their photos; an id is never given again. */
function keepAlbums(): () => readonly string[] {
  const kept = new Map<AlbumId, { name: string; photoIds: readonly PhotoId[] }>([
    [rome.id, { name: rome.name, photoIds: [photoId(1), photoId(9)] }],
  ]);
  let last = rome.id as number;
  const known = (albumId: number): { id: AlbumId; name: string; photoIds: readonly PhotoId[] } => {
    const id = albumId as AlbumId;
    const album = kept.get(id);
    if (album === undefined) throw new Error(`There is no album ${id}.`);
    return { id, ...album };
  };
  const changed = (albumId: number, photoIds: readonly PhotoId[]): AlbumChange => {
    const { id, name } = known(albumId);
    return { album: { ...rome, id, name }, photoIds };
  };
  engine.answer({
    'albums.create': ({ name }) => {
      const id = ++last as AlbumId;
      kept.set(id, { name, photoIds: [] });
      return changed(id, []).album;
    },
    'albums.rename': ({ albumId, name }) => {
      const { id, photoIds } = known(albumId);
      kept.set(id, { name, photoIds });
      return changed(id, []).album;
    },
    'albums.add': ({ albumId, photoIds }) => {
      const { id, name, photoIds: before } = known(albumId);
      const added = (photoIds as PhotoId[]).filter((one) => !before.includes(one));
      kept.set(id, { name, photoIds: [...before, ...added] });
      return changed(id, added);
    },
    'albums.removePhotos': ({ albumId, photoIds }) => {
      const { id, name, photoIds: before } = known(albumId);
      kept.set(id, { name, photoIds: before.filter((one) => !(photoIds as PhotoId[]).includes(one)) });
      return changed(id, photoIds as PhotoId[]);
    },
    'albums.remove': ({ albumId }) => {
      const removed = changed(albumId, known(albumId).photoIds);
      kept.delete(removed.album.id);
      return removed;
    },
  });
  return () => [...kept.values()].map(({ name, photoIds }) => `${name}: ${photoIds.join(' ')}`);
}

it('undoes and redoes every change of albums in its turn, and brings a removed one back with its photos', async () => {
  const shown = keepAlbums();
  const states = [shown()];
  const then = async (change: Promise<unknown>): Promise<void> => {
    await change;
    states.push(shown());
  };
  const named = async (ask: () => void, name: string): Promise<void> => {
    ask();
    albums.naming?.done(name);
    // Undo and redo wait for their turn, as all changes do.
    await then(edits.perform(() => Promise.resolve(null)));
  };
  await then(albums.add(rome.id, [photoId(1), photoId(2)]));
  await named(() => albums.rename(rome), 'Rome');
  expect(message()).toBe('The album is called “Rome” now');
  await then(albums.removePhotos(rome.id, [photoId(9)]));
  await named(() => albums.create([]), 'Empty');
  expect(message()).toBe('Album “Empty” created');
  await named(() => albums.create([photoId(5)]), 'Sea');
  await then(albums.remove({ ...rome, name: 'Rome' }));
  expect(states.map((state) => state.join(', '))).toEqual([
    'Best of Rome: 1 9',
    'Best of Rome: 1 9 2',
    'Rome: 1 9 2',
    'Rome: 1 2',
    'Rome: 1 2, Empty: ',
    'Rome: 1 2, Empty: , Sea: 5',
    'Empty: , Sea: 5',
  ]);
  const sorted = (list: readonly string[]): readonly string[] =>
    list.map((one) => one.split(' ').toSorted().join()).toSorted();
  for (const state of states.slice(0, -1).toReversed()) {
    await edits.undo();
    expect(sorted(shown())).toEqual(sorted(state));
  }
  // The changes, then the undone ones.
  const [added, renamed, emptied, filled, removed, restored] = [
    ['Best of Rome', 'Best of Rome'],
    ['Best of Rome', 'Rome'],
    ['Rome', 'Rome'],
    ['Sea', 'Sea'],
    ['Rome', null],
    ['Rome', 'Rome'],
  ];
  expect(changes).toEqual([
    ...[added, renamed, emptied, filled, removed],
    ...[restored, ['Sea', null], ['Empty', null], emptied, ['Rome', 'Best of Rome'], added],
  ]);
  for (const state of states.slice(1)) {
    await edits.redo();
    expect(sorted(shown())).toEqual(sorted(state));
  }
  expect(toasts.list.some(({ kind }) => kind === 'error')).toBe(false);
});

it('tells the new name of an album as the engine has written it', async () => {
  engine.answer({ 'albums.rename': ({ name }) => ({ ...rome, name: name.replace(/ +/g, ' ') }) });
  albums.rename(rome);
  albums.naming?.done('Rome  again');
  await edits.undo();
  expect(changes).toEqual([
    ['Best of Rome', 'Rome again'],
    ['Rome again', 'Best of Rome'],
  ]);
});

it('knows which album a search shows', () => {
  expect(albums.shownBy('album:"best of rome"')?.id).toBe(3);
  for (const text of ['', 'rome', 'album:other', '-album:"Best of Rome"', 'album:"Best of Rome" dog', 'tag:rome'])
    expect([text, albums.shownBy(text)]).toEqual([text, null]);
});
