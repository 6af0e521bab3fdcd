import { fireEvent } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { epoch } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import LossChart from './LossChart.svelte';

describe('LossChart', () => {
  it('draws nothing until its heading is opened', async () => {
    const { container } = await show(LossChart, { epochs: [epoch(1)] });
    expect(container.querySelector('canvas')).toBeNull();
    await fireEvent.click(screen.getByText('Loss and its parts'));
    await expect.poll(() => container.querySelectorAll('canvas').length).toBe(1);
  });

  it('gives the loss and its parts at the epoch under the pointer', async () => {
    const epochs = [epoch(1, { loss: 3.5, lossC: 2.25, lossR: 1.25 }), epoch(2)];
    const { container } = await show(LossChart, { epochs });
    await fireEvent.click(screen.getByText('Loss and its parts'));
    await expect.poll(() => container.querySelector('.u-over')).not.toBeNull();
    const over = container.querySelector('.u-over');
    if (over === null) throw new Error('There is no chart.');
    await fireEvent.mouseEnter(over);
    await fireEvent.mouseMove(over, { clientX: 5, clientY: 5, movementX: 1 });
    await expect
      .poll(() => textOf(screen.getByRole('figure')))
      .toBe('Loss 3.500 First part 2.250 Second part 1.250 epoch 1');
  });
});
