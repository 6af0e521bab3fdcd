// A million synthetic photos with the statistics of real ones: each is between a real photo and one of the photos most
// similar to it (SMOTE, Chawla et al. 2002), with both parts of the row at unit norm again.
import { starterInfo } from '../../src/engine/encoder/starter/starter-encoder.ts';
import { Random } from '../../src/engine/numerics/random.ts';
import { float32At, int32At } from '../../src/shared/at.ts';

const { imageWidth: width, sharedWidth } = starterInfo;
const parts = [[0, sharedWidth] as const, [sharedWidth, width] as const];
/** A photo's neighbours are the nearest of some random photos, not of all photos: this takes seconds, not minutes. */
const drawn = 200;
const neighbours = 5;

export class ResampledFeatures {
  readonly #real: Float32Array;
  readonly #random = new Random(1);
  /** `[real photos, neighbours]` */
  readonly #near: Int32Array;

  /** @param real `[n, width]` */
  constructor(real: Float32Array) {
    this.#real = real;
    const n = real.length / width;
    this.#near = new Int32Array(n * neighbours);
    for (let i = 0; i < n; i++) {
      const others = Array.from({ length: drawn }, () => this.#random.below(n)).filter((other) => other !== i);
      const near = others
        .map((other) => ({ other, dot: this.#dot(i, other) }))
        .sort((a, b) => b.dot - a.dot)
        .map(({ other }) => other);
      this.#near.set(near.slice(0, neighbours), i * neighbours);
    }
  }

  #dot(a: number, b: number): number {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += float32At(this.#real, a * width + j) * float32At(this.#real, b * width + j);
    return sum;
  }

  /** The next `n` rows `[n, width]`. */
  take(n: number): Float32Array {
    const real = this.#real;
    const rows = new Float32Array(n * width);
    for (let i = 0; i < n; i++) {
      const a = this.#random.below(real.length / width);
      const b = int32At(this.#near, a * neighbours + this.#random.below(neighbours));
      const share = this.#random.uniform();
      for (const [from, to] of parts) {
        let squares = 0;
        for (let j = from; j < to; j++) {
          const x = (1 - share) * float32At(real, a * width + j) + share * float32At(real, b * width + j);
          rows[i * width + j] = x;
          squares += x * x;
        }
        const norm = Math.sqrt(squares) || 1;
        for (let j = from; j < to; j++) rows[i * width + j] = float32At(rows, i * width + j) / norm;
      }
    }
    return rows;
  }
}
