// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0027-separated-numbers.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('635fd4369d9f5e71'));

it('lets the words of texts with separated thousands wait for the next index job', () => {
  const db = schemaAt(26);
  addPhotos(db, 1, 2, 3, 4, 5);
  db.exec(`
    INSERT INTO captions (photo_id, text, source) VALUES (1, 'A summit of 3.000 m', 'xmp'), (2, 'On 30.06.19, 3.14', 'xmp');
    INSERT INTO tags (id, name) VALUES (1, '10\u202F000 steps');
    INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (3, 1, 'xmp');
    INSERT INTO ocr_texts (photo_id, text) VALUES (4, 'Summe 1.299,00'), (5, '2.50');
  `);
  upTo(db, 27);
  expect(column(db, 'SELECT photo_id FROM photo_text_outdated')).toEqual([1, 3, 4]);
});
