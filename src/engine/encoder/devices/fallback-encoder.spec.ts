// A second encoder repeats the request when the device of the first fails, and answers all later ones.
import { expect, it, vi } from 'vitest';
import { HashlensError } from '../../../shared/errors.ts';
import type { Encoder, PreparedImage } from '../encoder.ts';
import { starterInput } from '../starter/image-input.ts';
import { starterInfo } from '../starter/starter-encoder.ts';
import { withFallback } from './fallback-encoder.ts';

interface FakeEncoder extends Encoder {
  readonly asked: number[];
  disposed: boolean;
}

/** Gives one number an image: `value`, or what `answer` makes of the request's number. */
function fake(
  value: number,
  answer: (request: number) => Float32Array | Promise<Float32Array> = () => Float32Array.of(value),
): FakeEncoder {
  const asked: number[] = [];
  return {
    info: starterInfo,
    input: starterInput,
    asked,
    disposed: false,
    prepareImage: () => Promise.resolve(new Uint8Array(0)),
    async encodeImages(images) {
      const request = images[0]?.[0] ?? -1;
      asked.push(request);
      return answer(request);
    },
    encodeTexts: () => Promise.resolve(Float32Array.of(value)),
    dispose() {
      this.disposed = true;
      return Promise.resolve();
    },
  };
}

const image = (n: number): PreparedImage[] => [Uint8Array.of(n)];

it('repeats the request that failed on the second encoder and asks the first no more', async () => {
  const first = fake(1, (request) => {
    if (request === 2) throw new Error('device lost');
    return Float32Array.of(1);
  });
  const second = fake(2);
  const onFailure = vi.fn();
  const encoder = withFallback(first, () => Promise.resolve(second), onFailure);
  expect(await encoder.encodeImages(image(1))).toEqual(Float32Array.of(1));
  expect(await encoder.encodeImages(image(2))).toEqual(Float32Array.of(2));
  expect(await encoder.encodeImages(image(3))).toEqual(Float32Array.of(2));
  expect(await encoder.encodeTexts(['a'])).toEqual(Float32Array.of(2));
  expect(first.asked).toEqual([1, 2]);
  expect(second.asked).toEqual([2, 3]);
  expect(onFailure).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'device lost' }));
  expect(first.disposed).toBe(true);
});

it('opens one second encoder for requests that fail at the same time', async () => {
  const open = vi.fn(() => Promise.resolve(fake(2)));
  const encoder = withFallback(
    fake(1, () => Promise.reject(new Error('reset'))),
    open,
    () => undefined,
  );
  const rows = await Promise.all([1, 2, 3].map((n) => encoder.encodeImages(image(n))));
  expect(rows).toEqual([Float32Array.of(2), Float32Array.of(2), Float32Array.of(2)]);
  expect(open).toHaveBeenCalledOnce();
});

it('takes numbers that are not finite for a failure', async () => {
  const encoder = withFallback(
    fake(Number.NaN),
    () => Promise.resolve(fake(2)),
    () => undefined,
  );
  expect(await encoder.encodeImages(image(1))).toEqual(Float32Array.of(2));
});

it('takes a device that does not answer in time for one that failed', async () => {
  const silent = fake(1, () => new Promise<never>(() => undefined));
  const onFailure = vi.fn();
  const encoder = withFallback(silent, () => Promise.resolve(fake(2)), onFailure, 20);
  expect(await encoder.encodeImages(image(1))).toEqual(Float32Array.of(2));
  expect(onFailure).toHaveBeenCalledWith(expect.objectContaining({ message: 'no answer within 0.02 seconds' }));
});

it('passes on an error about the photos themselves and stays with the first', async () => {
  const wrong = new HashlensError('bad-argument', 'Photo 1 was prepared for another encoder.');
  const first = fake(1, (request) => (request === 1 ? Promise.reject(wrong) : Float32Array.of(1)));
  const open = vi.fn(() => Promise.resolve(fake(2)));
  const encoder = withFallback(first, open, () => undefined);
  await expect(encoder.encodeImages(image(1))).rejects.toBe(wrong);
  expect(await encoder.encodeImages(image(2))).toEqual(Float32Array.of(1));
  expect(open).not.toHaveBeenCalled();
});

it('closes both, and opens no second one for a request that closing has ended', async () => {
  const { promise, reject } = Promise.withResolvers<Float32Array>();
  const first = fake(1, () => promise);
  const open = vi.fn(() => Promise.resolve(fake(2)));
  const encoder = withFallback(first, open, () => undefined);
  const answer = encoder.encodeImages(image(1));
  await encoder.dispose();
  reject(new Error('its process was ended'));
  await expect(answer).rejects.toThrow('its process was ended');
  expect(open).not.toHaveBeenCalled();

  const second = fake(2);
  const failing = withFallback(
    fake(1, () => Promise.reject(new Error('reset'))),
    () => Promise.resolve(second),
    () => undefined,
  );
  await failing.encodeImages(image(1));
  await failing.dispose();
  expect(second.disposed).toBe(true);
});
