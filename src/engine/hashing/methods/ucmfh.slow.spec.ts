import { describe, expect, it } from 'vitest';
import { topicData } from '../../../../test/support/topic-data.ts';
import { openSession } from '../../compute/onnx/sessions.ts';
import { exportNetwork, exportPair, runRows } from '../model/network-session.ts';
import { Random } from '../../numerics/random.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions } from '../training/training.ts';
import type { PairForward } from '../networks/network.ts';
import { ucmfhNetworks, ucmfhSettings } from './ucmfh.ts';
import { numberAt } from '../../../shared/at.ts';

const options: TrainingOptions = {
  method: 'ucmfh',
  bits: 16,
  epochs: 10,
  batch: 64,
  hidden: 64,
  negatives: 4096,
  seed: 1,
  device: 'cpu',
  threads: 1,
  settings: { feedForward: 64 },
};

describe('UCMFH', () => {
  it('finds the structure of synthetic pairs with one modality in the query', async () => {
    const data = topicData({ photos: 200 });
    const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
    const model = await train({ data, encoder, options });
    expect(model.evaluation?.protocol).toBe('single');
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.8);
  });

  it('takes features of unequal, odd widths', async () => {
    const data = topicData({ photos: 60 });
    // Text rows of 21 numbers: the row of both is padded.
    const textRows = data.textRows.filter((_, i) => i % 24 < 21);
    const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 21, sharedWidth: 0 };
    const model = await train({
      data: { ...data, textRows, textWidth: 21 },
      encoder,
      options: { ...options, epochs: 2 },
    });
    expect(model.epochs).toHaveLength(2);
  });

  it('fills a missing modality in with the other where both live in one space', async () => {
    const data = { ...topicData({ photos: 60 }), sharedWidth: 24 };
    const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 24 };
    const model = await train({ data, encoder, options: { ...options, epochs: 2 } });
    expect(Buffer.from(model.image).includes('missing')).toBe(false);
    expect(model.epochs).toHaveLength(2);
  });

  describe('taken apart', () => {
    // Chance is .2: six topics.
    const parts: [string, Record<string, string | number | boolean>, number][] = [
      ['without its encoder', { fusionEncoder: false }, 0.6],
      ['without the fusion loss', { losses: 'hash' }, 0.6],
      ['without the hash loss', { losses: 'fusion' }, 0.27],
      ['measured by its real-valued rows', { realValued: true }, 0.35],
    ];
    it.each(parts)('%s', async (_name, part, reached) => {
      const data = topicData({ photos: 120 });
      const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
      const settings = { ...options.settings, ...part };
      const model = await train({ data, encoder, options: { ...options, epochs: 6, settings } });
      expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(reached);
    });

    it('refuses to measure rows of unequal width', async () => {
      const data = topicData({ photos: 60 });
      const textRows = data.textRows.filter((_, i) => i % 24 < 20);
      const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 20, sharedWidth: 0 };
      const settings = { ...options.settings, fusionEncoder: false, realValued: true };
      await expect(
        train({ data: { ...data, textRows, textWidth: 20 }, encoder, options: { ...options, settings } }),
      ).rejects.toThrow(/unequal width/);
    });
  });

  it('gives a pair the same code in any batch, unless the batch is one sequence', async () => {
    const setup = { imageWidth: 12, textWidth: 10, sharedWidth: 0, bits: 16, pairs: 64, batch: 32, epochs: 1 };
    const settings = ucmfhSettings.parse({ hidden: 32, feedForward: 32 });
    const { networks } = ucmfhNetworks({ ...setup, random: new Random(1) }, settings);
    const values = Object.fromEntries(
      Object.entries({ ...networks.image.parameters, ...networks.text.parameters }).map(([name, { initial }]) => {
        return [name, initial];
      }),
    );
    const random = new Random(2);
    const draw = (rows: number, width: number) => Float32Array.from({ length: rows * width }, () => random.normal());
    const [imageRows, textRows] = [draw(8, 12), draw(8, 10)];
    const image = await openSession(exportNetwork(networks.image, values), { threads: 1 });
    const alone = (await runRows(image, { rows: imageRows.subarray(0, 12), width: 12 }, { real: 16 })).real;
    const together = (await runRows(image, { rows: imageRows, width: 12 }, { real: 16 })).real;
    await image.dispose();
    alone.forEach((value, i) => expect(together[i]).toBeCloseTo(value, 5));

    const codes = async (forward: PairForward | undefined, rows: number) => {
      const bytes = exportPair(
        { image: networks.image, text: networks.text, ...(forward && { pair: forward }) },
        values,
      );
      const session = await openSession(bytes ?? new Uint8Array(0), { threads: 1 });
      const found = await session.run({
        imageRows: imageRows.subarray(0, rows * 12),
        textRows: textRows.subarray(0, rows * 10),
      });
      await session.dispose();
      return [...(found['text'] ?? [])].slice(0, 16);
    };
    const apart = await codes(networks.pair, 1);
    (await codes(networks.pair, 8)).forEach((value, i) => expect(value).toBeCloseTo(numberAt(apart, i), 5));
    const attending = await codes(networks.pairOverBatch, 8);
    expect(Math.max(...attending.map((value, i) => Math.abs(value - numberAt(apart, i))))).toBeGreaterThan(1e-3);
    // Queries and keys come from the seed alone.
    expect(await codes(networks.pairOverBatch, 8)).toEqual(attending);
  });

  it('trains as published, leaving no modality out', async () => {
    const data = topicData({ photos: 200 });
    const encoder = { id: 'synthetic', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
    const settings = { ...options.settings, modalityDropout: 0 };
    const model = await train({ data, encoder, options: { ...options, settings } });
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.8);
    expect(Buffer.from(model.image).includes('missing')).toBe(false);
  });
});
