// A library written by an earlier version, with its photos where the test needs them.
import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { sampleAlbum } from './resources.ts';

const archive = path.resolve(import.meta.dirname, '../fixtures/earlier-library/schema-6.tar.gz');

export interface EarlierLibrary {
  readonly library: string;
  /** Folder of its photos: the animals of the sample album. */
  readonly photos: string;
}

/** The hash model that was in use. */
export const earlierModel = 'cvh-16-20261126-045400';

export function earlierLibrary(folder: string): EarlierLibrary {
  const library = path.join(folder, 'library');
  const photos = path.join(folder, 'photos');
  mkdirSync(library);
  execFileSync('tar', ['-xzf', archive, '-C', library]);
  cpSync(path.join(sampleAlbum, 'animals'), path.join(photos, 'animals'), {
    recursive: true,
    preserveTimestamps: true,
  });
  const db = new Database(path.join(library, 'library.db'));
  db.prepare('UPDATE folders SET path = ?').run(photos);
  db.close();
  return { library, photos };
}
