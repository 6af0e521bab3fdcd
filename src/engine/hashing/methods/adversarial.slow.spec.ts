import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';

const options: Omit<TrainingOptions, 'method'> = {
  bits: 16,
  epochs: 12,
  batch: 32,
  hidden: 64,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};
const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
const settings: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  dadh: { learningRate: 0.002, discriminatorWidth: 16 },
  hmah: {
    ...{ learningRate: 0.01, teacherRate: 0.005, middle: 32, graph: 32, words: 32 },
    ...{ discriminator: 16, discriminatorSecond: 8 },
  },
  ugach: { learningRate: 0.002 },
  agch: { graph: 32 },
};
const requestOf = (method: string, data = topicData({ photos: 300 }), epochs = options.epochs) => ({
  data,
  encoder,
  options: { ...options, epochs, method, settings: settings[method] ?? {} },
});

it.each(Object.keys(settings))('%s learns what is planted in pairs', async (method) => {
  const model = await train(requestOf(method));
  expect(model.epochs).toHaveLength(12);
  expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.4);
});

it.each(['dadh', 'hmah', 'ugach'])('%s that was interrupted goes on to the same model', async (method) => {
  const request = requestOf(method, topicData({ photos: 120 }), 4);
  const checkpoints: Uint8Array[] = [];
  const whole = await train({ ...request, onCheckpoint: (bytes) => void checkpoints.push(bytes.slice()) });
  const second = checkpoints[1];
  if (second === undefined) throw new Error('there is no checkpoint');
  const resumed = await train({ ...request, resumeFrom: second });
  expect(Buffer.from(resumed.image).equals(Buffer.from(whole.image))).toBe(true);
  expect(Buffer.from(resumed.text).equals(Buffer.from(whole.text))).toBe(true);
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
