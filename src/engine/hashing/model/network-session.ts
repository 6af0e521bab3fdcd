// Hash networks as ONNX: with fixed parameters, as files; or with parameters as inputs, to evaluate a running training.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { compile, type TensorSpec } from '../../compute/onnx/compile.ts';
import { openSession, type Numbers, type OnnxSession } from '../../compute/onnx/sessions.ts';
import { gather } from '../../numerics/gather.ts';
import { valuesOf, type Arrays, type Network, type Networks, type Tensors } from '../networks/network.ts';
import { bagOf, type WordLists } from '../../text/caption-words.ts';
import { int32At } from '../../../shared/at.ts';

/** Inputs and outputs of a network's ONNX file. */
export const rowsInput = 'rows';
/** Inputs of a network that takes words; see WordBag. */
export const wordIdsInput = 'wordIds';
export const wordCountsInput = 'wordCounts';
export const realOutput = 'real';
export const embeddingOutput = 'embedding';
/** Rows encoded at a time: enough to keep the cores busy, few enough to stay in cache. */
const chunk = 1024;

/** Input of a network. */
export interface NetworkInput {
  /** `[n, width]`, row-major. */
  readonly rows: Float32Array;
  readonly width: number;
  /** Words of each row's text, for a network that takes them. */
  readonly words?: WordLists | undefined;
}

/** Inputs of a network beside the batch: parameters and statistics. */
const numbersOf = ({ parameters, statistics }: Network) => Object.entries({ ...parameters, ...statistics });

function inputSpecs({ width, takesWords }: Network): Record<string, TensorSpec> {
  const rows: TensorSpec = { shape: ['n', width], dtype: 'float32' };
  if (takesWords !== true) return { [rowsInput]: rows };
  return {
    [rowsInput]: rows,
    [wordIdsInput]: { shape: ['u'], dtype: 'int32' },
    [wordCountsInput]: { shape: ['n', 'u'], dtype: 'float32' },
  };
}

function run(network: Network, parameters: Tensors, inputs: Tensors): Tensor2D {
  const { [rowsInput]: rows, [wordIdsInput]: ids, [wordCountsInput]: counts } = inputs;
  const words = ids && counts ? { ids: ids as Tensor1D, counts: counts as Tensor2D } : undefined;
  return network.forward(parameters, rows as Tensor2D, words);
}

/**
 * The ONNX file of a network: `rows` `[n, width]`, and `wordIds` `[u]` and `wordCounts` `[n, u]` where it takes words ->
 * `real` `[n, bits]`, and `embedding` `[n, e]` where a network of the same parameters gives one. `values` by name.
 */
export function exportNetwork(network: Network, values: Arrays, embedding?: Network): Uint8Array {
  const { bytes } = compile((inputs) => {
    const parameters = Object.fromEntries(
      numbersOf(network).map(([name, { shape }]) => [name, tf.tensor(valuesOf(values, name), [...shape], 'float32')]),
    );
    return {
      [realOutput]: run(network, parameters, inputs),
      ...(embedding === undefined ? {} : { [embeddingOutput]: run(embedding, parameters, inputs) }),
    };
  }, inputSpecs(network));
  return bytes;
}

/** The ONNX file of whole pairs: `imageRows`, `textRows` -> `image`, `text`, all `[n, ...]`. Null where there is none. */
export function exportPair({ image, text, pair }: Networks, values: Arrays): Uint8Array | null {
  if (pair === undefined) return null;
  const parameters = Object.entries({ ...image.parameters, ...text.parameters });
  const { bytes } = compile(
    ({ imageRows, textRows }) => {
      const tensors = parameters.map(([name, { shape }]): [string, Tensor] => {
        return [name, tf.tensor(valuesOf(values, name), [...shape], 'float32')];
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

/**
 * All rows of a source, or those at `indices` -> a network's outputs by name, `[n, wanted[name]]` each.
 * @param wanted width of each output
 */
export async function runRows<Wanted extends Readonly<Record<string, number>>>(
  session: OnnxSession,
  { rows, width, words }: NetworkInput,
  wanted: Wanted,
  indices?: Int32Array,
  parameters: Arrays = {},
): Promise<{ readonly [Name in keyof Wanted]: Float32Array }> {
  const count = indices?.length ?? rows.length / width;
  const widths = Object.entries(wanted);
  const found = Object.fromEntries(widths.map(([name, size]) => [name, new Float32Array(count * size)]));
  for (let start = 0; start < count; start += chunk) {
    const end = Math.min(start + chunk, count);
    let part = rows.subarray(start * width, end * width);
    if (indices !== undefined) {
      part = gather(rows, indices.subarray(start, end), width, new Float32Array((end - start) * width));
    }
    const feeds: Record<string, Numbers> = { ...parameters, [rowsInput]: part };
    if (session.inputs.has(wordIdsInput)) {
      if (words === undefined) throw new Error('the network takes words, and there are none');
      const bag = bagOf(words, end - start, (i) => (indices === undefined ? start + i : int32At(indices, start + i)));
      feeds[wordIdsInput] = bag.ids;
      feeds[wordCountsInput] = bag.counts;
    }
    const results = await session.run(feeds);
    for (const [name, size] of widths) {
      const out = results[name];
      if (!(out instanceof Float32Array)) throw new TypeError(`the network gives no ${name}`);
      found[name]?.set(out, start * size);
    }
  }
  return found as { readonly [Name in keyof Wanted]: Float32Array };
}

/** A network whose parameters are given at each call. */
export class LiveNetwork {
  readonly #network: Network;
  readonly #session: OnnxSession;
  readonly #bits: number;

  private constructor(network: Network, session: OnnxSession, bits: number) {
    this.#network = network;
    this.#session = session;
    this.#bits = bits;
  }

  static async open(network: Network, bits: number, threads: number): Promise<LiveNetwork> {
    const inputs = inputSpecs(network);
    for (const [name, { shape }] of numbersOf(network)) inputs[name] = { shape, dtype: 'float32' };
    const forward = (tensors: Tensors) => ({ [realOutput]: run(network, tensors, tensors) });
    return new LiveNetwork(network, await openSession(compile(forward, inputs).bytes, { threads }), bits);
  }

  /** Outputs `[indices, bits]` of the rows at `indices`. */
  async real(values: Arrays, source: Omit<NetworkInput, 'width'>, indices: Int32Array): Promise<Float32Array> {
    const network = this.#network;
    const parameters = Object.fromEntries(numbersOf(network).map(([name]) => [name, valuesOf(values, name)]));
    const wanted = { [realOutput]: this.#bits } as const;
    const { real } = await runRows(this.#session, { ...source, width: network.width }, wanted, indices, parameters);
    return real;
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
