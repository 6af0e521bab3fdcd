import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { epoch, evaluation } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import TrainingChart from './TrainingChart.svelte';

describe('TrainingChart', () => {
  it('draws into a canvas, and says how many epochs it shows', async () => {
    const { container } = await show(TrainingChart, {
      epochs: [epoch(1), epoch(2)],
      evaluation: evaluation(),
      best: 2,
      planned: 2,
    });
    expect(screen.getByRole('img', { name: 'mAP of 2 epochs' }).dataset['points']).toBe('2');
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
  });

  it('shows the values of the epoch under the pointer in its legend', async () => {
    const scores = (i2t: number, t2i: number) => ({ i2t, t2i, mean: (i2t + t2i) / 2 });
    const epochs = [epoch(1, { map: scores(0.12, 0.34) }), epoch(2)];
    const measured = evaluation({ chance: scores(0.01, 0.02), float: scores(0.4, 0.5) });
    const shown = await show(TrainingChart, { epochs, evaluation: measured, best: 2, planned: 2 });
    const legend = () => textOf(screen.getByRole('figure'));
    expect(legend()).toBe('Photo finds caption Caption finds photo Float features Chance');
    const over = shown.container.querySelector('.u-over');
    if (over === null) throw new Error('There is no chart.');
    await fireEvent.mouseEnter(over);
    await fireEvent.mouseMove(over, { clientX: 5, clientY: 5, movementX: 1 });
    await expect
      .poll(legend)
      .toBe(
        'Photo finds caption 0.120 Caption finds photo 0.340 Float features 0.400 / 0.500 Chance 0.010 / 0.020 epoch 1',
      );
  });

  it('has no line of float features where the encoder shares none', async () => {
    await show(TrainingChart, { epochs: [epoch(1)], evaluation: evaluation({ float: null }), best: null, planned: 1 });
    expect(screen.queryByText('Float features')).toBeNull();
    await show(TrainingChart, { epochs: [epoch(1)], evaluation: evaluation(), best: null, planned: 1 });
    expect(screen.queryByText('Float features')).not.toBeNull();
  });
});
