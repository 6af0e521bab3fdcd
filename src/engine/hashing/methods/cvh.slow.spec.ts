import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';

const options: TrainingOptions = {
  method: 'cvh',
  bits: 16,
  epochs: 1,
  batch: 64,
  hidden: null,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};

it('finds the structure of synthetic pairs in one go', async () => {
  const data = topicData({ photos: 200 });
  const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
  const model = await train({ data, encoder, options });
  expect(model.epochs).toHaveLength(1);
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.5);
  expect(model.options).toMatchObject({ regularisation: 1 });
});

it('makes more bits than there are directions', async () => {
  const data = topicData({ photos: 200 });
  // Ten numbers a text, as the topics of the Wikipedia set.
  const textRows = data.textRows.filter((_, i) => i % 24 < 10);
  const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 10, sharedWidth: 0 };
  const model = await train({ data: { ...data, textRows, textWidth: 10 }, encoder, options: { ...options, bits: 64 } });
  expect(model.epochs[0]?.map.mean).toBeGreaterThan(0.5);
});
