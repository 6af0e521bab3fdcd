// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0024-outdated-words.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('b819c925a6ed7602'));

const ids = { stale: 'SELECT photo_id FROM photo_text_stale', outdated: 'SELECT photo_id FROM photo_text_outdated' };

it('lets the words of photos with compounds, in words about them and in text in them, wait for the next index job', () => {
  const db = schemaAt(22);
  addPhotos(db, 1, 2, 3, 4);
  db.exec(`INSERT INTO captions (photo_id, source, text) VALUES (1, 'xmp', 'Our trip to the U.S.A.');
    INSERT INTO ocr_texts (photo_id, text) VALUES (1, 'E-Mail'), (2, 'Send an' || char(10) || 'e-mail'), (3, 'NO ENTRY');
    DELETE FROM photo_text_stale`);
  upTo(db, 24);
  expect([column(db, ids.stale), column(db, ids.outdated)]).toEqual([[], [1, 2]]);
});

it('leaves photos whose words are missing to be made before the next search', () => {
  const db = schemaAt(23);
  addPhotos(db, 1, 2);
  db.exec(`INSERT INTO ocr_texts (photo_id, text) VALUES (2, 'e-mail');
    INSERT OR IGNORE INTO photo_text_stale SELECT id FROM photos`);
  upTo(db, 24);
  expect([column(db, ids.stale), column(db, ids.outdated)]).toEqual([[1, 2], [2]]);
});
