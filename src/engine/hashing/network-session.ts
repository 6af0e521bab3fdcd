// Hash networks as ONNX: with their parameters fixed, as files; or as inputs, to follow a training without recompiling.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { compile, type TensorSpec } from '../compute/compile.ts';
import { openSession, type Session } from '../compute/sessions.ts';
import type { Arrays, Network, Networks } from './methods/method.ts';

/** Input and output of a network's ONNX file. */
export const rowsInput = 'rows';
export const realOutput = 'real';
/** Rows encoded at a time: enough to keep the cores busy, few enough to stay in cache. */
const chunk = 1024;

/** The ONNX file of a network: `rows` `[n, width]` -> `real` `[n, bits]`. `values` by parameter name. */
export function exportNetwork(network: Network, values: Arrays): Uint8Array {
  const { bytes } = compile(
    (inputs) => {
      const parameters = Object.entries(network.parameters).map(([name, { shape }]): [string, Tensor] => {
        const data = values[name];
        if (data === undefined) throw new Error(`no values for parameter ${name}`);
        return [name, tf.tensor(data, [...shape], 'float32')];
      });
      const rows = inputs[rowsInput] as Tensor2D;
      return { [realOutput]: network.forward(Object.fromEntries(parameters), rows) };
    },
    { [rowsInput]: { shape: ['n', network.width], dtype: 'float32' } },
  );
  return bytes;
}

/** The ONNX file of whole pairs: `imageRows`, `textRows` -> `image`, `text`, all `[n, ...]`. Null where there is none. */
export function exportPair({ image, text, pair }: Networks, values: Arrays): Uint8Array | null {
  if (pair === undefined) return null;
  const parameters = Object.entries({ ...image.parameters, ...text.parameters });
  const { bytes } = compile(
    ({ imageRows, textRows }) => {
      const tensors = parameters.map(([name, { shape }]): [string, Tensor] => {
        const data = values[name];
        if (data === undefined) throw new Error(`no values for parameter ${name}`);
        return [name, tf.tensor(data, [...shape], 'float32')];
      });
      return { ...pair(Object.fromEntries(tensors), imageRows as Tensor2D, textRows as Tensor2D) };
    },
    {
      imageRows: { shape: ['n', image.width], dtype: 'float32' },
      textRows: { shape: ['n', text.width], dtype: 'float32' },
    },
  );
  return bytes;
}

/** Feature rows `[n, width]`, or some of them by index -> network outputs `[n, bits]`. */
export async function runRows(
  session: Session,
  rows: Float32Array,
  width: number,
  bits: number,
  indices?: Int32Array,
  parameters: Arrays = {},
): Promise<Float32Array> {
  const count = indices?.length ?? rows.length / width;
  const real = new Float32Array(count * bits);
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count);
    let part = rows.subarray(start * width, end * width);
    if (indices !== undefined) {
      part = new Float32Array((end - start) * width);
      for (let i = start; i < end; i++) {
        const row = indices[i] ?? 0;
        part.set(rows.subarray(row * width, (row + 1) * width), (i - start) * width);
      }
    }
    const results = await session.run({ ...parameters, [rowsInput]: part });
    const out = results[realOutput];
    if (!(out instanceof Float32Array)) throw new TypeError(`the network gives no ${realOutput}`);
    real.set(out, start * bits);
  }
  return real;
}

/** A network whose parameters are given at each call. */
export class LiveNetwork {
  readonly #network: Network;
  readonly #session: Session;
  readonly #bits: number;

  private constructor(network: Network, session: Session, bits: number) {
    this.#network = network;
    this.#session = session;
    this.#bits = bits;
  }

  static async open(network: Network, bits: number, threads: number): Promise<LiveNetwork> {
    const parameters = Object.entries(network.parameters);
    const inputs: Record<string, TensorSpec> = { [rowsInput]: { shape: ['n', network.width], dtype: 'float32' } };
    for (const [name, { shape }] of parameters) inputs[name] = { shape, dtype: 'float32' };
    const forward = (tensors: Readonly<Record<string, Tensor>>) => ({
      [realOutput]: network.forward(tensors, tensors[rowsInput] as Tensor2D),
    });
    return new LiveNetwork(network, await openSession(compile(forward, inputs).bytes, { threads }), bits);
  }

  /** Outputs `[indices, bits]` of the rows at `indices`. */
  async real(values: Arrays, rows: Float32Array, indices: Int32Array): Promise<Float32Array> {
    const parameters: Record<string, Float32Array> = {};
    for (const name of Object.keys(this.#network.parameters)) {
      const data = values[name];
      if (data === undefined) throw new Error(`no values for parameter ${name}`);
      parameters[name] = data;
    }
    return runRows(this.#session, rows, this.#network.width, this.#bits, indices, parameters);
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
