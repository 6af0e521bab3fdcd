// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0006-sketches.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('ffad9b2cb322c797'));

it('removes sketches with their model', () => {
  const db = schemaAt(5);
  addPhotos(db, 1);
  db.exec(`INSERT INTO photo_codes VALUES ('m', 1, x'07')`);
  upTo(db, 6);
  db.exec(`
    INSERT INTO sketch_sets VALUES ('m', 1, 1, x'00');
    INSERT INTO packed_sketches SELECT kind, block, model_id, codes_stamp, x'00' FROM code_blocks;
    DELETE FROM models;`);
  expect(column(db, 'SELECT count(*) FROM packed_sketches UNION ALL SELECT count(*) FROM sketch_sets')).toEqual([0, 0]);
});
