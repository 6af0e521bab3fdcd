// Photos as vectors whose scalar products are their visual similarity: all numbers the encoder stores of them,
// half-whitened.
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { float32At } from '../../../shared/at.ts';
import { unitRowsOf } from '../../compute/similarities.ts';
import type { EncoderInfo } from '../../encoder/encoder.ts';
import type { Store } from '../../store/database.ts';
import type { ImageSpace } from '../rerank/image-space.ts';

export interface PhotoLooks {
  readonly ids: readonly PhotoId[];
  readonly width: number;
  /** `[ids, width]`: the scalar product of a row of one and a row of the other is the cosine of the two photos. */
  readonly along: Float32Array;
  readonly unit: Float32Array;
}

/** Those of `ids` with features, in their order. @param space null if the encoder stores nothing to whiten */
export async function photoLooks(
  store: Store,
  info: EncoderInfo,
  space: ImageSpace | null,
  ids: readonly PhotoId[],
): Promise<PhotoLooks> {
  const width = info.imageWidth;
  const found = store.features.read('photo', info.id, ids, width);
  const known = found.ids as readonly PhotoId[];
  if (space !== null && known.length > 0) return { ids: known, width, ...(await space.pairs(found.rows)) };
  const unit = unitRowsOf(found.rows, width);
  return { ids: known, width, along: unit, unit };
}

/** `[others.ids]`: cosines of one photo with others. */
export function looksLike(looks: PhotoLooks, at: number, others: PhotoLooks): Float32Array {
  const { width } = looks;
  return Float32Array.from(others.ids, (_, j) => {
    let sum = 0;
    for (let k = 0; k < width; k++) {
      sum += float32At(looks.along, at * width + k) * float32At(others.unit, j * width + k);
    }
    return sum;
  });
}
