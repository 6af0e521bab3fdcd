// Cosine similarities between many rows and many rows, a block at a time.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { compile } from './onnx/compile.ts';
import { openSession, type OnnxSession } from './onnx/sessions.ts';
import type { Yielder } from '../runtime/yielder.ts';
import { float32At } from '../../shared/at.ts';

/** Similarities computed in one block. */
const blockSize = 4_000_000;

/**
 * Cuts rows `[n, rowWidth]` to their first `width` numbers and scales them to unit length, `[n, width]`. A row of zeros
 * (a text without a known word) stays zero; its similarity to everything is 0.
 */
export function unitRowsOf(rows: Float32Array, rowWidth: number, width = rowWidth): Float32Array {
  const count = rows.length / rowWidth;
  const result = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let j = 0; j < width; j++) square += float32At(rows, i * rowWidth + j) ** 2;
    const norm = Math.sqrt(square) || 1;
    for (let j = 0; j < width; j++) result[i * width + j] = float32At(rows, i * rowWidth + j) / norm;
  }
  return result;
}

export class Similarities {
  readonly #session: OnnxSession;
  readonly #width: number;

  private constructor(session: OnnxSession, width: number) {
    this.#session = session;
    this.#width = width;
  }

  static async open(width: number, threads: number): Promise<Similarities> {
    const { bytes } = compile(
      ({ queries, items }) => ({ cosine: tf.matMul(queries as Tensor2D, items as Tensor2D, false, true) }),
      { queries: { shape: ['q', width], dtype: 'float32' }, items: { shape: ['n', width], dtype: 'float32' } },
    );
    return new Similarities(await openSession(bytes, { threads }), width);
  }

  /**
   * Returns a function that gives the similarities `[items]` of a query to every item. Call it with ascending queries,
   * once each: the returned row may be overwritten by the next call. `queries` and `items` are unit rows `[*, width]`.
   */
  rowsOf(queries: Float32Array, items: Float32Array, yielder: Yielder): (query: number) => Promise<Float32Array> {
    const width = this.#width;
    const count = items.length / width;
    const together = Math.max(1, Math.floor(blockSize / Math.max(count, 1)));
    let first = 0;
    let block: Float32Array = new Float32Array(0);
    return async (query) => {
      if (block.length === 0 || query < first || query >= first + block.length / count) {
        first = query;
        const some = queries.subarray(first * width, (first + together) * width);
        const { cosine } = await this.#session.run({ queries: some, items });
        if (!(cosine instanceof Float32Array)) throw new TypeError('the similarities are not float32');
        block = cosine;
      }
      if (yielder.due) await yielder.yieldIfDue();
      return block.subarray((query - first) * count, (query - first + 1) * count);
    };
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
