// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0014-own-words.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('156e1822793a96c0'));

it('leaves captions and tags as they are, and what is written about a photo goes with it', () => {
  const db = schemaAt(13);
  addPhotos(db, 1, 2);
  db.exec(`INSERT INTO captions (photo_id, source, text) VALUES (1, 'xmp', 'a dog')`);
  upTo(db, 14);
  expect(column(db, 'SELECT text FROM captions')).toEqual(['a dog']);
  db.exec(`INSERT INTO own_captions (photo_id, text) VALUES (1, 'Rex'), (2, 'Oma');
    INSERT INTO own_tags (photo_id, name) VALUES (1, 'Family/Rex');
    INSERT INTO own_facts (photo_id, rating) VALUES (1, 5);
    DELETE FROM photos WHERE id = 1`);
  expect(column(db, 'SELECT text FROM own_captions')).toEqual(['Oma']);
  expect(column(db, 'SELECT name FROM own_tags')).toEqual([]);
  expect(column(db, 'SELECT rating FROM own_facts')).toEqual([]);
});
