// Locks that another process has.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { acquireLock } from './lock-file.ts';

it('tries once whether a folder has locks, however often a lock is found taken', () => {
  const folder = temporaryFolder();
  const acquire = () => acquireLock(join(folder, 'lock'), 0, (db) => db.exec('BEGIN EXCLUSIVE'));
  const held = acquire();
  expect(acquire()).toBe(null);
  // A trial makes a file in the folder and removes it.
  const changed = () => statSync(folder, { bigint: true }).mtimeNs;
  const before = changed();
  expect([acquire(), acquire(), acquire()]).toEqual([null, null, null]);
  expect(changed()).toBe(before);
  held?.close();
  acquire()?.close();
});
