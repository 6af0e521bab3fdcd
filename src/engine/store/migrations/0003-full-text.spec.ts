// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0003-full-text.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('ba8a1250d49373eb'));

it('marks every photo there is, and each whose texts change later, for the full-text index', () => {
  const db = schemaAt(2);
  addPhotos(db, 1, 2);
  upTo(db, 3);
  const stale = () => column(db, 'SELECT photo_id FROM photo_text_stale ORDER BY 1');
  expect(stale()).toEqual([1, 2]);
  db.exec(`DELETE FROM photo_text_stale; INSERT INTO captions (photo_id, source, text) VALUES (2, 'iptc', 'Rex')`);
  expect(stale()).toEqual([2]);
});
