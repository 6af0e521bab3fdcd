// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0004-ratings-and-places.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('f012cc733131e531'));

it('has every photo read again for its rating and place, and keeps its features', () => {
  const db = schemaAt(3);
  addPhotos(db, 1);
  db.exec(`
    INSERT INTO photo_features VALUES ('e', 1, x'003c');
    DELETE FROM photo_text_stale; INSERT INTO photo_text (rowid, folder) VALUES (1, 'Italy');`);
  upTo(db, 4);
  expect(column(db, 'SELECT sidecar_stamp FROM photos')).toEqual(['before ratings and places']);
  expect(column(db, 'SELECT hex(row) FROM photo_features')).toEqual(['003C']);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale')).toEqual([1]);
  db.exec(`DELETE FROM photo_text_stale; UPDATE photos SET place = 'Rome'`);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale')).toEqual([1]);
});
