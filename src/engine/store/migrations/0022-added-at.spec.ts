// Effect of this step on a library.
import { expect, it } from 'vitest';
import { checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0022-added-at.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('2afc6b7f9cfd2987'));

it('takes the time of the last reading as the time when a photo was added', () => {
  const db = schemaAt(21);
  db.exec(`INSERT INTO folders (id, path, added_at) VALUES (1, '/photos', 1);
    INSERT INTO photos (id, folder_id, path, size, mtime_ms, content_hash, width, height, format, indexed_at)
    VALUES (1, 1, 'a.jpg', 1, 1, 'a', 1, 1, 'jpeg', 77)`);
  upTo(db, 22);
  expect(column(db, 'SELECT added_at FROM photos')).toEqual([77]);
});
