import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Recalibration } from './recalibration.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Fits that end when they are told to. */
function fits() {
  const begun: { signal: AbortSignal; end: (error?: Error) => void }[] = [];
  const log: string[] = [];
  const recalibration = new Recalibration(
    (signal) =>
      new Promise<void>((resolve, reject) => {
        begun.push({ signal, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    (line) => log.push(line),
  );
  return { recalibration, begun, log };
}

it('fits once, five seconds after the last of several changes', async () => {
  const { recalibration, begun } = fits();
  for (let n = 0; n < 3; n++) {
    recalibration.changed();
    await vi.advanceTimersByTimeAsync(4999);
  }
  expect(begun).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begun).toHaveLength(1);
});

it('keeps no program from ending', async () => {
  vi.useRealTimers();
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const { recalibration } = fits();
  const before = timers();
  recalibration.changed();
  expect(timers()).toBe(before);
  await recalibration.close();
});

it('begins the next fit when the one at work has ended, also when that failed', async () => {
  const { recalibration, begun, log } = fits();
  recalibration.changed();
  await vi.advanceTimersByTimeAsync(5000);
  recalibration.changed();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(begun).toHaveLength(1);
  begun[0]?.end(new Error('the disk is full'));
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toHaveLength(2);
  expect(log).toEqual(['what you judged or wrote will be used later: Error: the disk is full']);
});

it('ends with the fit at work, which it stops, and begins no other and logs nothing', async () => {
  const { recalibration, begun, log } = fits();
  recalibration.changed();
  await vi.advanceTimersByTimeAsync(5000);
  recalibration.changed();
  await vi.advanceTimersByTimeAsync(5000);
  recalibration.changed();
  let isClosed = false;
  const closed = recalibration.close().then(() => (isClosed = true));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([isClosed, begun[0]?.signal.aborted]).toEqual([false, true]);
  begun[0]?.end(new Error('stopped'));
  await closed;
  expect([begun.length, log]).toEqual([1, []]);
});
