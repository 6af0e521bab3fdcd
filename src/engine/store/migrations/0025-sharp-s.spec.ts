// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0025-sharp-s.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('1327d7cc9860a2c3'));

it('lets the words of texts with a B behind a small letter wait for the next index job', () => {
  const db = schemaAt(24);
  addPhotos(db, 1, 2, 3);
  db.exec(
    `INSERT INTO ocr_texts (photo_id, text) VALUES (1, 'Ausfahrt' || char(10) || 'StraBe'), (2, 'BAHN B1'), (3, 'FuB')`,
  );
  upTo(db, 25);
  expect(column(db, 'SELECT photo_id FROM photo_text_outdated')).toEqual([1, 3]);
});
