import { expect, it } from 'vitest';
import {
  expectSameAfterInterruption,
  syntheticEncoder,
  syntheticOptions,
} from '../../../../test/support/synthetic-training.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';

const settings: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  dadh: { learningRate: 0.002, discriminatorWidth: 16 },
  hmah: {
    ...{ learningRate: 0.01, teacherRate: 0.005, middle: 32, graph: 32, words: 32 },
    ...{ discriminator: 16, discriminatorSecond: 8 },
  },
  ugach: { learningRate: 0.002 },
  agch: { graph: 32 },
};
const requestOf = (method: string, data = topicData({ photos: 300 }), epochs = 12) => ({
  data,
  encoder: syntheticEncoder,
  options: { ...syntheticOptions, epochs, method, settings: settings[method] ?? {} },
});

it.each(Object.keys(settings))('%s learns the structure of synthetic pairs', async (method) => {
  const model = await train(requestOf(method));
  expect(model.epochs).toHaveLength(12);
  expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.4);
});

it.each(['dadh', 'hmah', 'ugach'])('%s that was interrupted goes on to the same model', async (method) => {
  await expectSameAfterInterruption(requestOf(method, topicData({ photos: 120 }), 4), 2);
});

it.each(['dadh', 'hmah'])('%s says what is missing where there are no tags', async (method) => {
  const data = topicData({ photos: 60, tags: false });
  await expect(train(requestOf(method, data))).rejects.toThrow(
    expect.objectContaining({
      code: 'too-few-pairs',
      message: expect.stringContaining('learns from tags') as string,
    }),
  );
});
