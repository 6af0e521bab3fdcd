// Dropout as inputs of a step: masks are drawn outside of the graph, so that the seed decides them on every device.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorShape, Tensors } from './network.ts';
import type { Random } from '../../numerics/random.ts';

/** Applies the mask of a place to `x`; kept numbers are divided by the share kept. A place without a mask keeps all. */
export type Dropout = (place: string, x: Tensor) => Tensor;
export const keepAll: Dropout = (_place, x) => x;

interface Mask {
  readonly place: string;
  readonly shape: readonly number[];
  readonly p: number;
  readonly data: Float32Array;
}

/** 1 / (1 - p) with probability 1 - p, else 0; two numbers of 16 bits from each draw. */
function drawMask({ data, p }: Mask, random: Random): void {
  const limit = Math.round(p * 0x10000);
  const kept = 0x10000 / (0x10000 - limit);
  for (let i = 0; i < data.length; i += 2) {
    const bits = random.bits();
    data[i] = (bits & 0xffff) >= limit ? kept : 0;
    if (i + 1 < data.length) data[i + 1] = bits >>> 16 >= limit ? kept : 0;
  }
}

/** The masks of a phase. */
export class DropoutMasks {
  readonly #masks: Mask[] = [];

  /** A mask of a shape for a place, numbers dropped with probability p; none where p is 0. */
  add(place: string, shape: readonly number[], p: number): void {
    if (p === 0) return;
    this.#masks.push({ place, shape, p, data: new Float32Array(shape.reduce((size, n) => size * n, 1)) });
  }

  /** Inputs of the phase for the masks. */
  get inputs(): Record<string, TensorShape> {
    return Object.fromEntries(this.#masks.map(({ place, shape }) => [place, { shape, dtype: 'float32' }]));
  }

  /** The inputs of a step; the arrays are reused by the next. */
  draw(random: Random): Record<string, Float32Array> {
    for (const mask of this.#masks) drawMask(mask, random);
    return Object.fromEntries(this.#masks.map(({ place, data }) => [place, data]));
  }
}

/** Applies the masks among the inputs of a step. */
export const dropoutOf =
  (given: Tensors): Dropout =>
  (place, x) => {
    const mask = given[place];
    return mask === undefined ? x : tf.mul(x, mask);
  };
