import { expect, it } from 'vitest';
import { float32At, float64At, int32At, int8At, itemAt, numberAt, uint16At, uint32At, uint8At } from './at.ts';

it('gives the element, also a zero and one that is not a number', () => {
  expect(float32At(Float32Array.of(0, 1.5), 1)).toBe(1.5);
  expect(float64At(Float64Array.of(0), 0)).toBe(0);
  expect(int32At(Int32Array.of(-3), 0)).toBe(-3);
  expect(uint32At(Uint32Array.of(4_000_000_000), 0)).toBe(4_000_000_000);
  expect(uint16At(Uint16Array.of(65_535), 0)).toBe(65_535);
  expect(uint8At(Uint8Array.of(255), 0)).toBe(255);
  expect(int8At(Int8Array.of(-128), 0)).toBe(-128);
  expect(numberAt([1, 2], 1)).toBe(2);
  expect(numberAt([Number.NaN], 0)).toBeNaN();
  expect(itemAt(['a', null, undefined], 1)).toBeNull();
  expect(itemAt(['a', null, undefined], 2)).toBeUndefined();
});

it.each([-1, 2, 0.5, Number.NaN])('throws for the index %s of two elements, naming index and length', (index) => {
  const message = `index ${index} is outside an array of length 2`;
  expect(() => float32At(new Float32Array(2), index)).toThrow(message);
  expect(() => float64At(new Float64Array(2), index)).toThrow(message);
  expect(() => int32At(new Int32Array(2), index)).toThrow(message);
  expect(() => uint32At(new Uint32Array(2), index)).toThrow(message);
  expect(() => uint16At(new Uint16Array(2), index)).toThrow(message);
  expect(() => uint8At(new Uint8Array(2), index)).toThrow(message);
  expect(() => int8At(new Int8Array(2), index)).toThrow(message);
  expect(() => numberAt([1, 2], index)).toThrow(message);
  expect(() => itemAt(['a', 'b'], index)).toThrow(RangeError);
});
