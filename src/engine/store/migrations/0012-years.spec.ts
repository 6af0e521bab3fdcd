// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0012-years.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('d7a70e981911b1a6'));

it('has the words of dated photos made again, now and when their date changes', () => {
  const db = schemaAt(11);
  addPhotos(db, 1, 2);
  db.exec('UPDATE photos SET captured_at = 0 WHERE id = 2; DELETE FROM photo_text_stale');
  upTo(db, 12);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale')).toEqual([2]);
  db.exec('DELETE FROM photo_text_stale; UPDATE photos SET captured_at = 1 WHERE id = 1');
  expect(column(db, 'SELECT photo_id FROM photo_text_stale')).toEqual([1]);
});
