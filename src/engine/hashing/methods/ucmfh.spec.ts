import { describe, expect, it } from 'vitest';
import { plantedData } from '../planted.ts';
import { train } from '../trainer.ts';
import type { TrainingOptions } from '../training.ts';

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
  it('finds the structure of planted pairs with one modality in the query', async () => {
    const data = plantedData({ photos: 200 });
    const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
    const model = await train({ data, encoder, options });
    expect(model.evaluation?.protocol).toBe('single');
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.8);
  });

  it('takes features of unequal, odd widths', async () => {
    const data = plantedData({ photos: 60 });
    // Text rows of 21 numbers: the row of both is padded.
    const textRows = data.textRows.filter((_, i) => i % 24 < 21);
    const encoder = { id: 'planted', imageWidth: 24, textWidth: 21, sharedWidth: 0 };
    const model = await train({
      data: { ...data, textRows, textWidth: 21 },
      encoder,
      options: { ...options, epochs: 2 },
    });
    expect(model.epochs).toHaveLength(2);
  });

  it('fills a missing modality in with the other where both live in one space', async () => {
    const data = { ...plantedData({ photos: 60 }), sharedWidth: 24 };
    const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 24 };
    const model = await train({ data, encoder, options: { ...options, epochs: 2 } });
    expect(Buffer.from(model.image).includes('missing')).toBe(false);
    expect(model.epochs).toHaveLength(2);
  });

  it('trains as published, leaving no modality out', async () => {
    const data = plantedData({ photos: 200 });
    const encoder = { id: 'planted', imageWidth: 24, textWidth: 24, sharedWidth: 0 };
    const settings = { ...options.settings, modalityDropout: 0 };
    const model = await train({ data, encoder, options: { ...options, settings } });
    expect(Math.max(...model.epochs.map(({ map }) => map.mean))).toBeGreaterThan(0.8);
    expect(Buffer.from(model.image).includes('missing')).toBe(false);
  });
});
