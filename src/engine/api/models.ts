// Hash models: list, activate, remove, export, import.
import { existsSync } from 'node:fs';
import type { EngineApi } from '../../shared/contract/engine.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { HashModelSummary } from '../../shared/contract/models.ts';
import { HashlensError } from '../../shared/errors.ts';
import { countMissing, countUncoded, pendingChanges, removeModel } from '../jobs/change-models.ts';
import { isInTraining } from '../jobs/train-job.ts';
import { centredId, rotationId } from '../store/default-models.ts';
import type { ActiveModels } from '../models/active-models.ts';
import { knownModel, usableModel } from '../models/usable-model.ts';
import { needsRelevance } from '../search/relevance/relevance-file.ts';
import { exportModel, importModel } from '../models/model-exchange.ts';
import type { Store } from '../store/database.ts';
import type { EngineServices } from './services.ts';

export function modelsApi({
  store,
  active,
  removedModels,
  queue,
  emit,
  changed,
}: Pick<EngineServices, 'store' | 'active' | 'removedModels' | 'queue' | 'emit' | 'changed'>) {
  const model = (id: ModelId) => knownModel(store, id);

  return {
    'models.list': async () => modelList(store, active),
    'models.activate': async ({ modelId }) => {
      const row = usableModel(store, active, modelId);
      await active.tryModel(modelId);
      active.clearTrouble(modelId);
      const { encoderId } = row;
      for (const { id, request } of pendingChanges(store, queue)) {
        if (request.modelId !== undefined && request.modelId !== modelId) await queue.cancel(id);
      }
      // A model that has all its codes is used at once; otherwise after they are made.
      const isReady = (await countMissing(store, active.pendingModels(encoderId, modelId))) === 0;
      if (isReady) active.useModel(modelId, encoderId);
      const job = queue.enqueue('encode', isReady ? {} : { encoderId, modelId });
      changed();
      return job;
    },
    'models.prepare': async ({ modelId }) => {
      usableModel(store, active, modelId);
      await active.tryModel(modelId);
      const wanted = active.pendingModels(active.encoderId(), modelId);
      const isReady = (await countUncoded(store, wanted)) === 0 && !(await needsRelevance(store, active, modelId));
      return isReady ? null : queue.enqueue('encode', { prepareModelId: modelId });
    },
    'models.remove': async ({ modelId }) => {
      model(modelId);
      if (isInTraining(store, queue.list(), modelId)) {
        throw new HashlensError('bad-argument', `Model ${modelId} is being trained; cancel the training first.`);
      }
      // Without a trained model the default one serves; it is made again if it was the one removed.
      const encoderId = active.encoderId();
      const centred = centredId(encoderId);
      const next =
        modelId !== centred && store.models.get(centred)?.state === 'ready' ? centred : rotationId(encoderId);
      const isReady =
        modelId !== active.modelId() ||
        modelId === next ||
        (await countMissing(store, active.pendingModels(encoderId, next))) === 0;
      if (isReady && modelId === active.modelId() && next === centred) active.useModel(next, encoderId);
      if (isReady) await removeModel(store, active, modelId);
      const job = queue.enqueue('encode', isReady ? {} : { encoderId, modelId: next, removeModelId: modelId });
      changed();
      return job;
    },
    'models.keep': async ({ modelId }) => {
      model(modelId);
      return { isKept: await removedModels.keep(modelId) };
    },
    'models.restore': async ({ modelId }) => {
      // A model in use is removed by a job, once another one can serve.
      for (const { id, request } of pendingChanges(store, queue)) {
        if (request.removeModelId !== modelId) continue;
        await queue.cancel(id);
        await queue.finished(id);
      }
      await removedModels.restore(modelId);
      changed();
      return null;
    },
    'models.describe': ({ modelId, ...words }) => {
      model(modelId);
      store.models.describe(modelId, words);
      changed();
      return Promise.resolve(null);
    },
    'models.export': async ({ modelId, path }) => (await exportModel(store, active, modelId, path), null),
    'models.import': async ({ path }) => {
      const id = await importModel(store, active, path);
      active.clearTrouble(id);
      emit({ type: 'library' });
      const added = modelList(store, active).find((m) => m.id === id);
      if (!added) throw new HashlensError('internal', `The model in ${path} could not be added.`);
      return added;
    },
  } satisfies Partial<EngineApi>;
}

/** Every model with its epochs, the one in use marked. */
export function modelList(store: Store, active: ActiveModels): HashModelSummary[] {
  const inUse = active.modelId();
  const before = active.modelBefore();
  return store.models.list().map((row) => ({
    ...row,
    active: row.id === inUse,
    usedBefore: row.id === before,
    epochs: store.models.epochs(row.id),
  }));
}

/**
 * `ucch-64-20261122-101500`, with a number appended when two are requested in one second.
 * @param jobs the library's jobs, as the queue sees them: a waiting training has an id and no model yet
 */
export function newModelId(
  store: Store,
  active: ActiveModels,
  jobs: readonly Job[],
  method: string,
  bits: number,
): ModelId {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  for (let n = 1; ; n++) {
    const id = `${method}-${bits}-${stamp}${n === 1 ? '' : `-${n}`}` as ModelId;
    // A folder without a row is a model from a lost database.
    if (!store.models.get(id) && !existsSync(active.modelDir(id)) && !isInTraining(store, jobs, id)) return id;
  }
}
