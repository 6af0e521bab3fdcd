import { expect, it } from 'vitest';
import { fromFloat16Blob, toFloat16Blob } from './float16.ts';

it('reads back what it wrote, also where the bytes begin at an odd place', () => {
  const row = Float32Array.of(0, 1, -2.5, 65504, 2 ** -24);
  const bytes = new Uint8Array(11);
  bytes.set(toFloat16Blob(row), 1);
  const target = new Float32Array(6);
  fromFloat16Blob(bytes.subarray(1), target, 1);
  expect([...target]).toEqual([0, ...row]);
});
