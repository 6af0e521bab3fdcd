// The table against the definition: the ids whose sketches have the greatest scalar product with the query.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileWat } from '../../compute/compile-wat.ts';
import { blockIds } from '../../store/codes.ts';
import { packBasis, sketchWidth } from './basis.ts';
import { kernelSource } from './kernel-source.ts';
import { SketchTable } from './sketch-table.ts';

/** A basis in which a query of whole numbers, of which the largest is 32767, is its own sketch, and its score exact. */
const stride = sketchWidth;
const directions = new Float32Array(sketchWidth * stride);
for (let k = 0; k < sketchWidth; k++) directions[k * stride + k] = 1;
const basis = packBasis({ directions, offset: new Float32Array(sketchWidth), step: 1 });
const setOf = (stamp: bigint) => ({ stamp, photos: 1, basis });

const number = fc.integer({ min: -127, max: 127 });
const sketch = fc.array(number, { minLength: sketchWidth, maxLength: sketchWidth });
/** Few ids in a block: the rest of it is left out. */
const block = fc.array(sketch, { minLength: 0, maxLength: 6 });

/** Blocks one below the other. */
const rowsOf = (sketches: readonly (readonly number[])[]) => Int8Array.from(sketches.flat());

function query(values: readonly number[]) {
  return { row: new Float32Array(0), real: Float32Array.from(values), sharedWeight: 0 };
}

/** As the table scores: the unit query in 16 bits. */
function score(asked: readonly number[], values: readonly number[]): number {
  const unit = query(asked).real;
  const norm = Math.sqrt(unit.reduce((sum, x) => sum + x * x, 0));
  const scaled = unit.map((x) => (norm === 0 ? 0 : x / norm));
  const most = scaled.reduce((sum, x) => Math.max(sum, Math.abs(x)), 0) || 1;
  return values.reduce((sum, x, k) => sum + x * Math.round(((scaled[k] as number) * 32767) / most), 0);
}

it('finds the best of the ids it is given, and passes over those without a sketch', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('0', '1', '7'), block),
      fc.array(sketch, { minLength: 1, maxLength: 3 }),
      fc.nat({ max: 12 }),
      fc.nat({ max: 5 }),
      (blocks, queries, n, unsketched) => {
        const table = new SketchTable();
        table.use(setOf(1n));
        const known = new Map<number, readonly number[]>();
        for (const [number_, sketches] of Object.entries(blocks)) {
          table.put(Number(number_), rowsOf(sketches));
          sketches.forEach((values, i) => known.set(Number(number_) * blockIds + i, values));
        }
        const strangers = [3 * blockIds, 3 * blockIds + 1, 7 * blockIds + 4000, 99_999_999];
        const ids = Int32Array.from([...known.keys(), ...strangers].sort((a, b) => (a % 5) - (b % 5) || a - b));
        for (const asked of queries) {
          const best = [...table.best(ids, query(asked), n, unsketched)];
          const found = best.filter((id) => known.has(id));
          expect(new Set(best).size).toBe(best.length);
          expect(best.filter((id) => !known.has(id))).toEqual(
            [...ids].filter((id) => !known.has(id)).slice(0, unsketched),
          );
          const scoreOf = (id: number) => score(asked, known.get(id) ?? []);
          const expected = [...known.keys()].map(scoreOf).sort((a, b) => b - a);
          expect(found.map(scoreOf).sort((a, b) => b - a)).toEqual(expected.slice(0, n));
        }
      },
    ),
    { numRuns: 60 },
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
  const asked = query(Array.from({ length: sketchWidth }, (_, k) => (k === 0 ? 1 : 0)));
  const ids = Int32Array.from({ length: count }, (_, i) => i);
  const least = Math.min(...[...table.best(ids, asked, 500, 0)].map(value));
  const values = Array.from(ids, value).sort((a, b) => b - a);
  expect(least).toBe(values[499]);
});

it('forgets a block, and every block when the directions change', () => {
  const table = new SketchTable();
  const rows = new Int8Array(2 * sketchWidth).fill(1);
  const ids = Int32Array.of(0, 1, blockIds);
  const asked = query(Array.from({ length: sketchWidth }, () => 1));
  const found = () => [...table.best(ids, asked, 9, 0)];
  table.put(0, rows); // in no directions yet
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
  expect([...table.best(ids, asked, 9, 2)]).toEqual([0, 1]);
});

it('holds exactly what npm run build:kernel makes of the source', async () => {
  const built = await compileWat('sketch.wat', kernelSource());
  expect(Buffer.from(built).equals(readFileSync(new URL('./kernel.wasm', import.meta.url)))).toBe(true);
});
