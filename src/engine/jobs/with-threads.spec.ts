import { expect, it } from 'vitest';
import { withThreads } from './with-threads.ts';

/** Counts to ten by steps that are kept, as a training does by epochs. */
function counting(threads: (step: number) => number, leastMs: number, stop = new AbortController()) {
  const steps: number[] = [];
  const done = withThreads(
    async () => threads(steps.length),
    stop.signal,
    async ({ count, signal, mayChange }) => {
      while (steps.length < 10) {
        signal.throwIfAborted();
        steps.push(count);
        await mayChange();
      }
      return steps;
    },
    leastMs,
  );
  return { done, steps, stop };
}

it('starts work again from its last step when the number of threads has changed, and repeats none', async () => {
  const { done } = counting((step) => (step < 4 ? 1 : step < 7 ? 2 : 1), 0);
  expect(await done).toEqual([1, 1, 1, 1, 2, 2, 2, 1, 1, 1]);
});

it('does not start work again that has just begun', async () => {
  const { done } = counting((step) => (step % 2) + 1, 60_000);
  expect(await done).toEqual(Array(10).fill(1));
});

it('does not start work again that was stopped or failed', async () => {
  const stop = new AbortController();
  const { done, steps } = counting((step) => (step === 3 ? (stop.abort(new Error('enough')), 2) : 1), 0, stop);
  await expect(done).rejects.toThrow('enough');
  expect(steps).toEqual([1, 1, 1]);
  await expect(
    withThreads(
      async () => 1,
      new AbortController().signal,
      async () => Promise.reject(new Error('broken')),
    ),
  ).rejects.toThrow('broken');
});
