// Packs real outputs of a hash network into binary codes.
import { float32At, uint8At } from '../../shared/at.ts';

/**
 * Packs `[n, bits]` real numbers, row-major, into `[n, bits / 8]` bytes. Bit i of a code is 1 where output i >= 0, and
 * is stored in byte `i >> 3` at bit `i & 7` (little-endian, so that eight bytes read as one little-endian 64-bit word).
 */
export function packCodes(real: Float32Array, bits: number): Uint8Array {
  const codes = new Uint8Array(real.length >> 3);
  if (bits % 8 !== 0 || real.length % bits !== 0) {
    throw new RangeError(`${real.length} outputs are not rows of ${bits} bits, a multiple of 8`);
  }
  for (let i = 0; i < real.length; i++) {
    if (float32At(real, i) >= 0) codes[i >> 3] = uint8At(codes, i >> 3) | (1 << (i & 7));
  }
  return codes;
}
