// Trainings from captions and labels, of which the model from labels is trained first.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { evaluation, job as jobWith } from '../../../test/support/contract-values.ts';
import { undisturbed } from '../../../test/support/job-context.ts';
import { resourcesDir } from '../../../test/support/resources.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { LibraryQuality } from '../../shared/contract/evaluation.ts';
import { modelId, type ModelId, type PhotoId } from '../../shared/contract/ids.ts';
import type { Job, JobState } from '../../shared/contract/jobs.ts';
import { trainOptions } from '../../shared/contract/training.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { writeUnseenPhotos } from '../models/unseen-photos.ts';
import { ActiveModels } from '../models/active-models.ts';
import { openStore, type Store } from '../store/database.ts';
import {
  isInTraining,
  measureDefaultOrder,
  qualityInUse,
  sameTraining,
  stoppedTrainings,
  takesOver,
} from './train-job.ts';

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

const share = { mean: 0.5, low: 0.4, high: 0.6 };
const quality = (likelihood: number, more: Partial<LibraryQuality> = {}): LibraryQuality => ({
  ...{ photos: 900, queries: 50, trained: share, encoder: share, better: true, likelihood },
  ...more,
});

it('lets a model take over by itself that beats the encoder, and does not serve worse than the one in use', async () => {
  const takes = (
    library: LibraryQuality | null,
    inUse?: LibraryQuality,
    activate = 'better' as const,
  ): Promise<boolean> =>
    takesOver(
      { method: 'two-tower', evaluation: library === null ? null : evaluation({ library }) },
      { inUse, used: inUse },
      { activate },
    );
  expect(await takes(quality(-4))).toBe(true);
  expect(await takes(quality(-4, { better: false }))).toBe(false);
  expect(await takes(null)).toBe(false);
  expect(await takes(quality(-4), quality(-3))).toBe(false);
  expect(await takes(quality(-4), quality(-4))).toBe(true);
  expect(await takes(quality(-4), quality(-5))).toBe(true);
  expect(await takes(quality(-4), quality(-3, { better: false }))).toBe(true);
});

it('takes over always or never where that is asked for', async () => {
  const worse = { method: 'two-tower', evaluation: evaluation({ library: quality(-9, { better: false }) }) };
  const better = { method: 'two-tower', evaluation: evaluation({ library: quality(-1) }) };
  const present = { inUse: quality(-1), used: quality(-1) };
  expect(await takesOver(worse, present, { activate: 'always' })).toBe(true);
  expect(await takesOver(better, { inUse: undefined, used: undefined }, { activate: 'never' })).toBe(false);
});

it('takes over with a method without pairs unless the model in use beats the encoder, by whatever searches', async () => {
  const solved = { method: 'itq', evaluation: evaluation({ library: quality(-4, { better: false }) }) };
  const takes = (used: LibraryQuality | undefined): Promise<boolean> =>
    takesOver(solved, { inUse: undefined, used }, { activate: 'better' });
  expect(await takes(undefined)).toBe(true);
  expect(await takes(quality(-9, { better: false }))).toBe(true);
  expect(await takes(quality(-9))).toBe(false);
});

it('compares with the model in use alone where both were measured by the same searches', async () => {
  const store = library();
  const root = temporaryFolder();
  const modelDir = (id: ModelId) => join(root, id);
  const active = { modelId: () => main, modelDir };
  const measured = async (id: ModelId, heldOut: readonly number[], library: LibraryQuality) => {
    begin(store, id, 'ready');
    store.models.setEvaluation(id, evaluation({ library }));
    mkdirSync(modelDir(id), { recursive: true });
    await writeUnseenPhotos(modelDir(id), { heldOut: heldOut as readonly PhotoId[], newest: 9 });
    return { id, encoderId: 'starter-1', evaluation: evaluation({ library }) };
  };
  await measured(main, [3, 5], quality(-3));
  const inUse = async (heldOut: readonly number[], more: Partial<LibraryQuality> = {}) =>
    await qualityInUse(store, active, await measured(labels, heldOut, quality(-4, more)));
  expect(await inUse([5, 3])).toEqual(quality(-3));
  expect(await inUse([3, 6])).toBeUndefined();
  expect(await inUse([3, 5, 6])).toBeUndefined();
  expect(await inUse([3, 5], { photos: 901 })).toBeUndefined();
  expect(await inUse([3, 5], { queries: 49 })).toBeUndefined();
  const trained = await measured(labels, [3, 5], quality(-4));
  expect(await qualityInUse(store, active, { ...trained, evaluation: null })).toBeUndefined();
  rmSync(modelDir(main), { recursive: true });
  expect(await qualityInUse(store, active, trained)).toBeUndefined();
});

/** A trained model whose files are gone, so that the measurement fails; only its evaluation can be written. */
function withoutFiles() {
  const libraryDir = temporaryFolder();
  const store = openStore(libraryDir);
  onTestFinished(() => store.close());
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads: 1, encoderThread: false });
  onTestFinished(() => active.close());
  begin(store, main, 'ready');
  store.models.setEvaluation(main, evaluation({ library: quality(-3) }));
  mkdirSync(active.modelDir(main), { recursive: true });
  return { store, active, measured: () => store.models.get(main)?.evaluation?.library };
}

it('keeps a model whose search cannot be measured, with the reason, and logs the stack', async () => {
  const { store, active, measured } = withoutFiles();
  const lines: string[] = [];
  await measureDefaultOrder(store, active, main, undisturbed, (line) => void lines.push(line));
  expect(measured()).toEqual({
    ...quality(-3),
    orderUnmeasured: { code: expect.any(String) as string, message: expect.stringMatching(/./) as string },
  });
  expect(lines[0]).toMatch(/model two-tower-64 could not be measured: [\s\S]+\n +at /);
  expect(store.models.get(main)?.state).toBe('ready');
});

it('has a measurement that could not be written beside the model in the library, and logs the stack', async () => {
  const { store, active, measured } = withoutFiles();
  rmSync(active.modelDir(main), { recursive: true });
  const defaultOrder = { photos: 9, queries: 9, trained: { mean: 0.5, low: 0.4, high: 0.6 }, before: null };
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  await measureDefaultOrder(store, active, main, undisturbed, log, () => Promise.resolve(defaultOrder));
  expect(measured()).toEqual({ ...quality(-3), defaultOrder });
  expect(lines).toEqual([expect.stringMatching(/could not be stored: [\s\S]+\n +at /)]);
});

it('stops measuring when the job is stopped, without a reason at the model', async () => {
  const { store, active, measured } = withoutFiles();
  const stopped = { ...undisturbed, signal: AbortSignal.abort() };
  await expect(measureDefaultOrder(store, active, main, stopped, () => undefined)).rejects.toThrow(/abort/i);
  expect(measured()).toEqual(quality(-3));
});
