// Hamming ranking by its definition, and codes as the index takes them.
import type { HammingIndex, IdMask } from '../../src/engine/search/hamming/hamming-index.ts';
import { numberAt, uint8At } from '../../src/shared/at.ts';

export type CodeMap = Map<number, Uint8Array>;

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);
const distance = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += uint8At(bitsOf, uint8At(a, i) ^ uint8At(b, i));
  return sum;
};

/** The definition: all distances, sorted by distance, then by id. */
export function naive(codes: CodeMap, query: Uint8Array, n: number, mask?: ReadonlySet<number>): [number, number][] {
  return [...codes]
    .filter(([id]) => mask === undefined || mask.has(id))
    .map(([id, code]): [number, number] => [id, distance(code, query)])
    .sort((a, b) => a[1] - b[1] || a[0] - b[0])
    .slice(0, n);
}

export const ranked = (index: HammingIndex, query: Uint8Array, n: number, mask?: IdMask): [number, number][] => {
  const { ids, distances } = index.rank(query, n, mask);
  return Array.from(ids, (id, i) => [id, numberAt(distances, i)]);
};

export function pack(codes: CodeMap, ids: readonly number[], bytes: number) {
  const out = new Uint8Array(ids.length * bytes);
  ids.forEach((id, i) => out.set(codes.get(id) ?? [], i * bytes));
  return { ids: Int32Array.from(ids), codes: out };
}
