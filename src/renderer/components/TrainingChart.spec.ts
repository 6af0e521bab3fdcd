import { describe, expect, it } from 'vitest';
import { epoch, evaluation } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import TrainingChart from './TrainingChart.svelte';

describe('TrainingChart', () => {
  it('draws into a canvas, and says how many epochs it shows', async () => {
    const { container } = await show(TrainingChart, {
      epochs: [epoch(1), epoch(2)],
      evaluation: evaluation(),
      best: 2,
    });
    expect(screen.getByRole('img', { name: 'mAP of 2 epochs' }).dataset['points']).toBe('2');
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
  });

  it('has no line of float features where the encoder shares none', async () => {
    await show(TrainingChart, { epochs: [epoch(1)], evaluation: evaluation({ float: null }), best: null });
    expect(screen.queryByText('Float features')).toBeNull();
    await show(TrainingChart, { epochs: [epoch(1)], evaluation: evaluation(), best: null });
    expect(screen.queryByText('Float features')).not.toBeNull();
  });
});
