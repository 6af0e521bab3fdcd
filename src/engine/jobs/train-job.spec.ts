// Trainings from captions and labels, of which the model from labels is trained first.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { epoch, evaluation, job as jobWith } from '../../../test/support/contract-values.ts';
import { undisturbed } from '../../../test/support/job-context.ts';
import { photoLibrary } from '../../../test/support/photo-library.ts';
import { resourcesDir } from '../../../test/support/resources.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import type { EvaluationContext, LibraryQuality } from '../../shared/contract/evaluation.ts';
import { modelId, type ModelId, type PhotoId } from '../../shared/contract/ids.ts';
import type { Job, JobState } from '../../shared/contract/jobs.ts';
import { trainOptions } from '../../shared/contract/training.ts';
import { HashlensError, type ErrorCode } from '../../shared/errors.ts';
import { rotationModel } from '../hashing/methods/rotation.ts';
import type { TrainedModel } from '../hashing/model/trained-model.ts';
import { TrainingDiverged, type TrainingRequest } from '../hashing/training/training.ts';
import { readUnseenPhotos, writeUnseenPhotos } from '../models/unseen-photos.ts';
import { ActiveModels } from '../models/active-models.ts';
import { openStore, type Store } from '../store/database.ts';
import {
  discardTraining,
  isInTraining,
  measureDefaultOrder,
  qualityInUse,
  sameTraining,
  stoppedTrainings,
  takesOver,
  trainJob,
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

it('is another training with other options, but not with another rule for its use', () => {
  const store = library();
  const trainings = stoppedTrainings(store, training(store, 'paused'));
  const same = (more: object) => sameTraining(trainings, store, { encoderId: () => 'e' }, { ...options, ...more });
  expect([same({})?.modelId, same({ activate: 'never' })?.modelId, same({ seed: 2 })]).toEqual([main, main, null]);
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

/** Five photos with four captions each, and a method in place of the training process. */
function trainable({ captions = 4 } = {}) {
  const libraryDir = temporaryFolder();
  const { store, add, caption, tag } = photoLibrary();
  const info = { id: 'e', name: '', description: '', imageWidth: 4, textWidth: 4, sharedWidth: 4 };
  const photos = Array.from({ length: 5 }, (_, n) => {
    const id = add(`${n}.jpg`);
    store.features.put('photo', 'e', id, Float32Array.of(n, 1, n % 2, 2));
    caption(id, ...Array.from({ length: captions }, (__, m) => `caption ${m}`));
    for (const line of store.texts.captionsOf(id)) {
      store.features.put('caption', 'e', line.id, Float32Array.of(n, 2, 1, 0));
    }
    return id;
  });
  const active = {
    encoderId: () => 'e',
    encoderInfo: () => info,
    encoderForJobs: () => Promise.resolve(null),
    modelId: () => modelId.parse('in-use'),
    modelDir: (id: ModelId) => join(libraryDir, 'models', id),
    // The order is not measured while the encoder cannot be used.
    notices: () => [{ code: 'encoder-unusable' as const, message: '' }],
    pendingModels: () => expect.fail('not measured'),
  };
  const events: EngineEvent[] = [];
  const steps: string[] = [];
  const requests: TrainingRequest[] = [];
  /** A model that learns nothing: each step is what a test says. */
  const model = (request: TrainingRequest, context: EvaluationContext | null = null): TrainedModel => ({
    ...rotationModel({ encoder: info, bits: request.options.bits, seed: 1 }),
    evaluation: context,
  });
  const run = (
    params: object,
    train: (request: TrainingRequest) => Promise<TrainedModel>,
    more: Partial<typeof undisturbed> = {},
  ) =>
    trainJob(
      store,
      active,
      () => Promise.resolve(void steps.push('encode')),
      (id, encoderId) => Promise.resolve(void steps.push(`use ${id} with ${encoderId}`)),
      () => Promise.resolve(3),
      (event) => events.push(event),
      (line) => expect.fail(line),
      (request) => {
        requests.push(request);
        steps.push(`train ${request.options.method}`);
        return train(request);
      },
    )(
      { modelId: main, options: { method: 'ucch', bits: 16, epochs: 2, seed: 7 }, ...params },
      { ...undisturbed, ...more },
    );
  const files = (id: ModelId) => (existsSync(active.modelDir(id)) ? readdirSync(active.modelDir(id)) : null);
  const checkpoint = (id: ModelId) => existsSync(`${active.modelDir(id)}.checkpoint`);
  return { store, photos, tag, active, events, steps, requests, model, run, files, checkpoint };
}
const found = (likelihood: number) => evaluation({ library: quality(likelihood) });

it('encodes what is missing, trains, and keeps the model with its epochs, measures and unseen photos', async () => {
  const { store, photos, active, events, steps, requests, model, run, files, checkpoint } = trainable();
  const shown: unknown[] = [];
  const result = await run(
    {},
    async (request) => {
      expect(store.models.get(main)).toMatchObject({ state: 'training', method: 'ucch', bits: 16, encoderId: 'e' });
      request.onStart?.(found(-3), []);
      request.onStep?.(1, 8);
      request.onEpoch?.(epoch(1), true);
      await request.onCheckpoint?.(Uint8Array.of(1));
      expect(checkpoint(main)).toBe(true);
      request.onStep?.(5, 8);
      request.onEpoch?.(epoch(2), false);
      request.onStep?.(8, 8);
      return model(request, found(-1));
    },
    { progress: (done, total, message) => void shown.push([done, total, message]) },
  );
  expect([result, steps]).toEqual([{ modelId: main }, ['encode', 'train ucch', `use ${main} with e`]]);
  expect(requests[0]?.options).toMatchObject({ bits: 16, epochs: 2, seed: 7, threads: 3 });
  expect([requests[0]?.resumeFrom, requests[0]?.data.captionPhoto.length]).toEqual([undefined, 20]);
  expect(store.models.get(main)).toMatchObject({ state: 'ready', bestEpoch: 1, evaluation: found(-1) });
  // Settings that are left to the method, and how the training ends, are not stored.
  expect(store.models.get(main)?.options).toMatchObject({ epochs: 2, seed: 7 });
  expect(Object.keys(store.models.get(main)?.options ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(?:hidden|from|activate|method|bits)$/)]),
  );
  expect(store.models.epochs(main)).toEqual([epoch(1), epoch(2)]);
  expect(events.filter(({ type }) => type === 'epoch')).toEqual([
    { type: 'epoch', method: 'ucch', modelId: main, metrics: epoch(1), evaluation: found(-3) },
    { type: 'epoch', method: 'ucch', modelId: main, metrics: epoch(2), evaluation: found(-3) },
  ]);
  expect(shown).toEqual([
    [1, 8, 'Training, epoch 1 of 2'],
    [5, 8, 'Training, epoch 2 of 2'],
    [8, 8, 'Training, epoch 2 of 2'],
  ]);
  expect([files(main)?.length, checkpoint(main)]).toEqual([expect.any(Number), false]);
  const unseen = await readUnseenPhotos(active.modelDir(main));
  // Two of the five photos are held out, and all are known.
  expect([unseen?.heldOut.length, unseen?.newest]).toEqual([2, photos.at(-1)]);
  expect(photos).toEqual(expect.arrayContaining([...(unseen?.heldOut ?? [])]));
});

it('keeps the model of a method without pairs in a library without captions, where no photo is held out', async () => {
  const { store, photos, active, model, run } = trainable({ captions: 0 });
  await run({ options: { method: 'itq', bits: 16 } }, (request) => Promise.resolve(model(request)));
  expect(store.models.get(main)?.state).toBe('ready');
  expect(await readUnseenPhotos(active.modelDir(main))).toEqual({ heldOut: [], clustered: [], newest: photos.at(-1) });
});

it('is not used where nobody asked for it, and trains no model that is ready', async () => {
  const { store, steps, model, run } = trainable();
  const options = { method: 'ucch', bits: 16, activate: 'never' };
  await run({ options }, (request) => Promise.resolve(model(request)));
  await run({ options }, () => expect.fail('trained again'));
  expect([steps, store.models.get(main)?.state]).toEqual([['encode', 'train ucch', 'encode'], 'ready']);
});

it('trains from labels first where both are asked for, with the settings of that method, and takes the better model', async () => {
  for (const [ofLabels, better] of [[-2, labels] as const, [-5, main] as const]) {
    const { store, steps, requests, model, run } = trainable();
    const given = { method: 'ucch', bits: 16, from: 'both', settings: { temperature: 0.3 } };
    const result = await run({ labelModelId: labels, options: given }, (request) => {
      const context = found(request.options.method === 'ucch' ? -3 : ofLabels);
      request.onStart?.(context, []);
      return Promise.resolve(model(request, context));
    });
    const [first, second] = requests.map(({ options: { method, settings } }) => [method, settings]);
    expect(first?.[0]).not.toBe('ucch');
    expect([first?.[1], second]).toEqual([{}, ['ucch', { temperature: 0.3 }]]);
    expect(store.models.get(main)?.options).toMatchObject({ from: 'both', temperature: 0.3 });
    expect([result, steps.at(-1)]).toEqual([{ modelId: better }, `use ${better} with e`]);
    expect([labels, main].map((id) => store.models.get(id)?.state)).toEqual(['ready', 'ready']);
  }
});

it('learns from labels alone where that is asked for, by a method that can', async () => {
  const { requests, model, run } = trainable();
  await run({ options: { method: 'ucch', bits: 16, from: 'tags' } }, (request) => Promise.resolve(model(request)));
  expect(requests[0]?.options.method).not.toBe('ucch');
  expect(requests[0]?.data.firstName).toBe(20);
});

it('continues from the last checkpoint, with the epochs there are', async () => {
  const { store, run, requests, checkpoint, model } = trainable();
  const fault = new HashlensError('disk-full', 'The reason.');
  await expect(
    run({}, async (request) => {
      request.onStart?.(found(-3), []);
      request.onEpoch?.(epoch(1), true);
      await request.onCheckpoint?.(Uint8Array.of(4, 2));
      throw fault;
    }),
  ).rejects.toBe(fault);
  expect([store.models.get(main)?.state, checkpoint(main)]).toEqual(['training', true]);
  const shown: unknown[] = [];
  await run(
    {},
    (request) => {
      request.onStart?.(found(-3), [epoch(1)]);
      request.onStep?.(9, 10);
      return Promise.resolve(model(request));
    },
    { progress: (...step) => void shown.push(step) },
  );
  expect([requests[1]?.resumeFrom, shown]).toEqual([Uint8Array.of(4, 2), [[9, 10, 'Training, epoch 2 of 2']]]);
  expect([store.models.epochs(main), checkpoint(main)]).toEqual([[epoch(1)], false]);
});

it('keeps what there is of a training that was stopped, also where its end was another error', async () => {
  const { store, run, checkpoint } = trainable();
  const stop = new AbortController();
  const training = run(
    {},
    async (request) => {
      await request.onCheckpoint?.(Uint8Array.of(1));
      stop.abort();
      throw new HashlensError('bad-argument', 'The reason.');
    },
    { signal: stop.signal },
  );
  await expect(training).rejects.toMatchObject({ code: 'bad-argument' });
  expect([store.models.get(main)?.state, checkpoint(main)]).toEqual(['training', true]);
});

it('leaves nothing of a training that failed for another reason', async () => {
  const { store, events, run, checkpoint } = trainable();
  const training = run({}, async (request) => {
    await request.onCheckpoint?.(Uint8Array.of(1));
    throw new HashlensError('training-diverged', 'The loss grew.');
  });
  await expect(training).rejects.toMatchObject({ code: 'training-diverged', message: 'The loss grew.' });
  expect([store.models.get(main), checkpoint(main), events.at(-1)]).toEqual([null, false, { type: 'library' }]);
});

it('keeps the best model of a training that diverged, and says so', async () => {
  const { store, model, run, files } = trainable();
  const training = run({}, (request) =>
    Promise.reject(new TrainingDiverged('The loss grew; the best epoch is kept.', model(request))),
  );
  await expect(training).rejects.toMatchObject({
    code: 'training-diverged',
    message: 'The loss grew; the best epoch is kept and can be used as model two-tower-64.',
  });
  expect([store.models.get(main)?.state, files(main)]).toEqual(['ready', expect.any(Array)]);
  const without = trainable();
  await expect(without.run({}, () => Promise.reject(new TrainingDiverged('The loss grew.', null)))).rejects.toThrow(
    /^The loss grew\.$/,
  );
  expect(without.store.models.get(main)).toBeNull();
});

it('removes what a cancelled training has left of both of its models, and no finished one', async () => {
  const { store, active, checkpoint } = trainable();
  const params = { modelId: main, labelModelId: labels, options };
  const other = modelId.parse('other');
  for (const id of [main, labels, other]) {
    begin(store, id, 'training');
    mkdirSync(active.modelDir(id), { recursive: true });
  }
  writeFileSync(`${active.modelDir(main)}.checkpoint`, '');
  await discardTraining(store, active, params);
  expect([main, labels, other].map((id) => store.models.get(id)?.state)).toEqual([undefined, undefined, 'training']);
  expect([main, labels, other].map((id) => existsSync(active.modelDir(id)))).toEqual([false, false, true]);
  expect(checkpoint(main)).toBe(false);
  begin(store, main, 'ready');
  begin(store, labels, 'ready');
  mkdirSync(active.modelDir(main));
  await discardTraining(store, active, params);
  expect([main, labels].map((id) => store.models.get(id)?.state)).toEqual(['ready', 'ready']);
  expect(existsSync(active.modelDir(main))).toBe(true);
});

it('removes rows of cancelled trainings of earlier versions, where these have no files', async () => {
  const { store, active, model, run } = trainable();
  const [without, kept] = ['without', 'kept'].map((id) => modelId.parse(id)) as [ModelId, ModelId];
  for (const id of [without, kept]) {
    begin(store, id, 'training');
    store.models.setState(id, 'cancelled');
  }
  mkdirSync(active.modelDir(kept), { recursive: true });
  await run({}, (request) => Promise.resolve(model(request)));
  expect([without, kept].map((id) => store.models.get(id)?.state)).toEqual([undefined, 'cancelled']);
});

it('can resume while its job is paused, by that job, and not while that runs', () => {
  const store = library();
  const [job = expect.fail('no job')] = training(store, 'paused');
  expect(stoppedTrainings(store, [job])).toEqual([{ modelId: main, labelModelId: labels, jobId: job.id, options }]);
  expect(stoppedTrainings(store, [{ ...job, state: 'running' }])).toEqual([]);
});

it('is as its last job left it, and no job of another kind counts', () => {
  const store = library();
  begin(store, main, 'training');
  store.jobs.insert('index', { modelId: main, options }, null);
  expect(stoppedTrainings(store, [])).toEqual([]);
  const before = training(store, 'failed', 'disk-full');
  expect(stoppedTrainings(store, before)).toMatchObject([{ modelId: main, jobId: null }]);
  const now = training(store, 'running');
  expect(stoppedTrainings(store, [...before, ...now])).toEqual([]);
});
