// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0023-compounds.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('74e599bdb42128bc'));

it('has the words of photos made again whose texts have a dot, hyphen or apostrophe inside a word', () => {
  const db = schemaAt(22);
  addPhotos(db, 1, 2, 3, 4, 5, 6, 7);
  db.exec(`INSERT INTO captions (photo_id, source, text) VALUES (1, 'xmp', 'Our trip to the U.S.A.'),
      (2, 'xmp', 'A dog. It runs - fast.'), (3, 'xmp', 'rock’n’roll');
    INSERT INTO tags (id, name) VALUES (1, 'e-mail');
    INSERT INTO photo_tags (photo_id, tag_id, source) VALUES (4, 1, 'xmp');
    INSERT INTO photo_people (photo_id, name, source) VALUES (5, 'Anna O''Brien', 'xmp');
    UPDATE photos SET place = 'Saint-Denis' WHERE id = 6; DELETE FROM photo_text_stale`);
  upTo(db, 23);
  expect(column(db, 'SELECT photo_id FROM photo_text_stale ORDER BY 1')).toEqual([1, 3, 4, 5, 6]);
});
