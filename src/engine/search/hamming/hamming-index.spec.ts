// The index against the definition of Hamming distance: random codes of every width, masks, and changes in between.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { naive, pack, ranked, type CodeMap } from '../../../../test/support/hamming.ts';
import { itemAt } from '../../../shared/at.ts';
import { HammingIndex, IdMask } from './hamming-index.ts';

/** Changes to an index between two searches. */
type Step =
  | { readonly kind: 'add'; readonly codes: readonly (readonly [number, Uint8Array])[] }
  | { readonly kind: 'remove'; readonly ids: readonly number[] }
  | { readonly kind: 'range'; readonly from: number; readonly codes: readonly (readonly [number, Uint8Array])[] }
  | { readonly kind: 'replace'; readonly codes: readonly (readonly [number, Uint8Array])[] }
  | {
      readonly kind: 'search';
      readonly query: Uint8Array;
      readonly n: number;
      readonly mask: readonly number[] | null;
    };

const rangeLength = 300;
/** Close together, across the borders of words and pages; some far away. */
const anyId = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 31 - 1 }) },
);

const steps = (bytes: number): fc.Arbitrary<Step[]> => {
  // Few distinct bytes make many ties.
  const code = fc
    .oneof(
      fc.array(fc.constantFrom(0, 1, 3, 128, 255), { minLength: bytes, maxLength: bytes }),
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: bytes, maxLength: bytes }),
    )
    .map((list) => Uint8Array.from(list));
  const rows = fc.array(fc.tuple(anyId, code), { maxLength: 120, size: 'max' });
  return fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), codes: rows }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('remove' as const),
          ids: fc.array(anyId, { maxLength: 200, size: 'max' }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('range' as const),
          from: fc.integer({ min: 0, max: 1200 }),
          codes: rows,
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), codes: rows }) },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('search' as const),
          query: code,
          n: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 })),
          // A set bit for every far id would be a bitmap of 256 MB.
          mask: fc.option(fc.array(fc.integer({ min: 0, max: 1400 }), { maxLength: 1400, size: 'max' })),
        }),
      },
    ),
    { maxLength: 14, size: 'max' },
  );
};

const widths = Array.from({ length: 31 }, (_, i) => 8 * (i + 2));
const histories = fc
  .constantFrom(...widths)
  .chain((bits) => fc.record({ bits: fc.constant(bits), steps: steps(bits / 8) }));

/** Applies a step to both; the codes' map is the reference. */
function apply(index: HammingIndex, codes: CodeMap, step: Step, bytes: number): void {
  const sorted = () => [...codes.keys()].sort((a, b) => a - b);
  switch (step.kind) {
    case 'add': {
      const packed = new Uint8Array(step.codes.length * bytes);
      step.codes.forEach(([, code], i) => packed.set(code, i * bytes));
      for (const [id, code] of step.codes) codes.set(id, code);
      return index.add(
        step.codes.map(([id]) => id),
        packed,
      );
    }
    case 'remove':
      for (const id of step.ids) codes.delete(id);
      return index.remove(step.ids);
    case 'range': {
      const to = step.from + rangeLength;
      for (const id of codes.keys()) if (id >= step.from && id < to) codes.delete(id);
      for (const [id, code] of step.codes) if (id >= step.from && id < to) codes.set(id, code);
      const inside = sorted().filter((id) => id >= step.from && id < to);
      return index.replaceRange(step.from, to, pack(codes, inside, bytes));
    }
    case 'replace':
      codes.clear();
      for (const [id, code] of step.codes) codes.set(id, code);
      return index.replace(pack(codes, sorted(), bytes));
    case 'search': {
      const mask = step.mask === null ? undefined : IdMask.of(step.mask);
      const expected = naive(codes, step.query, step.n, step.mask === null ? undefined : new Set(step.mask));
      expect(ranked(index, step.query, step.n, mask)).toEqual(expected);
      expect([...index.ids(mask)]).toEqual(sorted().filter((id) => step.mask?.includes(id) !== false));
      return;
    }
  }
}

const empty = { ids: new Int32Array(0), codes: new Uint8Array(0) };
for (const kernel of ['wasm', 'js'] as const) {
  it(`answers like the definition after any history of changes (${kernel})`, () => {
    fc.assert(
      fc.property(histories, ({ bits, steps }) => {
        const index = new HammingIndex(empty, bits, { kernel });
        const codes: CodeMap = new Map();
        expect(index.kernel).toBe(kernel);
        for (const step of steps) apply(index, codes, step, bits / 8);
        expect(index.size).toBe(codes.size);
        const query = new Uint8Array(bits / 8).fill(0x5a);
        const distances = new Map(naive(codes, query, codes.size).map(([id, distance]) => [id, distance]));
        const ids = [...codes.keys(), 0, 1, 600, 100_000];
        expect(ids.map((id) => index.distance(id, query))).toEqual(ids.map((id) => distances.get(id) ?? null));
      }),
      { seed: 7, numRuns: 60 },
    );
  });
}

/** A code with this many of 256 bits set. */
const withBitsSet = Array.from({ length: 257 }, (_, set) =>
  new Uint8Array(32).map((_, i) => (set >= 8 * i + 8 ? 255 : (1 << Math.max(0, set - 8 * i)) - 1)),
);

it.each(['wasm', 'js'] as const)('keeps the nearest when every row is nearer than those before it (%s)', (kernel) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 20 }), (n, spread) => {
      const bits = 256;
      const codes: CodeMap = new Map();
      // Rows with 256, 255, ... bits set, each distance many times and a little out of order.
      for (let id = 0; id < 257 * 12; id++) {
        const set = Math.max(0, Math.min(bits, 256 - Math.floor(id / 12) + ((id * 7) % (spread + 1))));
        codes.set(id, itemAt(withBitsSet, set));
      }
      const index = new HammingIndex(pack(codes, [...codes.keys()], bits / 8), bits, { kernel });
      const query = new Uint8Array(bits / 8);
      expect(ranked(index, query, n)).toEqual(naive(codes, query, n));
      // Half of the rows at one distance tie for the last places.
      const last = codes.size - 1;
      expect(ranked(index, query, n, IdMask.of([0, 1, 2, last]))).toEqual(
        naive(codes, query, n, new Set([0, 1, 2, last])),
      );
    }),
    { seed: 3, numRuns: 12 },
  );
});

it('needs little more memory than the codes', () => {
  for (const bits of [64, 128, 256]) {
    const n = (300_000 * 64) / bits;
    const index = new HammingIndex(
      { ids: Int32Array.from({ length: n }, (_, i) => i + 1), codes: new Uint8Array((n * bits) / 8) },
      bits,
    );
    index.rank(new Uint8Array(bits / 8), 400);
    expect(index.memoryBytes / ((n * bits) / 8)).toBeLessThan(1.1);
  }
});

it('refuses widths that no code has', () => {
  for (const bits of [0, 12, 264]) expect(() => new HammingIndex(empty, bits)).toThrow(RangeError);
});
