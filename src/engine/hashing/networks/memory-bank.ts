// The memory bank of contrastive methods: one unit row a training pair, and its signs beside it.
import { gather } from '../../numerics/gather.ts';
import type { Random } from '../../numerics/random.ts';
import { float32At } from '../../../shared/at.ts';

export class MemoryBank {
  readonly bits: number;
  /** `[N, bits]`, unit rows. */
  readonly rows: Float32Array;
  /** `[N, bits]`: +1, -1 (or 0 where a number is exactly 0). */
  readonly signs: Float32Array;

  constructor(rows: Float32Array, bits: number) {
    this.bits = bits;
    this.rows = rows;
    this.signs = rows.map(Math.sign);
  }

  /** N rows of random signs, of unit length. */
  static ofRandomSigns(rows: number, bits: number, random: Random): MemoryBank {
    const value = 1 / Math.sqrt(bits);
    return new MemoryBank(
      random.numbers(rows * bits, () => (random.uniform() < 0.5 ? value : -value)),
      bits,
    );
  }

  /** Copies rows into `into` `[indices, bits]`, which is returned. */
  read(indices: Int32Array, into: Float32Array): Float32Array {
    return gather(this.rows, indices, this.bits, into);
  }

  readSigns(indices: Int32Array, into: Float32Array): Float32Array {
    return gather(this.signs, indices, this.bits, into);
  }

  /** Replaces rows; `values` `[indices, bits]`. */
  write(indices: Int32Array, values: Float32Array): void {
    const { bits, rows, signs } = this;
    indices.forEach((index, i) => {
      for (let bit = 0; bit < bits; bit++) {
        const value = float32At(values, i * bits + bit);
        rows[index * bits + bit] = value;
        signs[index * bits + bit] = Math.sign(value);
      }
    });
  }

  restore(rows: Float32Array | undefined): void {
    if (rows?.length !== this.rows.length) throw new Error(`a memory bank of ${this.rows.length} numbers was expected`);
    this.rows.set(rows);
    rows.forEach((value, i) => (this.signs[i] = Math.sign(value)));
  }
}
