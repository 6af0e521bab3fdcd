// Changes the encoder or the hash model in use. The new one's data are made while the old one serves; a single write
// then switches. After a cancel, a pause or a kill the old one still serves, and the finished data are used when the
// person chooses the new one again.
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import type { JobId, ModelId } from '../../shared/contract/ids.ts';
import type { ActiveModels, ModelsInUse, PendingModels } from '../models/active-models.ts';
import { CheckpointFile } from '../models/checkpoint-file.ts';
import { refreshRelevance } from '../search/relevance/relevance-file.ts';
import type { Searcher } from '../search/searcher.ts';
import type { Store } from '../store/database.ts';
import { itemKinds } from '../store/item-kinds.ts';
import { encodeMissing, type OfflinePhotos, type PhotosToRead } from './encoding.ts';
import type { HashCodes } from './hash-codes.ts';
import { inTurns } from './in-turns.ts';
import type { PhotosInView } from './photos-in-view.ts';
import { JobYielded, type JobContext, type JobQueue } from './queue.ts';

/** Parameters of a job of kind `encode`: without any it fills in missing data of the encoder and model in use. */
export const encodeParams = z.object({
  /** The encoder to switch to. */
  encoderId: z.string().optional(),
  /** The model to switch to, of the encoder in use if none is named. */
  modelId: z
    .string()
    .transform((id) => id as ModelId)
    .optional(),
  /** A model to prepare without switching to it. */
  prepareModelId: z
    .string()
    .transform((id) => id as ModelId)
    .optional(),
  /** Ignores photos in folders that are offline. */
  withoutOffline: z.boolean().optional(),
  /** Key of `withoutOffline` in jobs that earlier releases queued. */
  withoutAway: z.boolean().optional(),
  /** A model to remove after the switch. */
  removeModelId: z
    .string()
    .transform((id) => id as ModelId)
    .optional(),
});
export type EncodeRequest = z.output<typeof encodeParams>;

/** Most rounds before the switch: texts are written while others are encoded. The rest is encoded after the switch. */
const mostRounds = 4;

type ChangedModels = Pick<
  ActiveModels,
  'encoderId' | 'encoderInfo' | 'encoderForJobs' | 'tryEncoder' | 'pendingModels' | 'modelDir' | 'use' | 'useModel'
>;

export class ModelChanges {
  readonly #store: Store;
  readonly #active: ChangedModels;
  readonly #codes: HashCodes;
  readonly #photoFolders: PhotosToRead;
  readonly #searcher: Pick<Searcher, 'readInAdvance' | 'codesChanged'>;
  readonly #inView: PhotosInView;

  constructor(
    store: Store,
    active: ChangedModels,
    codes: HashCodes,
    photoFolders: PhotosToRead,
    searcher: Pick<Searcher, 'readInAdvance' | 'codesChanged'>,
    inView: PhotosInView,
  ) {
    this.#store = store;
    this.#active = active;
    this.#codes = codes;
    this.#photoFolders = photoFolders;
    this.#searcher = searcher;
    this.#inView = inView;
  }

  /** Makes all data that search needs of the wanted encoder and model, then switches to them. */
  async change(request: EncodeRequest, context: JobContext): Promise<void> {
    const inUse = this.#active.encoderId();
    const { encoderId = inUse, modelId, withoutAway = false, withoutOffline = withoutAway, removeModelId } = request;
    const wanted = this.#active.pendingModels(encoderId, modelId);
    try {
      if (encoderId !== inUse) await this.#active.tryEncoder(encoderId);
      const offline = await this.#makeReady(wanted, context);
      if (offline.photos > 0 && !withoutOffline && encoderId !== this.#active.encoderId())
        throw stillOffline(this.#active, wanted, offline);
      context.signal.throwIfAborted();
      this.#active.use({ encoderId, modelId: modelId ?? null });
      this.#searcher.codesChanged();
      if (removeModelId !== undefined) await removeModel(this.#store, this.#active, removeModelId);
    } finally {
      await wanted.close();
    }
    // Data written during the change.
    await this.makeMissing(context);
  }

  /** Makes missing features and codes of the encoder and the model in use. */
  async makeMissing(context: JobContext): Promise<void> {
    const encoder = await this.#active.encoderForJobs();
    await encodeMissing(this.#store, this.#photoFolders, encoder, context, { inView: this.#inView });
    await this.#codes.makeMissing(context);
  }

  /** Prepares a newly trained model and switches to it. A model for another encoder waits until that encoder serves. */
  async useTrained(modelId: ModelId, encoderId: string, context: JobContext): Promise<void> {
    if (encoderId === this.#active.encoderId()) {
      const wanted = this.#active.pendingModels(encoderId, modelId);
      try {
        await this.#makeCodes(wanted, context);
        await this.#searcher.readInAdvance(await wanted.model());
      } finally {
        await wanted.close();
      }
    }
    this.#active.useModel(modelId, encoderId);
    this.#searcher.codesChanged();
  }

  /** Makes a model's codes from the stored features, and its relevance model. The models in use stay. */
  async prepare(modelId: ModelId, context: JobContext): Promise<void> {
    const wanted = this.#active.pendingModels(this.#active.encoderId(), modelId);
    try {
      await this.#makeCodes(wanted, context);
    } finally {
      await wanted.close();
    }
  }

  async #makeCodes(wanted: PendingModels, context: JobContext): Promise<void> {
    await this.#codes.makeMissing(context, itemKinds, wanted);
    await refreshRelevance(this.#store, wanted, context);
  }

  async #makeReady(wanted: PendingModels, context: JobContext): Promise<OfflinePhotos> {
    const [store, active] = [this.#store, this.#active];
    const yieldToOthers = () => {
      if (context.othersWait()) throw new JobYielded();
    };
    let offline: OfflinePhotos = { photos: 0, folders: [] };
    for (let round = 0; round < mostRounds; round++) {
      // The encoder in use may be damaged or missing; codes of its stored rows are made anyway.
      const isInUse = wanted.encoderId() === active.encoderId();
      const encoder = isInUse ? await active.encoderForJobs() : await wanted.encoder();
      const options = { inView: this.#inView, beforeBatch: yieldToOthers };
      offline = await encodeMissing(store, this.#photoFolders, encoder, context, options);
      yieldToOthers();
      await this.#codes.makeMissing(context, itemKinds, wanted);
      const texts = await countMissing(store, wanted, ['caption', 'tag']);
      if (texts === 0) break;
    }
    await refreshRelevance(store, wanted, context);
    await this.#searcher.readInAdvance(await wanted.model());
    return offline;
  }
}

/** Removes a hash model with its codes and files. */
export async function removeModel(
  store: Store,
  active: Pick<ActiveModels, 'modelDir'>,
  modelId: ModelId,
): Promise<void> {
  store.models.remove(modelId);
  await rm(active.modelDir(modelId), { recursive: true, force: true });
  await new CheckpointFile(active.modelDir(modelId)).remove();
}

function stillOffline(active: ChangedModels, wanted: ModelsInUse, { photos, folders }: OfflinePhotos): HashlensError {
  const nameOf = (id: string) => active.encoderInfo(id).name;
  const many = photos === 1 ? '1 photo is' : `${photos} photos are`;
  return new HashlensError(
    'offline',
    `${nameOf(wanted.encoderId())} has encoded all photos in reach, but ${many} in offline folders (${folders.join(', ')}); until they are encoded too, ${nameOf(active.encoderId())} stays in use.`,
  );
}

/** Photos, captions and tags that lack features of the encoder, or a code of the model. */
export async function countMissing(
  store: Store,
  models: Pick<PendingModels, 'encoderId' | 'modelId'>,
  among: readonly (typeof itemKinds)[number][] = itemKinds,
): Promise<number> {
  const { features } = store;
  const encoderId = models.encoderId();
  let missing = await countUncoded(store, models, among);
  for (const kind of among) {
    missing += (await inTurns(features.lastId(kind), (from, to) => features.missing(kind, encoderId, from, to))).length;
  }
  return missing;
}

/** Photos, captions and tags that have features of the encoder and lack a code of the model. */
export async function countUncoded(
  store: Store,
  models: Pick<PendingModels, 'encoderId' | 'modelId'>,
  among: readonly (typeof itemKinds)[number][] = itemKinds,
): Promise<number> {
  const { features, vectors } = store;
  const encoderId = models.encoderId();
  let missing = 0;
  for (const kind of among) {
    const find = (from: number, to: number) => vectors.missing(kind, models.modelId, encoderId, from, to);
    missing += (await inTurns(features.lastId(kind), find)).length;
  }
  return missing;
}

/** Jobs that prepare another encoder or model and have not ended, with their requests. */
export function pendingChanges(store: Store, queue: Pick<JobQueue, 'list'>): { id: JobId; request: EncodeRequest }[] {
  const unfinished = new Set(queue.list().flatMap(({ id, finishedAt }) => (finishedAt === null ? [id] : [])));
  return store.jobs.list().flatMap(({ id, kind, params }) => {
    const request = kind === 'encode' && unfinished.has(id) ? encodeParams.safeParse(params) : null;
    if (!request?.success) return [];
    const { encoderId, modelId } = request.data;
    return encoderId === undefined && modelId === undefined ? [] : [{ id, request: request.data }];
  });
}
