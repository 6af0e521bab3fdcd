// The index with threads and at several places of its codes at once, against the definition.
import { afterAll, expect, it } from 'vitest';
import { numberAt } from '../../../shared/at.ts';
import { naive, pack, ranked, type CodeMap } from '../../../../test/support/hamming.ts';
import { HammingIndex, IdMask, type IndexOptions } from './hamming-index.ts';

const opened: HammingIndex[] = [];
afterAll(async () => {
  await Promise.all(opened.map((index) => index.close()));
});

/** Thousands of rows with few distinct codes, in dense and sparse ids. */
function crowd(bytes: number, rows: number, gap: number): CodeMap {
  const codes: CodeMap = new Map();
  for (let i = 0; i < rows; i++) {
    const code = new Uint8Array(bytes).map((_, b) =>
      numberAt([0, 255, 15, 60], Math.imul(i * 31 + b, 0x9e3779b1) >>> 30),
    );
    codes.set(i * gap + 1, code);
  }
  return codes;
}

it.each<[string, IndexOptions]>([
  ['wasm, two threads', { kernel: 'wasm', threads: 2, parallelFrom: 0 }],
  ['wasm, four threads', { kernel: 'wasm', threads: 4, parallelFrom: 0 }],
  ['js, three threads', { kernel: 'js', threads: 3, parallelFrom: 0 }],
  ['wasm, one thread', { kernel: 'wasm' }],
  ['wasm, at two places', { kernel: 'wasm', twoPlacesFrom: 0 }],
  ['wasm, two threads at two places each', { kernel: 'wasm', threads: 2, parallelFrom: 0, twoPlacesFrom: 0 }],
  ['js, at two places', { kernel: 'js', twoPlacesFrom: 0 }],
])('gives every thread its part and keeps ties in id order: %s', async (_, options) => {
  for (const [bits, gap] of [
    [64, 1],
    [24, 7],
    [128, 700],
    [200, 2],
  ] as const) {
    const bytes = bits / 8;
    const codes = crowd(bytes, 6000, gap);
    const index = new HammingIndex(pack(codes, [...codes.keys()], bytes), bits, options);
    opened.push(index);
    expect(await index.threadsReady()).toBe(options.threads ?? 1);
    const third = [...codes.keys()].filter((_, i) => i % 3 === 0);
    for (const round of [0, 1]) {
      // Enough for a pass over the codes, and then codes after and between the others again.
      if (round === 1) {
        index.remove(third);
        for (const id of third) codes.delete(id);
        const back = crowd(bytes, 400, 5 * gap);
        for (const [id, code] of back) codes.set(id, code);
        index.add([...back.keys()], pack(back, [...back.keys()], bytes).codes);
      }
      const queries = [...codes.values()].slice(0, 3);
      const half = [...codes.keys()].filter((id) => Math.imul(id, 0x85ebca6b) >>> 31 === 1);
      const mask = new Set(half);
      for (const query of queries) {
        const all = naive(codes, query, 20_000);
        for (const n of [1, 50, 20_000]) {
          expect(ranked(index, query, n)).toEqual(all.slice(0, n));
          const expected = all.filter(([id]) => mask.has(id)).slice(0, n);
          expect(ranked(index, query, n, IdMask.of(half))).toEqual(expected);
        }
      }
    }
  }
});
