// The correction against its formula, computed in another way.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { unitRowsOf } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import { float32At, numberAt } from '../../../shared/at.ts';
import { LiveNetwork } from '../model/network-session.ts';
import { hubnessOf, correctHubness } from './hubness.ts';
import type { Network } from './network.ts';

const width = 6;
const [photos, captions] = [40, 30];
const random = new Random(7);
const unit = (count: number) =>
  unitRowsOf(
    Float32Array.from({ length: count * width }, () => random.normal()),
    width,
  );
const [images, bank, asked] = [unit(photos), unit(captions), unit(5)];

/** Rows as they are. */
const plain: Network = { width, parameters: {}, forward: (_parameters, rows) => tf.mul(rows, 1) as Tensor2D };

const cosine = (a: Float32Array, i: number, b: Float32Array, j: number, size: number) => {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += float32At(a, i * size + k) * float32At(b, j * size + k);
  return sum;
};

async function rowsOf(network: Network, rows: Float32Array, size: number): Promise<Float32Array> {
  const live = await LiveNetwork.open(network, size, 1);
  const found = await live.real(
    {},
    { rows },
    Int32Array.from({ length: rows.length / width }, (_, i) => i),
  );
  await live.dispose();
  return found;
}

/** Mean of exp(15 c) over all texts but the nearest, as a logarithm. */
const hubness = Array.from({ length: photos }, (_, photo) => {
  const all = Array.from({ length: captions }, (_c, caption) =>
    Math.exp(15 * cosine(images, photo, bank, caption, width)),
  );
  const others = all.sort((a, b) => a - b).slice(0, -1);
  return Math.log(others.reduce((sum, x) => sum + x, 0) / others.length) / 15;
});

it('gives a photo its hubness as the last number, less the mean', async () => {
  const real = correctHubness(
    { rowWidth: width, image: plain, text: plain },
    { strength: 0.5, texts: bank, centre: 0.1 },
  );
  expect(real.rowWidth).toBe(width + 1);
  const rows = await rowsOf(real.image, images, width + 1);
  for (const [photo, expected] of hubness.entries()) {
    const last = float32At(rows, (photo + 1) * (width + 1) - 1);
    expect(hubnessOf(last, 0.5) + 0.1).toBeCloseTo(expected, 4);
    expect(rows.subarray(photo * (width + 1), (photo + 1) * (width + 1) - 1)).toEqual(
      images.subarray(photo * width, (photo + 1) * width),
    );
  }
});

it('lowers the scalar product of a text and a photo by the hubness of the photo times the strength', async () => {
  const strength = 0.75;
  const real = correctHubness({ rowWidth: width, image: plain, text: plain }, { strength, texts: bank, centre: 0 });
  const [p, t] = [await rowsOf(real.image, images, width + 1), await rowsOf(real.text, asked, width + 1)];
  for (let text = 0; text < 5; text++) {
    for (let photo = 0; photo < photos; photo++) {
      const expected = cosine(asked, text, images, photo, width) - strength * numberAt(hubness, photo);
      expect(cosine(t, text, p, photo, width + 1)).toBeCloseTo(expected, 4);
    }
  }
});
