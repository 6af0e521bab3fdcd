// Seeded random numbers. The same seed gives the same model on every machine, and a checkpoint can store the state.
import { int32At } from '../../shared/at.ts';

/** The whole state of a generator: four 32-bit words. */
export type RandomState = readonly [number, number, number, number];

/** splitmix32 (Steele, Lea, Flood 2014; 32-bit finaliser of MurmurHash3): expands one seed to four words. */
function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

const rotateLeft = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/** xoshiro128** 1.1 (Blackman and Vigna 2018). Not suitable for secrets. */
export class Random {
  #s: [number, number, number, number];

  constructor(seed: number | RandomState) {
    if (typeof seed === 'number') {
      const next = splitmix32(seed);
      this.#s = [next(), next(), next(), next()];
    } else {
      this.#s = [...seed];
    }
  }

  get state(): RandomState {
    return [...this.#s];
  }

  set state(state: RandomState) {
    this.#s = [...state];
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const s = this.#s;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), with 32 random bits. */
  uniform(): number {
    return this.bits() / 0x100000000;
  }

  /** A whole number in [0, limit). The bias of multiply-shift is below limit / 2^32. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Fills `into` with the numbers that one call of `below` for each would give, but faster. */
  fillBelow(limit: number, into: Int32Array): Int32Array {
    let [a, b, c, d] = this.#s;
    const scale = limit / 0x100000000;
    for (let i = 0; i < into.length; i++) {
      // Same as `bits`, with the state in local variables. Storing into an Int32Array rounds down.
      into[i] = (Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0) * scale;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotateLeft(d, 11);
    }
    this.#s = [a, b, c, d];
    return into;
  }

  /** Standard normal (Box-Muller). The second value is dropped, so that the state is only the four words. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** `length` numbers, each from a call of `draw`. */
  numbers(length: number, draw: () => number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length }, draw);
  }

  /** Shuffles in place (Fisher-Yates). */
  shuffle(items: Int32Array): Int32Array {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = int32At(items, i);
      items[i] = int32At(items, j);
      items[j] = kept;
    }
    return items;
  }
}

/** Draws no long rows of numbers: for callers that only need the sizes of a learner. */
export class SizesOnly extends Random {
  /** Zeros, whose memory the system allocates on first write. */
  override numbers(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(length);
  }
}
