// Every write reports when it was not stored.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = import.meta.dirname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.spec)\.ts$/.test(name),
);

it('reads no row from a write: outside a transaction that hides a full disk', () => {
  // better-sqlite3 resets a statement after its first row, and the error of the commit is then lost.
  const wrong = sources.filter((name) => /\bRETURNING\b/.test(readFileSync(join(folder, name), 'utf8')));
  expect(sources.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
