// Effect of this step on a library.
import { expect, it } from 'vitest';
import { checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0013-job-starts.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('a6a7bd54db424171'));

it('leaves the jobs there are without a start', () => {
  const db = schemaAt(12);
  db.exec(`INSERT INTO jobs (kind, params, state, created_at) VALUES ('index', '{}', 'paused', 0)`);
  upTo(db, 13);
  expect(column(db, 'SELECT started_at FROM jobs')).toEqual([null]);
});
