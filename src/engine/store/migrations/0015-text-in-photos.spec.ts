// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0015-text-in-photos.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('6bf4d966ac2e16ec'));

it('forgets the text of a photo whose content has changed or that is removed, and its words', () => {
  const db = schemaAt(14);
  addPhotos(db, 1, 2, 3);
  upTo(db, 15);
  expect(column(db, 'SELECT photo_id FROM ocr_texts')).toEqual([]);
  for (const id of [1, 2, 3]) {
    db.exec(
      `INSERT INTO ocr_texts VALUES (${id}, 'exit', NULL); INSERT INTO ocr_words (rowid, text) VALUES (${id}, 'exit')`,
    );
  }
  const words = () => column(db, `SELECT rowid FROM ocr_words WHERE ocr_words MATCH 'exit' ORDER BY 1`);
  db.exec(
    `UPDATE photos SET content_hash = 'bb', path = 'b.jpg' WHERE id = 1; UPDATE photos SET path = 'c.jpg' WHERE id = 2`,
  );
  expect([column(db, 'SELECT photo_id FROM ocr_texts'), words()]).toEqual([
    [2, 3],
    [2, 3],
  ]);
  db.exec('DELETE FROM photos WHERE id = 3');
  expect([column(db, 'SELECT photo_id FROM ocr_texts'), words()]).toEqual([[2], [2]]);
});
