import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { epoch, evaluation, job, method, model } from '../../../test/support/contract-values.ts';
import { screen, show, textOf } from '../../../test/support/render.ts';
import TrainingView from './TrainingView.svelte';

describe('TrainingView', () => {
  it('draws each epoch as it comes, and says what it was measured on', async () => {
    const mine = model('mine', { state: 'training' });
    const running = job({ kind: 'train', modelId: mine.id });
    const { tell, container } = await show(TrainingView, {}, { 'models.list': [mine], 'jobs.list': [running] });
    expect(textOf(container)).toContain('The first epoch is under way');
    for (const n of [1, 2])
      tell({ type: 'epoch', method: 'ucch', modelId: mine.id, metrics: epoch(n), evaluation: evaluation() });
    await tick();
    expect(screen.queryByRole('img', { name: 'mAP of 2 epochs' })).not.toBeNull();
    expect(textOf(container)).toContain('4,000 pairs of 800 photos');
  });

  it('shows bars for a method that is solved in one step', async () => {
    const solved = model('solved', { method: 'itq', epochs: [epoch(1)], bestEpoch: 1, evaluation: evaluation() });
    const answers = { 'models.list': [solved], 'methods.list': [method({ id: 'itq', hasEpochs: false })] };
    await show(TrainingView, {}, answers);
    expect(screen.queryByRole('img', { name: /Photo finds caption/ })).not.toBeNull();
    expect(screen.queryByRole('img', { name: /epochs/ })).toBeNull();
  });

  it('says why search does not use a model that is no better than the encoder', async () => {
    const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
    const library = { photos: 4000, queries: 50, trained: interval(0.42), encoder: interval(0.41), better: false };
    const trained = model('mine', { epochs: [epoch(1)], bestEpoch: 1, evaluation: { ...evaluation(), library } });
    const { container } = await show(TrainingView, {}, { 'models.list': [trained] });
    expect(textOf(container)).toContain('Search does not use it');
    expect(textOf(container)).toContain('42% against 41%');
    expect(textOf(screen.getByRole('row', { name: /^mine/ }))).toContain('Not better');
  });

  it('says what is drawn here while there is nothing yet', async () => {
    const { container } = await show(TrainingView, {});
    expect(textOf(container)).toContain('mean average precision of each epoch');
  });
});
