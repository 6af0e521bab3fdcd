// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt } from '../../../../test/support/schema.ts';
import { sql } from './0001-library.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('793719cd091d25ad'));

it('removes everything of a folder with the folder', () => {
  const db = schemaAt(1);
  addPhotos(db, 1);
  db.exec(`
    INSERT INTO captions (photo_id, source, text) VALUES (1, 'iptc', 'Rex');
    INSERT INTO photo_features VALUES ('e', 1, x'00');
    INSERT INTO photo_codes VALUES ('m', 1, x'07');
    DELETE FROM folders;`);
  for (const table of ['photos', 'captions', 'photo_features', 'photo_codes']) {
    expect(column(db, `SELECT count(*) FROM ${table}`)).toEqual([0]);
  }
});
