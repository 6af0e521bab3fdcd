import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, differentiate, type TensorRecord } from '../onnx/compile.ts';
import { sizeOf } from './graph.ts';
import type { KernelName } from './tfjs-kernels.ts';
import { openSession } from '../onnx/sessions.ts';
import { float32At, itemAt, numberAt } from '../../../shared/at.ts';

/** A small generator with a seed, so that the seed alone reproduces a failing example. */
function numbers(seed: number, length: number, [low, high]: readonly [number, number]): Float32Array {
  let state = seed * 2 + 1;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return low + ((state >>> 0) / 2 ** 32) * (high - low);
  });
}

interface Example {
  readonly shapes: readonly (readonly number[])[];
  readonly fn: (...inputs: Tensor[]) => Tensor;
}
interface Case {
  readonly example: fc.Arbitrary<Example>;
  /** Range of the inputs, away from points where a slope jumps. */
  readonly range: readonly [number, number];
  readonly differentiable: boolean;
}

const size = fc.integer({ min: 1, max: 5 });
const matrix = fc.tuple(size, size).map(([m, n]) => [m, n]);
const cube = fc.tuple(size, size, size).map(([l, m, n]) => [l, m, n]);
const shape = fc.oneof(
  size.map((n) => [n]),
  matrix,
  cube,
);
/** Two shapes that broadcast. */
const pair = fc
  .tuple(shape, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.nat(2), fc.boolean())
  .map(([full, ones, cut, swap]) => {
    const small = full.map((n, i) => (ones[i] === true ? 1 : n)).slice(Math.min(cut, full.length - 1));
    return swap ? [small, full] : [full, small];
  });

const anywhere = [-2, 2] as const;
const positive = [0.3, 2] as const;

const unary = (
  fn: (x: Tensor) => Tensor,
  range: readonly [number, number] = anywhere,
  differentiable = true,
): Case => ({
  example: shape.map((s) => ({ shapes: [s], fn })),
  range,
  differentiable,
});
const binary = (fn: (a: Tensor, b: Tensor) => Tensor, range = anywhere as readonly [number, number]): Case => ({
  example: pair.map((shapes) => ({ shapes, fn })),
  range,
  differentiable: true,
});
const comparison = (fn: (a: Tensor, b: Tensor) => Tensor): Case => ({
  // Round the inputs so that some are equal.
  ...binary((a, b) => tf.cast(fn(tf.cast(a, 'int32'), tf.cast(b, 'int32')), 'float32')),
  differentiable: false,
});
const made = (example: fc.Arbitrary<Example>, differentiable = true): Case => ({
  example,
  range: anywhere,
  differentiable,
});
const reduced = (fn: (x: Tensor, axes: number[] | undefined, keep: boolean) => Tensor): Case =>
  made(
    fc.tuple(cube, fc.subarray([0, 1, 2]), fc.boolean(), fc.boolean()).map(([s, axes, all, keep]) => ({
      shapes: [s],
      fn: (x) => fn(x, all ? undefined : axes, keep),
    })),
  );
const flags = (x: Tensor) => tf.greater(x, 0);
const ofFlags = (fn: (a: Tensor, b: Tensor) => Tensor): Case => ({
  ...binary((a, b) => tf.cast(fn(flags(a), flags(b)), 'float32')),
  differentiable: false,
});

const matMul = fc
  .tuple(size, size, size, fc.boolean(), fc.boolean(), fc.constantFrom('2', '3', '3x2'))
  .map(([m, k, n, transA, transB, rank]): Example => {
    const a = transA ? [k, m] : [m, k];
    const b = transB ? [n, k] : [k, n];
    const lead = rank === '2' ? [] : [2];
    return {
      shapes: [
        [...lead, ...a],
        [...(rank === '3' ? lead : []), ...b],
      ],
      fn: (x, y) => tf.matMul(x, rank === '3x2' ? tf.expandDims(y, 0) : y, transA, transB),
    };
  });

/**
 * One case for each kernel of the table; TypeScript reports a missing one. sampled.spec.ts tests SampledSums, which
 * ONNX Runtime does not have.
 */
const cases: Readonly<Record<Exclude<KernelName, 'SampledSums'>, Case>> = {
  Abs: unary(tf.abs),
  Add: binary(tf.add),
  AddN: made(shape.map((s) => ({ shapes: [s, s, s], fn: (a, b, c) => tf.addN([a, b, c]) }))),
  BatchMatMul: made(matMul),
  Cast: unary((x) => tf.mul(tf.cast(tf.cast(x, 'int32'), 'float32'), 2), anywhere, false),
  ClipByValue: unary((x) => tf.clipByValue(x, -0.5, 0.75)),
  Concat: made(
    fc.tuple(cube, fc.nat(2), size).map(([s, axis, other]) => ({
      shapes: [s, s.map((n, i) => (i === axis ? other : n))],
      fn: (a, b) => tf.concat([a, b, a], axis),
    })),
  ),
  DenseBincount: made(
    fc.tuple(matrix, fc.array(fc.nat(3), { minLength: 25, maxLength: 25 }), fc.boolean()).map(([s, ids, weighted]) => ({
      shapes: [s],
      fn: (x) => {
        const numbered = tf.tensor2d(ids.slice(0, sizeOf(s)), s as [number, number], 'int32');
        const counts = tf.denseBincount(numbered, (weighted ? x : tf.tensor([])) as Tensor2D, 4);
        return tf.add(counts, tf.sum(x));
      },
    })),
    false,
  ),
  Equal: comparison(tf.equal),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  ExpandDims: made(fc.tuple(shape, fc.nat(1)).map(([s, axis]) => ({ shapes: [s], fn: (x) => tf.expandDims(x, axis) }))),
  Fill: made(shape.map((s) => ({ shapes: [s], fn: (x) => tf.mul(x, tf.fill(s, 1.5)) }))),
  GatherV2: made(
    fc.tuple(matrix, fc.nat(1), fc.array(fc.nat(9), { minLength: 1, maxLength: 4 })).map(([s, axis, rows]) => ({
      shapes: [s],
      fn: (x) =>
        tf.gather(
          x,
          tf.tensor1d(
            rows.map((row) => row % (s[axis] ?? 1)),
            'int32',
          ),
          axis,
        ),
    })),
  ),
  Greater: comparison(tf.greater),
  GreaterEqual: comparison(tf.greaterEqual),
  Identity: unary((x) => tf.clone(x)),
  Less: comparison(tf.less),
  LessEqual: comparison(tf.lessEqual),
  Log: unary(tf.log, positive),
  LogSoftmax: made(matrix.map((s) => ({ shapes: [s], fn: (x) => tf.logSoftmax(x) }))),
  LogicalAnd: ofFlags(tf.logicalAnd),
  LogicalNot: unary((x) => tf.cast(tf.logicalNot(flags(x)), 'float32'), anywhere, false),
  LogicalOr: ofFlags(tf.logicalOr),
  Max: reduced((x, axes, keep) => tf.max(x, axes, keep)),
  Maximum: binary(tf.maximum),
  Mean: reduced((x, axes, keep) => tf.mean(x, axes, keep)),
  Min: reduced((x, axes, keep) => tf.min(x, axes, keep)),
  Minimum: binary(tf.minimum),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  NotEqual: comparison(tf.notEqual),
  OnesLike: unary((x) => tf.mul(x, tf.onesLike(x))),
  Pack: made(
    fc.tuple(matrix, fc.nat(2)).map(([s, axis]) => ({ shapes: [s, s], fn: (a, b) => tf.stack([a, b], axis) })),
  ),
  Pow: binary(tf.pow, positive),
  RealDiv: binary(tf.div, positive),
  Reciprocal: unary(tf.reciprocal, positive),
  Relu: unary(tf.relu),
  Reshape: made(cube.map((s) => ({ shapes: [s], fn: (x) => tf.reshape(x, [-1, s[0] ?? 1]) }))),
  Rsqrt: unary(tf.rsqrt, positive),
  Select: made(shape.map((s) => ({ shapes: [s, s, s], fn: (c, a, b) => tf.where(tf.greater(c, 0), a, tf.add(b, 1)) }))),
  Sigmoid: unary(tf.sigmoid),
  Sign: unary(tf.sign, anywhere, false),
  Slice: made(
    fc.tuple(cube, fc.array(fc.nat(4), { minLength: 3, maxLength: 3 })).map(([s, from]) => {
      const begin = s.map((n, i) => numberAt(from, i) % n);
      return {
        shapes: [s],
        fn: (x) =>
          tf.slice(
            x,
            begin,
            s.map((n, i) => (i === 1 ? -1 : n - numberAt(begin, i))),
          ),
      };
    }),
  ),
  Softmax: made(matrix.map((s) => ({ shapes: [s], fn: (x) => tf.softmax(x) }))),
  Softplus: unary(tf.softplus),
  SplitV: made(
    fc.tuple(size, size, size).map(([a, b, n]) => ({
      shapes: [[n, a + b]],
      fn: (x) => {
        const [left, right] = tf.split(x, [a, b], 1);
        return tf.concat([right as Tensor2D, tf.square(left as Tensor2D)], 1);
      },
    })),
  ),
  Sqrt: unary(tf.sqrt, positive),
  Square: unary(tf.square),
  SquaredDifference: binary(tf.squaredDifference),
  Step: unary((x) => tf.step(x, 0.25), anywhere, false),
  Sub: binary(tf.sub),
  Sum: reduced((x, axes, keep) => tf.sum(tf.square(x), axes, keep)),
  Tanh: unary(tf.tanh),
  Tile: made(fc.tuple(matrix, size, size).map(([s, a, b]) => ({ shapes: [s], fn: (x) => tf.tile(x, [a, b]) }))),
  Transpose: made(
    fc.tuple(cube, fc.constantFrom<number[]>([0, 2, 1], [2, 0, 1], [1, 2, 0])).map(([s, order]) => ({
      shapes: [s],
      fn: (x) => tf.transpose(x, order),
    })),
  ),
  Unpack: made(
    matrix.map((s) => ({
      shapes: [s],
      fn: (x) => tf.unstack(x, 1).reduce((sum, row, i) => tf.add(sum, tf.mul(row, i))),
    })),
  ),
  UnsortedSegmentSum: made(
    fc.tuple(matrix, fc.array(fc.nat(2), { minLength: 5, maxLength: 5 })).map(([s, ids]) => ({
      shapes: [s],
      fn: (x) => tf.unsortedSegmentSum(x, tf.tensor1d(ids.slice(0, s[0]), 'int32'), 4),
    })),
    false,
  ),
  ZerosLike: unary((x) => tf.add(x, tf.zerosLike(x))),
};

/** `fn` as a function of named inputs: its value, and the gradients of a weighted sum of it. */
function withGradients({ shapes, fn }: Example, differentiable: boolean) {
  const names = shapes.map((_, i) => `x${i}`);
  return (inputs: TensorRecord): TensorRecord => {
    const list = (record: TensorRecord) => names.map((name) => record[name] as Tensor);
    if (!differentiable) return { value: fn(...list(inputs)) };
    const { extra, gradients, loss } = differentiate((parameters) => {
      const value = fn(...list(parameters));
      const weights = tf.tensor(numbers(99, value.size, [0.5, 1.5]), value.shape);
      return { loss: tf.sum(tf.mul(value, weights)) as Scalar, extra: { value } };
    }, inputs);
    return { ...extra, loss, ...Object.fromEntries(names.map((name) => [`d${name}`, gradients[name] as Tensor])) };
  };
}

async function expectAgreement(
  example: Example,
  range: readonly [number, number],
  differentiable: boolean,
  seed: number,
) {
  const fn = withGradients(example, differentiable);
  const feeds = example.shapes.map((s, i): [string, Float32Array] => [`x${i}`, numbers(seed + i, sizeOf(s), range)]);
  const specs = example.shapes.map((s, i) => [`x${i}`, { shape: s, dtype: 'float32' as const }] as const);
  const session = await openSession(compile(fn, Object.fromEntries(specs)).bytes, { threads: 1 });
  const found = await session.run(Object.fromEntries(feeds));
  await session.dispose();
  const tensors = feeds.map(([name, data], i) => [name, tf.tensor(data, [...(example.shapes[i] ?? [])])] as const);
  const expected = fn(Object.fromEntries(tensors));
  for (const [name, tensor] of Object.entries(expected)) {
    const wanted = tensor.dataSync();
    expect(found[name]?.length).toBe(wanted.length);
    wanted.forEach((x, i) => {
      const y = found[name]?.[i] ?? Number.NaN;
      if (!(Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(x)))) {
        expect.fail(`${name}[${i}] is ${y}, expected ${x}, for shapes ${JSON.stringify(example.shapes)}`);
      }
    });
  }
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('compiled kernels agree with TensorFlow.js', () => {
  for (const [name, { example, range, differentiable }] of Object.entries(cases)) {
    it(name, async () => {
      const property = fc.asyncProperty(example, fc.nat(1e6), (one, seed) =>
        expectAgreement(one, range, differentiable, seed),
      );
      await fc.assert(property, { seed: 42, numRuns: 12 });
    });
  }
});

describe('gradients agree with differences of the function', () => {
  for (const [name, { example, range, differentiable }] of Object.entries(cases)) {
    if (!differentiable) continue;
    it(name, () => {
      const property = fc.property(example, fc.nat(1e6), (one, seed) => {
        tf.tidy(() => {
          const fn = withGradients(one, true);
          const inputs = one.shapes.map((s, i) => numbers(seed + i, sizeOf(s), range));
          const evaluate = () => {
            const tensors = inputs.map((data, i) => [`x${i}`, tf.tensor(data, [...(one.shapes[i] ?? [])])]);
            return fn(Object.fromEntries(tensors) as TensorRecord);
          };
          const exact = evaluate();
          const lossAt = () => evaluate()['loss']?.dataSync()[0] ?? Number.NaN;
          inputs.forEach((data, i) => {
            // Change one element of each input. The step is large because these are 32-bit numbers.
            const at = seed % data.length;
            const kept = float32At(data, at);
            const differences = [0.004, 0.002].map((step) => {
              data[at] = kept + step;
              const above = lossAt();
              data[at] = kept - step;
              const below = lossAt();
              data[at] = kept;
              return (above - below) / (2 * step);
            });
            const [wide = 0, narrow = 0] = differences;
            const slope = exact[`dx${i}`]?.dataSync()[at] ?? Number.NaN;
            // Skip points where the two differences disagree: the slope jumps between them (a kink of max, abs, relu).
            if (Math.abs(wide - narrow) > 0.02 * Math.max(1, Math.abs(wide))) return;
            expect(Math.abs(slope - narrow)).toBeLessThan(0.03 * Math.max(1, Math.abs(narrow)));
          });
        });
      });
      fc.assert(property, { seed: 43, numRuns: 8 });
    });
  }
});

describe('compiled compositions agree with TensorFlow.js', () => {
  const n = 4;
  /** Operations on n x n matrices whose results stay moderate. */
  const moves: ((a: Tensor2D, b: Tensor2D) => Tensor)[] = [
    (a, b) => tf.add(a, b),
    (a, b) => tf.sub(a, b),
    (a, b) => tf.mul(tf.tanh(a), b),
    (a, b) => tf.div(a, tf.add(tf.abs(b), 1)),
    (a, b) => tf.matMul(tf.tanh(a), tf.tanh(b)),
    (a, b) => tf.matMul(tf.tanh(a), tf.tanh(b), true, false),
    (a, b) => tf.matMul(tf.tanh(a), tf.tanh(b), false, true),
    (a, b) => tf.matMul(tf.tanh(a), tf.tanh(b), true, true),
    (a, b) => tf.maximum(a, b),
    (a, b) => tf.where(tf.greater(a, b), a, tf.zerosLike(b)),
    (a) => tf.softmax(a),
    (a) => tf.transpose(a),
    (a) => tf.relu(a),
    (a) => tf.exp(tf.tanh(a)),
    (a, b) => tf.add(tf.sum(tf.tanh(a), 1, true), b),
    (a, b) => tf.sub(a, tf.mean(b, 0)),
    (a) => tf.div(a, tf.sqrt(tf.add(tf.sum(tf.square(a), 1, true), 1))),
    (a, b) => tf.concat([tf.slice(a, [1, 0], [n - 1, n]), tf.slice(b, [0, 0], [1, n])], 0),
    (a, b) => tf.reshape(tf.stack(tf.unstack(tf.reshape(tf.add(a, b), [n, 2, 2]), 1), 0), [n, n]),
    (a) => tf.broadcastTo(tf.logSumExp(a, 0, true), [n, n]),
  ];
  it('of random operations', async () => {
    const step = fc.tuple(fc.nat(moves.length - 1), fc.nat(20), fc.nat(20));
    const program = fc.tuple(fc.array(step, { minLength: 1, maxLength: 14 }), fc.nat(1e6));
    const property = fc.asyncProperty(program, ([steps, seed]) => {
      const fn = (...inputs: Tensor[]) => {
        const pool = [...inputs] as Tensor2D[];
        for (const [move, a, b] of steps) {
          const apply = itemAt(moves, move);
          // Prefer later results as operands, so that chains become deep.
          const operand = (i: number) => itemAt(pool, Math.max(0, pool.length - 1 - (i % pool.length)));
          pool.push(apply(operand(a), operand(b)) as Tensor2D);
        }
        // Use all inputs and the last result.
        return tf.tanh(tf.addN([...inputs, pool.at(-1) as Tensor2D]));
      };
      return expectAgreement(
        {
          shapes: [
            [n, n],
            [n, n],
          ],
          fn,
        },
        [-1, 1],
        true,
        seed,
      );
    });
    await fc.assert(property, { seed: 44, numRuns: 60 });
  });
});
