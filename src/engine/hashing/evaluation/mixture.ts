// How much the encoder's own cosine should count beside the model's when the nearest codes are put in order: measured on
// the held-out captions, because it depends on how much the model had to learn from.
import { mixed } from './mixed-cosine.ts';
import { expectedRank, firstOwn, type Counterparts } from './recall-at-k.ts';
import { Similarities } from '../../compute/similarities.ts';
import type { Yielder } from '../../runtime/yielder.ts';
import { float32At, numberAt } from '../../../shared/at.ts';

/** Unit rows of held-out photos and captions in one space. */
export interface Space {
  readonly photos: Float32Array;
  readonly captions: Float32Array;
  readonly width: number;
}

/** Of fewer captions the best share is an accident. */
const fewestCaptions = 50;
const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/**
 * The share of `shared` at which held-out captions find their photos best among the held-out ones (mean reciprocal rank);
 * null where there are too few to tell. Equal shares: the smaller.
 */
export async function bestMixture(
  learned: Space,
  shared: Space,
  { photosOf }: Counterparts,
  threads: number,
  yielder: Yielder,
): Promise<number | null> {
  const asking = [...photosOf.keys()].filter((caption) => (photosOf[caption]?.length ?? 0) > 0);
  if (asking.length < fewestCaptions) return null;
  const ofLearned = await Similarities.open(learned.width, threads);
  const ofShared = await Similarities.open(shared.width, threads);
  try {
    const learnedRow = ofLearned.rowsOf(learned.captions, learned.photos, yielder);
    const sharedRow = ofShared.rowsOf(shared.captions, shared.photos, yielder);
    const sums = shares.map(() => 0);
    const scores = new Float32Array(learned.photos.length / learned.width);
    for (const caption of asking) {
      const [a, b] = [await learnedRow(caption), await sharedRow(caption)];
      const sharesNothing = b.every((x) => x === 0);
      shares.forEach((share, i) => {
        for (let photo = 0; photo < scores.length; photo++) {
          scores[photo] = mixed(float32At(a, photo), sharesNothing ? null : float32At(b, photo), share);
        }
        sums[i] = numberAt(sums, i) + 1 / expectedRank(firstOwn(scores, photosOf[caption] ?? [], 1));
      });
    }
    const best = Math.max(...sums);
    return shares[sums.indexOf(best)] ?? null;
  } finally {
    await ofLearned.dispose();
    await ofShared.dispose();
  }
}
