// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0029-words-passed-at.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('06c6674af984258d'));

it('gives a time to photos that have passed their words on', () => {
  const db = schemaAt(28);
  addPhotos(db, 1, 2);
  db.exec('UPDATE photos SET present = 0, missing_since = 1, words_passed_on = 1 WHERE id = 2');
  upTo(db, 29);
  expect(column(db, 'SELECT words_passed_at IS NOT NULL FROM photos ORDER BY id')).toEqual([0, 1]);
});
