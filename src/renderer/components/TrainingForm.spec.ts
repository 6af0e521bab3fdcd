import { describe, expect, it, vi } from 'vitest';
import { job, method, status, trainPlan } from '../../../test/support/contract-values.ts';
import { presetOptions, type LabelPlan } from '../../shared/contract/training.ts';
import { startPage } from '../../../test/support/page.ts';
import { button, screen, show, showOn, textOf } from '../../../test/support/render.ts';
import TrainingForm from './TrainingForm.svelte';

const training = job({ kind: 'train', id: 7 as ReturnType<typeof job>['id'] });
const itq = method({ id: 'itq', name: 'ITQ', needsPairs: false, hasEpochs: false, common: [] });

describe('TrainingForm', () => {
  it('trains with what was entered', async () => {
    const { user, sent } = await show(TrainingForm, {}, { 'train.start': training });
    await user.selectOptions(screen.getByRole('combobox', { name: 'Code length' }), '32 bits');
    const epochs = screen.getByRole('spinbutton', { name: 'Epochs' });
    await user.clear(epochs);
    await user.type(epochs, '7');
    await user.click(button('Start training'));
    expect(sent('train.start')).toMatchObject([{ method: 'ucch', bits: 32, epochs: 7, seed: 1, hidden: null }]);
  });

  it('shows the letter by which the publication of the method names a common option', async () => {
    await show(TrainingForm, {}, { 'methods.list': [method({ commonSymbols: { negatives: 'K' } })] });
    expect(screen.queryByRole('spinbutton', { name: 'Negatives (K)', hidden: true })).not.toBeNull();
    expect(screen.queryByRole('spinbutton', { name: 'Hidden width', hidden: true })).not.toBeNull();
  });

  it('restores the defaults of the method, and offers that only where something is changed', async () => {
    const settings = [
      { key: 'rate', title: 'Rate', description: '', type: 'number', default: 0.5, min: 0, max: 1, above: null },
    ] as const;
    const { user, sent } = await show(
      TrainingForm,
      {},
      { 'train.start': training, 'methods.list': [method({ settings })] },
    );
    const reset = () => screen.queryByRole('button', { name: 'Reset to defaults' });
    const field = (name: string) => screen.getByRole<HTMLInputElement>('spinbutton', { name, hidden: true });
    expect(reset()).toBeNull();
    for (const [name, value] of [
      ['Epochs', '7'],
      ['Rate', '0.25'],
    ] as const) {
      await user.clear(field(name));
      await user.type(field(name), value);
      await user.tab();
    }
    await user.click(button('Reset to defaults'));
    expect([field('Epochs').value, field('Rate').value]).toEqual(['20', '0.5']);
    expect(reset()).toBeNull();
    await user.click(button('Start training'));
    expect(sent('train.start')).toMatchObject([{ epochs: 20, settings: {} }]);
  });

  it('fills in a preset, says which one it shows, and keeps the seed', async () => {
    const own = [{ name: 'Evening', options: { ...presetOptions.parse({ method: 'ucch', bits: 64, epochs: 9 }) } }];
    const { user, sent } = await show(TrainingForm, {}, { 'train.start': training, 'train.presets': own });
    const preset = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Preset' });
    const shown = () => preset.options[preset.selectedIndex]?.text;
    expect(shown()).toBe('Usual (20 epochs)');
    const field = (name: string) => screen.getByRole<HTMLInputElement>('spinbutton', { name });
    await user.clear(field('Seed'));
    await user.type(field('Seed'), '8');
    await user.selectOptions(preset, 'Thorough (60 epochs)');
    expect([field('Epochs').value, field('Seed').value]).toEqual(['60', '8']);
    await user.selectOptions(preset, 'Evening');
    expect(shown()).toBe('Evening');
    await user.click(button('Start training'));
    expect(sent('train.start')).toMatchObject([{ bits: 64, epochs: 9, seed: 8 }]);
    await user.clear(field('Epochs'));
    await user.type(field('Epochs'), '11');
    expect(shown()).toBe('Own values');
  });

  it('stores own values as a preset, and removes it', async () => {
    const options = presetOptions.parse({ method: 'ucch', epochs: 11 });
    const { user, app, sent } = await show(
      TrainingForm,
      {},
      { 'train.savePreset': [{ name: 'Eleven', options }], 'train.removePreset': [] },
    );
    const epochs = screen.getByRole('spinbutton', { name: 'Epochs' });
    await user.clear(epochs);
    await user.type(epochs, '11');
    await user.click(button('Save…'));
    app.albums.naming?.done('Eleven');
    await vi.waitFor(() => expect(app.training.preset).toBe('Eleven'));
    expect(sent('train.savePreset')).toEqual([{ name: 'Eleven', options }]);
    await user.click(button('Remove'));
    expect(sent('train.removePreset')).toEqual([{ name: 'Eleven' }]);
    await vi.waitFor(() => expect(app.training.presets).toEqual([]));
  });

  it('has one usual preset where a method has no epochs', async () => {
    await show(TrainingForm, {}, { 'methods.list': [itq] });
    const preset = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Preset' });
    expect([...preset.options].map((option) => option.text)).toEqual(['Usual']);
  });

  it('cancels the training that runs', async () => {
    const { user, sent } = await show(TrainingForm, {}, { 'jobs.list': [training] });
    await user.click(button('Cancel training'));
    expect(sent('jobs.cancel')).toEqual([{ jobId: 7 }]);
  });

  it('keeps the place of Start while a training runs, so that a double click on it cancels nothing', async () => {
    const { container, app } = await show(TrainingForm, {}, { 'train.start': training });
    const buttons = () => [...container.querySelectorAll<HTMLButtonElement>('.actions button')];
    const start = button('Start training');
    expect(buttons()).toEqual([start]);
    await app.training.start();
    await vi.waitFor(() => expect(buttons().map((one) => textOf(one))).toEqual(['Start training', 'Cancel training']));
    expect(buttons()[0]).toBe(start);
    expect(start.disabled).toBe(true);
  });

  it('has no field that the method does not take', async () => {
    const { user } = await show(TrainingForm, {}, { 'methods.list': [method(), itq] });
    expect(screen.queryByRole('spinbutton', { name: 'Epochs' })).not.toBeNull();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Method' }), 'ITQ');
    for (const name of ['Epochs', 'Batch', 'Negatives', 'Hidden width'])
      expect(screen.queryByRole('spinbutton', { name, hidden: true })).toBeNull();
  });

  it('says before the start what the chosen method lacks, and leads to the photos to describe', async () => {
    const plan = (options: { method?: string | undefined }) =>
      trainPlan({ pairs: 9, pairPhotos: 3, enough: options.method === 'itq' });
    const { app, user } = await show(TrainingForm, {}, { 'train.plan': plan, 'methods.list': [method(), itq] });
    await vi.waitFor(() => expect(button('Start training').disabled).toBe(true));
    expect(textOf(screen.getByRole('status'))).toBe(
      'This method learns from captions and tags. It needs at least 16 of them on at least 4 photos; there are 9, on 3 photos. What to describe next',
    );
    await user.click(button('What to describe next'));
    expect(app.view).toBe('describe');
    expect(button('Start training').getAttribute('aria-describedby')).toBe(screen.getByRole('status').id);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Method' }), 'ITQ');
    await vi.waitFor(() => expect(button('Start training').disabled).toBe(false));
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('asks for a folder where there are no photos', async () => {
    await show(TrainingForm, {}, { 'library.status': status({ photos: 0 }) });
    expect(textOf(screen.getByRole('status'))).toBe('Add photos with captions first. Add folder…');
    expect(button('Start training').disabled).toBe(true);
  });

  it('keeps methods that are there to be compared apart from those for search', async () => {
    const cirh = method({ id: 'cirh', name: 'CIRH', group: 'tables' });
    await show(TrainingForm, {}, { 'methods.list': [method(), cirh, itq] });
    const named = (name: string) =>
      [...screen.getByRole('group', { name }).querySelectorAll('option')].map((o) => o.text);
    expect(named('For search')).toEqual(['UCCH', 'ITQ']);
    expect(named('From papers, for comparison')).toEqual(['CIRH']);
  });

  describe('the source', () => {
    const batch = method({ id: 'batch', name: 'BATCH', group: 'tables', needsLabels: true, hasEpochs: false });
    const showWith = async (labels: LabelPlan) => {
      const answers = {
        'methods.list': [method(), batch],
        'train.plan': trainPlan({ labels, enough: true }),
        'train.start': training,
      };
      const page = await startPage(answers);
      await page.app.training.loadPlan();
      return showOn(page, TrainingForm, {});
    };

    it('can be chosen if there are labels, and tags are learned by a method that learns from labels', async () => {
      const { user, sent, container } = await showWith({ photos: 312, labels: 14, lacking: null });
      expect(textOf(container)).toContain(
        '14 tags, albums and people are on several of your photos, 312 photos in all.',
      );
      await user.selectOptions(screen.getByRole('combobox', { name: 'Learn from' }), 'Tags, albums and people');
      expect(
        [...screen.getByRole<HTMLSelectElement>('combobox', { name: 'Method' }).options].map((o) => o.text),
      ).toEqual(['BATCH']);
      await user.click(button('Start training'));
      expect(sent('train.start')).toMatchObject([{ from: 'tags', method: 'batch' }]);
    });

    it('cannot be chosen if there are only captions', async () => {
      const { user, sent, container } = await showWith({ photos: 0, labels: 0, lacking: 'photos' });
      expect(screen.queryByRole('combobox', { name: 'Learn from' })).toBeNull();
      expect(textOf(container)).not.toContain('albums');
      await user.click(button('Start training'));
      expect(sent('train.start')).toMatchObject([{ from: 'captions', method: 'ucch' }]);
    });

    it('cannot be chosen if there are too few labels, and the form shows their number', async () => {
      const { container } = await showWith({ photos: 9, labels: 1, lacking: 'photos' });
      expect(screen.queryByRole('combobox', { name: 'Learn from' })).toBeNull();
      expect(textOf(container)).toContain('four photos or more: 1, on 9 photos in all');
    });
  });
});
