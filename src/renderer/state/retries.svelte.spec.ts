// Times at which a failed picture is requested again, and when retries end.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Retries } from './retries.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Retries', () => {
  it('asks again after a pause, three times, then gives up', () => {
    const retries = new Retries();
    for (const pause of [800, 2500, 8000]) {
      retries.failed();
      vi.advanceTimersByTime(pause - 1);
      expect(retries.state).toBe('waiting');
      vi.advanceTimersByTime(1);
      expect(retries.state).toBe('asking');
    }
    retries.failed();
    expect(retries.state).toBe('given-up');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts again with all attempts after a reset', () => {
    const retries = new Retries();
    for (let n = 0; n < 4; n++) retries.failed();
    retries.reset();
    expect(retries.state).toBe('asking');
    retries.failed();
    expect(retries.state).toBe('waiting');
  });

  it('leaves no timer behind', () => {
    const retries = new Retries();
    retries.failed();
    retries.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
