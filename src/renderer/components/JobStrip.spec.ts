import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import { job } from '../../../test/support/contract-values.ts';
import { screen, show } from '../../../test/support/render.ts';
import JobStrip from './JobStrip.svelte';

describe('JobStrip', () => {
  it('is shown only while there is work or a result of it', async () => {
    const { tell } = await show(JobStrip, {});
    expect(screen.queryByRole('region', { name: 'Work in progress' })).toBeNull();
    tell({ type: 'job', job: job() });
    await tick();
    expect(screen.getAllByRole('progressbar')).toHaveLength(1);
    const error = { code: 'internal', message: 'It broke.' } as const;
    tell({ type: 'job', job: job({ state: 'failed', error }) });
    await tick();
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByRole('status').textContent).toContain('It broke.');
  });

  it('shows a bar without a number once the length of the work is not known any more', async () => {
    const { tell } = await show(JobStrip, {});
    tell({ type: 'job', job: job() });
    await tick();
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('30');
    tell({ type: 'job', job: job({ total: 0, done: 0 }) });
    await tick();
    expect(screen.getByRole('progressbar').hasAttribute('value')).toBe(false);
  });
});
