import { expect, it } from 'vitest';
import type { TrainingData } from '../data/training-data.ts';
import { packCodes } from '../../numerics/pack.ts';
import { runRows } from '../model/network-session.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import { Random } from '../../numerics/random.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';
import { float32At, uint8At } from '../../../shared/at.ts';

const options: TrainingOptions = {
  method: 'itq',
  bits: 16,
  epochs: 1,
  batch: 64,
  hidden: null,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};
const width = 24;
const encoder = { id: 'photos', imageWidth: width, textWidth: width, sharedWidth: width };

/** Photos with a mean far from 0 and most variance in a few directions, which random rotations mostly miss. */
function photos(count: number, captions = 0): TrainingData {
  const random = new Random(7);
  const draw = (rows: number) =>
    Float32Array.from({ length: rows * width }, (_, i) => 3 + random.normal() / (1 + 0.5 * (i % width)));
  return {
    imageRows: draw(count),
    textRows: draw(captions),
    imageWidth: width,
    textWidth: width,
    sharedWidth: width,
    captionPhoto: Int32Array.from({ length: captions }, (_, i) => i % count),
    photoTags: Array.from({ length: count }, () => []),
  };
}

/** Share of the ten nearest photos by Euclidean distance among the ten nearest by code. */
async function neighboursKept(image: Uint8Array, data: TrainingData, bits: number): Promise<number> {
  const session = await openSession(image, { threads: 1 });
  const codes = packCodes((await runRows(session, { rows: data.imageRows, width }, { real: bits })).real, bits);
  await session.dispose();
  const count = data.imageRows.length / width;
  const bytes = bits / 8;
  const nearest = (distance: (j: number) => number, i: number) => {
    const others = [...Array(count).keys()].filter((j) => j !== i).map((j) => [distance(j), j] as const);
    return new Set(
      others
        .sort(([a], [b]) => a - b)
        .map(([, j]) => j)
        .slice(0, 10),
    );
  };
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const squares = (j: number) => {
      let sum = 0;
      for (let d = 0; d < width; d++) {
        sum += (float32At(data.imageRows, i * width + d) - float32At(data.imageRows, j * width + d)) ** 2;
      }
      return sum;
    };
    const hamming = (j: number) => {
      let sum = 0;
      for (let b = 0; b < bytes; b++) {
        sum += (uint8At(codes, i * bytes + b) ^ uint8At(codes, j * bytes + b)).toString(2).replaceAll('0', '').length;
      }
      return sum;
    };
    const near = nearest(squares, i);
    for (const j of nearest(hamming, i)) kept += Number(near.has(j));
  }
  return kept / (10 * count);
}

it('learns from photos without a single caption, and keeps more neighbours than a random rotation', async () => {
  const data = photos(200);
  const learned = await train({ data, encoder, options });
  expect(learned).toMatchObject({ evaluation: null, bestEpoch: null, epochs: [] });
  const kept = await neighboursKept(learned.image, data, 16);
  const rotated = async (centre: boolean) => {
    const model = await train({ data, encoder, options: { ...options, method: 'rotation', settings: { centre } } });
    return neighboursKept(model.image, data, 16);
  };
  expect(kept).toBeGreaterThan(await rotated(true));
  // A library's model before any training, which has seen no photo.
  expect(kept).toBeGreaterThan(1.5 * (await rotated(false)));
});

it('makes more bits than there are shared features, and is judged where there are captions', async () => {
  const model = await train({ data: photos(100, 200), encoder, options: { ...options, bits: 64 } });
  expect(model.evaluation?.protocol).toBe('single');
  expect(model.epochs).toHaveLength(1);
});

it('says that an encoder without shared features needs captions', async () => {
  const unshared = { ...photos(100, 200), sharedWidth: 0 };
  await expect(train({ data: unshared, encoder: { ...encoder, sharedWidth: 0 }, options })).rejects.toThrow(
    /learns from captions/,
  );
});

it('leaves other methods to refuse a library without captions', async () => {
  await expect(train({ data: photos(100), encoder, options: { ...options, method: 'cvh' } })).rejects.toMatchObject({
    code: 'too-few-pairs',
  });
});
