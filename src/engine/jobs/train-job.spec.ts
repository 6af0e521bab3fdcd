// Trainings from captions and labels, of which the model from labels is trained first.
import { expect, it, onTestFinished } from 'vitest';
import { job as jobWith } from '../../../test/support/contract-values.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { modelId, type ModelId } from '../../shared/contract/ids.ts';
import type { Job, JobState } from '../../shared/contract/jobs.ts';
import { trainOptions } from '../../shared/contract/training.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { openStore, type Store } from '../store/database.ts';
import { isInTraining, sameTraining, stoppedTrainings } from './train-job.ts';

const [main, labels] = [modelId.parse('two-tower-64'), modelId.parse('labels-64')];
const options = trainOptions.parse({ method: 'two-tower', bits: 64, from: 'both' });

function library(): Store {
  const store = openStore(temporaryFolder());
  onTestFinished(() => store.close());
  return store;
}

/** A job that trains both models, as the queue lists it. */
function training(store: Store, state: JobState, code: ErrorCode | null = null): Job[] {
  const { id } = store.jobs.insert('train', { modelId: main, labelModelId: labels, options }, null);
  const isOpen = state === 'paused' || state === 'running';
  if (!isOpen) {
    const error = code === null ? {} : { error: { code, message: 'The reason.' } };
    store.jobs.finish(id, ['queued'], { state: state === 'done' ? 'done' : 'failed', ...error });
  }
  return [jobWith({ id, kind: 'train', state, modelId: main, finishedAt: isOpen ? null : 1 })];
}

const begin = (store: Store, id: ModelId, state: 'training' | 'ready', encoderId = 'starter-1') =>
  store.models.begin({ id, method: 'two-tower', bits: 64, encoderId, state, options: {} });

it('can resume after a fault of the machine in the half that learns from labels, or just after it', () => {
  for (const state of ['training', 'ready'] as const) {
    const store = library();
    const jobs = training(store, 'failed', 'disk-full');
    begin(store, labels, state);
    expect(stoppedTrainings(store, jobs)).toEqual([{ modelId: main, labelModelId: labels, jobId: null, options }]);
  }
});

it('cannot resume when it has ended, or has failed for a reason that would come again', () => {
  for (const [state, code] of [['done', null] as const, ['failed', 'training-diverged'] as const]) {
    const store = library();
    const jobs = training(store, state, code);
    begin(store, labels, 'ready');
    expect(stoppedTrainings(store, jobs)).toEqual([]);
  }
});

it('has both of its models in training until it ends', () => {
  const store = library();
  const jobs = training(store, 'paused');
  expect([main, labels].map((id) => isInTraining(store, jobs, id))).toEqual([true, true]);
  expect(isInTraining(store, jobs, modelId.parse('another'))).toBe(false);
  const ended = jobs.map((job) => ({ ...job, finishedAt: 1 }));
  expect(isInTraining(store, ended, labels)).toBe(false);
});

it('is another training once another encoder is in use, also in the half that learns from labels', () => {
  const store = library();
  const jobs = training(store, 'paused');
  begin(store, labels, 'training', 'starter-1');
  const same = (encoder: string) =>
    sameTraining(stoppedTrainings(store, jobs), store, { encoderId: () => encoder }, options);
  expect(same('starter-1')?.modelId).toBe(main);
  expect(same('other')).toBe(null);
});
