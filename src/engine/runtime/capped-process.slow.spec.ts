// A task in its own process answers, or its limits end it, whatever it does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../../test/support/program.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
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

/** A task that loops for ever once its file is there. */
function looping() {
  const file = join(temporaryFolder(), 'loops');
  return { task: { loop: file }, loops: () => existsSync(file) };
}

it('ends a task that never ends, when its time is over', async () => {
  // On a crowded machine, the start of a process alone may take longer than the first caps.
  for (let maxMs = 1500; ; maxMs *= 3) {
    const { task, loops } = looping();
    const error: unknown = await runCapped(program, task, { ...caps, maxMs }).catch((reason: unknown) => reason);
    if (!loops() && maxMs < 60_000) continue;
    expect(error).toMatchObject({ reason: 'time' });
    return;
  }
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
  const { task, loops } = looping();
  const running = runCapped(program, task, { ...caps, signal: controller.signal });
  void until(loops).then(() => controller.abort(new Error('enough')));
  await expect(running).rejects.toThrow('enough');
});
