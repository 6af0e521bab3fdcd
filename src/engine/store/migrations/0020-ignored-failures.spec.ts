// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0020-ignored-failures.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('b8be40de74de3419'));

it('keeps failures, each with a number of its own, none of which is ignored', () => {
  const db = schemaAt(19);
  addPhotos(db, 1);
  db.exec(`INSERT INTO failures VALUES (1, 'broken.jpg', 9, 1, 'unreadable', 'It is damaged.', 3, 5, '1.0.0'),
    (1, 'other.jpg', 9, 1, 'unreadable', 'It is damaged.', 1, 5, '1.0.0')`);
  upTo(db, 20);
  expect(column(db, `SELECT path || ' ' || attempts || ' ' || ignored FROM failures ORDER BY path`)).toEqual([
    'broken.jpg 3 0',
    'other.jpg 1 0',
  ]);
  expect(column(db, 'SELECT id FROM failures ORDER BY id')).toEqual([1, 2]);
});
