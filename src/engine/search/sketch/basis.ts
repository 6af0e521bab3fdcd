// Main directions of the rows for re-ranking: 64 bytes in these directions rank photos almost like the whole row of
// 1.2 KB; a code of 16 bytes gives only a shortlist.
//
// A photo's score for a query is a scalar product: of the query's two unit rows with the photo's, each of those times its
// share (hashing/mixed-cosine.ts). The photos' side has few important directions (docs/measurements.md, Shortlists).
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { compile } from '../../compute/onnx/compile.ts';
import { openSession, type OnnxSession } from '../../compute/onnx/sessions.ts';
import { mainDirections } from '../../compute/main-directions.ts';
import { centred, covariance, meanRow } from '../../hashing/networks/linear-code.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import type { CandidateRows, FloatQuery } from '../rerank/rerank.ts';
import { float32At } from '../../../shared/at.ts';

/** Numbers, and bytes, in a sketch: a line of the processor's cache. */
export const sketchWidth = 64;
const largest = 127;

/** Conversion of rows to sketches: `round((directions row - offset) / step)`, within a signed byte. */
export interface SketchBasis {
  /** `[sketchWidth, stride]`, orthonormal; zeros where rows have fewer directions. */
  readonly directions: Float32Array;
  /** `[sketchWidth]`: the directions of the mean row. */
  readonly offset: Float32Array;
  /** `[sketchWidth]`: variances along the directions. */
  readonly variances: Float32Array;
  readonly step: number;
}

/** Step, offset, variances, directions: float32. */
export function packBasis({ step, offset, variances, directions }: SketchBasis): Uint8Array {
  return new Uint8Array(Float32Array.of(step, ...offset, ...variances, ...directions).buffer);
}

export function unpackBasis(bytes: Uint8Array): SketchBasis {
  // The database's buffers begin at any address; 32-bit numbers need a multiple of four.
  const values = new Float32Array(Uint8Array.from(bytes).buffer);
  const part = (i: number) => values.slice(1 + i * sketchWidth, 1 + (i + 1) * sketchWidth);
  return {
    step: float32At(values, 0),
    offset: part(0),
    variances: part(1),
    directions: values.slice(1 + 2 * sketchWidth),
  };
}

const strideOf = ({ directions }: SketchBasis): number => directions.length / sketchWidth;

/**
 * `[n, stride]`: unit rows of both parts, each times its share, such that their scalar product with `joinedQuery` is
 * the score of re-ranking (rerank.ts, similarities), or gives the same order.
 */
function joined({ ids, rows, sharedWidth, realWidth }: CandidateRows, encoderWeight: number): Float32Array {
  const stride = sharedWidth + realWidth;
  const out = new Float32Array(rows.length);
  for (let i = 0; i < ids.length; i++) {
    const from = i * stride;
    const middle = from + sharedWidth;
    const shared = length(rows, from, middle);
    // Without shared features, learned rows decide alone.
    const share = shared === 0 ? 0 : encoderWeight;
    scale(rows, out, from, middle, share, shared);
    scale(rows, out, middle, from + stride, 1 - share, length(rows, middle, from + stride));
  }
  return out;
}

/** `[stride]`: the query's rows side by side, the shared one at unit length. */
function joinedQuery({ row, real }: FloatQuery, stride: number): Float32Array {
  const sharedWidth = stride - real.length;
  const out = new Float32Array(stride);
  if (sharedWidth > 0) out.set(unitRowsOf(row, row.length, sharedWidth));
  out.set(real, sharedWidth);
  return out;
}

function length(values: Float32Array, from: number, to: number): number {
  let squares = 0;
  for (let i = from; i < to; i++) squares += float32At(values, i) ** 2;
  return Math.sqrt(squares);
}

function scale(values: Float32Array, out: Float32Array, from: number, to: number, by: number, norm: number): void {
  const factor = norm === 0 ? 0 : by / norm;
  for (let i = from; i < to; i++) out[i] = float32At(values, i) * factor;
}

/** The main directions of a sample of the library's rows, by variance. @param encoderWeight HashModel.encoderWeight */
export async function fitBasis(sample: CandidateRows, encoderWeight: number): Promise<SketchBasis> {
  const stride = sample.sharedWidth + sample.realWidth;
  const all = { values: joined(sample, encoderWeight), width: stride };
  const mean = meanRow(all);
  const rows = centred(all, mean);
  const found = await covariance(rows, rows);
  const known = Math.min(sketchWidth, stride);
  const { values, directions: main } = await mainDirections(Float32Array.from(found.to1DArray()), stride, known);
  // Rows narrower than a sketch have fewer directions; the others stay 0.
  const directions = new Float32Array(sketchWidth * stride);
  directions.set(main);
  const variances = new Float32Array(sketchWidth);
  variances.set(values);
  const offset = project(directions, mean);
  const session = await alongDirections(stride);
  try {
    const { along } = await session.run({ rows: rows.values, directions });
    if (!(along instanceof Float32Array)) throw new TypeError('the directions of the rows are not numbers');
    const most = along.reduce((largestYet, x) => Math.max(largestYet, Math.abs(x)), 0);
    return { directions, offset, variances, step: (most || 1) / largest };
  } finally {
    await session.dispose();
  }
}

/** Multiplies `rows` `[n, stride]` by `directions` `[sketchWidth, stride]`: `along` `[n, sketchWidth]`. */
function alongDirections(stride: number): Promise<OnnxSession> {
  const { bytes } = compile(
    ({ rows, directions }) => ({ along: tf.matMul(rows as Tensor2D, directions as Tensor2D, false, true) }),
    {
      rows: { shape: ['n', stride], dtype: 'float32' },
      directions: { shape: [sketchWidth, stride], dtype: 'float32' },
    },
  );
  return openSession(bytes);
}

/** directions row: `[sketchWidth]`. */
function project(directions: Float32Array, row: Float32Array): Float32Array {
  const stride = row.length;
  return Float32Array.from({ length: sketchWidth }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < stride; i++) sum += float32At(directions, k * stride + i) * float32At(row, i);
    return sum;
  });
}

/** `[sketchWidth]`: its scalar product with a photo's sketch ranks photos nearly like their scores. */
export function sketchQuery(basis: SketchBasis, query: FloatQuery): Float32Array {
  return project(basis.directions, joinedQuery(query, strideOf(basis)));
}

/**
 * Standard deviation of a query's scores over the library, as estimated from sketches: the directions are
 * uncorrelated.
 */
export function deviationOf({ variances }: SketchBasis, asked: Float32Array): number {
  return Math.sqrt(asked.reduce((sum, x, k) => sum + x * x * float32At(variances, k), 0));
}

/** Makes sketches of many rows. */
export class Sketcher {
  readonly #basis: SketchBasis;
  readonly #encoderWeight: number;
  readonly #session: OnnxSession;

  private constructor(basis: SketchBasis, encoderWeight: number, session: OnnxSession) {
    this.#basis = basis;
    this.#encoderWeight = encoderWeight;
    this.#session = session;
  }

  static async open(basis: SketchBasis, encoderWeight: number): Promise<Sketcher> {
    return new Sketcher(basis, encoderWeight, await alongDirections(strideOf(basis)));
  }

  /** `[n, sketchWidth]` */
  async sketches(rows: CandidateRows): Promise<Int8Array> {
    const { directions, offset, step } = this.#basis;
    const { along } = await this.#session.run({ rows: joined(rows, this.#encoderWeight), directions });
    if (!(along instanceof Float32Array)) throw new TypeError('the directions of the rows are not numbers');
    const out = new Int8Array(rows.ids.length * sketchWidth);
    for (let i = 0; i < out.length; i++) {
      const value = Math.round((float32At(along, i) - float32At(offset, i % sketchWidth)) / step);
      out[i] = Math.max(-largest, Math.min(largest, value));
    }
    return out;
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
