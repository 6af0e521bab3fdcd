// The table against the definition: the ids whose sketches have the greatest scalar product with the query.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileWat } from '../../../../scripts/compile-wat.ts';
import { blockIds } from '../../store/codes.ts';
import { isOnlySubtracted } from '../query/score.ts';
import { packBasis, sketchWidth } from './basis.ts';
import { sketchKernelSource } from './sketch-kernel-source.ts';
import { SketchTable } from './sketch-table.ts';
import { numberAt } from '../../../shared/at.ts';

/** A basis whose directions are the row's own numbers, of variance 1. */
const stride = sketchWidth;
const directions = new Float32Array(sketchWidth * stride);
for (let k = 0; k < sketchWidth; k++) directions[k * stride + k] = 1;
const variances = new Float32Array(sketchWidth).fill(1);
const basis = packBasis({ directions, offset: new Float32Array(sketchWidth), variances, step: 1 / 127 });
const setOf = (stamp: bigint) => ({ stamp, photos: 1, basis });

const number = fc.integer({ min: -127, max: 127 });
const sketch = fc.array(number, { minLength: sketchWidth, maxLength: sketchWidth });
/** Few ids in a block: the rest of it is left out. */
const block = fc.array(sketch, { minLength: 0, maxLength: 6 });
const weight = fc.constantFrom(1, 2, -1, 0.5);

/** Blocks one below the other. */
const rowsOf = (sketches: readonly (readonly number[])[]) => Int8Array.from(sketches.flat());
const term = (values: readonly number[], times = 1) => ({
  query: { row: new Float32Array(0), real: Float32Array.from(values), encoderWeight: 0 },
  weight: times,
});

/** Deviations of the unit query's score, as query/score.ts adds them up. */
function total(terms: readonly { values: readonly number[]; times: number }[], values: readonly number[]): number {
  const onlySubtracted = terms.every(({ times }) => times < 0);
  return terms.reduce((sum, { values: asked, times }) => {
    const norm = Math.hypot(...asked) || 1;
    const deviations = values.reduce((dot, x, k) => dot + ((x / 127) * numberAt(asked, k)) / norm, 0);
    return sum + times * (times > 0 || onlySubtracted ? deviations : Math.max(0, deviations));
  }, 0);
}

it('finds the best of the ids it is given for a sum of terms, and leaves out those without a sketch', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('0', '1', '7'), block),
      fc.array(fc.record({ values: sketch, times: weight }), { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 12 }),
      (blocks, terms, n) => {
        const table = new SketchTable();
        table.use(setOf(1n));
        const known = new Map<number, readonly number[]>();
        for (const [at, sketches] of Object.entries(blocks)) {
          table.put(Number(at), rowsOf(sketches));
          sketches.forEach((values, i) => known.set(Number(at) * blockIds + i, values));
        }
        const strangers = [3 * blockIds, 3 * blockIds + 1, 7 * blockIds + 4000, 99_999_999];
        const ids = Int32Array.from([...known.keys(), ...strangers].sort((a, b) => (a % 5) - (b % 5) || a - b));
        const sought = terms.map(({ values, times }) => term(values, times));
        const best = table.best(ids, sought, n, isOnlySubtracted(sought));
        expect(best.isComplete).toBe(false);
        expect([...table.without(ids)]).toEqual([...ids].filter((id) => !known.has(id)));
        expect(best.ids).toHaveLength(Math.min(n, known.size));
        expect(new Set(best.ids).size).toBe(best.ids.length);
        const totals = [...known].map(([id, values]) => ({ id, sum: total(terms, values) }));
        const left = totals.filter(({ id }) => !best.ids.includes(id)).map(({ sum }) => sum);
        const chosen = totals.filter(({ id }) => best.ids.includes(id)).map(({ sum }) => sum);
        // Queries are scored in 16 bits.
        if (chosen.length > 0) expect(Math.min(...chosen)).toBeGreaterThanOrEqual(Math.max(-1e9, ...left) - 0.01);
        expect(table.best(Int32Array.from(known.keys()), sought, n).isComplete).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

it('scores more than the kernel takes at a time', () => {
  const table = new SketchTable();
  table.use(setOf(1n));
  const count = 3 * blockIds + 10;
  const value = (id: number) => (Math.imul(id, 0x9e3779b1) >>> 20) % 128;
  for (let from = 0; from < count; from += blockIds) {
    const rows = new Int8Array(Math.min(blockIds, count - from) * sketchWidth);
    for (let i = 0; i < rows.length; i += sketchWidth) rows[i] = value(from + i / sketchWidth);
    table.put(from / blockIds, rows);
  }
  const asked = term(Array.from({ length: sketchWidth }, (_, k) => (k === 0 ? 1 : 0)));
  const ids = Int32Array.from({ length: count }, (_, i) => i);
  const least = Math.min(...Array.from(table.best(ids, [asked], 500).ids, value));
  const values = Array.from(ids, value).sort((a, b) => b - a);
  expect(least).toBe(values[499]);
});

it('forgets a block, and every block when the directions change', () => {
  const table = new SketchTable();
  const rows = new Int8Array(2 * sketchWidth).fill(1);
  const ids = Int32Array.of(0, 1, blockIds);
  const asked = term(Array.from({ length: sketchWidth }, () => 1));
  const found = () => [...table.best(ids, [asked], 9).ids];
  table.put(0, rows); // before any directions are set
  expect([found(), table.blocks]).toEqual([[], 0]);
  table.use(setOf(1n));
  table.put(0, rows);
  table.put(1, rows);
  expect(found()).toEqual([0, 1, blockIds]);
  table.use(setOf(1n));
  table.put(0, null);
  expect(found()).toEqual([blockIds]);
  const { memoryBytes } = table;
  table.put(0, rows.subarray(0, sketchWidth));
  expect([found(), table.memoryBytes]).toEqual([[0, blockIds], memoryBytes]);
  table.use(setOf(2n));
  expect([found(), table.blocks]).toEqual([[], 0]);
  table.use(null);
  expect(found()).toEqual([]);
});

it('holds exactly what npm run build:kernel makes of the source', async () => {
  const built = await compileWat('sketch.wat', sketchKernelSource());
  expect(Buffer.from(built).equals(readFileSync(new URL('./kernel.wasm', import.meta.url)))).toBe(true);
});
