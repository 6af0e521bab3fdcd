import { within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { epoch, evaluation, method, model } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import RunComparison from './RunComparison.svelte';

const map = (t2i: number) => ({ map: { i2t: t2i / 2, t2i, mean: t2i } });
const run = (id: string, t2i: number, more: Parameters<typeof model>[1] = {}) =>
  model(id, {
    epochs: [epoch(1, map(t2i / 2)), epoch(2, map(t2i))],
    ...{ bestEpoch: 2, evaluation: evaluation(), options: { seed: 3, device: 'cpu', hidden: 64 } },
    ...more,
  });
const models = [run('middle', 0.4), run('best', 0.6, { name: 'All captions' }), run('least', 0.2), model('untrained')];
const share = { mean: 0.5, low: 0.4, high: 0.6 };
const other = model('other', { encoderId: 'clip:one' });
const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => textOf(within(row).getAllByRole('cell')[1] ?? row));

describe('RunComparison', () => {
  it('lists trainings by their mAP, and by another column when its head is pressed', async () => {
    const { user } = await show(RunComparison, {}, { 'models.list': models });
    expect(names()).toEqual(['All captions', 'middle', 'least']);
    const head = () => screen.getByRole('columnheader', { name: /^Training/ });
    expect(head().getAttribute('aria-sort')).toBeNull();
    await user.click(within(head()).getByRole('button'));
    expect(head().getAttribute('aria-sort')).toBe('ascending');
    expect(names()).toEqual(['All captions', 'least', 'middle']);
    expect(screen.getByRole('columnheader', { name: /^mAP caption → photo/ }).getAttribute('aria-sort')).toBeNull();
  });

  it('has recall at 1, 5 and 10 and mAP at 50 of the kept epoch, and none where it was not measured', async () => {
    const recall = { i2t: { 1: 0.11, 5: 0.15, 10: 0.19 }, t2i: { 1: 0.21, 5: 0.25, 10: 0.29 } };
    const kept = epoch(2, { recall, map50: { i2t: 0.31, t2i: 0.32, mean: 0.315 } });
    const measured = run('measured', 0.4, { epochs: [epoch(1), kept] });
    await show(RunComparison, {}, { 'models.list': [measured, run('earlier', 0.3)] });
    const heads = screen.getAllByRole('columnheader').map(textOf);
    const cell = (name: string, head: string) =>
      textOf(
        within(screen.getByRole('row', { name: new RegExp(name) })).getAllByRole('cell')[heads.indexOf(head)] ??
          document.body,
      );
    for (const [head, value] of [
      ...[['mAP@50 photo → caption', '0.310'] as const, ['mAP@50 caption → photo', '0.320'] as const],
      ...([1, 5, 10] as const).map((k) => [`R@${k} photo → caption`, recall.i2t[k].toFixed(3)] as const),
      ...([1, 5, 10] as const).map((k) => [`R@${k} caption → photo`, recall.t2i[k].toFixed(3)] as const),
    ])
      expect({ head, value: cell('measured', head) }).toEqual({ head, value });
    expect(cell('earlier', 'R@5 caption → photo')).toBe('–');
  });

  it('shows the settings of each training that have no column', async () => {
    const other = run('other', 0.1, { options: { seed: 3, batch: 512, alpha: 0.5 } });
    await show(RunComparison, {}, { 'models.list': [run('trained', 0.4), other] });
    expect(screen.getByRole('columnheader', { name: 'Settings' })).toBeTruthy();
    expect(screen.queryByRole('cell', { name: 'hidden=64' })).not.toBeNull();
    expect(screen.queryByRole('cell', { name: 'batch=512 alpha=0.5' })).not.toBeNull();
  });

  it('says how long the epochs took, and of a method without epochs that it was solved at once', async () => {
    const solved = run('solved', 0.3, { method: 'itq' });
    const methods = [method({ id: 'ucch' }), method({ id: 'itq', hasEpochs: false })];
    await show(RunComparison, {}, { 'models.list': [run('trained', 0.4), solved], 'methods.list': methods });
    const time = (name: string) => textOf(screen.getByRole('row', { name: new RegExp(name) }));
    expect(time('trained')).toMatch(/\d+ s/);
    expect(time('trained')).not.toContain('at once');
    expect(time('solved')).toContain('at once');
  });

  it('shows ranges and a warning for a training measured on fewer than 30 photos, and for no other', async () => {
    const around = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
    const intervals = {
      map: { i2t: { mean: 0.2, low: 0.1, high: 0.3 }, t2i: { mean: 0.4, low: 0.25, high: 0.55 } },
      ownPhoto: { 1: share, 5: share, 10: share },
      few: {
        map50: { i2t: around(0.11), t2i: around(0.12) },
        recall: {
          i2t: { 1: around(0.21), 5: around(0.22), 10: around(0.23) },
          t2i: { 1: around(0.31), 5: around(0.32), 10: around(0.33) },
        },
      },
    };
    const measured = (photos: number) => ({
      epochs: [epoch(2, { ...map(0.4), intervals })],
      evaluation: evaluation({
        split: { ...evaluation().split, queryPhotos: photos },
        library: { photos: 90, queries: photos, trained: share, encoder: null, better: true },
      }),
    });
    const few = run('few', 0.4, measured(29));
    const enough = run('enough', 0.4, measured(30));
    const { answer, app, container } = await show(RunComparison, {}, { 'models.list': [few, enough] });
    const row = (name: string) => textOf(screen.getByRole('row', { name: new RegExp(name) }));
    expect(row('few')).toContain('0.200 (0.100 to 0.300)');
    expect(row('few')).toContain('0.400 (0.250 to 0.550)');
    expect(row('few')).toContain('0.500 (0.400 to 0.600)');
    for (const mean of [0.11, 0.12, 0.21, 0.22, 0.23, 0.31, 0.32, 0.33]) {
      expect(row('few')).toContain(`(${(mean - 0.1).toFixed(3)} to ${(mean + 0.1).toFixed(3)})`);
    }
    expect(row('enough')).not.toContain('to');
    expect(textOf(container)).toContain('was measured on fewer than 30 photos');
    answer({ 'models.list': [enough] });
    await app.training.load();
    await expect.poll(() => textOf(container)).not.toContain('fewer than 30');
  });

  it('has the untrained model with the numbers that a training measured for its encoder, and does not draw it', async () => {
    const library = {
      photos: 90,
      queries: 40,
      trained: share,
      encoder: { mean: 0.3, low: 0.2, high: 0.4 },
      better: true,
    };
    const trained = run('trained', 0.4, { evaluation: evaluation({ library }) });
    const page = await show(RunComparison, {}, { 'models.list': [trained, model('untrained'), other] });
    expect(names()).toEqual(['trained', 'untrained']);
    const cells = within(screen.getByRole('row', { name: /untrained/ }))
      .getAllByRole('cell')
      .map(textOf);
    expect(cells.filter((text) => text === '0.310')).toHaveLength(2);
    expect(cells).toContain('0.300');
    expect(screen.queryByRole('checkbox', { name: 'Draw untrained' })).toBeNull();
    await page.user.click(button('Name and note of untrained'));
    expect(screen.getByRole('textbox', { name: 'Name' })).toBeTruthy();
  });

  it('draws the trainings that are chosen into one chart', async () => {
    const { user, container } = await show(RunComparison, {}, { 'models.list': models });
    expect(container.querySelector('canvas')).toBeNull();
    await user.click(screen.getByRole('checkbox', { name: 'Draw All captions' }));
    await user.click(screen.getByRole('checkbox', { name: 'Draw least' }));
    expect(screen.getByRole('img', { name: 'Mean mAP of 2 trainings by epoch, over both directions' })).toBeTruthy();
    expect(textOf(screen.getByRole('figure'))).toContain('All captions');
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
  });

  it('draws the chart again in another colour scheme', async () => {
    const scheme = Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
    const media = vi.spyOn(globalThis, 'matchMedia').mockReturnValue(scheme);
    const { user, container } = await show(RunComparison, {}, { 'models.list': models });
    await user.click(screen.getByRole('checkbox', { name: 'Draw least' }));
    const before = container.querySelector('canvas');
    scheme.dispatchEvent(new Event('change'));
    await expect.poll(() => container.querySelector('canvas')).not.toBe(before);
    expect(container.querySelectorAll('canvas')).toHaveLength(1);
    media.mockRestore();
  });

  it('searches with two trainings that search could use, the earlier one first', async () => {
    const dated = models.map((one, i) => ({ ...one, createdAt: 10 - i }));
    const other = run('other', 0.1, { encoderId: 'clip:one' });
    const { app, user } = await show(
      RunComparison,
      {},
      { 'models.list': [...dated, other, model('used', { active: true })] },
    );
    const search = () => button('Same search with both…');
    await user.click(screen.getByRole('checkbox', { name: 'Draw middle' }));
    expect(search().disabled).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: 'Draw other' }));
    expect(search().disabled).toBe(true);
    await user.click(screen.getByRole('checkbox', { name: 'Draw other' }));
    await user.click(screen.getByRole('checkbox', { name: 'Draw least' }));
    await user.click(search());
    expect(app.comparison.models).toMatchObject({ before: { id: 'least' }, after: { id: 'middle' }, decides: false });
  });

  it('keeps the name and the note that are given', async () => {
    const { user, sent } = await show(RunComparison, {}, { 'models.list': models });
    await user.click(button('Name and note of least'));
    await user.type(screen.getByRole('textbox', { name: 'Name' }), ' Few epochs ');
    await user.type(screen.getByRole('textbox', { name: 'Note' }), 'to be repeated');
    await user.click(button('Save'));
    expect(sent('models.describe')).toEqual([{ modelId: 'least', name: 'Few epochs', note: 'to be repeated' }]);
  });

  it('is saved for other programs, and says where', async () => {
    const { app, user, sent } = await show(RunComparison, {}, { 'models.list': models });
    await user.click(button('Save as CSV…'));
    await user.click(button('Save as JSON…'));
    expect(sent('app.saveRuns')).toEqual([{ format: 'csv' }, { format: 'json' }]);
    await expect
      .poll(() => app.toasts.list.map(({ message }) => message))
      .toEqual(expect.arrayContaining(['hashlens-runs.csv was saved.']));
  });

  it('is not there before anything was trained', async () => {
    await show(RunComparison, {}, { 'models.list': [model('untrained')] });
    expect(screen.queryByText('Compare trainings')).toBeNull();
  });
});
