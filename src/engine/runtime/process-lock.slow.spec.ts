// One process holds the lock at a time, and the lock is free again when its holder dies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { HashlensError } from '../../shared/errors.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { ProcessLock } from './process-lock.ts';

it('has one holder at a time', () => {
  const file = join(temporaryFolder(), 'lock');
  const [first, second] = [new ProcessLock(file), new ProcessLock(file)];
  expect(second.heldByOther()).toBe(false);
  expect(existsSync(file)).toBe(false);
  expect(first.acquire()).toBe(true);
  expect(first.acquire()).toBe(true);
  expect([first.held, second.held]).toEqual([true, false]);
  expect(second.acquire()).toBe(false);
  expect([first.heldByOther(), second.heldByOther()]).toEqual([false, true]);
  first.release();
  expect(second.heldByOther()).toBe(false);
  expect(second.acquire()).toBe(true);
  second.release();
});

it('is free again as soon as its holder was killed', async () => {
  const file = join(temporaryFolder(), 'lock');
  const module = new URL('./process-lock.ts', import.meta.url).href;
  const program = `const { ProcessLock } = await import(${JSON.stringify(module)});
    const lock = new ProcessLock(process.argv[1]); if (lock.acquire()) console.log('taken'); setInterval(() => lock, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const lock = new ProcessLock(file);
  expect([lock.heldByOther(), lock.acquire()]).toEqual([true, false]);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect([lock.heldByOther(), lock.acquire()]).toEqual([false, true]);
  lock.release();
});

it('names its file and what to look at where it cannot be made', () => {
  const file = join(temporaryFolder(), 'nowhere', 'lock');
  const lock = new ProcessLock(file);
  expect(() => lock.acquire()).toThrow(
    new HashlensError('io-error', `The lock ${file} cannot be used: check its permissions, its folder and its disk.`),
  );
  expect(lock.held).toBe(false);
});

it('has one holder at a time also where its file has content: text, or a database with a log', () => {
  const text = join(temporaryFolder(), 'lock');
  writeFileSync(text, 'no lock at all\n'.repeat(1000));
  const database = join(temporaryFolder(), 'lock');
  const db = new SQLite(database);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE anything (id INTEGER)');
  db.close();
  for (const file of [text, database]) {
    const [first, second] = [new ProcessLock(file), new ProcessLock(file)];
    expect([first.acquire(), second.heldByOther(), second.acquire()]).toEqual([true, true, false]);
    first.release();
    expect(second.acquire()).toBe(true);
    second.release();
  }
});

it('refuses what is no file in its place, and says what it is', () => {
  const file = join(temporaryFolder(), 'lock');
  mkdirSync(file);
  const lock = new ProcessLock(file);
  expect(lock.heldByOther()).toBe(false);
  expect(() => lock.acquire()).toThrow(expect.objectContaining({ code: 'unreadable' }) as Error);
  expect(() => lock.acquire()).toThrow(/lock is a folder/);
});
