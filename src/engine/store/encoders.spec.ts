// Places of encoders in a library that moves, and the data that they have made.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { photoFacts, photoFile } from '../../../test/support/photo-rows.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { ModelId, PhotoId } from '../../shared/contract/ids.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { openStore } from './database.ts';
import { rawDatabase } from './raw-database.ts';

const paths = (libraryDir: string): string[] => {
  const store = openStore(libraryDir);
  const found = store.encoders.list().map(({ path }) => path);
  store.close();
  return found;
};

function libraryWith(...encoders: readonly string[]): string {
  const libraryDir = join(temporaryFolder(), 'library');
  const store = openStore(libraryDir);
  encoders.forEach((path, i) => {
    store.encoders.put({
      info: { ...starterInfo, id: `e${i}` },
      path: path.replace('LIBRARY', libraryDir),
      files: null,
    });
  });
  store.close();
  mkdirSync(join(libraryDir, 'encoders/clip'), { recursive: true });
  return libraryDir;
}

it('finds an encoder inside a library that has moved, and one elsewhere where it was', () => {
  const elsewhere = temporaryFolder();
  const library = libraryWith('LIBRARY/encoders/clip', elsewhere);
  expect(paths(library)).toEqual([join(library, 'encoders/clip'), elsewhere]);
  renameSync(library, `${library}-2`);
  expect(paths(`${library}-2`)).toEqual([join(`${library}-2`, 'encoders/clip'), elsewhere]);
});

it('finds the encoder of a library that an earlier release wrote and that has moved since', () => {
  const library = libraryWith('/nowhere/library/encoders/clip', '/nowhere/else/clip');
  expect(paths(library)).toEqual([join(library, 'encoders/clip'), '/nowhere/else/clip']);
});

/** A library with the encoder `e` and its model `m`, the encoder `f` and its model `n`, and three photos. */
function libraryWithRows() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const info = (id: string) => ({ ...starterInfo, id, imageWidth: 3, textWidth: 2, sharedWidth: 2 });
  const [m, n] = ['m', 'n'] as [ModelId, ModelId];
  for (const [id, encoderId] of [
    [m, 'e'],
    [n, 'f'],
  ] as const) {
    store.models.begin({ id, method: 'x', bits: 16, encoderId, state: 'ready', options: {} });
  }
  const folderId = store.folders.add('/photos', null).id;
  const photos = ['a', 'b', 'c'].map((path) =>
    store.photos.insert(folderId, photoFile(path), { ...photoFacts, contentHash: path }),
  );
  const [a, b, c] = photos as [PhotoId, PhotoId, PhotoId];
  for (const photo of photos) {
    for (const encoder of ['e', 'f']) store.features.put('photo', encoder, photo, Float32Array.of(1, 2, 3));
    for (const model of [m, n]) store.codes.put('photo', model, photo, Uint8Array.of(1, 2));
  }
  store.texts.replaceCaptions(a, ['iptc'], [{ text: 'a dog', source: 'iptc' }]);
  const [caption = 0] = store.features.missing('caption', 'e');
  store.features.put('caption', 'e', caption, Float32Array.of(1, 2));
  return { store, info, photos: { a, b, c }, m, n };
}

it('gives an encoder as it was stored, and none whose description is damaged', () => {
  const { store, info } = libraryWithRows();
  const files = { 'model.onnx': { size: 5, mtimeMs: 6.5, ctimeMs: 7, sha256: 'ab' } };
  const [e, f] = [
    { info: info('e'), path: '/models/e', files },
    { info: info('f'), path: '/models/f', files: null },
  ];
  store.encoders.put(f);
  store.encoders.put({ ...e, files: null });
  store.encoders.put(e);
  expect(store.encoders.list()).toEqual([e, f]);
  expect([store.encoders.get('e'), store.encoders.get('g')]).toEqual([e, null]);
  rawDatabase(store).prepare(`UPDATE encoders SET info = '{"id":"e"}' WHERE id = 'e'`).run();
  rawDatabase(store).prepare(`UPDATE encoders SET files = '[' WHERE id = 'f'`).run();
  expect(store.encoders.list()).toEqual([f]);
  store.encoders.remove('f');
  expect(store.encoders.list()).toEqual([]);
});

it('counts the present photos of an encoder, and the bytes of its rows and of its models’ codes', () => {
  const { store, info, photos } = libraryWithRows();
  // Rows of float16: 3 photos of width 3, 1 caption of width 2. Codes of 16 bits: the code, its copy and a row of 2 + 16.
  const bytes = 3 * 2 * 3 + 1 * 2 * 2 + 3 * (16 / 4 + 2 * (2 + 16));
  expect(store.encoders.made(info('e'))).toEqual({ photos: 3, bytes });
  store.photos.setPresent(photos.b, false);
  expect(store.encoders.made(info('e'))).toEqual({ photos: 2, bytes });
  expect(store.encoders.made(info('g'))).toEqual({ photos: 0, bytes: 0 });
});

it('removes the rows and codes of an encoder in a range of ids, and none of another encoder', () => {
  const { store, photos, m, n } = libraryWithRows();
  const { a, b, c } = photos;
  store.encoders.removeMade('e', a, b);
  expect([store.features.ids('photo', 'e'), store.features.ids('photo', 'f')]).toEqual([[c], [a, b, c]]);
  expect([store.codes.all('photo', m, 2).ids, store.codes.all('photo', n, 2).ids]).toEqual([
    Int32Array.of(c),
    Int32Array.of(a, b, c),
  ]);
});
