import { within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { present } from '../../shared/at.ts';
import { encoder, epoch, evaluation, method, model } from '../../../test/support/contract-values.ts';
import { button, screen, show, textOf } from '../../../test/support/render.ts';
import ModelTable from './ModelTable.svelte';

const trained = model('trained', {
  epochs: [epoch(1), epoch(2), epoch(3)],
  bestEpoch: 2,
  evaluation: evaluation(),
  createdAt: 3,
});
const models = [trained, model('used', { active: true, createdAt: 2 }), model('running', { state: 'training' })];
const row = (name: string): HTMLElement => screen.getByRole('row', { name: new RegExp(`^${name}`) });

describe('ModelTable', () => {
  it('gives the figures of the best epoch', async () => {
    await show(ModelTable, {}, { 'models.list': models });
    const text = textOf(row('trained'));
    expect(text).toContain('2 of 3');
    expect(text).toContain('0.020');
  });

  it('offers to use and, after a question, to remove a model, except the one in use and the one in training', async () => {
    const { user, sent } = await show(ModelTable, {}, { 'models.list': models });
    expect(within(row('used')).queryByRole('button')).toBeNull();
    expect(within(row('running')).queryByRole('button')).toBeNull();
    expect(textOf(row('used'))).toContain('In use');
    await user.click(within(row('trained')).getByRole('button', { name: 'Use' }));
    expect(sent('models.activate')).toEqual([{ modelId: 'trained' }]);
    await user.click(button('Remove trained'));
    await user.click(button('Keep'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    await user.click(button('Remove trained'));
    expect(sent('models.remove')).toEqual([]);
    await user.click(button('Remove'));
    expect(sent('models.remove')).toEqual([{ modelId: 'trained' }]);
  });

  it('exports a trained model, and says where', async () => {
    const { app, user, sent } = await show(ModelTable, {}, { 'models.list': models });
    expect(screen.queryByRole('button', { name: 'Export used' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Export running' })).toBeNull();
    await user.click(button('Export trained'));
    expect(sent('app.exportModel')).toEqual([{ modelId: 'trained' }]);
    await expect.poll(() => app.toasts.list.map(({ message }) => message)).toEqual(['trained is in trained now.']);
  });

  it('imports a model, shows it, and says that search does not use it yet; nothing if the dialog was closed', async () => {
    const { app, user, answer } = await show(ModelTable, {}, { 'models.list': models });
    await user.click(button('Import a model…'));
    expect(app.toasts.list).toEqual([]);
    const other = model('other', { epochs: [epoch(1)] });
    answer({ 'app.importModel': other, 'models.list': [...models, other] });
    await user.click(button('Import a model…'));
    expect(textOf(await screen.findByRole('row', { name: /^other/ }))).toContain('Use');
    await expect.poll(() => app.toasts.list[0]?.message).toMatch(/^other was added/);
  });

  it('calls a model not better only while search does not use it', async () => {
    const interval = { mean: 0.4, low: 0.3, high: 0.5 };
    const library = { photos: 4000, queries: 50, trained: interval, encoder: interval, better: false };
    const compared = { evaluation: { ...evaluation(), library } };
    const list = [model('left', compared), model('chosen', { ...compared, active: true })];
    await show(ModelTable, {}, { 'models.list': list });
    expect(textOf(row('left'))).toContain('Not better');
    expect(textOf(row('chosen'))).not.toContain('Not better');
  });

  it('shows ranges and a warning for a model measured on fewer than 30 photos', async () => {
    const interval = { mean: 0.4, low: 0.25, high: 0.55 };
    const intervals = { map: { i2t: interval, t2i: interval }, ownPhoto: { 1: interval, 5: interval, 10: interval } };
    const measured = (id: string, queryPhotos: number) =>
      model(id, {
        epochs: [epoch(1, { intervals })],
        ...{ bestEpoch: 1, evaluation: evaluation({ split: { ...evaluation().split, queryPhotos } }) },
      });
    const { container } = await show(ModelTable, {}, { 'models.list': [measured('few', 29), measured('enough', 30)] });
    const text = (name: string) => textOf(screen.getByRole('row', { name: new RegExp(`^${name}`) }));
    expect(text('few').match(/\(0\.250 to 0\.550\)/g)).toHaveLength(2);
    expect(text('enough')).not.toContain('0.250');
    expect(textOf(container)).toContain('was measured on fewer than 30 photos');
  });

  it('gives the untrained model the figure of the encoder alone, as the newest training measured it', async () => {
    const interval = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
    const measured = (mean: number) => ({
      ...evaluation(),
      library: { photos: 4000, queries: 50, trained: interval(0.6), encoder: interval(mean), better: true },
    });
    const list = [
      model('untrained', { active: true }),
      model('newest', { createdAt: 9, evaluation: measured(0.4), epochs: [epoch(1)] }),
      model('older', { createdAt: 8, evaluation: measured(0.3), epochs: [epoch(1)] }),
      model('begun', { createdAt: 100, state: 'training', active: false }),
      model('others', { createdAt: 99, evaluation: measured(0.2), epochs: [epoch(1)], encoderId: 'clip' }),
    ];
    await show(ModelTable, {}, { 'models.list': list });
    expect(textOf(row('untrained'))).toContain('40%');
    expect(textOf(row('begun'))).not.toContain('%');
    const { i2t, t2i } = present(evaluation().float);
    const cells = within(row('untrained')).getAllByTitle(/float features.* measured by the training newest$/);
    expect(cells.map(textOf)).toEqual([i2t.toFixed(3), t2i.toFixed(3)]);
    expect(
      within(row('untrained')).getByTitle(/\(30% to 50%\): the encoder alone, measured by the training newest$/),
    ).toBeTruthy();
  });

  it.each([
    [29, '40% (30% to 50%)'],
    [30, '40%'],
  ])('gives the untrained model a range if the training that measured it held out few photos: %i', async (n, own) => {
    const interval = { mean: 0.4, low: 0.3, high: 0.5 };
    const library = { photos: 4000, queries: 50, trained: interval, encoder: interval, better: true };
    const measured = evaluation({ library, split: { ...evaluation().split, queryPhotos: n } });
    const list = [model('untrained'), model('trained', { evaluation: measured, epochs: [epoch(1)] })];
    await show(ModelTable, {}, { 'models.list': list });
    expect(textOf(within(row('untrained')).getByTitle(/the encoder alone, measured by/))).toBe(own);
  });

  it('marks a model that was made for another encoder, names it, and does not offer to use it', async () => {
    const clip = encoder({ id: 'clip', name: 'CLIP', active: false });
    const answers = { 'models.list': [model('other', { encoderId: 'clip' })], 'encoders.list': [encoder(), clip] };
    await show(ModelTable, {}, answers);
    expect(textOf(row('other'))).toContain('For another encoder');
    expect(screen.getByTitle('Made for CLIP')).toBeTruthy();
    expect(within(row('other')).queryByRole('button', { name: 'Use' })).toBeNull();
  });

  it('draws the curve of the model that was pressed', async () => {
    const second = { ...trained, id: model('older').id, createdAt: 0 };
    const { app, user } = await show(ModelTable, {}, { 'models.list': [trained, second] });
    expect(app.training.shown?.id).toBe('trained');
    await user.click(button('older'));
    expect(app.training.shown?.id).toBe('older');
  });

  it('shows no epoch for a model that was solved in one step', async () => {
    const solved = model('solved', { method: 'itq', epochs: [epoch(1)], bestEpoch: 1, evaluation: evaluation() });
    const answers = { 'models.list': [solved], 'methods.list': [method({ id: 'itq', hasEpochs: false })] };
    await show(ModelTable, {}, answers);
    expect(textOf(row('solved'))).not.toContain('1 of 1');
  });

  it('compares a model with the one in use; the earlier one is the old one', async () => {
    const { app, user } = await show(ModelTable, {}, { 'models.list': [model('early', { createdAt: 1 }), ...models] });
    await user.click(screen.getByRole('button', { name: 'Compare early with the model in use' }));
    expect(app.comparison.models).toMatchObject({ before: { id: 'early' }, after: { id: 'used' }, decides: true });
    expect(screen.queryByRole('button', { name: 'Compare used with the model in use' })).toBeNull();
  });
});
