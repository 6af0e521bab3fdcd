// Canonical maps as part of a network: constants, which no step changes.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { CanonicalMaps } from './canonical-maps.ts';
import { unitRows } from '../networks/mlp.ts';
import type { Arrays, Parameter, Tensors, WordTensors } from '../networks/network.ts';
import { namedIn } from '../../../shared/at.ts';

type Modality = 'image' | 'text';

export class CanonicalRows {
  readonly width: number;
  readonly #numbers: Readonly<Record<Modality, Readonly<Record<string, Parameter>>>>;

  /** @param vocabulary V; 0 where a text comes without words */
  constructor({ width, image, text }: CanonicalMaps, vocabulary: number) {
    this.width = width;
    const matrix = (initial: Float32Array): Parameter => ({ shape: [initial.length / width, width], initial });
    this.#numbers = {
      image: {
        'image.canonical.mean': { shape: [image.mean.length], initial: image.mean },
        'image.canonical.map': matrix(image.map),
      },
      text: {
        'text.canonical.map': matrix(text.map),
        'text.canonical.bias': { shape: [width], initial: text.bias },
        ...(vocabulary > 0 ? { 'text.canonical.words': matrix(text.words) } : {}),
      },
    };
  }

  /** Inputs of a network beside its parameters. */
  statistics(modality: Modality): Readonly<Record<string, Parameter>> {
    return this.#numbers[modality];
  }

  /** `[n, width]`, unit rows. */
  of(modality: Modality, tensors: Tensors, rows: Tensor2D, words?: WordTensors): Tensor2D {
    const get = (name: string): Tensor => namedIn(tensors, `${modality}.canonical.${name}`);
    if (modality === 'image') return unitRows(tf.matMul(tf.sub(rows, get('mean')), get('map')) as Tensor2D);
    let sum: Tensor = tf.add(tf.matMul(rows, get('map')), get('bias'));
    if (words !== undefined && 'text.canonical.words' in tensors) {
      sum = tf.add(sum, tf.matMul(words.counts, tf.gather(get('words'), words.ids)));
    }
    return unitRows(sum as Tensor2D);
  }

  /** Live arrays. */
  state(): Arrays {
    const all = Object.entries({ ...this.#numbers.image, ...this.#numbers.text });
    return Object.fromEntries(all.map(([name, { initial }]) => [name, initial]));
  }

  restore(state: Arrays): void {
    for (const [name, own] of Object.entries(this.state())) own.set(state[name] ?? own);
  }
}
