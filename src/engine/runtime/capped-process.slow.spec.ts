// A task in its own process answers, or its limits end it, whatever it does.
import { expect, it } from 'vitest';
import { runCapped } from './capped-process.ts';

const program = new URL('../../../test/fixtures/runtime/capped.ts', import.meta.url);
const caps = { maxMs: 60_000, maxBytes: 300 << 20 };

it('gives back what the task returns', async () => {
  expect(await runCapped(program, { rows: Float32Array.of(1, 2) }, caps)).toEqual({
    got: { rows: Float32Array.of(1, 2) },
  });
});

it('throws what the task throws, with its code', async () => {
  const refused = runCapped(program, 'refuse', caps);
  await expect(refused).rejects.toMatchObject({ code: 'unreadable', message: 'It is damaged.' });
});

it('ends a task that never ends', async () => {
  await expect(runCapped(program, 'loop', { ...caps, maxMs: 1500 })).rejects.toMatchObject({ reason: 'time' });
});

it('ends a task that takes too much memory, inside and outside of JavaScript’s heap', async () => {
  await expect(runCapped(program, 'memory', caps)).rejects.toMatchObject({ reason: 'memory' });
  await expect(runCapped(program, 'heap', caps)).rejects.toMatchObject({ reason: 'memory' });
});

it('tells a crash apart', async () => {
  await expect(runCapped(program, 'crash', caps)).rejects.toMatchObject({ reason: 'crash' });
});

it('ends when its caller aborts', async () => {
  const controller = new AbortController();
  const running = runCapped(program, 'loop', { ...caps, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 300);
  await expect(running).rejects.toThrow('enough');
});
