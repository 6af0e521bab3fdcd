// Code radius for pictures of one burst, on rows as close to each other as those of CLIP.
import { expect, it } from 'vitest';
import type { ModelId } from '../../shared/contract/ids.ts';
import { rotationModel } from '../hashing/methods/rotation.ts';
import { openModelFiles } from '../hashing/model/hash-model.ts';
import { manifestOf } from '../hashing/model/model-files.ts';
import { meanRow } from '../hashing/networks/linear-code.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import { hammingDistance } from '../numerics/popcount.ts';
import { Random } from '../numerics/random.ts';
import { float32At } from '../../shared/at.ts';
import { burstRadius } from './burst-radius.ts';

const width = 256;
const encoder = { id: 'joint', imageWidth: width, textWidth: width, sharedWidth: width };
const pairs = 200;

const unit = (row: Float32Array): Float32Array => {
  const norm = Math.hypot(...row);
  return row.map((x) => x / norm);
};

/**
 * `[2 pairs, width]`: each photo is followed by another one of its burst, with a cosine of .968. Means have a
 * squared norm of .55.
 */
function burstRows(): Float32Array {
  const random = new Random(3);
  const direction = () => unit(Float32Array.from({ length: width }, () => random.normal()));
  const sum = (a: Float32Array, x: number, b: Float32Array, y: number) =>
    unit(a.map((value, i) => x * value + y * float32At(b, i)));
  const common = direction();
  const rows = new Float32Array(2 * pairs * width);
  for (let pair = 0; pair < pairs; pair++) {
    const photo = sum(common, Math.sqrt(0.55), direction(), Math.sqrt(0.45));
    rows.set(photo, 2 * pair * width);
    rows.set(sum(photo, 0.968, direction(), Math.sqrt(1 - 0.968 ** 2)), (2 * pair + 1) * width);
  }
  return rows;
}

/** Shares of near pairs: among pairs of one burst, and among pairs of different bursts. */
async function foundBy(id: ModelId, rows: Float32Array, centre: boolean) {
  const mean = meanRow({ values: rows, width });
  const made = rotationModel({
    encoder,
    bits: 128,
    seed: 1,
    ...(centre ? { means: { image: mean, text: mean } } : {}),
  });
  const model = await openModelFiles({ ...made, manifest: manifestOf(id, made) }, { threads: 1 });
  const radius = burstRadius({ id, model }, encoder.id);
  const { codes } = await model.encodeImages(rows);
  await model.dispose();
  const code = (photo: number) => codes.subarray(photo * 16, (photo + 1) * 16);
  const near = (apart: number) =>
    Array.from({ length: pairs - 1 }, (_, i) => hammingDistance(code(2 * i), code(2 * i + apart)) <= radius).filter(
      Boolean,
    ).length / pairs;
  return { ofOneBurst: near(1), ofTwo: near(2) };
}

it('finds as many pictures of one burst by centred codes as by plain ones, and none of another burst', async () => {
  const rows = burstRows();
  const plain = await foundBy(rotationId(encoder.id), rows, false);
  const centred = await foundBy(centredId(encoder.id), rows, true);
  expect(plain.ofOneBurst).toBeGreaterThan(0.4);
  expect(centred.ofOneBurst).toBeGreaterThan(plain.ofOneBurst - 0.1);
  expect([plain.ofTwo, centred.ofTwo]).toEqual([0, 0]);
});
