import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHashModel } from '../model/hash-model.ts';
import { writeModel } from '../model/model-files.ts';
import { Random } from '../../numerics/random.ts';
import { rotationModel, type RotationRequest } from './rotation.ts';
import { float32At, uint8At } from '../../../shared/at.ts';

const encoder = { id: 'test', imageWidth: 12, textWidth: 10, sharedWidth: 8 };

async function opened<T>(
  request: RotationRequest,
  use: (model: Awaited<ReturnType<typeof openHashModel>>) => Promise<T>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'hashlens-'));
  const dir = join(folder, 'model');
  await writeModel(dir, rotationModel(request));
  const model = await openHashModel(dir, { threads: 1 });
  try {
    return await use(model);
  } finally {
    await model.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows of one coordinate each, with numbers after the shared part that must not matter. */
const axes = (width: number) =>
  Float32Array.from({ length: 8 * width }, (_, i) =>
    i % width === Math.floor(i / width) ? 1 : i % width >= 8 ? 5 : 0,
  );

it('turns the shared features alone, the same way for photos and texts', async () => {
  await opened({ encoder, bits: 8, seed: 1 }, async (model) => {
    expect(model.manifest).toMatchObject({ method: 'rotation', evaluation: null, bestEpoch: null });
    const images = await model.encodeImages(axes(12));
    const texts = await model.encodeTexts(axes(10), []);
    expect(images.codes).toEqual(texts.codes);
    // The images of the axes are orthonormal.
    for (let a = 0; a < 8; a++) {
      for (let b = 0; b < 8; b++) {
        let product = 0;
        for (let j = 0; j < 8; j++) product += float32At(images.real, a * 8 + j) * float32At(images.real, b * 8 + j);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
  });
});

it('puts rotations side by side for more bits than features, and distance follows the angle', async () => {
  await opened({ encoder, bits: 4096, seed: 1 }, async (model) => {
    const random = new Random(2);
    const rows = Float32Array.from({ length: 20 * 10 }, () => random.normal());
    const { codes } = await model.encodeTexts(rows, []);
    for (let i = 1; i < 20; i++) {
      const a = rows.subarray(0, 8);
      const b = rows.subarray(i * 10, i * 10 + 8);
      const cosine = a.reduce((sum, x, j) => sum + x * float32At(b, j), 0) / (Math.hypot(...a) * Math.hypot(...b));
      let different = 0;
      for (let j = 0; j < 512; j++) {
        different += (uint8At(codes, j) ^ uint8At(codes, i * 512 + j)).toString(2).replaceAll('0', '').length;
      }
      expect(Math.abs(different / 4096 - Math.acos(cosine) / Math.PI)).toBeLessThan(0.04);
    }
  });
});

it('takes means off where they are given', async () => {
  const image = Float32Array.from({ length: 8 }, (_, i) => i);
  const means = { image, text: new Float32Array(8) };
  await opened({ encoder, bits: 16, seed: 1, means }, async (model) => {
    const { real } = await model.encodeImages(Float32Array.of(...image, 1, 2, 3, 4));
    expect(Math.max(...real.map(Math.abs))).toBeLessThan(1e-5);
  });
});

it('says that an encoder without shared features needs training', () => {
  expect(() => rotationModel({ encoder: { ...encoder, sharedWidth: 0 }, bits: 16, seed: 1 })).toThrow(/trained model/);
});
