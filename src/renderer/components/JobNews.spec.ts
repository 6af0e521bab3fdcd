import { describe, expect, it } from 'vitest';
import { job } from '../../../test/support/page.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import JobNews from './JobNews.svelte';

const result = { indexed: 104, unchanged: 2, skipped: 3, failed: 4, failures: [], skippedReasons: { sidecar: 3 } };

describe('JobNews', () => {
  it('counts what became of the files, and opens the library at the failed ones', async () => {
    const { app, user } = await show(JobNews, { job: job({ state: 'done', result }) });
    const text = textOf(screen.getByRole('status'));
    for (const part of ['104 photos', '2 unchanged', '3 skipped', '4 failed']) expect(text).toContain(part);
    await user.click(button('Show which'));
    expect(app.libraryOpen).toBe(true);
  });

  it('leaves out counts of none', async () => {
    await show(JobNews, { job: job({ state: 'done', result: { ...result, unchanged: 0, skipped: 0, failed: 0 } }) });
    const text = textOf(screen.getByRole('status'));
    for (const part of ['unchanged', 'skipped', 'failed']) expect(text).not.toContain(part);
  });

  it('gives the reason of a failed job', async () => {
    const error = { code: 'internal', message: 'The disk is full.' } as const;
    await show(JobNews, { job: job({ state: 'failed', error }) });
    expect(screen.getByRole('status').textContent).toContain('The disk is full.');
  });

  it('leads from a finished download to the library', async () => {
    const { app, user } = await show(JobNews, { job: job({ kind: 'download', state: 'done' }) });
    await user.click(button('Use it from the library'));
    expect(app.libraryOpen).toBe(true);
  });

  it('goes away when it is dismissed', async () => {
    const { app, user, tell } = await show(JobNews, { job: job({ state: 'done', result }) });
    tell({ type: 'job', job: job() });
    tell({ type: 'job', job: job({ state: 'done', result }) });
    expect(app.jobs.news).toHaveLength(1);
    await user.click(button('Dismiss'));
    expect(app.jobs.news).toEqual([]);
  });
});
