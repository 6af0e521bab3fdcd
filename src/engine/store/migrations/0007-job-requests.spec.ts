// Effect of this step on a library.
import { expect, it } from 'vitest';
import { checksum, column, schemaAt, upTo } from '../../../../test/support/schema.ts';
import { sql } from './0007-job-requests.ts';

it('is as it was released', () => expect(checksum(sql)).toBe('4aad9d332f699cdd'));

it('leaves the jobs and encoders there are without requests and checksums', () => {
  const db = schemaAt(6);
  db.exec(`
    INSERT INTO jobs (kind, params, state, created_at) VALUES ('index', '{}', 'running', 0);
    INSERT INTO encoders VALUES ('clip:x', '{}', '/x');`);
  upTo(db, 7);
  expect(column(db, `SELECT request IS NULL AND error_detail IS NULL AND state = 'running' FROM jobs`)).toEqual([1]);
  expect(column(db, 'SELECT files IS NULL FROM encoders')).toEqual([1]);
  expect(() => db.exec(`UPDATE jobs SET request = 'other'`)).toThrow(/CHECK/);
});
