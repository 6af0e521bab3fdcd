// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0009-photo-files.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('e34b1550e6483392'));

it('dates what is gone, and tries again what had failed', () => {
  const db = schemaAt(8);
  addPhotos(db, 1, 2);
  db.exec(`
    UPDATE photos SET present = 0 WHERE id = 2;
    INSERT INTO failures VALUES (1, 'x.jpg', 1, 1, 'unreadable', 'x.jpg is no longer there', 3, 0);`);
  upTo(db, 9);
  expect(column(db, 'SELECT missing_since IS NULL FROM photos ORDER BY id')).toEqual([1, 0]);
  expect(column(db, 'SELECT missing_since > 1.7e12 FROM photos WHERE id = 2')).toEqual([1]);
  expect(column(db, 'SELECT attempts FROM failures')).toEqual([0]);
});
