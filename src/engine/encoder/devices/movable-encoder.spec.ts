// An encoder that moves while it is in use.
import { expect, it } from 'vitest';
import type { Encoder } from '../encoder.ts';
import { starterInput } from '../starter/image-input.ts';
import { starterInfo } from '../starter/starter-encoder.ts';
import { MovableEncoder } from './movable-encoder.ts';

function fake(rows: Promise<Float32Array>, imageBatch?: number): Encoder & { disposed: boolean } {
  return {
    info: starterInfo,
    input: starterInput,
    imageBatch,
    disposed: false,
    prepareImage: () => Promise.resolve(new Uint8Array(0)),
    encodeImages: () => rows,
    encodeTexts: () => rows,
    dispose() {
      this.disposed = true;
      return Promise.resolve();
    },
  };
}

it('answers what is under way on the old device, and closes it only then', async () => {
  const slow = Promise.withResolvers<Float32Array>();
  const before = fake(slow.promise, 4);
  const after = fake(Promise.resolve(Float32Array.of(2)), 32);
  const encoder = new MovableEncoder(before);
  const first = encoder.encodeImages([]);
  const moved = encoder.move(after);
  expect(encoder.imageBatch).toBe(32);
  expect(await encoder.encodeTexts(['a'])).toEqual(Float32Array.of(2));
  expect(before.disposed).toBe(false);
  slow.resolve(Float32Array.of(1));
  expect(await first).toEqual(Float32Array.of(1));
  await moved;
  expect(before.disposed).toBe(true);
  expect(after.disposed).toBe(false);
  await encoder.dispose();
  expect(after.disposed).toBe(true);
});

it('closes the old device also when its last request failed', async () => {
  const before = fake(Promise.reject(new Error('reset')));
  const encoder = new MovableEncoder(before);
  const failing = encoder.encodeImages([]);
  const moved = encoder.move(fake(Promise.resolve(Float32Array.of(2))));
  await expect(failing).rejects.toThrow('reset');
  await moved;
  expect(before.disposed).toBe(true);
});
