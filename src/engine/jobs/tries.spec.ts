import { describe, expect, it } from 'vitest';
import type { VideoDecoder } from '../imaging/formats/video.ts';
import { attemptsOf, isAsTried, isDue, maxAttempts, nextTryAt, triedBy } from './tries.ts';

const hour = 3_600_000;
const failed = (attempts: number, by = triedBy([], null)) => ({
  ...{ attempts, lastAt: 1000 * hour, triedBy: by },
  code: 'unreadable' as const,
});

describe('a file that has failed', () => {
  it('waits an hour, then a day, and is then not tried again automatically', () => {
    expect([0, 1, 2, maxAttempts, 9].map((n) => nextTryAt(failed(n), []))).toEqual([
      1000 * hour,
      1001 * hour,
      1024 * hour,
      null,
      null,
    ]);
  });

  it('is tried at once by a job that a person has asked for, until the bound', () => {
    const due = [1, 2, maxAttempts].map((n) => isDue(failed(n), [], false, 1000 * hour + 1));
    expect(due).toEqual([true, true, false]);
    expect([1, 2].map((n) => isDue(failed(n), [], true, 1000 * hour + 1))).toEqual([false, false]);
    expect([1, 2].map((n) => isDue(failed(n), [], true, 1024 * hour))).toEqual([true, true]);
  });

  it('is tried at once by another release, whatever the number of failures', () => {
    expect(isDue(failed(maxAttempts, '0.9.0'), [], true, 1000 * hour)).toBe(true);
    expect(isDue(failed(maxAttempts, '0.9.0 ffmpeg'), ['ffmpeg'], true, 1000 * hour)).toBe(true);
  });

  it('counts where it could not be read or decoded, and not where the machine or a stop was the reason', () => {
    const counted = (['unreadable', 'io-error', 'too-heavy', 'offline', 'system-limit', 'cancelled'] as const).map(
      (code) => attemptsOf({ code, message: '' }),
    );
    expect(counted).toEqual([1, 1, maxAttempts, 0, 0, 0]);
  });

  it('is another file with another size or date, and with other permissions where it could not be read', () => {
    const failure = { size: 5, mtimeMs: 10, lastAt: 100, code: 'io-error' } as const;
    const file = { size: 5, mtimeMs: 10, ctimeMs: 100 };
    expect(isAsTried(failure, file)).toBe(true);
    for (const other of [{ size: 6 }, { mtimeMs: 11 }, { ctimeMs: 101 }]) {
      expect(isAsTried(failure, { ...file, ...other })).toBe(false);
    }
    expect(isAsTried({ ...failure, code: 'unreadable' }, { ...file, ctimeMs: 101 })).toBe(true);
  });

  it('is tried at once where the clock was set back', () => {
    expect(isDue(failed(1), [], true, 10 * hour)).toBe(true);
  });
});

describe('a video that no program at hand could decode', () => {
  /** Whether a job with `decoders` tries it after as many failures as are tried, in jobs with `earlier`. */
  const isTried = (earlier: readonly VideoDecoder[][], decoders: readonly VideoDecoder[]) => {
    let by: string | null = null;
    for (const tried of earlier) by = triedBy(tried, by === null ? null : { triedBy: by });
    const failure = { ...failed(maxAttempts, by ?? ''), code: 'unsupported-format' as const };
    return isDue(failure, decoders, true, 1000 * hour);
  };

  it('is tried by a program that is there for the first time, and not again by one that has tried it', () => {
    expect(isTried([[]], ['chromium'])).toBe(true);
    expect(isTried([[]], ['ffmpeg'])).toBe(true);
    expect(isTried([['chromium']], ['ffmpeg'])).toBe(true);
    expect(isTried([['chromium']], ['chromium'])).toBe(false);
    expect(isTried([['ffmpeg']], [])).toBe(false);
    expect(isTried([['chromium'], [], ['ffmpeg'], ['chromium']], ['chromium'])).toBe(false);
    expect(isTried([['chromium'], [], ['ffmpeg'], ['chromium']], ['ffmpeg'])).toBe(false);
  });

  it('is tried by none of them again if it is damaged, and none of an unknown format', () => {
    expect(isDue(failed(maxAttempts), ['ffmpeg'], true, 1000 * hour)).toBe(false);
  });

  it('forgets which programs another release had', () => {
    expect(triedBy(['chromium'], { triedBy: '0.9.0 ffmpeg' })).toBe(triedBy(['chromium'], null));
  });
});
