import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { presetOptions } from '../../shared/contract/training.ts';
import { openStore } from '../store/database.ts';
import { TrainingPresets } from './training-presets.ts';

function presets() {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return { store, own: new TrainingPresets(store.settings) };
}
const withEpochs = (epochs: number) => presetOptions.parse({ method: 'ucch', epochs, settings: { rate: 0.5 } });

it('are stored by name, and one of the same name is replaced', () => {
  const { store, own } = presets();
  own.save({ name: 'mine', options: withEpochs(3) });
  own.save({ name: 'Evening', options: withEpochs(9) });
  own.save({ name: 'mine', options: withEpochs(4) });
  const again = new TrainingPresets(store.settings).list();
  expect(again.map(({ name, options }) => [name, options.epochs, options.settings])).toEqual([
    ['Evening', 9, { rate: 0.5 }],
    ['mine', 4, { rate: 0.5 }],
  ]);
  expect(own.remove('mine').map(({ name }) => name)).toEqual(['Evening']);
  expect(() => own.remove('mine')).toThrow(expect.objectContaining({ code: 'not-found' }));
});

it('do not take the name of a usual one, and are a hundred at most', () => {
  const { own } = presets();
  expect(() => own.save({ name: 'quick', options: withEpochs(3) })).toThrow(/every library has/);
  for (let i = 0; i < 100; i++) own.save({ name: `p${i}`, options: withEpochs(3) });
  expect(() => own.save({ name: 'one more', options: withEpochs(3) })).toThrow(/remove one first/);
  expect(own.save({ name: 'p7', options: withEpochs(8) })).toHaveLength(100);
});

it('of a newer release that cannot be read are none', () => {
  const { store, own } = presets();
  store.settings.set('training-presets', '[{"name":"x"');
  expect(own.list()).toEqual([]);
});
