// Quality of a model in a search of the whole library: held-out captions search for their photos among all photos, once in
// the order of the model and once in that of the encoder alone.
import type { LibraryQuality } from '../../../shared/contract/evaluation.ts';
import { Similarities } from '../../compute/similarities.ts';
import type { Yielder } from '../../runtime/yielder.ts';
import { interval } from './photo-bootstrap.ts';
import { shareInterval } from './share-interval.ts';
import { mixed } from './mixed-cosine.ts';
import { chanceWithin, expectedRank, tiedRank, type TiedRank } from './recall-at-k.ts';
import { float32At, float64At, itemAt, numberAt } from '../../../shared/at.ts';

/** Rows of all photos searched and of the captions that ask, in one space. */
export interface Space {
  /** `[photos, width]`, unit length. */
  readonly photos: Float32Array;
  /** `[captions, width]`; a row's length is the weight of its similarity. */
  readonly captions: Float32Array;
  readonly width: number;
}

export interface LibraryQuestion {
  /** Place of each caption's own photo among the photos searched. */
  readonly own: Int32Array;
  /** Whether each caption's photo was held out with a whole cluster of similar photos. */
  readonly clustered: readonly boolean[];
}

/** The quality of a model, and the encoder weight it was measured with. */
export interface LibraryEvaluation {
  /** Weight of the encoder's cosine in the order of search. */
  readonly encoderWeight: number;
  readonly quality: LibraryQuality;
}

/**
 * The weights to try. Dense near 1, because a learned cosine may have a far larger spread than the encoder's, and near 0, where
 * a tenth more costs photos of the library's own kinds (docs/training.md).
 */
const shares = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1];
const encoderAlone = shares.length - 1;

/**
 * Scales of a similarity in the softmax over all photos whose log-likelihood compares orders. The likelihood also reflects
 * margins where ranks do not change, so that a few dozen captions are enough.
 */
const scales = [4, 8, 16, 32, 64, 128];

/** Photos in a softmax at most, evenly taken. */
const mostInSoftmax = 4000;

/** Gain of a rank: 1 at the top, one half at rank 11; smooth, unlike R@10. */
const rankGain = (rank: number): number => 10 / (9 + rank);

/** A caption's result with each share. */
interface CaptionResult {
  readonly photo: number;
  readonly clustered: boolean;
  readonly first: readonly TiedRank[];
  readonly gains: readonly number[];
  /** Log-likelihood of the caption's own photo with each share and each scale. */
  readonly likelihood: readonly Float64Array[];
}

/** An order of the photos and how sharply its similarities tell them apart. */
interface Choice {
  /** Index among `shares`. */
  readonly share: number;
  /** Index among `scales`. */
  readonly scale: number;
}

/**
 * Finds the encoder's share that serves the held-out captions best and measures the order it gives. Every caption is
 * measured with the share that the captions of other photos chose, so that the choice does not flatter the result.
 *
 * The model is better than the encoder when the likelihood gains even at the lower end of its interval, the clusters alone do
 * not lose, and the mean place does not get worse. Null without captions to ask with. Throws `cancelled`.
 *
 * @param shared null where the encoder gives photos and texts nothing in common; a model must then be better than chance
 */
export async function evaluateLibrary(
  learned: Space,
  shared: Space | null,
  question: LibraryQuestion,
  threads: number,
  yielder: Yielder,
): Promise<LibraryEvaluation | null> {
  const results = await rankAll(learned, shared, question, threads, yielder);
  if (results.length === 0) return null;
  const photos = learned.photos.length / learned.width;
  // Two halves by photo; each is measured with the share the other chose.
  const halves = [0, 1].map((half) => results.filter(({ photo }) => photo % 2 === half));
  const choose = shared === null ? (half: readonly CaptionResult[]) => bestScale(half, 0) : bestShare;
  const chosen = halves.map((_, half) => choose(itemAt(halves, 1 - half)));
  const ownChance = (result: CaptionResult) => likelihoodOf(itemAt(chosen, result.photo % 2))(result);
  const likelihood = mean(results, ownChance);
  // Clusters are three kinds of photos, found far better or far worse than most: they count for the decision alone.
  const atRandom = results.filter(({ clustered }) => !clustered);
  const asked = atRandom.length > 0 ? atRandom : results;
  const share = (choice: (result: CaptionResult) => number) =>
    shareInterval(asked.map((result) => ({ photo: result.photo, found: withinTen(result.first[choice(result)]) })));
  const base = { photos, queries: results.length, asked: asked.length, likelihood };
  if (shared === null) {
    const better = interval(results, ({ first }) => withinTen(first[0])).low > Math.min(1, 10 / photos);
    return { encoderWeight: 0, quality: { ...base, trained: share(() => 0), encoder: null, better } };
  }
  const alone = halves.map((_, half) => bestScale(itemAt(halves, 1 - half), encoderAlone));
  const shareOf = ({ photo }: CaptionResult) => itemAt(chosen, photo % 2).share;
  const likelier = (result: CaptionResult) => ownChance(result) - likelihoodOf(itemAt(alone, result.photo % 2))(result);
  const gain = (result: CaptionResult) =>
    numberAt(result.gains, shareOf(result)) - numberAt(result.gains, encoderAlone);
  const ofClusters = results.filter(({ clustered }) => clustered);
  const better = interval(results, likelier).low > 0 && mean(results, gain) >= 0 && mean(ofClusters, likelier) >= 0;
  return {
    encoderWeight: numberAt(shares, bestShare(results).share),
    quality: { ...base, trained: share(shareOf), encoder: share(() => encoderAlone), better },
  };
}

/** The evaluation of a model that uses the encoder's order. */
export const withEncoderOrder = ({ quality, encoderWeight }: LibraryEvaluation): LibraryEvaluation =>
  quality.encoder === null
    ? { quality, encoderWeight }
    : { encoderWeight: 1, quality: { ...quality, trained: quality.encoder, better: false } };

const withinTen = (first: TiedRank | undefined): number => (first === undefined ? 0 : chanceWithin(10, first));

/** Place of each caption's photo with each share; without shared features with share 0 alone. */
async function rankAll(
  learned: Space,
  shared: Space | null,
  { own, clustered }: LibraryQuestion,
  threads: number,
  yielder: Yielder,
): Promise<CaptionResult[]> {
  const ofLearned = await Similarities.open(learned.width, threads);
  const ofShared = shared === null ? null : await Similarities.open(shared.width, threads);
  try {
    const learnedRow = ofLearned.rowsOf(learned.captions, learned.photos, yielder);
    const sharedRow = shared === null ? null : ofShared?.rowsOf(shared.captions, shared.photos, yielder);
    const tried = shared === null ? [0] : shares;
    const scores = new Float32Array(learned.photos.length / learned.width);
    const results: CaptionResult[] = [];
    for (const [caption, photo] of own.entries()) {
      const byModel = await learnedRow(caption);
      const byEncoder = (await sharedRow?.(caption)) ?? null;
      const sharesNothing = byEncoder === null || byEncoder.every((x) => x === 0);
      const likelihood: Float64Array[] = [];
      const first = tried.map((share): TiedRank => {
        for (let item = 0; item < scores.length; item++) {
          scores[item] = mixed(float32At(byModel, item), sharesNothing ? null : float32At(byEncoder, item), share);
        }
        // The encoder knows no word of the caption: all photos tie.
        if (share === 1 && sharesNothing) scores.fill(0);
        likelihood.push(logLikelihoods(scores, photo));
        return tiedRank(scores, [photo], 1);
      });
      const values = first.map((place) => rankGain(expectedRank(place)));
      results.push({ photo, clustered: itemAt(clustered, caption), first, gains: values, likelihood });
    }
    return results;
  } finally {
    await ofLearned.dispose();
    await ofShared?.dispose();
  }
}

/** `[scales]`: log of the softmax of a photo's score among all scores, in large libraries among evenly taken ones. */
function logLikelihoods(scores: Float32Array, photo: number): Float64Array {
  const own = float32At(scores, photo);
  const stride = Math.ceil(scores.length / mostInSoftmax);
  return Float64Array.from(scales, (scale) => {
    let sum = 1;
    for (let item = photo % stride; item < scores.length; item += stride) {
      if (item !== photo) sum += Math.exp(scale * (float32At(scores, item) - own));
    }
    return -Math.log(sum);
  });
}

const likelihoodOf =
  (choice: Choice) =>
  (result: CaptionResult): number =>
    float64At(itemAt(result.likelihood, choice.share), choice.scale);

/** The scale at which a share's order is the likeliest. */
function bestScale(results: readonly CaptionResult[], share: number): Choice {
  const means = scales.map((_, scale) => mean(results, likelihoodOf({ share, scale })));
  return { share, scale: greatest(means) };
}

/**
 * The greatest share of the encoder whose mean log-likelihood is within half a standard error of the best one's (after
 * the one-standard-error rule, Breiman et al. 1984). Where the library's captions do not decide, the encoder does, because it knows
 * more kinds of photos than they name.
 */
function bestShare(results: readonly CaptionResult[]): Choice {
  const choices = shares.map((_, share) => bestScale(results, share));
  const means = choices.map((choice) => mean(results, likelihoodOf(choice)));
  const best = greatest(means);
  for (let share = encoderAlone; share > best; share--) {
    const choice = itemAt(choices, share);
    const loss = (result: CaptionResult) => likelihoodOf(itemAt(choices, best))(result) - likelihoodOf(choice)(result);
    if (mean(results, loss) <= standardError(results, loss) / 2) return choice;
  }
  return itemAt(choices, best);
}

function standardError(results: readonly CaptionResult[], value: (result: CaptionResult) => number): number {
  const centre = mean(results, value);
  const variance = mean(results, (result) => (value(result) - centre) ** 2);
  return Math.sqrt(variance / Math.max(1, results.length - 1));
}

/** Place of the greatest number; 0 if there is none, as after a training that diverged. */
const greatest = (numbers: readonly number[]): number =>
  numbers.reduce((best, number, i) => (number > numberAt(numbers, best) ? i : best), 0);

const mean = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0) / Math.max(1, items.length);
