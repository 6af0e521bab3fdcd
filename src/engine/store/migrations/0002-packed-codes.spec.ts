// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0002-packed-codes.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('5d10fab177b65d7f'));

it('gives the codes there are their blocks, and changes a block’s stamp with its codes', () => {
  const db = schemaAt(1);
  addPhotos(db, 1, 5000);
  db.exec(`INSERT INTO photo_codes VALUES ('m', 1, x'01'), ('m', 5000, x'02')`);
  upTo(db, 2);
  expect(column(db, 'SELECT block FROM code_blocks ORDER BY block')).toEqual([0, 1]);
  const stamps = () => column(db, 'SELECT hex(codes_stamp) FROM code_blocks ORDER BY block');
  const [first, second] = stamps();
  db.exec(`UPDATE photo_codes SET code = x'09' WHERE photo_id = 5000`);
  expect(stamps()[0]).toBe(first);
  expect(stamps()[1]).not.toBe(second);
});
