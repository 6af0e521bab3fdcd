import { expect, it } from 'vitest';
import {
  expectSameAfterInterruption,
  syntheticEncoder,
  syntheticOptions,
} from '../../../../test/support/synthetic-training.ts';
import { topicData } from '../../../../test/support/topic-data.ts';
import { train } from '../training/trainer.ts';

const rate = (method: string) => {
  if (method === 'djsrh') return { imageRate: 0.3, textRate: 0.3 };
  return method === 'cirh' ? { learningRate: 0.01, teacherWidth: 32 } : { learningRate: 0.3 };
};

it.each(['djsrh', 'jdsh', 'dsah', 'dgcpn', 'cirh'])(
  '%s learns the structure of synthetic pairs from similarities',
  async (method) => {
    const model = await train({
      data: topicData({ photos: 300 }),
      encoder: syntheticEncoder,
      options: { ...syntheticOptions, epochs: 6, method, settings: rate(method) },
    });
    expect(model.epochs).toHaveLength(6);
    expect(model.epochs.at(-1)?.loss).toBeLessThan(model.epochs[0]?.loss ?? 0);
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.3);
  },
);

it.each(['djsrh', 'dgcpn', 'cirh'])('%s that was interrupted goes on to the same model', async (method) => {
  const data = topicData({ photos: 120 });
  const options = { ...syntheticOptions, epochs: 3, method, settings: rate(method) };
  await expectSameAfterInterruption({ data, encoder: syntheticEncoder, options }, 1);
});
