// The curve that is drawn: live epochs while training, the stored ones after.
import { describe, expect, it } from 'vitest';
import type { EpochMetrics, EvaluationContext, HashModelSummary, Job, JobId, ModelId } from '../../shared/types.ts';
import type { Ask } from '../bridge.ts';
import { Jobs } from './jobs.svelte.ts';
import { Training } from './training.svelte.ts';

const both = (mean: number) => ({ i2t: mean, t2i: mean, mean });
const epoch = (n: number): EpochMetrics => {
  const map = both(n / 100);
  return { epoch: n, loss: 1, lossC: 1, lossR: 0, map, map50: map, mapStable: map, seconds: 1 };
};
const evaluation: EvaluationContext = {
  protocol: 'single',
  relevance: 'tags',
  seed: 1,
  split: { trainPairs: 1, trainPhotos: 1, queryPhotos: 1, queryCaptions: 1, databasePhotos: 1, databaseCaptions: 1 },
  chance: both(0.01),
  float: null,
};
const model = (id: string, epochs: number, createdAt: number): HashModelSummary => ({
  id: id as ModelId,
  method: 'ucch',
  bits: 64,
  encoderId: 'starter',
  state: 'ready',
  active: false,
  createdAt,
  evaluation,
  epochs: Array.from({ length: epochs }, (_, i) => epoch(i + 1)),
  bestEpoch: epochs === 0 ? null : epochs,
  options: {},
});
const trainJob = (state: Job['state']): Job => ({
  id: 1 as JobId,
  kind: 'train',
  state,
  message: '',
  done: 0,
  total: 3,
  rate: 0,
  etaSeconds: null,
  createdAt: 1,
  finishedAt: null,
  error: null,
  modelId: 'new' as ModelId,
  result: null,
});

function training(models: () => readonly HashModelSummary[]) {
  const ask = ((method: string) =>
    method === 'models.list' ? Promise.resolve(models()) : Promise.resolve(null)) as Ask;
  const jobs = new Jobs(ask, () => undefined);
  return { jobs, training: new Training(ask, jobs, () => undefined) };
}
const take = (state: Training, n: number) =>
  state.take({ type: 'epoch', modelId: 'new' as ModelId, metrics: epoch(n), evaluation });

describe('Training', () => {
  it('draws the newest trained model, or the one chosen', async () => {
    const { training: state } = training(() => [model('old', 5, 1), model('newer', 4, 2), model('untrained', 0, 3)]);
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
    await state.load();
    jobs.take(trainJob('running'));
    expect(state.shown?.id).toBe('new');
    for (const n of [1, 2, 2, 3]) take(state, n);
    expect(state.shown?.epochs.map((one) => one.epoch)).toEqual([1, 2, 3]);
    expect(state.shown?.bestEpoch).toBeNull();
  });

  it('takes up a training that began before the page was there', async () => {
    const { training: state, jobs } = training(() => [{ ...model('new', 2, 2), state: 'training' }]);
    await state.load();
    jobs.take(trainJob('running'));
    take(state, 3);
    expect(state.shown?.epochs).toHaveLength(3);
  });

  it('shows the best epoch once the model is stored', async () => {
    let stored: HashModelSummary[] = [];
    const { training: state, jobs } = training(() => stored);
    jobs.take(trainJob('running'));
    for (const n of [1, 2, 3]) take(state, n);
    jobs.take(trainJob('done'));
    expect(state.shown).toMatchObject({ id: 'new', bestEpoch: null });
    stored = [{ ...model('new', 3, 2), bestEpoch: 2 }];
    await state.load();
    expect(state.shown).toMatchObject({ id: 'new', bestEpoch: 2 });
  });
});
