import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileStages, differentiate, type TensorRecord, type TensorSpec } from '../../onnx/compile.ts';
import { compileWat } from '../../../../../scripts/compile-wat.ts';
import type { Numbers } from '../../onnx/sessions.ts';
import { StagedSession } from '../../onnx/stages.ts';
import { groupCounts, sampledKernelSource } from './sampled-kernel-source.ts';
import { SampledSums } from './sampled-sums.ts';
import { sampledSums } from './sampled.ts';
import { float32At, float64At } from '../../../../shared/at.ts';

interface Example {
  readonly f: Float32Array;
  readonly g: Float32Array;
  readonly rows: Float32Array;
  readonly draws: Int32Array;
  readonly specs: Readonly<Record<'f' | 'g' | 'rows' | 'draws', { shape: number[]; dtype: 'float32' | 'int32' }>>;
}

/** Batch, draws, rows and groups of 8 bits, and a seed. */
const examples = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1, max: 150 }),
    fc.constantFrom(...groupCounts),
    fc.nat(1e6),
  )
  .map(([batch, count, n, groups, seed]): Example => {
    const bits = 8 * groups;
    let state = seed;
    const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8) / 2 ** 24;
    const x = () => Float32Array.from({ length: batch * bits }, () => (uniform() * 2 - 1) / Math.sqrt(bits));
    return {
      f: x(),
      g: x(),
      rows: Float32Array.from({ length: n * bits }, () => (uniform() < 0.5 ? -1 : 1)),
      draws: Int32Array.from({ length: batch * count }, () => Math.floor(uniform() * n)),
      specs: {
        f: { shape: [batch, bits], dtype: 'float32' },
        g: { shape: [batch, bits], dtype: 'float32' },
        rows: { shape: [n, bits], dtype: 'float32' },
        draws: { shape: [batch, count], dtype: 'int32' },
      },
    };
  });

/** The sums and their gradients in plain loops: `[B]`, `[B, bits]`. */
function plain(x: Float32Array, { rows, draws, specs }: Example) {
  const [batch = 0, bits = 0] = specs.f.shape;
  const [, count = 0] = specs.draws.shape;
  const sums = new Float64Array(batch);
  const moments = new Float64Array(batch * bits);
  draws.forEach((row, at) => {
    const i = Math.floor(at / count);
    const signs = rows.subarray(row * bits, (row + 1) * bits);
    const weight = Math.exp(signs.reduce((sum, sign, b) => sum + sign * float32At(x, i * bits + b), 0));
    sums[i] = float64At(sums, i) + weight;
    signs.forEach((sign, b) => (moments[i * bits + b] = float64At(moments, i * bits + b) + weight * sign));
  });
  return { sums, moments };
}

function expectClose(found: Numbers | undefined, expected: Float64Array) {
  expect(found?.length).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((x, i) => expect(Math.abs(x - (found?.[i] ?? Number.NaN)) / scale).toBeLessThan(2e-6));
}

describe('sums over drawn rows', () => {
  it('are those of plain loops, with their gradients, each time', () => {
    fc.assert(
      fc.property(examples, (example) => {
        const { f, g, rows, draws, specs } = example;
        const call = new SampledSums(Object.values(specs));
        const [ofF, ofG] = [plain(f, example), plain(g, example)];
        for (let time = 0; time < 2; time++) {
          call.run([f.map(Math.exp), g.map(Math.exp), rows, draws]);
          expectClose(call.results[0], ofF.sums);
          expectClose(call.results[1], ofG.sums);
          expectClose(call.results[2], ofF.moments);
          expectClose(call.results[3], ofG.moments);
        }
      }),
      { seed: 3, numRuns: 80 },
    );
  });

  it('are part of a graph taken apart, and are differentiated', async () => {
    const example = (fc.sample(examples, { seed: 8, numRuns: 60 }) as Example[]).find(
      ({ specs, draws }) => specs.f.shape[1] === 16 && draws.length > 20,
    );
    if (example === undefined) throw new Error('no such example');
    const { f, g, rows, draws, specs } = example;
    // Computes around the sums, too: 2f and g before them, a sum of f beside them, squares after them.
    const fn = (inputs: TensorRecord): TensorRecord => {
      const { loss, extra, gradients } = differentiate(
        ({ f: x, g: y }) => {
          const [a, b] = sampledSums(
            tf.mul(x as Tensor, 2),
            y as Tensor,
            inputs['rows'] as Tensor,
            inputs['draws'] as Tensor,
          );
          const value = tf.add(tf.sum(tf.square(a)), tf.add(tf.sum(tf.mul(b, 3)), tf.sum(x as Tensor)));
          return { loss: value as Scalar, extra: { a, given: inputs['rows'] as Tensor } };
        },
        { f: inputs['f'] as Tensor, g: inputs['g'] as Tensor },
      );
      return { loss, ...extra, df: gradients['f'] as Tensor, dg: gradients['g'] as Tensor };
    };
    const stages = compileStages(fn, specs satisfies Readonly<Record<string, TensorSpec>>);
    expect(stages.stages.map(({ host }) => host.length)).toEqual([1, 0]);
    const session = await StagedSession.open(stages, { threads: 1 });
    const fetches = Object.fromEntries([...session.outputs].map((name) => [name, session.outputTensor(name)]));
    await session.runInto(session.tensors({ f, g, rows, draws }), fetches);
    const found = (name: string) => fetches[name]?.data as Float32Array;
    const [ofF, ofG] = [
      plain(
        f.map((x) => 2 * x),
        example,
      ),
      plain(g, example),
    ];
    const bits = 16;
    expectClose(found('a'), ofF.sums);
    expect([...found('given')]).toEqual([...rows]);
    expectClose(
      found('df'),
      ofF.moments.map((x, at) => 1 + 4 * float64At(ofF.sums, Math.floor(at / bits)) * x),
    );
    expectClose(
      found('dg'),
      ofG.moments.map((x) => 3 * x),
    );
    const total = (list: Float64Array, fn: (x: number) => number) => list.reduce((sum, x) => sum + fn(x), 0);
    const loss = total(ofF.sums, (x) => x * x) + total(ofG.sums, (x) => 3 * x) + f.reduce((sum, x) => sum + x, 0);
    expect(float32At(found('loss'), 0) / loss).toBeCloseTo(1, 5);
    await session.dispose();
  });

  it('have a kernel made of the source beside it', async () => {
    const stored = readFileSync(new URL('./kernel.wasm', import.meta.url));
    const made = Buffer.from(await compileWat('sampled.wat', sampledKernelSource()));
    expect(made.equals(stored), 'npm run build:kernel').toBe(true);
  });
});
