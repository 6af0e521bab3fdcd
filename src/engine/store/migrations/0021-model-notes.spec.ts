// Effect of this step on a library.
import { expect, it } from 'vitest';
import { checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0021-model-notes.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('c568dbe74ff4f774'));

it('keeps models, none of which has a name or a note', () => {
  const db = schemaAt(20);
  db.exec(`INSERT INTO models (id, method, bits, encoder_id, state, options, created_at)
    VALUES ('two-tower-64', 'two-tower', 64, 'starter-1', 'ready', '{}', 5)`);
  upTo(db, 21);
  expect(column(db, `SELECT id || '|' || name || '|' || note FROM models`)).toEqual(['two-tower-64||']);
});
