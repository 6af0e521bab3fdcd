// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0018-judgements.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('7f5922919a71acdb'));

it('keeps one judgement of words and a photo, which goes with the photo', () => {
  const db = schemaAt(17);
  addPhotos(db, 1, 2);
  upTo(db, 18);
  db.exec(`INSERT INTO judgements VALUES ('search', 'dog', 1, 'Dog', 1, 0), ('search', 'dog', 2, 'Dog', 0, 0),
    ('tag', 'dog', 1, 'Dog', 0, 0)`);
  expect(() => db.exec(`INSERT INTO judgements VALUES ('search', 'dog', 1, 'dog', 0, 1)`)).toThrow(/UNIQUE/);
  db.exec('DELETE FROM photos WHERE id = 1');
  expect(column(db, 'SELECT photo_id FROM judgements')).toEqual([2]);
});
