// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0016-tries.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('10a5b06ed5122c68'));

it('keeps failures, of which it is not known which release they were of', () => {
  const db = schemaAt(15);
  addPhotos(db, 1);
  db.exec(`INSERT INTO failures VALUES (1, 'broken.jpg', 9, 1, 'unreadable', 'It is damaged.', 3, 5)`);
  upTo(db, 16);
  expect(column(db, `SELECT path || ' ' || attempts || ' ' || last_at || tried_by FROM failures`)).toEqual([
    'broken.jpg 3 5',
  ]);
});
