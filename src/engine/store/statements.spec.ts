// Statements compiled once.
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { openStore } from './database.ts';
import { rawDatabase } from './raw-database.ts';
import { Statements } from './statements.ts';

it('compiles a statement once, and it sees a table that has changed since', () => {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  const db = rawDatabase(store);
  db.exec('CREATE TABLE numbers (n)');
  const statements = new Statements(db);
  const sql = 'SELECT * FROM numbers';
  statements.prepare('INSERT INTO numbers VALUES (?)').run(1);
  expect(statements.prepare(sql).all()).toEqual([{ n: 1 }]);
  db.exec('ALTER TABLE numbers ADD COLUMN m DEFAULT 2');
  expect(statements.prepare(sql).all()).toEqual([{ n: 1, m: 2 }]);
  expect(statements.prepare(sql)).toBe(statements.prepare(sql));
  expect(statements.prepare(`${sql} `)).not.toBe(statements.prepare(sql));
});
