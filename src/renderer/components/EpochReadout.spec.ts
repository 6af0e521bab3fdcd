import { describe, expect, it } from 'vitest';
import { epoch, evaluation, model } from '../../../test/support/contract-values.ts';
import { show, textOf } from '../../../test/support/render.ts';
import EpochReadout from './EpochReadout.svelte';

describe('EpochReadout', () => {
  it('gives the figures of the best epoch, not of the last', async () => {
    const curve = model('mine', { epochs: [epoch(1), epoch(2), epoch(3)], bestEpoch: 2, evaluation: evaluation() });
    const { container } = await show(EpochReadout, { curve });
    const text = textOf(container);
    expect(text).toContain('best: epoch 2 of 3');
    expect(text).toContain('0.020');
    expect(text).not.toContain('0.030');
  });

  it('gives those of the last epoch while none is known to be best', async () => {
    const { container } = await show(EpochReadout, { curve: model('mine', { epochs: [epoch(1), epoch(2)] }) });
    expect(textOf(container)).toContain('epoch 2');
  });

  it('says how many captions find their own photo, where that was measured', async () => {
    const at = { 1: 0.1, 5: 0.3, 10: 0.62 };
    const measured = epoch(1, { recallReal: { i2t: at, t2i: at } });
    const curve = model('mine', { epochs: [measured], evaluation: evaluation() });
    const { container } = await show(EpochReadout, { curve });
    expect(textOf(container)).toContain('Own photo in the first 10 of 100 kept aside 62%');
  });

  it('gives the interval beside each measure that has one', async () => {
    const at = { 1: 0.1, 5: 0.3, 10: 0.62 };
    const within = (low: number, high: number) => ({ mean: (low + high) / 2, low, high });
    const measured = epoch(1, {
      recallReal: { i2t: at, t2i: at },
      intervals: {
        map: { i2t: within(0.005, 0.02), t2i: within(0.001, 0.04) },
        ownPhoto: { 1: within(0, 0.2), 5: within(0.2, 0.4), 10: within(0.5, 0.74) },
      },
    });
    const { container } = await show(EpochReadout, {
      curve: model('mine', { epochs: [measured], evaluation: evaluation() }),
    });
    expect([...container.querySelectorAll('dd')].map(textOf).slice(0, 3)).toEqual([
      '0.010 0.005 to 0.020',
      '0.010 0.001 to 0.040',
      '62% 50% to 74%',
    ]);
  });

  it('shows nothing of a model without epochs', async () => {
    const { container } = await show(EpochReadout, { curve: model('mine') });
    expect(textOf(container)).toBe('');
  });
});
