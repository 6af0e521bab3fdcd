// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0026-words-passed-on.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('f3dc21e98617db3b'));

it('passes on the words of photos that are missing already with the next index job', () => {
  const db = schemaAt(25);
  addPhotos(db, 1, 2);
  db.exec('UPDATE photos SET present = 0, missing_since = 1 WHERE id = 2');
  upTo(db, 26);
  expect(column(db, 'SELECT words_passed_on FROM photos')).toEqual([0, 0]);
});
