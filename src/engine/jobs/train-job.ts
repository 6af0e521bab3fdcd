// The training job: trains a hash model on the library's (photo, caption) pairs, writes it, and codes every photo with it.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { trainOptions } from '../../shared/contract/training.ts';
import type { EngineEvent } from '../../shared/contract/engine.ts';
import type { TrainOptions } from '../../shared/contract/training.ts';
import { errorDetail, HashlensError, isMachineFault, toErrorData } from '../../shared/errors.ts';
import { itemAt } from '../../shared/at.ts';
import { measuredAlike, servesBetter } from '../../shared/compare-quality.ts';
import type { DefaultOrderQuality, EvaluationContext, LibraryQuality } from '../../shared/contract/evaluation.ts';
import type { JobId, ModelId, PhotoId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { SettingValue } from '../../shared/contract/training.ts';
import { enoughPairs, split } from '../hashing/data/training-data.ts';
import { writeEvaluation, writeModel } from '../hashing/model/model-files.ts';
import { withThreads } from './with-threads.ts';
import { trainInProcess } from '../hashing/training/train-in-process.ts';
import { TrainingDiverged, type TrainingRequest } from '../hashing/training/training.ts';
import type { TrainedModel } from '../hashing/model/trained-model.ts';
import type { ActiveModels } from '../models/active-models.ts';
import { defaultOrderQuality } from '../search/query/default-order-quality.ts';
import type { Store } from '../store/database.ts';
import type { JobRow } from '../store/jobs.ts';
import type { ModelRow } from '../store/models.ts';
import { CheckpointFile } from '../models/checkpoint-file.ts';
import { heldOutTheSame, writeUnseenPhotos } from '../models/unseen-photos.ts';
import { judgedPairs } from './judged-pairs.ts';
import { labelNames } from './label-names.ts';
import { trainingData } from './library-data.ts';
import { sweepTemporary } from '../runtime/atomic-write.ts';
import type { LongWork } from '../runtime/long-work.ts';
import { memoryBudget } from '../runtime/memory-budget.ts';
import type { JobContext, JobRunner } from './queue.ts';

const modelId = z.string().transform((s) => s as ModelId);
/** `labelModelId`: the second model, trained from labels, if both sources are tried. */
export const trainParams = z.object({ modelId, labelModelId: modelId.exactOptional(), options: trainOptions });

/** The models, as trainings and their measurements use them. */
type TrainingModels = Pick<
  ActiveModels,
  'encoderId' | 'encoderInfo' | 'encoderForJobs' | 'modelId' | 'modelDir' | 'notices' | 'pendingModels'
>;

/**
 * @param encodeAll makes missing features and codes
 * @param use prepares a trained model for search, then switches to it
 * @param threads number of threads of the training process; called again after each epoch
 * @param log receives the stack and causes of an error that does not end the job
 * @param train trains a model; in a process of its own by default
 */
export function trainJob(
  store: Store,
  active: TrainingModels,
  encodeAll: (context: JobContext) => Promise<void>,
  use: (modelId: ModelId, encoderId: string, context: JobContext) => Promise<void>,
  threads: () => Promise<number>,
  emit: (event: EngineEvent) => void,
  log: (line: string) => void,
  train: (request: TrainingRequest) => Promise<TrainedModel> = trainInProcess,
): JobRunner {
  return async (rawParams, context) => {
    const { modelId, labelModelId, options } = trainParams.parse(rawParams);
    await encodeAll(context);
    const run = async (id: ModelId, changes: Partial<TrainOptions>): Promise<void> => {
      // The training may have ended before the job was stopped; then only codes are missing.
      if (store.models.get(id)?.state === 'ready') return;
      try {
        const wanted = { ...options, ...changes };
        await runTraining({ store, active, train, threads, emit, context, modelId: id, options: wanted });
      } finally {
        emit({ type: 'library' });
      }
    };
    const { labelMethod } = await import('../hashing/methods/registry.ts');
    const byLabels = labelMethod(options.method).id;
    // The settings belong to the requested method.
    if (labelModelId !== undefined) await run(labelModelId, { method: byLabels, settings: {} });
    await run(modelId, options.from === 'tags' ? { method: byLabels } : {});
    for (const id of labelModelId === undefined ? [modelId] : [labelModelId, modelId]) {
      await measureDefaultOrder(store, active, id, context, log);
      emit({ type: 'library' });
    }
    const chosen = betterModel(store, modelId, labelModelId);
    const trained = store.models.get(chosen);
    if (trained !== null) {
      const used = store.models.get(active.modelId(trained.encoderId))?.evaluation?.library;
      const inUse = await qualityInUse(store, active, trained);
      if (await takesOver(trained, { inUse, used }, options)) await use(chosen, trained.encoderId, context);
    }
    emit({ type: 'library' });
    return { modelId: chosen };
  };
}

/**
 * Measures the order of search with a trained model, and with the model in use, for photos that nobody described. An error is stored
 * with the model, which is as good without the measurement.
 * @param measure returns null for a model that cannot be measured
 * @throws the signal's reason
 */
export async function measureDefaultOrder(
  store: Store,
  active: TrainingModels,
  id: ModelId,
  context: LongWork,
  log: (line: string) => void,
  measure = measuredOrder,
): Promise<void> {
  const row = store.models.get(id);
  const library = row?.evaluation?.library;
  if (row?.state !== 'ready' || !row.evaluation || library === undefined || library.defaultOrder !== undefined) return;
  const { encoderId, evaluation } = row;
  // Texts cannot be encoded, or not by the model's encoder.
  const isUnusable = active.notices().some(({ code }) => code === 'encoder-unusable');
  if (isUnusable || encoderId !== active.encoderId()) return;
  const { orderUnmeasured: _, ...others } = library;
  const measured: LibraryQuality | null = await measure(active, store, row, context).then(
    (defaultOrder) => defaultOrder && { ...others, defaultOrder },
    (error: unknown) => {
      context.signal.throwIfAborted();
      log(`the order of search with model ${id} could not be measured: ${errorDetail(error)}`);
      return { ...others, orderUnmeasured: toErrorData(error) };
    },
  );
  if (measured === null) return;
  try {
    store.models.setEvaluation(id, { ...evaluation, library: measured });
    await writeEvaluation(active.modelDir(id), { ...evaluation, library: measured });
  } catch (error) {
    log(`the measurement of model ${id} could not be stored: ${errorDetail(error)}`);
  }
}

async function measuredOrder(
  active: TrainingModels,
  store: Store,
  { id, encoderId }: ModelRow,
  context: LongWork,
): Promise<DefaultOrderQuality | null> {
  const trained = active.pendingModels(encoderId, id);
  const inUse = active.modelId(encoderId) === id ? null : active.pendingModels(encoderId);
  try {
    // A damaged model in use has no order; search says what is wrong with it.
    const isReadable = await inUse?.model().then(Boolean, () => false);
    return await defaultOrderQuality(store, trained, isReadable ? inUse : null, context);
  } finally {
    await inUse?.close();
    await trained.close();
  }
}

/** The better of two models that were measured with the same held-out photos. */
function betterModel(store: Store, modelId: ModelId, other: ModelId | undefined): ModelId {
  const quality = (id: ModelId) => store.models.get(id)?.evaluation?.library;
  return other !== undefined && servesBetter(quality(other), quality(modelId)) ? other : modelId;
}

/**
 * Whether a trained model becomes the one in use. By default it does if it is better than the encoder and no worse than
 * the model in use. A method without pairs keeps the encoder's order and gives better codes; it replaces no model that beats
 * the encoder.
 * @param present quality of the model in use: `inUse` by the same searches (the result of `qualityInUse`), `used` by any
 */
export async function takesOver(
  { method, evaluation }: Pick<ModelRow, 'method' | 'evaluation'>,
  { inUse, used }: Readonly<Record<'inUse' | 'used', LibraryQuality | undefined>>,
  { activate }: Pick<TrainOptions, 'activate'>,
): Promise<boolean> {
  if (activate !== 'better') return activate === 'always';
  const { findMethod } = await import('../hashing/methods/registry.ts');
  if (!findMethod(method).needsPairs) return used?.better !== true;
  const quality = evaluation?.library;
  return quality?.better === true && !servesBetter(inUse, quality);
}

/** Quality of the model in use, if it was measured by the same searches as a trained one; undefined without such a measurement. */
export async function qualityInUse(
  store: Store,
  active: Pick<ActiveModels, 'modelId' | 'modelDir'>,
  { id, encoderId, evaluation }: Pick<ModelRow, 'id' | 'encoderId' | 'evaluation'>,
): Promise<LibraryQuality | undefined> {
  const used = active.modelId(encoderId);
  const [quality, inUse] = [evaluation?.library, store.models.get(used)?.evaluation?.library];
  if (quality === undefined || inUse === undefined || !measuredAlike(inUse, quality)) return undefined;
  return (await heldOutTheSame(active.modelDir(used), active.modelDir(id))) ? inUse : undefined;
}

const noHeldOut = { queryPhotos: [], clustered: [] };

interface Run {
  readonly store: Store;
  readonly active: TrainingModels;
  readonly train: (request: TrainingRequest) => Promise<TrainedModel>;
  readonly threads: () => Promise<number>;
  readonly emit: (event: EngineEvent) => void;
  readonly context: JobContext;
  readonly modelId: ModelId;
  readonly options: TrainOptions;
}

/** Trains the model, from its last epoch if an earlier run was stopped, and stores its final state in its row. */
async function runTraining({ store, active, train, threads, emit, context, modelId, options }: Run): Promise<void> {
  const encoder = active.encoderInfo(active.encoderId());
  const photoIds = store.features.ids('photo', encoder.id) as PhotoId[];
  const labels = options.from === 'captions' ? null : await labelNames(store, await active.encoderForJobs());
  const data = trainingData(store, encoder, await judgedPairs(store, active), labels);
  const { method, bits, activate: _a, from: _f, ...rest } = options;
  const begin = () => {
    const shown = modelOptions(options);
    store.models.begin({ id: modelId, method, bits, encoderId: encoder.id, state: 'training', options: shown });
  };
  // Earlier versions kept a row of every cancelled training.
  for (const old of store.models.list()) {
    if (old.state === 'cancelled' && !existsSync(active.modelDir(old.id))) store.models.remove(old.id);
  }
  await sweepTemporary(dirname(active.modelDir(modelId)));
  // Keep the epochs of a stopped training until it is known whether they count.
  if (store.models.get(modelId) === null) begin();
  emit({ type: 'library' });
  const checkpoint = new CheckpointFile(active.modelDir(modelId));
  const save = async (model: TrainedModel) => {
    await rm(active.modelDir(modelId), { recursive: true, force: true });
    await writeModel(active.modelDir(modelId), model);
    // Without enough pairs nothing was held out.
    const { queryPhotos, clustered } = enoughPairs(data) ? split(data, { seed: options.seed }) : noHeldOut;
    const idsOf = (places: Iterable<number>) => Array.from(places, (row) => itemAt(photoIds, row));
    await writeUnseenPhotos(active.modelDir(modelId), {
      heldOut: idsOf(queryPhotos),
      clustered: idsOf(clustered),
      newest: photoIds.length === 0 ? 0 : itemAt(photoIds, photoIds.length - 1),
    });
    if (model.evaluation) store.models.setEvaluation(modelId, model.evaluation);
    store.models.setState(modelId, 'ready');
    await checkpoint.remove();
  };
  let evaluation: EvaluationContext | null = null;
  let epoch = 0;
  try {
    const model = await withThreads(threads, context.signal, async ({ count, signal, mayChange }) => {
      const resumeFrom = await checkpoint.read();
      return train({
        data,
        options: { method, bits, ...rest, threads: count, memoryBudget: memoryBudget() },
        encoder,
        signal,
        ...(resumeFrom === undefined ? {} : { resumeFrom }),
        onCheckpoint: async (bytes) => {
          await checkpoint.write(bytes);
          if (epoch + 1 < options.epochs) await mayChange();
        },
        onStart: (found, done) => {
          evaluation = found;
          epoch = done.length;
          if (done.length === 0) begin();
          store.models.setEvaluation(modelId, found);
        },
        onEpoch: (metrics, isBest) => {
          epoch = metrics.epoch;
          store.models.addEpoch(modelId, metrics, isBest);
          if (evaluation) emit({ type: 'epoch', method, modelId, metrics, evaluation });
        },
        onStep: (done, total) => {
          const now = Math.min(epoch + 1, options.epochs);
          context.progress(done, total, `Training, epoch ${now} of ${options.epochs}`);
        },
      });
    });
    await save(model);
  } catch (error) {
    await checkpoint.idle();
    // A stop, or a fault of the machine: the training can resume from its last epoch.
    if (context.signal.aborted || isMachineFault(toErrorData(error).code)) throw error;
    if (error instanceof TrainingDiverged && error.best !== null) {
      await save(error.best);
      const kept = `${error.message.replace(/\.$/, '')} and can be used as model ${modelId}.`;
      throw new HashlensError('training-diverged', kept);
    }
    // The job stores the reason; a row without a model has no use.
    store.models.remove(modelId);
    await checkpoint.remove();
    throw error;
  }
}

/** Removes the partial work of a cancelled training, its row included; a finished model stays. */
export async function discardTraining(
  store: Store,
  active: Pick<ActiveModels, 'modelDir'>,
  rawParams: unknown,
): Promise<void> {
  const { modelId, labelModelId } = trainParams.parse(rawParams);
  await new CheckpointFile(active.modelDir(modelId)).remove();
  if (store.models.get(modelId)?.state === 'ready') return;
  for (const id of [modelId, labelModelId]) {
    if (id === undefined) continue;
    await rm(active.modelDir(id), { recursive: true, force: true });
    store.models.remove(id);
  }
}

/** The options of a training as its model stores them: without those left to the method. */
function modelOptions({ method: _m, bits: _b, activate: _a, from, settings, ...rest }: TrainOptions) {
  const source = from === 'captions' ? null : from;
  const given: Readonly<Record<string, SettingValue | null>> = { from: source, ...rest, ...settings };
  return Object.fromEntries(Object.entries(given).filter((e): e is [string, SettingValue] => e[1] !== null));
}

/** A training that has stopped before its end. */
export interface StoppedTraining {
  readonly modelId: ModelId;
  /** The second model, trained from labels. */
  readonly labelModelId?: ModelId;
  /** The job that resumes it; null if that has ended and a new one is needed. */
  readonly jobId: JobId | null;
  readonly options: TrainOptions;
}

/**
 * Trainings that have stopped before their end and can resume, the last one first: paused or interrupted ones, and
 * those whose job was ended by a fault of the machine.
 * @param jobs the library's jobs, as the queue sees them
 */
export function stoppedTrainings(store: Store, jobs: readonly Job[]): StoppedTraining[] {
  const found = new Map<ModelId, StoppedTraining | null>();
  for (const row of store.jobs.list(mostJobs)) {
    const params = row.kind === 'train' ? trainParams.safeParse(row.params) : null;
    if (!params?.success) continue;
    const { modelId, labelModelId, options } = params.data;
    if (found.has(modelId)) continue;
    const job = jobs.find(({ id }) => id === row.id);
    // The end of a job may not be stored yet.
    const unfinished = row.finishedAt === null && job?.finishedAt === null;
    const stopped = unfinished ? job?.state === 'paused' : isHalfTrained(store, params.data, row);
    const beside = labelModelId === undefined ? {} : { labelModelId };
    found.set(modelId, stopped ? { modelId, ...beside, jobId: unfinished ? row.id : null, options } : null);
  }
  return [...found.values()].filter((training) => training !== null);
}

/** Number of finished jobs to search for stopped trainings. */
const mostJobs = 1000;

type TrainParams = z.output<typeof trainParams>;

/** Whether a fault of the machine has ended the training of the model, or of the one from labels before it. */
function isHalfTrained(store: Store, { modelId, labelModelId }: TrainParams, { error }: JobRow): boolean {
  const model = store.models.get(modelId);
  if (model !== null || labelModelId === undefined) return model?.state === 'training';
  const state = store.models.get(labelModelId)?.state;
  return state === 'training' || (state === 'ready' && error !== null && isMachineFault(error.code));
}

/**
 * Whether a job that has not ended trains this model, or will.
 * @param jobs the library's jobs, as the queue sees them
 */
export function isInTraining(store: Store, jobs: readonly Job[], modelId: ModelId): boolean {
  const open = new Set(jobs.filter(({ finishedAt }) => finishedAt === null).map(({ id }) => id));
  return store.jobs.list(0).some(({ id, kind, params }) => {
    const wanted = kind === 'train' && open.has(id) ? trainParams.safeParse(params) : null;
    return wanted?.success === true && [wanted.data.modelId, wanted.data.labelModelId].includes(modelId);
  });
}

/** The stopped training with these options, for the encoder in use: a new training would give the same model. */
export function sameTraining(
  trainings: readonly StoppedTraining[],
  store: Store,
  active: Pick<ActiveModels, 'encoderId'>,
  options: TrainOptions,
): StoppedTraining | null {
  const identity = ({ activate: _a, ...rest }: TrainOptions) => JSON.stringify(rest);
  const same = trainings.find((training) => {
    const { modelId, labelModelId } = training;
    // The model from labels is trained first.
    const begun = store.models.get(modelId) ?? (labelModelId === undefined ? null : store.models.get(labelModelId));
    const encoderId = begun?.encoderId ?? active.encoderId();
    return encoderId === active.encoderId() && identity(training.options) === identity(options);
  });
  return same ?? null;
}
