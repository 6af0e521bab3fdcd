import { describe, expect, it } from 'vitest';
import { job } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import JobRow from './JobRow.svelte';

describe('JobRow', () => {
  it('shows progress, speed and remaining time of the work', async () => {
    const { container } = await show(JobRow, { job: job() });
    const text = textOf(container);
    for (const part of ['Encoding photos', '30 of 120', '4', '22 s left']) expect(text).toContain(part);
    const bar = screen.getByRole('progressbar', { name: 'Encoding photos' });
    expect([bar.getAttribute('value'), bar.getAttribute('max')]).toEqual(['30', '120']);
  });

  it('shows work of unknown length without a number', async () => {
    const { container } = await show(JobRow, { job: job({ total: 0, rate: 0, etaSeconds: null }) });
    expect(screen.getByRole('progressbar').hasAttribute('value')).toBe(false);
    expect(textOf(container)).not.toContain(' of ');
  });

  it('counts a download in bytes', async () => {
    const { container } = await show(JobRow, { job: job({ kind: 'download', done: 2e6, total: 6e8, rate: 1e6 }) });
    expect(textOf(container)).toMatch(/2(\.0)? MB of 600 MB/);
  });

  it('counts a training in steps, of which an epoch has many', async () => {
    const training = job({ kind: 'train', message: 'Training, epoch 2 of 20', done: 150, total: 2000, rate: 80 });
    const { container } = await show(JobRow, { job: training });
    expect(textOf(container)).toContain('Training, epoch 2 of 20 150 of 2,000 steps · 80 steps/s');
  });

  it.each(['encode', 'train'] as const)('pauses running work of kind %s', async (kind) => {
    const { user, sent } = await show(JobRow, { job: job({ kind }) });
    await user.click(button('Pause'));
    expect(sent('jobs.pause')).toEqual([{ jobId: 1 }]);
  });

  it('resumes paused work', async () => {
    const { user, sent } = await show(JobRow, { job: job({ state: 'paused' }) });
    await user.click(button('Resume'));
    expect(sent('jobs.resume')).toEqual([{ jobId: 1 }]);
  });

  it('cancels the work', async () => {
    const { user, sent } = await show(JobRow, { job: job() });
    await user.click(button('Cancel'));
    expect(sent('jobs.cancel')).toEqual([{ jobId: 1 }]);
  });
});
