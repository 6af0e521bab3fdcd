// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0008-own-terms.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('c99d0c9ceeeec3cd'));

it('has the full text of every photo written again, in terms that are split at spaces alone', () => {
  const db = schemaAt(7);
  addPhotos(db, 1, 2);
  db.exec(`DELETE FROM photo_text_stale; INSERT INTO photo_text (rowid, folder) VALUES (1, 'Italy');`);
  upTo(db, 8);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale ORDER BY 1')).toEqual([1, 2]);
  expect(column(db, `SELECT rowid FROM photo_text WHERE photo_text MATCH 'italy'`)).toEqual([]);
  db.exec(`INSERT INTO photo_text (rowid, caption) VALUES (1, '日 落 climb')`);
  expect(column(db, `SELECT rowid FROM photo_text WHERE photo_text MATCH '"落"'`)).toEqual([1]);
  expect(column(db, `SELECT rowid FROM photo_text WHERE photo_text MATCH 'climbing'`)).toEqual([]);
});
