import { expect, it } from 'vitest';
import { packCodes } from './pack.ts';

it('refuses numbers that are not rows of whole bytes', () => {
  expect(() => packCodes(new Float32Array(24), 12)).toThrow();
  expect(() => packCodes(new Float32Array(20), 16)).toThrow();
  expect([...packCodes(new Float32Array(0), 16)]).toEqual([]);
});
