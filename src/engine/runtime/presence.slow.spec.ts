// Several processes share a library, or one has it exclusively; a process that has ended excludes no other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { Presence } from './presence.ts';

it('is shared by any number, or had by one alone', () => {
  const file = join(temporaryFolder(), 'open.lock');
  const [a, b, c] = [new Presence(file), new Presence(file), new Presence(file)];
  expect([a.share(), b.share(), c.alone()]).toEqual([true, true, false]);
  a.release();
  expect(c.alone()).toBe(false);
  b.release();
  expect([c.alone(), a.share()]).toEqual([true, false]);
  c.release();
  expect(a.share()).toBe(true);
  a.release();
});

it('ends with the process that had it', async () => {
  const file = join(temporaryFolder(), 'open.lock');
  const module = new URL('./presence.ts', import.meta.url).href;
  const program = `const { Presence } = await import(${JSON.stringify(module)});
    const p = new Presence(process.argv[1]); if (p.share()) console.log('open'); setInterval(() => p, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const other = new Presence(file);
  expect(other.alone()).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(other.alone()).toBe(true);
  other.release();
});

it('keeps nobody out where no lock can be made, and gives nobody the library alone', () => {
  const presence = new Presence(join(temporaryFolder(), 'nowhere', 'open.lock'));
  expect(presence.share()).toBe(true);
  expect(() => presence.alone()).toThrow(expect.objectContaining({ code: 'io-error' }) as Error);
});
