// Changes the encoder or the hash model in use. What search needs of the new one is made beside the old one, which serves until
// all of it is there; then one write makes the new one serve. Cancelled, paused or killed before that, the old one still does,
// and what is done counts when the person chooses the new one again.
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { HashlensError } from '../../shared/errors.ts';
import type { JobId, ModelId } from '../../shared/contract/ids.ts';
import type { PhotoFolders } from '../library/reader/photo-folders.ts';
import type { ActiveModels, ModelsInUse, ModelsToCome } from '../models/active-models.ts';
import { CheckpointFile } from '../models/checkpoint-file.ts';
import { refreshRelevance } from '../search/relevance/relevance-file.ts';
import type { Searcher } from '../search/searcher.ts';
import type { Store } from '../store/database.ts';
import { kinds } from '../store/kinds.ts';
import { encodeMissing, type PhotosAway } from './encoding.ts';
import type { HashCodes } from './hash-codes.ts';
import { inTurns } from './in-turns.ts';
import type { PhotosInView } from './photos-in-view.ts';
import { GaveWay, type JobContext, type JobQueue } from './queue.ts';

/** Parameters of a job of kind `encode`: without any it makes what is missing of the encoder and model in use. */
export const encodeParams = z.object({
  /** The encoder that is to serve. */
  encoderId: z.string().optional(),
  /** The model that is to serve, of the encoder in use where none is named. */
  modelId: z
    .string()
    .transform((id) => id as ModelId)
    .optional(),
  /** Does not wait for photos in folders that are away. */
  withoutAway: z.boolean().optional(),
  /** A model that is removed once another one serves. */
  removeModelId: z
    .string()
    .transform((id) => id as ModelId)
    .optional(),
});
export type EncodeRequest = z.output<typeof encodeParams>;

export interface ChangeTools {
  readonly store: Store;
  readonly active: ActiveModels;
  readonly codes: HashCodes;
  readonly photoFolders: PhotoFolders;
  readonly searcher: Pick<Searcher, 'readInAdvance' | 'codesChanged'>;
  readonly inView: PhotosInView;
}

/** Texts are written while others are encoded; after this often the rest is encoded behind the change. */
const mostRounds = 4;

/** Makes all that search needs of the wanted encoder and model, then lets them serve. */
export async function changeModels(tools: ChangeTools, request: EncodeRequest, context: JobContext): Promise<void> {
  const { active } = tools;
  const { encoderId = active.encoderId(), modelId, withoutAway = false, removeModelId } = request;
  const wanted = active.toCome(encoderId, modelId);
  try {
    if (encoderId !== active.encoderId()) await active.tryEncoder(encoderId);
    const away = await makeReady(tools, wanted, context);
    if (away.photos > 0 && !withoutAway && encoderId !== active.encoderId()) throw stillAway(tools, wanted, away);
    use(tools, encoderId, modelId);
    if (removeModelId !== undefined) await removeModel(tools, removeModelId);
  } finally {
    await wanted.close();
  }
  // What was written while the change was made.
  await makeMissing(tools, context);
}

/** Encodes and codes what is missing of the encoder and the model in use. */
export async function makeMissing(tools: ChangeTools, context: JobContext): Promise<void> {
  const { store, active, codes, photoFolders, inView } = tools;
  await encodeMissing(store, photoFolders, await active.encoderForJobs(), context, { inView });
  await codes.makeMissing(context);
}

/** Removes a hash model with its codes and files. */
export async function removeModel(
  { store, active }: Pick<ChangeTools, 'store' | 'active'>,
  modelId: ModelId,
): Promise<void> {
  store.models.remove(modelId);
  await rm(active.modelDir(modelId), { recursive: true, force: true });
  await new CheckpointFile(active.modelDir(modelId)).remove();
}

/** Makes a model that was just trained ready, then lets it serve. One for another encoder waits until that serves. */
export async function useTrained(
  tools: ChangeTools,
  modelId: ModelId,
  encoderId: string,
  context: JobContext,
): Promise<void> {
  const { active, codes, store, searcher } = tools;
  if (encoderId === active.encoderId()) {
    const wanted = active.toCome(encoderId, modelId);
    try {
      await codes.makeMissing(context, kinds, wanted);
      await refreshRelevance(store, wanted, context);
      await searcher.readInAdvance(await wanted.model());
    } finally {
      await wanted.close();
    }
  }
  active.useModel(modelId, encoderId);
  searcher.codesChanged();
}

async function makeReady(
  { store, active, codes, photoFolders, searcher, inView }: ChangeTools,
  wanted: ModelsToCome,
  context: JobContext,
): Promise<PhotosAway> {
  const giveWay = () => {
    if (context.othersWait()) throw new GaveWay();
  };
  let away: PhotosAway = { photos: 0, folders: [] };
  for (let round = 0; round < mostRounds; round++) {
    // The one in use may be damaged or away; codes of its rows are made all the same.
    const isInUse = wanted.encoderId() === active.encoderId();
    const encoder = isInUse ? await active.encoderForJobs() : await wanted.encoder();
    away = await encodeMissing(store, photoFolders, encoder, context, { inView, beforeBatch: giveWay });
    giveWay();
    await codes.makeMissing(context, kinds, wanted);
    const texts = await countMissing(store, wanted, ['caption', 'tag']);
    if (texts === 0) break;
  }
  await refreshRelevance(store, wanted, context);
  await searcher.readInAdvance(await wanted.model());
  return away;
}

function use({ active, searcher }: ChangeTools, encoderId: string, modelId: ModelId | undefined): void {
  active.use({ encoderId, modelId: modelId ?? null });
  searcher.codesChanged();
}

function stillAway({ active }: ChangeTools, wanted: ModelsInUse, { photos, folders }: PhotosAway): HashlensError {
  const nameOf = (id: string) => active.encoderInfo(id).name;
  const many = photos === 1 ? '1 photo is' : `${photos} photos are`;
  return new HashlensError(
    'offline',
    `All photos that are there are encoded by ${nameOf(wanted.encoderId())}, but ${many} in folders that are away (${folders.join(', ')}); until they are encoded too, ${nameOf(active.encoderId())} goes on serving.`,
  );
}

/** Photos, captions and tags that lack features of the encoder, or a code of the model. */
export async function countMissing(
  store: Store,
  models: Pick<ModelsToCome, 'encoderId' | 'modelId'>,
  among: readonly (typeof kinds)[number][] = kinds,
): Promise<number> {
  const { features, vectors } = store;
  const encoderId = models.encoderId();
  let missing = 0;
  for (const kind of among) {
    const last = features.lastId(kind);
    missing += (await inTurns(last, (from, to) => features.missing(kind, encoderId, from, to))).length;
    missing += (await inTurns(last, (from, to) => vectors.missing(kind, models.modelId, encoderId, from, to))).length;
  }
  return missing;
}

/** Jobs that make another encoder or model ready and have not ended, with what they were asked for. */
export function pendingChanges(store: Store, queue: Pick<JobQueue, 'list'>): { id: JobId; request: EncodeRequest }[] {
  const unfinished = new Set(queue.list().flatMap(({ id, finishedAt }) => (finishedAt === null ? [id] : [])));
  return store.jobs.list().flatMap(({ id, kind, params }) => {
    const request = kind === 'encode' && unfinished.has(id) ? encodeParams.safeParse(params) : null;
    if (!request?.success) return [];
    const { encoderId, modelId } = request.data;
    return encoderId === undefined && modelId === undefined ? [] : [{ id, request: request.data }];
  });
}
