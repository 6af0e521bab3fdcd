// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0011-versions.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('61a5606a4a7c0ebd'));

it('gives photos no other versions until they are scanned', () => {
  const db = schemaAt(10);
  addPhotos(db, 1, 2);
  upTo(db, 11);
  expect(column(db, 'SELECT versions FROM photos')).toEqual(['[]', '[]']);
});
