// Codes of the database that a published evaluation takes from the training itself and not from the networks.
import type { DataSplit, TrainingData } from '../hashing/data/training-data.ts';
import type { PairCodeKind, PairCodes } from '../hashing/networks/network.ts';
import { packCodes } from '../numerics/pack.ts';
import { int32At, present } from '../../shared/at.ts';

/**
 * Source of the codes of the database: `encoder`, the networks, as in search; `learned`, what the training found for its
 * own pairs, in supervised methods from labels; `fused`, one code of both modalities of a pair.
 */
export type DatabaseCodes = 'encoder' | PairCodeKind;

/** Packed codes of the items of a database. */
export interface Database {
  readonly photos: Uint8Array;
  readonly captions: Uint8Array;
}

/** Row `i` of the result is row `rows[i]` of `[n, bits]`, packed. */
function packedRows(values: Float32Array, bits: number, rows: Int32Array): Uint8Array {
  const taken = new Float32Array(rows.length * bits);
  rows.forEach((row, i) => taken.set(values.subarray(row * bits, (row + 1) * bits), i * bits));
  return packCodes(taken, bits);
}

/** Codes of one kind for the items of a database, or the number of items without one. */
export interface PairDatabase {
  readonly kind: PairCodeKind;
  /** Null where the database has items outside the training, because these have no such code. */
  readonly database: Database | null;
  /** Photos and captions of the database that were not trained on. */
  readonly untrained: { readonly photos: number; readonly captions: number };
}

/**
 * Databases for pair codes, one for each kind that the training found.
 * @param pairTexts text of each training pair, by row of `data`
 */
export function pairDatabases(
  codes: PairCodes,
  bits: number,
  pairTexts: Int32Array,
  { captionPhoto }: Pick<TrainingData, 'captionPhoto'>,
  { databasePhotos, databaseCaptions }: Pick<DataSplit, 'databasePhotos' | 'databaseCaptions'>,
): PairDatabase[] {
  const ofText = new Map<number, number>();
  const ofPhoto = new Map<number, number>();
  pairTexts.forEach((text, pair) => {
    ofText.set(text, pair);
    const photo = int32At(captionPhoto, text);
    if (!ofPhoto.has(photo)) ofPhoto.set(photo, pair);
  });
  const untrained = {
    photos: databasePhotos.filter((photo) => !ofPhoto.has(photo)).length,
    captions: databaseCaptions.filter((text) => !ofText.has(text)).length,
  };
  const isTrained = untrained.photos === 0 && untrained.captions === 0;
  const rowsIn = (pairs: ReadonlyMap<number, number>, items: Int32Array) =>
    items.map((item) => present(pairs.get(item), 'an item has no pair'));
  return (['learned', 'fused'] as const).flatMap((kind): PairDatabase[] => {
    const found = codes[kind];
    if (found === undefined) return [];
    if (!isTrained) return [{ kind, database: null, untrained }];
    const photos = packedRows(found.image, bits, rowsIn(ofPhoto, databasePhotos));
    const captions = packedRows(found.text, bits, rowsIn(ofText, databaseCaptions));
    return [{ kind, database: { photos, captions }, untrained }];
  });
}
