import { describe, expect, it } from 'vitest';
import { isDue, maxAttempts, nextTryAt, triedBy } from './tries.ts';

const hour = 3_600_000;
const failed = (attempts: number, by = triedBy) => ({ attempts, lastAt: 1000 * hour, triedBy: by });

describe('a file that has failed', () => {
  it('waits an hour, then a day, and is then not tried again automatically', () => {
    expect([0, 1, 2, maxAttempts, 9].map((n) => nextTryAt(failed(n)))).toEqual([
      1000 * hour,
      1001 * hour,
      1024 * hour,
      null,
      null,
    ]);
  });

  it('is tried at once by a job that a person has asked for, until the bound', () => {
    expect([1, 2, maxAttempts].map((n) => isDue(failed(n), false, 1000 * hour + 1))).toEqual([true, true, false]);
    expect([1, 2].map((n) => isDue(failed(n), true, 1000 * hour + 1))).toEqual([false, false]);
    expect([1, 2].map((n) => isDue(failed(n), true, 1024 * hour))).toEqual([true, true]);
  });

  it('is tried at once by another release, whatever the number of failures', () => {
    expect(isDue(failed(maxAttempts, '0.9.0'), true, 1000 * hour)).toBe(true);
  });

  it('is tried at once where the clock was set back', () => {
    expect(isDue(failed(1), true, 10 * hour)).toBe(true);
  });
});
