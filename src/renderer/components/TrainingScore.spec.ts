import { describe, expect, it } from 'vitest';
import { epoch, evaluation } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import TrainingScore from './TrainingScore.svelte';

const both = (mean: number) => ({ i2t: mean, t2i: mean, mean });

describe('TrainingScore', () => {
  it('says what each direction reached, beside chance and float features', async () => {
    const metrics = epoch(1, { map: { i2t: 0.2, t2i: 0.4, mean: 0.3 } });
    await show(TrainingScore, { metrics, evaluation: evaluation({ chance: both(0.02), float: both(0.31) }) });
    expect(screen.queryByRole('img', { name: 'Photo finds caption: mAP 0.200' })).not.toBeNull();
    expect(screen.queryByRole('img', { name: 'Caption finds photo: mAP 0.400' })).not.toBeNull();
    expect(screen.getAllByTitle('Float features: 0.310')).toHaveLength(2);
    expect(screen.getAllByTitle('Chance: 0.020')).toHaveLength(2);
  });

  it('draws bars in proportion, with room above the longest', async () => {
    const metrics = epoch(1, { map: { i2t: 0.2, t2i: 0.4, mean: 0.3 } });
    const { container } = await show(TrainingScore, { metrics, evaluation: null });
    const widths = [...container.querySelectorAll<HTMLElement>('.bar')].map((bar) => bar.style.width);
    expect(widths).toEqual(['40.00%', '80.00%']);
    expect(screen.queryByTitle(/Chance:/)).toBeNull();
  });
});
