// A relevance model on disk: `relevance.json` in the folder of its hash model, fitted again when the library has changed.
import { join } from 'node:path';
import { z } from 'zod';
import type { ModelId } from '../../../shared/contract/ids.ts';
import type { Store } from '../../store/database.ts';
import type { ModelsInUse } from '../../models/active-models.ts';
import { writeFileAtomic } from '../../runtime/atomic-write.ts';
import type { LongWork } from '../../runtime/long-work.ts';
import { readPlainText } from '../../runtime/plain-file.ts';
import { readUnseenPhotos } from '../../models/unseen-photos.ts';
import { fitLibrary } from './fit-library.ts';
import { relevanceSchema, type RelevanceModel } from './relevance-model.ts';
import { parseJson } from '../../../shared/json.ts';

/** Numbers of texts learned from; a change by more than this share makes the fit out of date. */
const counts = z.object({ photos: z.int(), captions: z.int(), tags: z.int(), judgements: z.int().default(0) });
type Counts = z.output<typeof counts>;
const staleShare = 0.1;
/** Smallest change in the number of judgements that makes the fit out of date. */
const fewestJudged = 5;
/** With fewer captions and tags there are too few queries, so no fit is tried. */
const fewestTexts = 10;

const relevanceFile = z.object({ library: counts, relevance: relevanceSchema });

/** The file is in the model's folder, because it is valid only for this model and its encoder. */
export const relevancePath = (active: Pick<ModelsInUse, 'modelDir'>, id: ModelId): string =>
  join(active.modelDir(id), 'relevance.json');

async function read(
  active: Pick<ModelsInUse, 'modelDir'>,
  id: ModelId,
): Promise<z.output<typeof relevanceFile> | null> {
  const text = await readPlainText(relevancePath(active, id)).catch(() => null);
  if (text === null) return null;
  try {
    return parseJson(relevanceFile, text);
  } catch {
    // A file of another version or a damaged one: the next job fits it again.
    return null;
  }
}

/** Null when the hash model has none yet, or the library too few captions and tags for one. */
export async function readRelevance(
  active: Pick<ModelsInUse, 'modelDir'>,
  id: ModelId,
): Promise<RelevanceModel | null> {
  return (await read(active, id))?.relevance ?? null;
}

/** Null for a library with too few photos or texts to fit a relevance model to. */
function countsOf(store: Store): Counts | null {
  const counts: Counts = {
    photos: store.photos.count(true),
    ...store.texts.counts(),
    judgements: store.judgements.count('search'),
  };
  return counts.photos === 0 || counts.captions + counts.tags < fewestTexts ? null : counts;
}

/** Counts of the library if the relevance model of `id` can and must be fitted to it; otherwise null. */
async function outdated(
  store: Store,
  active: Pick<ModelsInUse, 'modelDir' | 'notices'>,
  id: ModelId,
): Promise<Counts | null> {
  const library = countsOf(store);
  if (library === null) return null;
  // Texts cannot be encoded now.
  if (active.notices().some(({ code }) => code === 'encoder-unusable')) return null;
  const before = (await read(active, id))?.library;
  return before && !changed(before, library) ? null : library;
}

/** Whether `refreshRelevance` would fit the relevance model of this hash model. */
export const needsRelevance = async (
  store: Store,
  active: Pick<ModelsInUse, 'modelDir' | 'notices'>,
  id: ModelId,
): Promise<boolean> => (await outdated(store, active, id)) !== null;

/**
 * Fits the relevance model of the hash model in use, unless it was fitted to a library much like this one. About a
 * second of one core, for any number of photos. An empty library gets no model for it.
 */
export async function refreshRelevance(
  store: Store,
  active: ModelsInUse,
  { signal, progress }: LongWork,
): Promise<void> {
  if (countsOf(store) === null) return;
  const { id } = await active.model();
  const library = await outdated(store, active, id);
  if (library === null) return;
  progress(0, 0, 'Learning what a good match looks like');
  const relevance = await fitLibrary(store, active, { signal, unseen: await readUnseenPhotos(active.modelDir(id)) });
  if (!relevance) return;
  await writeFileAtomic(relevancePath(active, id), JSON.stringify({ library, relevance }), { flush: false });
}

function changed(before: Counts, now: Counts): boolean {
  const judged = Math.abs(now.judgements - before.judgements);
  if (judged >= Math.max(fewestJudged, staleShare * before.judgements)) return true;
  return (['photos', 'captions', 'tags'] as const).some(
    (key) => Math.abs(now[key] - before[key]) > staleShare * Math.max(1, before[key]),
  );
}
