import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';
import { openModelFiles } from '../model/hash-model.ts';
import { manifestOf } from '../model/model-files.ts';

const options: Omit<TrainingOptions, 'method'> = {
  bits: 16,
  epochs: 1,
  batch: 64,
  hidden: null,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};

/** The least mean mAP of each method on synthetic pairs; random codes have about a tenth. */
const least = {
  cmfh: 0.4,
  fsh: 0.4,
  imh: 0.3,
  lssh: 0.25,
  rfdh: 0.4,
  'cvh-tables': 0.3,
  batch: 0.4,
  dlfh: 0.4,
  lemon: 0.3,
  dch: 0.4,
  fomh: 0.3,
  mtfh: 0.3,
};

it.each(Object.entries(least))('%s finds the structure of synthetic pairs', async (method, map) => {
  const data = topicData({ photos: 200 });
  const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
  const settings = method === 'lssh' ? { atoms: 64, iterations: 5 } : {};
  const model = await train({ data, encoder, options: { ...options, method, settings } });
  expect(model.epochs).toHaveLength(1);
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(map);
  // The model's files give the same codes as the training measured.
  const opened = await openModelFiles({ manifest: manifestOf(method, model), image: model.image, text: model.text });
  const { codes } = await opened.encodeImages(data.imageRows.subarray(0, 24 * 8));
  expect(codes).toHaveLength(8 * 2);
  await opened.dispose();
});

it.each(Object.keys(least))('%s makes more bits than a text has numbers', async (method) => {
  const data = topicData({ photos: 120 });
  const textRows = data.textRows.filter((_, i) => i % 24 < 10);
  const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 10, sharedWidth: 0 };
  const settings = method === 'lssh' ? { atoms: 64, iterations: 2 } : {};
  const model = await train({
    data: { ...data, textRows, textWidth: 10 },
    encoder,
    options: { ...options, method, settings, bits: 64 },
  });
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.12);
});

it.each(['batch', 'dlfh', 'lemon', 'dch', 'fomh', 'mtfh'])(
  '%s says what is missing where there are no tags',
  async (method) => {
    const data = topicData({ photos: 60 });
    const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
    const untagged = { ...data, photoTags: data.photoTags.map(() => []) };
    await expect(train({ data: untagged, encoder, options: { ...options, method } })).rejects.toThrow(
      expect.objectContaining({
        code: 'too-few-pairs',
        message: expect.stringContaining('learns from tags') as string,
      }),
    );
  },
);
