// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0005-vectors.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('75599ee6f6307eb9'));

it('removes a row with its code and with its model, and leaves the codes of before as they are', () => {
  const db = schemaAt(4);
  addPhotos(db, 1, 2);
  db.exec(`INSERT INTO photo_codes VALUES ('m', 1, x'07'), ('m', 2, x'08')`);
  const stamps = column(db, 'SELECT hex(codes_stamp) FROM code_blocks');
  upTo(db, 5);
  expect(column(db, 'SELECT hex(codes_stamp) FROM code_blocks')).toEqual(stamps);
  db.exec(`
    INSERT INTO vector_sets (id, model_id) VALUES (3, 'm');
    INSERT INTO photo_vectors VALUES ((3 << 32) | 1, x'01'), ((3 << 32) | 2, x'02');
    DELETE FROM photo_codes WHERE photo_id = 1;`);
  expect(column(db, 'SELECT hex(row) FROM photo_vectors')).toEqual(['02']);
  db.exec(`DELETE FROM models`);
  expect(column(db, 'SELECT count(*) FROM photo_vectors')).toEqual([0]);
});
