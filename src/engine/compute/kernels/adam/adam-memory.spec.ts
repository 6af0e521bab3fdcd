import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdamMemory, adamFits } from './adam-memory.ts';
import { compileWat } from '../../../../../scripts/compile-wat.ts';
import { adamKernelSource } from './adam-kernel-source.ts';

const { fround } = Math;
const real = fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 });
const decimals = { clip: 0.37, decay: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Adam as adam.ts writes it, with every operation rounded to 32 bits. */
function expected(p: number, m: number, v: number, g: number, rate: number, keep: number) {
  const [clip, decay, beta1, beta2, epsilon] = Object.values(decimals).map(fround) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const gradient = fround(fround(g * clip) + fround(p * decay));
  const first = fround(fround(m * beta1) + gradient);
  const second = fround(fround(v * beta2) + fround(gradient * gradient));
  const step = fround(fround(first * fround(rate)) / fround(fround(Math.sqrt(second)) + epsilon));
  return [fround(fround(p * fround(keep)) - step), first, second];
}

describe('AdamMemory', () => {
  it('takes the step of adam.ts, bit for bit, in arrays of any length', () => {
    const arrays = fc.array(fc.tuple(real, real, real, real), { minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(arrays, arrays, (a, b) => {
        const given = { a, b };
        const memory = new AdamMemory({ a: a.length, b: b.length });
        for (const name of ['a', 'b'] as const) {
          given[name].forEach(([p, m, v, g], i) => {
            memory.parameters[name]?.set([p], i);
            memory.first[name]?.set([m], i);
            memory.second[name]?.set([Math.abs(v)], i);
            memory.gradients[name]?.set([g], i);
          });
        }
        const rates = { a: 0.01, b: 0.5 };
        const keep = { a: 1, b: 0.9 };
        memory.step({
          ...decimals,
          rate: (name) => rates[name as 'a' | 'b'],
          keep: (name) => keep[name as 'a' | 'b'],
        });
        for (const name of ['a', 'b'] as const) {
          given[name].forEach(([p, m, v, g], i) => {
            const found = [memory.parameters, memory.first, memory.second].map((arrays) => arrays[name]?.[i]);
            expect(found).toEqual(expected(p, m, Math.abs(v), g, rates[name], keep[name]));
          });
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('measures the norm of all gradients together', () => {
    const memory = new AdamMemory({ a: 5, b: 100_003 });
    memory.gradients['a']?.fill(3);
    memory.gradients['b']?.fill(0.1);
    expect(memory.gradientNorm()).toBeCloseTo(Math.sqrt(45 + 100_003 * fround(0.1) ** 2), 9);
  });

  it('says when parameters are too many for one memory', () => {
    expect(adamFits([16384 * 16384])).toBe(false);
    expect(adamFits([8192 * 8192, 4096 * 8192])).toBe(true);
    expect(() => new AdamMemory({ a: 16384 * 16384 })).toThrow(/memory/);
  });

  it('has a kernel made of the source beside it', async () => {
    const stored = readFileSync(new URL('./kernel.wasm', import.meta.url));
    expect(Buffer.from(await compileWat('adam.wat', adamKernelSource())).equals(stored), 'npm run build:kernel').toBe(
      true,
    );
  });
});
