// Finds all pairs of packed codes within a few bits of each other without comparing every pair.
import { int32At, itemAt, uint16At, uint8At } from '../../shared/at.ts';

export interface CodePair {
  /** Rows of the two codes, `a < b`. */
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

const bandBytes = 2;
const bandBits = bandBytes * 8;
const buckets = 1 << bandBits;
const rowsAtOnce = 1000;

/**
 * Multi-index hashing (Norouzi, Punjani, Fleet 2012, section 2): of codes cut into `m` bands of 16 bits and at most `r`
 * bits apart, at least one band is at most floor(r / m) bits apart. So only codes that share a bucket, or nearly, are
 * compared. 100k random codes of 64 bits at r = 10 take about 80 million comparisons instead of 5 thousand million.
 *
 * Yields every pair once, in no particular order, and `null` every few milliseconds, so that the caller can yield to
 * others. Stops after `budget` comparisons and returns false; only large sets of nearly equal codes need that many.
 * @param codes `[n, bytes]`, packed, row-major
 */
export function* pairsWithin(
  codes: Uint8Array,
  bytes: number,
  radius: number,
  budget = Infinity,
): Generator<CodePair | null, boolean> {
  const n = codes.length / bytes;
  const bands = bandsOf(codes, bytes);
  const masks = masksUpTo(Math.floor(radius / bands.length));
  let left = budget;
  for (let band = 0; band < bands.length; band++) {
    const keys = itemAt(bands, band);
    const { starts, rows } = bucketsOf(keys);
    for (let a = 0; a < n; a++) {
      if (a % rowsAtOnce === 0) yield null;
      for (const mask of masks) {
        const key = uint16At(keys, a) ^ mask;
        for (let at = int32At(starts, key); at < int32At(starts, key + 1); at++) {
          const b = int32At(rows, at);
          if (b <= a) continue;
          if (--left < 0) return false;
          const distance = distanceIn(bands, a, b, band, masks.reach);
          if (distance >= 0 && distance <= radius) yield { a, b, distance };
        }
      }
    }
  }
  return true;
}

/** Distance of two codes; -1 when an earlier band has already produced the pair. */
function distanceIn(bands: readonly Uint16Array[], a: number, b: number, band: number, reach: number): number {
  let distance = 0;
  for (let k = 0; k < bands.length; k++) {
    const keys = itemAt(bands, k);
    const apart = uint8At(popcount, uint16At(keys, a) ^ uint16At(keys, b));
    if (k < band && apart <= reach) return -1;
    distance += apart;
  }
  return distance;
}

/** Columns of 16 bits; an odd last byte makes a band of 8. */
function bandsOf(codes: Uint8Array, bytes: number): Uint16Array[] {
  const n = codes.length / bytes;
  return Array.from({ length: Math.ceil(bytes / bandBytes) }, (_, band) => {
    const first = band * bandBytes;
    const second = first + 1 < bytes;
    return Uint16Array.from({ length: n }, (_value, i) => {
      const at = i * bytes + first;
      return uint8At(codes, at) | (second ? uint8At(codes, at + 1) << 8 : 0);
    });
  });
}

/** Rows by key, by counting sort: those of key k are `rows[starts[k] .. starts[k + 1]]`, ascending. */
function bucketsOf(keys: Uint16Array): { starts: Int32Array; rows: Int32Array } {
  const starts = new Int32Array(buckets + 1);
  for (const key of keys) starts[key + 1] = int32At(starts, key + 1) + 1;
  for (let key = 0; key < buckets; key++) starts[key + 1] = int32At(starts, key + 1) + int32At(starts, key);
  const next = starts.slice();
  const rows = new Int32Array(keys.length);
  keys.forEach((key, row) => {
    rows[int32At(next, key)] = row;
    next[key] = int32At(next, key) + 1;
  });
  return { starts, rows };
}

/** Masks that, XORed with a key, give all keys at most `reach` bits away. */
function masksUpTo(reach: number): number[] & { readonly reach: number } {
  const masks: number[] = [];
  for (let mask = 0; mask < buckets; mask++) if (uint8At(popcount, mask) <= reach) masks.push(mask);
  return Object.assign(masks, { reach });
}

const popcount = new Uint8Array(buckets);
for (let i = 1; i < buckets; i++) popcount[i] = uint8At(popcount, i >> 1) + (i & 1);
