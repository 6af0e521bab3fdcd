// Batches of photos for a network: the same numbers in memory that is used again.
import { expect, it } from 'vitest';
import type { PixelInput } from '../imaging/pixel-input.ts';
import { PlaneBatches } from './plane-batches.ts';

const input: PixelInput = {
  side: 2,
  fit: 'squash',
  resizeTo: 2,
  resampling: 'linear',
  exact: false,
  planes: [
    { channel: 2, scale: 1 / 57.375, shift: -103.53 / 57.375 },
    { channel: 0, scale: 1 / 3, shift: 0.1 },
    { channel: 1, scale: 2, shift: -1 },
  ],
};
const photo = (first: number): Uint8Array => Uint8Array.from({ length: 12 }, (_, i) => first + i);

/** Plane by plane, each number rounded once to float32. */
const expected = (pixels: Uint8Array): number[] =>
  input.planes.flatMap(({ channel, scale, shift }) =>
    [0, 1, 2, 3].map((pixel) => Math.fround((pixels[3 * pixel + channel] ?? Number.NaN) * scale + shift)),
  );

it('gives the network each photo’s planes, channel by channel, to the last bit', async () => {
  const batches = new PlaneBatches(input);
  const planes = await batches.run([photo(0), photo(200)], async (numbers) => Array.from(numbers));
  expect(planes).toEqual([...expected(photo(0)), ...expected(photo(200))]);
});

it('uses the memory of a batch for the next one, which may be shorter', async () => {
  const batches = new PlaneBatches(input);
  const memory = (numbers: Float32Array) => Promise.resolve({ buffer: numbers.buffer, length: numbers.length });
  const first = await batches.run([photo(0), photo(1), photo(2)], memory);
  const next = await batches.run([photo(3)], memory);
  expect(next.buffer).toBe(first.buffer);
  expect([first.length, next.length]).toEqual([36, 12]);
});

it('keeps two batches that run at the same time apart', async () => {
  const batches = new PlaneBatches(input);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const first = batches.run([photo(0)], async (numbers) => {
    await promise;
    return Array.from(numbers);
  });
  const second = batches.run([photo(100)], async (numbers) => Array.from(numbers));
  expect(await second).toEqual(expected(photo(100)));
  resolve(undefined);
  expect(await first).toEqual(expected(photo(0)));
});

it('refuses bytes of another size, and works on', async () => {
  const batches = new PlaneBatches(input);
  await expect(batches.run([new Uint8Array(5)], async () => 0)).rejects.toThrow(RangeError);
  expect(await batches.run([photo(1)], async (numbers) => Array.from(numbers))).toEqual(expected(photo(1)));
});
