import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import onnxProto from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { compile, type CompiledModel, type TensorRecord } from './compile.ts';
import { nextName, openSession, Recurrence } from './sessions.ts';
import { numberAt } from '../../../shared/at.ts';

const operators = ({ bytes }: CompiledModel) =>
  (onnxProto.onnx.ModelProto.decode(bytes).graph?.node ?? []).map((node) => node.opType);
const float = (...shape: (number | string)[]) => ({ shape, dtype: 'float32' as const });
const get = (tensors: TensorRecord, name: string) => tensors[name] as Tensor2D;

describe('compile', () => {
  it('names a kernel it has no entry for', () => {
    const convolve = (tensors: TensorRecord) => ({
      y: tf.conv1d(tf.reshape(get(tensors, 'x'), [1, 3, 4]) as Tensor3D, tf.ones([1, 4, 2]) as Tensor3D, 1, 'same'),
    });
    expect(() => compile(convolve, { x: float(3, 4) })).toThrow(/kernel Conv2D.*kernels\.ts/);
  });

  it('refuses to read numbers and to use tensors from outside', () => {
    expect(() =>
      compile(({ x }) => ({ y: tf.scalar(numberAt((x as Tensor).dataSync(), 0)) }), { x: float(1) }),
    ).toThrow(/not known while compiling/);
    const outside = { dataId: {}, shape: [1], dtype: 'float32' } as Tensor;
    expect(() => compile(() => ({ y: outside }), { x: float(1) })).toThrow(/outside/);
  });

  it('puts the backend back after an error', () => {
    const before = tf.engine().backendName ?? null;
    expect(() => compile(() => ({ y: tf.fft(tf.complex([1], [1])) }), { x: float(1) })).toThrow(/no entry for/);
    expect(tf.engine().backendName ?? null).toBe(before);
    expect(operators(compile(({ x }) => ({ y: tf.exp(x as Tensor) }), { x: float(1) }))).toEqual(['Exp']);
  });

  it('gives the sign without the operator that WebGPU lacks, where it compiles for WebGPU', async () => {
    const signs = ({ x }: TensorRecord) => ({ y: tf.sign(x as Tensor) });
    expect(operators(compile(signs, { x: float(7) }))).toEqual(['Sign']);
    const model = compile(signs, { x: float(7) }, 'webgpu');
    expect(operators(model)).not.toContain('Sign');
    const session = await openSession(model.bytes);
    const { y } = await session.run({ x: Float32Array.of(-3e38, -1, -1e-30, 0, 1e-30, 0.5, 3e38) });
    expect([...(y ?? [])]).toEqual([-1, -1, -1, 0, 1, 1, 1].map((sign) => expect.closeTo(sign, 6) as number));
    await session.dispose();
  });

  it('computes constants of every type while it compiles', async () => {
    const model = compile(
      ({ x }) => {
        const mask = tf.tensor1d([true, false, true], 'bool');
        const whole = tf.tensor1d([1, 2, 3], 'int32');
        const filled = tf.cast(tf.fill([3], 2.7), 'int32');
        const truth = tf.cast(tf.cast(tf.fill([3], 0.5), 'bool'), 'float32');
        const numbers = tf.add(tf.cast(whole, 'float32'), tf.cast(filled, 'float32'));
        return { y: tf.where(mask, tf.add(x as Tensor, numbers), truth), n: tf.fill([2], 7, 'int32') };
      },
      { x: float(3) },
    );
    const session = await openSession(model.bytes);
    const { y, n } = await session.run({ x: Float32Array.of(10, 20, 30) });
    expect([[...(y ?? [])], [...(n ?? [])]]).toEqual([
      [13, 1, 35],
      [7, 7],
    ]);
    await session.dispose();
  });

  it('leaves out what changes nothing: an identical order, one piece of a whole, powers that are products or roots', () => {
    const model = compile(
      (tensors) => {
        const x = get(tensors, 'x');
        const [whole] = tf.split(tf.transpose(x, [0, 1]), 1, 1);
        return { y: tf.pow(tf.concat([whole as Tensor2D], 0), 2), z: tf.pow(x, 0.5) };
      },
      { x: float(2, 4) },
    );
    expect(operators(model).sort()).toEqual(['Mul', 'Sqrt']);
  });

  it('splits into equal parts, and into given ones of which one is the rest', async () => {
    const model = compile(
      (tensors) => {
        const x = get(tensors, 'x');
        const [a, b] = tf.split(x, 2, 1);
        const [first, rest] = tf.split(x, [1, -1], 1);
        return {
          y: tf.sub(b as Tensor2D, a as Tensor2D),
          z: tf.add(tf.sum(rest as Tensor2D, 1), tf.sum(first as Tensor2D, 1)),
        };
      },
      { x: float(1, 4) },
    );
    const session = await openSession(model.bytes);
    const { y, z } = await session.run({ x: Float32Array.of(1, 2, 5, 9) });
    expect([[...(y ?? [])], [...(z ?? [])]]).toEqual([[4, 7], [17]]);
    await session.dispose();
  });

  it('says what it cannot record: shapes that do not broadcast, a fifth open dimension, batches of rows to gather', () => {
    expect(() =>
      compile((tensors) => ({ y: tf.add(get(tensors, 'x'), get(tensors, 'w')) }), { x: float(2, 3), w: float(2, 4) }),
    ).toThrow(/\[2,3\] and \[2,4\]|broadcast/);
    const open = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, float(name)]));
    expect(() => compile(({ a }) => ({ y: tf.exp(a as Tensor) }), open)).toThrow(/at most 4 dimensions/);
    expect(() =>
      compile((tensors) => ({ y: tf.gather(get(tensors, 'x'), tf.tensor2d([[0], [1]], [2, 1], 'int32'), 1, 1) }), {
        x: float(2, 3),
      }),
    ).toThrow(/no batched gather/);
  });

  it('records what is computed twice once, and nothing that is not needed', () => {
    const model = compile(
      (tensors) => {
        const x = get(tensors, 'x');
        tf.tanh(x);
        return { y: tf.add(tf.exp(x), tf.mul(tf.exp(x), 1)), z: tf.exp(x) };
      },
      { x: float(2, 2) },
    );
    expect(operators(model).sort()).toEqual(['Add', 'Exp']);
  });

  it('makes one node of a product and its bias, and transposes without a copy', () => {
    const model = compile(
      (tensors) => ({
        y: tf.relu(tf.add(tf.matMul(get(tensors, 'x'), get(tensors, 'w'), true, true), get(tensors, 'b'))),
      }),
      { x: float(3, 2), w: float(4, 3), b: float(4) },
    );
    expect(operators(model)).toEqual(['Gemm', 'Relu']);
  });

  it('does not write out broadcasts', () => {
    const model = compile(
      (tensors) => ({ y: tf.mul(get(tensors, 'x'), tf.broadcastTo(tf.reshape(get(tensors, 's'), [3, 1]), [3, 4])) }),
      { x: float(3, 4), s: float(3) },
    );
    expect(operators(model)).toEqual(['Reshape', 'Mul']);
  });

  it('leaves a dimension given by name open', async () => {
    const model = compile(
      (tensors) => {
        const x = get(tensors, 'x');
        const heads = tf.reshape(x, [-1, 2, 2]); // [n, 2, 2]
        return { y: tf.reshape(tf.softmax(heads), [-1, 4]) };
      },
      { x: float('n', 4) },
    );
    expect(model.outputs).toEqual({ y: float('n', 4) });
    const session = await openSession(model.bytes);
    for (const n of [1, 3, 1000]) {
      const { y } = await session.run({ x: new Float32Array(n * 4) });
      expect(y).toEqual(new Float32Array(n * 4).fill(0.5));
    }
    await expect(session.run({ x: new Float32Array(5) })).rejects.toThrow(/\[n, 4\]/);
    await session.dispose();
  });

  it('says when a result depends on the size of an open dimension', () => {
    const mean = (tensors: TensorRecord) => ({ y: tf.broadcastTo(get(tensors, 's'), [10007, 4]) });
    expect(() => compile(mean, { s: float(1, 4), x: float('n', 4) })).toThrow(/known only when the model runs/);
  });

  it('gives back inputs and constants as outputs', async () => {
    const model = compile(({ x }) => ({ same: x as Tensor, again: x as Tensor, three: tf.fill([3, 30], 3) }), {
      x: float(2),
    });
    const session = await openSession(model.bytes);
    const found = await session.run({ x: Float32Array.of(1, 2) });
    expect(found).toEqual({
      same: Float32Array.of(1, 2),
      again: Float32Array.of(1, 2),
      three: new Float32Array(90).fill(3),
    });
    await session.dispose();
  });
});

describe('Recurrence', () => {
  it('carries state from step to step, over models that share it', async () => {
    const open = (by: number) =>
      openSession(
        compile(
          ({ a, x }) => ({
            [nextName('a')]: tf.add(tf.mul(a as Tensor, by), x as Tensor),
            sum: tf.sum(a as Tensor),
          }),
          { a: float(2), x: float(2) },
        ).bytes,
      );
    const [double, triple] = [await open(2), await open(3)];
    const recurrence = new Recurrence({ a: Float32Array.of(1, 2) });
    const x = Float32Array.of(0, 1);
    await recurrence.step(double, { x });
    expect(recurrence.state['a']).toEqual(Float32Array.of(2, 5));
    const { sum } = await recurrence.step(triple, { x });
    expect(sum).toEqual(Float32Array.of(7));
    expect(recurrence.state['a']).toEqual(Float32Array.of(6, 16));
    x[0] = 10;
    await recurrence.step(triple, { x });
    await recurrence.step(double, { x });
    expect(recurrence.state['a']).toEqual(Float32Array.of(66, 99));
    await double.dispose();
    await triple.dispose();
  });
});
