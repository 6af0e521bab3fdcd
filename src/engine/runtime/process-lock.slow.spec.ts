// One process holds the lock at a time, and the lock is free again when its holder dies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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

it('says why where its file cannot be made', () => {
  const lock = new ProcessLock(join(temporaryFolder(), 'nowhere', 'lock'));
  expect(() => lock.acquire()).toThrow(/directory does not exist/);
  expect(lock.held).toBe(false);
});
