// Photos that a hash model has not learned from. How well it finds them shows how well it finds undescribed photos.
import { join } from 'node:path';
import { z } from 'zod';
import type { PhotoId } from '../../shared/contract/ids.ts';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { readPlainText } from '../runtime/plain-file.ts';
import { parseJson } from '../../shared/json.ts';

const photoIds = z.array(z.int().transform((id) => id as PhotoId)).readonly();
const unseenSchema = z.object({
  /** Photos kept from the training to measure it by. */
  heldOut: photoIds,
  /** Those of them that were held out as whole clusters, not at random; unknown in models of earlier versions. */
  clustered: photoIds.exactOptional(),
  /** The newest photo there was: later ones are unseen too. */
  newest: z.int(),
});
export type UnseenPhotos = z.output<typeof unseenSchema>;

const fileOf = (modelDir: string): string => join(modelDir, 'unseen-photos.json');

export const writeUnseenPhotos = (modelDir: string, unseen: UnseenPhotos): Promise<void> =>
  writeFileAtomic(fileOf(modelDir), JSON.stringify(unseen));

/** Null for a model that has learned from no photo of this library: it was trained elsewhere, or not at all. */
export async function readUnseenPhotos(modelDir: string): Promise<UnseenPhotos | null> {
  const text = await readPlainText(fileOf(modelDir)).catch(() => null);
  if (text === null) return null;
  try {
    return parseJson(unseenSchema, text);
  } catch {
    return null;
  }
}

/** Whether two models were measured by the same photos; false where that is unknown of one. */
export async function heldOutTheSame(...modelDirs: readonly [string, string]): Promise<boolean> {
  const [first, second] = await Promise.all(modelDirs.map(readUnseenPhotos));
  if (!first || !second || first.heldOut.length !== second.heldOut.length) return false;
  const others = new Set(second.heldOut);
  return first.heldOut.every((photoId) => others.has(photoId));
}
