import { expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';

const options: Omit<TrainingOptions, 'method'> = {
  bits: 16,
  epochs: 6,
  batch: 32,
  hidden: 64,
  negatives: 1,
  seed: 1,
  device: 'cpu',
  threads: 1,
};
const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
const rate = (method: string) => {
  if (method === 'djsrh') return { imageRate: 0.3, textRate: 0.3 };
  return method === 'cirh' ? { learningRate: 0.01, teacherWidth: 32 } : { learningRate: 0.3 };
};

it.each(['djsrh', 'jdsh', 'dsah', 'dgcpn', 'cirh'])(
  '%s learns from similarities what is planted in pairs',
  async (method) => {
    const model = await train({
      data: topicData({ photos: 300 }),
      encoder,
      options: { ...options, method, settings: rate(method) },
    });
    expect(model.epochs).toHaveLength(6);
    expect(model.epochs.at(-1)?.loss).toBeLessThan(model.epochs[0]?.loss ?? 0);
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.3);
  },
);

it.each(['djsrh', 'dgcpn', 'cirh'])('%s that was interrupted goes on to the same model', async (method) => {
  const data = topicData({ photos: 120 });
  const request = { data, encoder, options: { ...options, epochs: 3, method, settings: rate(method) } };
  const checkpoints: Uint8Array[] = [];
  const whole = await train({ ...request, onCheckpoint: (bytes) => void checkpoints.push(bytes.slice()) });
  const [first] = checkpoints;
  if (first === undefined) throw new Error('there is no checkpoint');
  const resumed = await train({ ...request, resumeFrom: first });
  expect(Buffer.from(resumed.image).equals(Buffer.from(whole.image))).toBe(true);
  expect(Buffer.from(resumed.text).equals(Buffer.from(whole.text))).toBe(true);
});
