// Values for filters, counted in present photos.
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { openStore } from './database.ts';
import type { PhotoDescription } from './photos.ts';

it('lists what photos have, the commonest first and equal ones by name, without photos that are gone', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const [first, second] = [store.folders.add('/b', null).id, store.folders.add('/a', null).id];
  const add = (path: string, facts: Partial<PhotoDescription> = {}, folder = first) =>
    store.photos.insert(folder, photoFile(path), { ...photoFacts, ...facts });
  const ids = [
    add('top.jpg', { camera: 'Nikon', place: 'Rome', positionPlace: 'Rome' }),
    add('in/deep/1.jpg', { camera: 'Canon', place: 'Oia', positionPlace: 'Santorini' }),
    add('in/deep/2.jpg', { camera: 'Canon', positionPlace: 'Oia', format: 'heic' }),
    add('in/3.jpg', {}, second),
    add('in/gone.jpg', { camera: 'Leica', place: 'Bonn', positionPlace: 'Bonn', format: 'tiff' }),
  ];
  const id = (n: number) => ids[n] as PhotoId;
  const tag = (n: number, source: 'iptc' | 'xmp', ...names: readonly string[]) =>
    store.texts.replaceTags(
      id(n),
      [source],
      names.map((name) => ({ name, source })),
    );
  tag(0, 'iptc', 'sea', 'dog');
  tag(0, 'xmp', 'sea');
  tag(1, 'iptc', 'sea');
  tag(2, 'iptc', 'ape');
  tag(4, 'iptc', 'ape', 'gone');
  const people = (n: number, ...names: readonly string[]) =>
    store.texts.replacePeople(
      id(n),
      ['xmp'],
      names.map((name) => ({ name, source: 'xmp' })),
    );
  people(0, 'Rosa', 'Ada');
  people(1, 'Rosa');
  people(4, 'Nobody');
  const noDate = () => ({ capturedAt: 0, capturedUntil: null, utcOffset: null });
  const own = (n: number, ...addTags: readonly string[]) => {
    const none = { removeTags: [], addCaptions: [], removeCaptions: [] };
    store.transaction(() => store.edits.apply({ photoIds: [id(n)], addTags: [...addTags], ...none }, noDate));
  };
  own(1, 'Family/Rex', 'single');
  own(2, 'Family/Rex', 'Family/Ada');
  own(4, 'Family/Gone');
  store.albums.add(store.albums.insert('Greece'), [id(1), id(2), id(4)]);
  store.albums.insert('empty');
  store.photos.setPresent(id(4), false);

  const { tags, ...lists } = store.facets.lists();
  expect(tags.map(({ name, photos }) => `${name} ${photos}`)).toEqual([
    ...['Family 2', 'Rex 2', 'sea 2', 'Ada 1', 'ape 1', 'dog 1', 'single 1'],
  ]);
  expect(store.texts.tagName(tags[2]?.id ?? 0)).toBe('sea');
  expect(lists).toEqual({
    albums: [
      { id: 1, name: 'Greece', photos: 2 },
      { id: 2, name: 'empty', photos: 0 },
    ],
    tagPaths: [
      { name: 'Family/Rex', photos: 2 },
      { name: 'Family/Ada', photos: 1 },
    ],
    cameras: [
      { name: 'Canon', photos: 2 },
      { name: 'Nikon', photos: 1 },
    ],
    places: [
      { name: 'Oia', photos: 2 },
      { name: 'Rome', photos: 1 },
      { name: 'Santorini', photos: 1 },
    ],
    formats: [
      { name: 'jpeg', photos: 3 },
      { name: 'heic', photos: 1 },
    ],
    people: [
      { name: 'Rosa', photos: 2 },
      { name: 'Ada', photos: 1 },
    ],
    directories: [
      { folderId: second, folderPath: '/a', directory: 'in/', photos: 1 },
      { folderId: first, folderPath: '/b', directory: '', photos: 1 },
      { folderId: first, folderPath: '/b', directory: 'in/deep/', photos: 2 },
    ],
  });
});
