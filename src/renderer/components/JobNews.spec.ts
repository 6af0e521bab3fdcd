import { cleanup } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import type { PageMethod } from '../../shared/contract/page.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { epoch, job, model, trainPlan } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import JobNews from './JobNews.svelte';

const result = { indexed: 104, unchanged: 2, skipped: 3, failed: 4, failures: [], skippedReasons: { sidecar: 3 } };

describe('JobNews', () => {
  it('counts the outcomes of the files, and opens the library at the failed ones', async () => {
    const { app, user } = await show(JobNews, { job: job({ state: 'done', result }) });
    const text = textOf(screen.getByRole('status'));
    for (const part of ['104 photos', '2 unchanged', '3 not taken as photos', '4 failed']) expect(text).toContain(part);
    await user.click(button('Show which'));
    expect(app.view).toBe('library');
  });

  it('says in words that a scan of the folders has found no new photos', async () => {
    const found = { ...result, indexed: 0, unchanged: 39, skipped: 0, failed: 0 };
    await show(JobNews, { job: job({ state: 'done', result: found }) });
    const text = textOf(screen.getByRole('status'));
    expect(text).toContain('No new photos 39 photos are as before');
    expect(text).not.toContain('0 photos indexed');
  });

  it('does not call caption files skipped, because their captions are read', async () => {
    const files = { ...result, skipped: 2, skippedReasons: { 'caption-file': 2 } };
    await show(JobNews, { job: job({ state: 'done', result: files }) });
    const text = textOf(screen.getByRole('status'));
    expect(text).toContain('2 not taken as photos (2 caption files)');
    expect(text).not.toContain('skipped');
  });

  it('leaves out counts of none', async () => {
    await show(JobNews, { job: job({ state: 'done', result: { ...result, unchanged: 0, skipped: 0, failed: 0 } }) });
    const text = textOf(screen.getByRole('status'));
    for (const part of ['unchanged', 'not taken', 'failed']) expect(text).not.toContain(part);
  });

  it('lists the notices about photos that are indexed all the same', async () => {
    const notices = ['a.jpg', 'b.jpg'].map((name) => ({
      path: `/photos/${name}`,
      code: 'unreadable' as const,
      message: `${name} has 98 KiB of other data behind its picture; the picture is indexed.`,
    }));
    await show(JobNews, { job: job({ state: 'done', result: { ...result, notices } }) });
    const text = textOf(screen.getByRole('status'));
    for (const part of ['2 notes', 'a.jpg has 98 KiB', 'b.jpg has 98 KiB']) expect(text).toContain(part);
  });

  it('counts copies, names those that failed, and opens their folder', async () => {
    const copies = {
      ...{ folder: '/out', copied: 2, failures: 2 },
      failed: Array.from({ length: 2 }, () => ({ path: '/photos/a.jpg', message: 'a.jpg is damaged.' })),
    };
    const done = job({ kind: 'copy', state: 'done', copies });
    const { user, sent } = await show(JobNews, { job: done }, { 'app.showCopies': null });
    expect(textOf(screen.getByRole('status'))).toContain(
      '2 photos copied 2 photos could not be copied a.jpg is damaged.a.jpg is damaged.',
    );
    await user.click(button('Show the folder'));
    expect(sent('app.showCopies')).toEqual([{ jobId: done.id }]);
  });

  it('counts written sidecars, and groups those that could not be written by what is wrong', async () => {
    const failed = [
      { code: 'read-only', count: 30, messages: ['The sidecar of /a.jpg was not written.'] },
      { code: 'unreadable', count: 1, messages: ['b.xmp is damaged.'] },
      { code: 'offline', count: 2, messages: ['/disk does not answer.'] },
    ] as const;
    const sidecars = { written: 1200, unchanged: 7, kept: 1, failures: 33, failed };
    await show(JobNews, { job: job({ kind: 'sidecars', state: 'done', sidecars }) });
    const text = textOf(screen.getByRole('status'));
    expect(text).toContain('1,200 sidecars written 7 had everything already 1 has other values, which were kept');
    expect(text).toMatch(
      /33 sidecars could not be written The disk or folder .* \(32\) The sidecar of .*Damaged, .* \(1\) b\.xmp/,
    );
  });

  it('gives the reason of a failed job', async () => {
    const error = { code: 'internal', message: 'The disk is full.' } as const;
    await show(JobNews, { job: job({ state: 'failed', error }) });
    expect(screen.getByRole('status').textContent).toContain('The disk is full.');
  });

  it('offers what the code of a failure asks for', async () => {
    const failed = (code: ErrorCode, kind: Job['kind'] = 'index') =>
      job({ kind, state: 'failed', error: { code, message: 'It did not work.' } });
    const cases: readonly (readonly [Job, string, PageMethod | null])[] = [
      [failed('disk-full'), 'Try again', 'folders.index'],
      [failed('io-error', 'encode'), 'Try again', 'encoders.use'],
      [failed('empty-folder'), 'Add folder…', 'app.chooseFolder'],
      [failed('folder-missing'), 'Show folders', null],
      [failed('encoder-unusable', 'encode'), 'Show encoders', null],
      [failed('model-unusable', 'encode'), 'Show models', null],
      [failed('too-few-pairs', 'train'), 'Show folders', null],
      [failed('io-error', 'download'), 'Show encoders', null],
    ];
    const answers = {
      'folders.index': job(),
      'encoders.use': job({ kind: 'encode' }),
      'app.chooseFolder': null,
    } as const;
    for (const [shown, label, method] of cases) {
      const { user, sent } = await show(JobNews, { job: shown }, answers);
      await user.click(button(label));
      if (method !== null) expect({ label, times: sent(method).length }).toEqual({ label, times: 1 });
      cleanup();
    }
  });

  it('offers to learn from the captions after new photos, if there are enough and nothing was learned before', async () => {
    const done = job({ state: 'done', result });
    const enough = { 'train.plan': trainPlan({ pairs: 500, enough: true }) };
    const { app, user } = await show(JobNews, { job: done }, enough);
    await user.click(await screen.findByRole('button', { name: 'Learn from my captions' }));
    expect(app.view).toBe('training');
    cleanup();
    const learned = { ...enough, 'models.list': [model('new', { epochs: [epoch(1)] })] };
    const none = { ...result, indexed: 0 };
    for (const [shown, answers] of [
      [done, learned],
      [done, { 'train.plan': trainPlan({ pairs: 20, enough: false }) }],
      [job({ state: 'done', result: none }), enough],
    ] as const) {
      const page = await show(JobNews, { job: shown }, answers);
      await page.app.training.loadPlan();
      await tick();
      expect(screen.queryByRole('button', { name: 'Learn from my captions' })).toBeNull();
      cleanup();
    }
  });

  it('announces the end of a training, says whether search uses it, and leads to it', async () => {
    const models = [model('new', { epochs: [epoch(1)], active: true })];
    const ended = job({ kind: 'train', state: 'done', modelId: models[0]?.id ?? null });
    const { app, user, tell } = await show(JobNews, { job: ended }, { 'models.list': models });
    expect(textOf(await screen.findByRole('status'))).toContain('has ended Search uses what it has learned.');
    await user.click(button('Show what it brought'));
    expect(app.view).toBe('training');
    expect(screen.queryByRole('button', { name: 'Show what it brought' })).toBeNull();
    tell({ type: 'job', job: { ...ended, state: 'running', finishedAt: null } });
    tell({ type: 'job', job: ended });
    expect(app.jobs.news).toHaveLength(1);
  });

  it('leads from a finished download to the settings', async () => {
    const { app, user } = await show(JobNews, { job: job({ kind: 'download', state: 'done' }) });
    await user.click(button('Use it from the settings'));
    expect(app.view).toBe('settings');
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
