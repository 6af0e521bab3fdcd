// The drawn curve: live epochs during training, stored epochs after it.
import { describe, expect, it } from 'vitest';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import type { MethodSummary } from '../../shared/contract/training.ts';
import { epoch, evaluation, job, model as modelWith } from '../../../test/support/contract-values.ts';
import { fakeEngine } from '../../../test/support/page.ts';
import { Jobs } from './jobs.svelte.ts';
import { Edits } from './edits.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Training } from './training.svelte.ts';

const model = (id: string, epochs: number, createdAt: number): HashModelSummary =>
  modelWith(id, {
    createdAt,
    evaluation: evaluation(),
    epochs: Array.from({ length: epochs }, (_, i) => epoch(i + 1)),
    bestEpoch: epochs === 0 ? null : epochs,
  });
const trainJob = (state: Job['state']): Job => job({ kind: 'train', state, modelId: 'new' as ModelId });

const about = {
  source: '',
  description: '',
  group: 'search' as const,
  needsPairs: true,
  needsLabels: false,
  common: [],
  commonSymbols: {},
};
const methods: MethodSummary[] = [
  {
    ...about,
    id: 'slow',
    name: 'Slow',
    hasEpochs: true,
    settings: [
      { key: 'rate', title: 'Rate', description: '', type: 'number', default: 0.5, min: 0, max: 1, above: null },
      { key: 'deep', title: 'Deep', description: '', type: 'boolean', default: true },
    ],
  },
  { ...about, id: 'quick', name: 'Quick', hasEpochs: false, settings: [] },
];

function training(models: () => readonly HashModelSummary[]) {
  const { ask, sent } = fakeEngine({
    'methods.list': methods,
    'train.presets': [],
    'models.list': models,
    'train.start': trainJob('running'),
    'models.activate': trainJob('running'),
  });
  const jobs = new Jobs(ask, () => undefined);
  const edits = new Edits(ask, new Toasts(), () => undefined);
  return {
    jobs,
    sent,
    edits,
    training: new Training(
      ask,
      jobs,
      edits,
      () => undefined,
      () => undefined,
    ),
  };
}
const useMethod = (state: Training, n: number) =>
  state.receiveEpoch({
    type: 'epoch',
    method: 'slow',
    modelId: 'new' as ModelId,
    metrics: epoch(n),
    evaluation: evaluation(),
  });

describe('Training', () => {
  it('returns to the model in use before at an undo, also while the chosen one gets its codes', async () => {
    const inUse = { ...model('old', 0, 1), active: true };
    const { training: state, edits, sent } = training(() => [inUse, model('new', 4, 2)]);
    await state.load();
    await state.activate('new' as ModelId);
    await edits.undo();
    await edits.redo();
    expect(sent('models.activate')).toEqual([{ modelId: 'new' }, { modelId: 'old' }, { modelId: 'new' }]);
  });

  it('draws the newest trained model, or the one chosen', async () => {
    const { training: state } = training(() => [model('old', 5, 1), model('newer', 4, 2), model('untrained', 0, 3)]);
    state.showMethods();
    await state.load();
    expect(state.shown?.id).toBe('newer');
    state.show('old' as ModelId);
    expect(state.shown?.id).toBe('old');
  });

  it('draws the epochs of the running training as they come, each once', async () => {
    const { training: state, jobs } = training(() => [
      model('old', 5, 1),
      { ...model('new', 1, 2), state: 'training' },
    ]);
    state.showMethods();
    await state.load();
    jobs.receive(trainJob('running'));
    expect(state.shown?.id).toBe('new');
    for (const n of [1, 2, 2, 3]) useMethod(state, n);
    expect(state.shown?.epochs.map((one) => one.epoch)).toEqual([1, 2, 3]);
    expect(state.shown?.bestEpoch).toBeNull();
  });

  it('offers the methods of the engine, and sends only the entered settings', async () => {
    const { training: state, sent } = training(() => []);
    state.showMethods();
    await state.load();
    expect(state.method?.id).toBe('slow');
    expect(state.setting('rate')).toBe(0.5);
    state.enter('rate', 0.25);
    state.enter('deep', false);
    state.form.method = 'quick';
    expect(state.setting('rate')).toBeNull();
    state.form.method = 'slow';
    expect([state.setting('rate'), state.setting('deep')]).toEqual([0.25, false]);
    state.enter('rate', null);
    expect(state.setting('rate')).toBe(0.5);
    await state.start();
    expect(sent('train.start')).toMatchObject([{ method: 'slow', settings: { deep: false } }]);
  });

  it('knows which models have a score and no curve', async () => {
    const { training: state } = training(() => [{ ...model('solved', 1, 2), method: 'quick' }, model('old', 5, 1)]);
    state.showMethods();
    await state.load();
    expect(state.trained.map((one) => state.isSolved(one))).toEqual([true, false]);
  });

  it('continues the curve of a training that began before the page loaded', async () => {
    const { training: state, jobs } = training(() => [{ ...model('new', 2, 2), state: 'training' }]);
    state.showMethods();
    await state.load();
    jobs.receive(trainJob('running'));
    useMethod(state, 3);
    expect(state.shown?.epochs).toHaveLength(3);
  });

  it('shows the best epoch once the model is stored', async () => {
    let stored: HashModelSummary[] = [];
    const { training: state, jobs } = training(() => stored);
    jobs.receive(trainJob('running'));
    for (const n of [1, 2, 3]) useMethod(state, n);
    jobs.receive(trainJob('done'));
    expect(state.shown).toMatchObject({ id: 'new', bestEpoch: null });
    stored = [{ ...model('new', 3, 2), bestEpoch: 2 }];
    state.showMethods();
    await state.load();
    expect(state.shown).toMatchObject({ id: 'new', bestEpoch: 2 });
  });
});
