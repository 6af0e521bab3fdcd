import * as tf from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openNetworks } from './evaluation-networks.ts';
import type { Networks } from '../networks/network.ts';
import { mlp } from '../networks/mlp.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { Random } from '../../numerics/random.ts';
import { Yielder } from '../../runtime/yielder.ts';
import { parametersOf } from '../networks/network.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions, TrainingRequest } from '../training/training.ts';
import { float32At } from '../../../shared/at.ts';

const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
const options: TrainingOptions = {
  method: 'ucmfh',
  bits: 16,
  epochs: 1,
  batch: 64,
  hidden: 32,
  negatives: 64,
  seed: 1,
  device: 'auto',
  threads: 1,
  settings: { feedForward: 32 },
};
const request = (changes: Partial<TrainingOptions> = {}): TrainingRequest => ({
  data: topicData({ photos: 200, topics: 200, tags: false }),
  encoder,
  options: { ...options, ...changes },
});

describe('the protocol of a training', () => {
  it('says how its epochs were measured and leaves the networks of search as they are', async () => {
    const single = await train(request());
    const paired = await train(request({ protocol: 'paired' }));
    const overBatch = await train(request({ protocol: 'paired', batchAttention: true }));
    expect(single.evaluation).toMatchObject({ protocol: 'single' });
    expect(paired.evaluation).toMatchObject({ protocol: 'paired' });
    expect(overBatch.evaluation).toMatchObject({ protocol: 'paired', batchAttention: true });
    // Codes of pairs are not those of their halves.
    const found = [single, paired, overBatch].map(({ epochs }) => epochs[0]?.map.mean);
    expect(new Set(found).size).toBe(3);
    expect(Buffer.compare(single.image, paired.image)).toBe(0);
    expect(Buffer.compare(single.text, paired.text)).toBe(0);
  });

  it('is refused where the method does not have it', async () => {
    const ucch = { method: 'ucch', settings: {} };
    await expect(train(request({ ...ucch, protocol: 'paired' }))).rejects.toThrow(
      /ucch.*no protocol paired; use single/,
    );
    await expect(train(request({ batchAttention: true }))).rejects.toThrow(/belongs to the protocol paired/);
    const rotation = { method: 'rotation', settings: {}, protocol: 'paired' as const };
    const shared = { ...encoder, sharedWidth: 24 };
    const data = { ...topicData({ photos: 60 }), sharedWidth: 24 };
    await expect(train({ ...request(rotation), data, encoder: shared })).rejects.toThrow(
      /rotation.*no protocol paired/,
    );
  });

  it('needs a caption for every photo when it is paired', async () => {
    const { imageRows, photoTags, ...rest } = topicData({ photos: 60 });
    const more = new Float32Array(imageRows.length + 24).fill(0.1);
    more.set(imageRows);
    const data = { ...rest, imageRows: more, photoTags: [...photoTags, []] };
    await expect(train({ ...request({ protocol: 'paired' }), data })).rejects.toThrow(/a caption for every photo/);
  });
});

describe('attention over the batch', () => {
  it('gives pairs of one batch to the network together, in order', async () => {
    const data = topicData({ photos: 300, captionsPerPhoto: 1 });
    const random = new Random(2);
    const plain: Networks = {
      image: mlp('image', [24, 8], random, (x) => x as Tensor2D),
      text: mlp('text', [24, 8], random, (x) => x as Tensor2D),
    };
    // Each output less the mean of its batch: it shows who was in it.
    const networks: Networks = {
      ...plain,
      pairOverBatch: (parameters, images, texts) => {
        const less = (x: Tensor2D) => tf.sub(x, tf.mean(x, 0, true)) as Tensor2D;
        return {
          image: less(plain.image.forward(parameters, images)),
          text: less(plain.text.forward(parameters, texts)),
        };
      },
    };
    const values = Object.fromEntries(Object.entries(parametersOf(networks)).map(([name, p]) => [name, p.initial]));
    const opened = await openNetworks(data, networks, networks.pairOverBatch ?? null, 8, 1);
    const all = Int32Array.from({ length: 300 }, (_, i) => i);
    const real = await opened.images(values, all, new Yielder());
    await opened.dispose();
    const meanOf = (from: number, to: number) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += float32At(real, i * 8);
      return sum / (to - from);
    };
    for (const [from, to] of [
      [0, 128],
      [128, 256],
      [256, 300],
    ] as const) {
      expect(meanOf(from, to)).toBeCloseTo(0, 4);
    }
    expect(Math.abs(meanOf(0, 100))).toBeGreaterThan(1e-3);
  });
});
