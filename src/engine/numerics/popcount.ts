// Counts the bits set in a 32-bit word, and the bits in which two codes differ.
import { uint8At } from '../../shared/at.ts';

/** Warren, Hacker's Delight, section 5-1. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += popcount(uint8At(a, i) ^ uint8At(b, i));
  return distance;
}
