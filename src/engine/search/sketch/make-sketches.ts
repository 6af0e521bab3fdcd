// Makes the sketches of the library's photos: computes their directions once, then updates changed blocks one after
// the other.
import { Random } from '../../numerics/random.ts';
import { blockIds } from '../../store/codes.ts';
import type { Store } from '../../store/database.ts';
import type { HashModel } from '../../hashing/model/hash-model.ts';
import type { ModelId } from '../../../shared/contract/ids.ts';
import type { CandidateRows } from '../rerank/rerank.ts';
import { fitBasis, packBasis, Sketcher, sketchWidth, unpackBasis } from './basis.ts';

/** In smaller libraries half of the photos are compared closely anyway. */
const fewestPhotos = 4096;
/** Number of rows for computing the directions. */
const sampled = 4096;
/** Growth of the library after which directions are computed again. */
const growth = 4;
const seed = 1;

export interface SketchProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * One block per turn. Interrupted, it leaves blocks whose photos are compared closely if their codes are near, as
 * without sketches. A block with photos that have no rows yet is left for the next time.
 * @param fewest smallest number of photos for which a library has sketches
 */
export async function* makeSketches(
  store: Store,
  sharedWidth: number,
  { id: modelId, model }: { id: ModelId; model: Pick<HashModel, 'bits' | 'realWidth' | 'encoderWeight'> },
  fewest = fewestPhotos,
): AsyncGenerator<SketchProgress> {
  const photos = store.photos.count(true);
  if (photos < fewest) return;
  const { realWidth, encoderWeight, bits } = model;
  const read = (ids: readonly number[]): CandidateRows => ({
    ...store.vectors.read('photo', modelId, ids, sharedWidth + realWidth),
    sharedWidth,
    realWidth,
  });
  let set = store.sketches.set(modelId);
  if (set === null || photos > growth * set.photos) {
    const { ids } = store.codes.all('photo', modelId, bits / 8);
    const sample = read(Array.from(new Random(seed).shuffle(ids).subarray(0, sampled)));
    if (sample.ids.length < Math.min(sampled, fewest)) return;
    store.sketches.begin(modelId, photos, packBasis(await fitBasis(sample, encoderWeight)));
    set = store.sketches.set(modelId);
  }
  const stale = store.sketches.stale(modelId);
  if (set === null || stale.length === 0) return;
  const hidden = store.codes.hidden('photo');
  const sketcher = await Sketcher.open(unpackBasis(set.basis), encoderWeight);
  try {
    for (const [i, block] of stale.entries()) {
      const { ids } = store.codes.block('photo', modelId, block.block, bits / 8, new Set());
      const rows = read(Array.from(ids));
      const last = ids.at(-1);
      // Missing photos may never have got a row, and are not searched.
      const has = new Set(rows.ids);
      if (last !== undefined && ids.every((id) => has.has(id) || hidden.has(id))) {
        const made = await sketcher.sketches(rows);
        const first = block.block * blockIds;
        const placed = new Int8Array((last - first + 1) * sketchWidth);
        rows.ids.forEach((id, row) => {
          placed.set(made.subarray(row * sketchWidth, (row + 1) * sketchWidth), (id - first) * sketchWidth);
        });
        store.sketches.put(modelId, set.stamp, block, placed);
      }
      yield { done: i + 1, total: stale.length };
    }
  } finally {
    await sketcher.dispose();
  }
}
