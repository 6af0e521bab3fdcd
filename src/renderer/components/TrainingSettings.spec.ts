import { describe, expect, it } from 'vitest';
import type { MethodSetting } from '../../shared/contract/training.ts';
import { job, method } from '../../../test/support/contract-values.ts';
import { inGerman } from '../../../test/support/german.ts';
import { screen, show } from '../../../test/support/render.ts';
import TrainingSettings from './TrainingSettings.svelte';

const settings: readonly MethodSetting[] = [
  { key: 'rate', title: 'Rate', description: '', type: 'number', default: 0.5, min: 0, max: 1, above: null },
  { key: 'deep', title: 'Deep', description: '', type: 'boolean', default: true },
  { key: 'loss', title: 'Loss', description: '', type: 'choice', default: 'a', choices: ['a', 'b'] },
  { key: 'label', title: 'Label', description: '', type: 'text', default: '' },
];
const choices = ['cosine', 'step'];
const answers = { 'methods.list': [method({ settings })], 'train.start': job({ kind: 'train' }) };

describe('TrainingSettings', () => {
  it('shows the defaults, and trains with what was entered in place of them', async () => {
    const { app, user, sent } = await show(TrainingSettings, { settings }, answers);
    const rate = screen.getByRole<HTMLInputElement>('spinbutton', { name: 'Rate' });
    const deep = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Deep' });
    expect([rate.value, deep.checked]).toEqual(['0.5', true]);
    await user.clear(rate);
    await user.type(rate, '0.25');
    await user.tab();
    await user.click(deep);
    await user.selectOptions(screen.getByRole('combobox', { name: 'Loss' }), 'b');
    await app.training.start();
    expect(sent('train.start')).toMatchObject([{ settings: { rate: 0.25, deep: false, loss: 'b' } }]);
  });

  it('shows the letter of a setting that publications name by one', async () => {
    const temperature = { ...settings[0], key: 'temperature', title: 'Temperature', symbol: 'τ' } as MethodSetting;
    await show(TrainingSettings, { settings: [temperature, ...settings] }, answers);
    expect(screen.getAllByRole('spinbutton').map((field) => field.closest('label')?.textContent.trim())).toEqual([
      'Temperature (τ)',
      'Rate',
    ]);
  });

  it('gives a setting back to the method when its field is emptied', async () => {
    const { app, user, sent } = await show(TrainingSettings, { settings }, answers);
    app.training.enter('rate', 0.75);
    const rate = screen.getByRole('spinbutton', { name: 'Rate' });
    await user.clear(rate);
    await user.tab();
    await app.training.start();
    expect(sent('train.start')).toMatchObject([{ settings: {} }]);
    expect(Object.keys(sent('train.start')[0]?.settings ?? {})).toEqual([]);
  });

  it("has German titles, descriptions and choices in the German window, and sends the engine's choice", async () => {
    const known: readonly MethodSetting[] = [
      {
        ...{ key: 'momentum', title: 'Momentum', description: 'Momentum of the gradient descent (published: 0.9).' },
        ...{ type: 'number', default: 0.9, min: 0, max: 1, above: null },
      },
      { key: 'captions', title: 'Learn from captions too', description: '', type: 'boolean', default: false },
      { key: 'schedule', title: 'Learning-rate schedule', description: '', type: 'choice', default: 'cosine', choices },
      { key: 'own', title: 'A setting of one’s own', description: '', type: 'text', default: '' },
    ];
    await inGerman(async () => {
      const { app, user, sent } = await show(TrainingSettings, { settings: known }, answers);
      expect(screen.getByTitle('Momentum des Gradientenabstiegs (veröffentlicht: 0,9).')).toBeDefined();
      expect(screen.getByRole('checkbox', { name: 'Auch aus Bildunterschriften lernen' })).toBeDefined();
      expect(screen.getByRole('textbox', { name: 'A setting of one’s own' })).toBeDefined();
      await user.selectOptions(screen.getByRole('combobox', { name: 'Verlauf der Lernrate' }), 'Stufen');
      await app.training.start();
      expect(sent('train.start')).toMatchObject([{ settings: { schedule: 'step' } }]);
    });
  });
});
