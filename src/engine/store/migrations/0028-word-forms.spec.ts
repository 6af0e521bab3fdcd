// Effect of this step on a library.
import { expect, it } from 'vitest';
import { addPhotos, checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0028-word-forms.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('2810d8f0452a07c8'));

it('lets the words of all photos wait for the next index job', () => {
  const db = schemaAt(27);
  addPhotos(db, 1, 2);
  upTo(db, 28);
  expect(column(db, 'SELECT photo_id FROM photo_text_outdated')).toEqual([1, 2]);
});
