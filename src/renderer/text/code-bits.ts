// The bits of a hash code.
import type { PhotoCode } from '../../shared/contract/photos.ts';

/** `bits` values, the highest bit of the first byte first. */
export function codeBits({ code, bits }: PhotoCode): boolean[] {
  const digits = Array.from(code, (digit) => Number.parseInt(digit, 16));
  return digits.flatMap((digit) => [8, 4, 2, 1].map((bit) => (digit & bit) !== 0)).slice(0, bits);
}
