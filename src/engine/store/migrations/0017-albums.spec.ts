// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0017-albums.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('0e53cac9479d16c1'));

it('adds albums, which let go of photos that are removed and leave photos where they are when they are removed themselves', () => {
  const db = schemaAt(16);
  addPhotos(db, 1, 2, 3);
  upTo(db, 17);
  db.exec(`INSERT INTO albums (name, created_at) VALUES ('Rome', 1), ('Sea', 2);
    INSERT INTO album_photos VALUES (1, 1, 1), (1, 2, 1), (2, 2, 1)`);
  db.exec('DELETE FROM photos WHERE id = 1');
  expect(column(db, 'SELECT photo_id FROM album_photos WHERE album_id = 1')).toEqual([2]);
  db.exec('DELETE FROM albums WHERE id = 1');
  expect(column(db, 'SELECT album_id FROM album_photos')).toEqual([2]);
  expect(column(db, 'SELECT id FROM photos ORDER BY id')).toEqual([2, 3]);
  expect(() => db.exec("INSERT INTO albums (name, created_at) VALUES ('SEA', 3)")).toThrow(/UNIQUE/);
});
