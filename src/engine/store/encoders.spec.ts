// Where encoders are, in a library that moves.
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { openStore } from './database.ts';

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
