// Photos whose description would help most, because each represents many undescribed ones.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { PhotosToDescribe } from '../../../shared/contract/photos.ts';
import { itemAt } from '../../../shared/at.ts';
import { spread } from '../../../shared/spread.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import { facilityLocation } from './facility-location.ts';

/** Number of photos compared, spread over the library. Time grows with the square: 2000 x 2000 cosines take a second or two. */
const mostCompared = 1500;

/** @param leaveOut photos that were offered before and not described */
export async function photosToDescribe(
  store: Store,
  info: EncoderInfo,
  limit: number,
  leaveOut: readonly PhotoId[],
): Promise<PhotosToDescribe> {
  const written = store.texts.writtenAbout();
  const all = store.features.ids('photo', info.id) as PhotoId[];
  const skipped = new Set(leaveOut);
  const undescribed = all.filter((id) => !written.has(id));
  const described = all.filter((id) => written.has(id) || skipped.has(id));
  const candidates = spread(
    undescribed.filter((id) => !skipped.has(id)),
    mostCompared,
  );
  const read = (ids: readonly PhotoId[]) => unitRows(store, info, ids);
  const rows = read(candidates);
  const chosen = await facilityLocation(rows.rows, read(spread(described, mostCompared)).rows, info.sharedWidth, limit);
  const share = undescribed.length / Math.max(1, rows.ids.length);
  return {
    described: all.length - undescribed.length,
    undescribed: undescribed.length,
    photos: chosen.map(({ row, serves }) => ({
      photoId: itemAt(rows.ids, row),
      // Leave the photo itself out.
      like: Math.max(0, Math.round((serves - 1) * share)),
    })),
  };
}

/** The features that photos share with texts, each row of unit length. */
function unitRows(store: Store, info: EncoderInfo, ids: readonly PhotoId[]): { ids: PhotoId[]; rows: Float32Array } {
  const { imageWidth, sharedWidth } = info;
  const features = store.features.read('photo', info.id, ids, imageWidth);
  return { ids: [...features.ids] as PhotoId[], rows: unitRowsOf(features.rows, imageWidth, sharedWidth) };
}
