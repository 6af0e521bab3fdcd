// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0010-described-photos.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('42d6fd3be5d757b9'));

it('has every photo read again, and keeps its features; a person on a photo changes its words', () => {
  const db = schemaAt(9);
  addPhotos(db, 1);
  db.exec(`INSERT INTO photo_features VALUES ('e', 1, x'003c'); DELETE FROM photo_text_stale`);
  upTo(db, 10);
  expect(column(db, 'SELECT metadata_reader FROM photos')).toEqual([0]);
  expect(column(db, 'SELECT hex(row) FROM photo_features')).toEqual(['003C']);
  const stale = () => column(db, 'SELECT photo_id FROM photo_text_stale');
  expect(stale()).toEqual([1]);
  for (const change of [
    `INSERT INTO photo_people VALUES (1, 'Anna', 'xmp')`,
    `DELETE FROM photo_people`,
    `UPDATE photos SET position_place = 'Rome, Italy'`,
  ]) {
    db.exec(`DELETE FROM photo_text_stale; ${change}`);
    expect([change, stale()]).toEqual([change, [1]]);
  }
});
