// What a model is worth to a search of the whole library: photos nobody described are asked for with their held-out
// captions among all photos, once in the order of the model and once in that of the encoder alone.
import type { Interval, LibraryQuality } from '../../../shared/contract/evaluation.ts';
import { Similarities } from '../../compute/similarities.ts';
import { Random } from '../../numerics/random.ts';
import type { Yielder } from '../../runtime/yielder.ts';
import { mixed } from './mixed-cosine.ts';
import { chanceWithin, expectedRank, firstOwn, type FirstOwn } from './recall-at-k.ts';

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

/** What was found out, and the share of the encoder it was found with. */
export interface Judgement {
  /** Share of the encoder's cosine in the order of search. */
  readonly encoderShare: number;
  readonly quality: LibraryQuality;
}

/** The shares tried. Close to 1 they are dense: a learned cosine may be many times as spread as the encoder's. */
const shares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1];
const encoderAlone = shares.length - 1;

/**
 * Scales of a similarity in the softmax over all photos whose log-likelihood judges an order. The likelihood hears of
 * margins where places do not change, so that a few dozen captions decide.
 */
const scales = [4, 8, 16, 32, 64, 128];

/** Photos in a softmax at most, evenly taken. */
const mostInSoftmax = 4000;

/** Bootstrap samples of the held-out photos. */
const resamples = 1000;
const confidence = 0.95;

/** Worth of a place in the list: 1 at the top, half at the tenth place behind it, smooth where "among ten" jumps. */
const worth = (rank: number): number => 10 / (9 + rank);

/** A caption's result with each share. */
interface Outcome {
  readonly photo: number;
  readonly clustered: boolean;
  readonly first: readonly FirstOwn[];
  readonly worth: readonly number[];
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
 * The model is better than the encoder when the likelihood gains at the lower end of its interval, the clusters alone do not lose,
 * and places do not either in the mean. Null without captions to ask with. Throws `cancelled`.
 *
 * @param shared null where the encoder gives photos and texts nothing in common: then chance is what a model must beat
 */
export async function judgeLibrary(
  learned: Space,
  shared: Space | null,
  question: LibraryQuestion,
  threads: number,
  yielder: Yielder,
): Promise<Judgement | null> {
  const outcomes = await rankAll(learned, shared, question, threads, yielder);
  if (outcomes.length === 0) return null;
  const photos = learned.photos.length / learned.width;
  if (shared === null) {
    const recall = interval(outcomes, ({ first }) => withinTen(first[0]));
    const better = recall.low > Math.min(1, 10 / photos);
    return { encoderShare: 0, quality: { photos, queries: outcomes.length, trained: recall, encoder: null, better } };
  }
  // Two halves by photo; each is measured with the share the other chose.
  const halves = [0, 1].map((half) => outcomes.filter(({ photo }) => photo % 2 === half));
  const chosen = halves.map((_, half) => bestShare(halves[1 - half] ?? []));
  const alone = halves.map((_, half) => bestScale(halves[1 - half] ?? [], encoderAlone));
  const shareOf = ({ photo }: Outcome) => chosen[photo % 2]?.share ?? encoderAlone;
  const likelier = (outcome: Outcome) =>
    likelihoodOf(chosen[outcome.photo % 2])(outcome) - likelihoodOf(alone[outcome.photo % 2])(outcome);
  const gain = (outcome: Outcome) => (outcome.worth[shareOf(outcome)] ?? 0) - (outcome.worth[encoderAlone] ?? 0);
  const ofClusters = outcomes.filter(({ clustered }) => clustered);
  const better = interval(outcomes, likelier).low > 0 && mean(outcomes, gain) >= 0 && mean(ofClusters, likelier) >= 0;
  return {
    encoderShare: shares[bestShare(outcomes).share] ?? 1,
    quality: {
      photos,
      queries: outcomes.length,
      trained: interval(outcomes, (outcome) => withinTen(outcome.first[shareOf(outcome)])),
      encoder: interval(outcomes, ({ first }) => withinTen(first[encoderAlone])),
      better,
    },
  };
}

/** The judgement of a model that leaves the order to the encoder. */
export const withEncoderOrder = ({ quality, encoderShare }: Judgement): Judgement =>
  quality.encoder === null
    ? { quality, encoderShare }
    : { encoderShare: 1, quality: { ...quality, trained: quality.encoder, better: false } };

const withinTen = (first: FirstOwn | undefined): number => (first === undefined ? 0 : chanceWithin(10, first));

/** Place of each caption's photo with each share; without shared features with share 0 alone. */
async function rankAll(
  learned: Space,
  shared: Space | null,
  { own, clustered }: LibraryQuestion,
  threads: number,
  yielder: Yielder,
): Promise<Outcome[]> {
  const ofLearned = await Similarities.open(learned.width, threads);
  const ofShared = shared === null ? null : await Similarities.open(shared.width, threads);
  try {
    const learnedRow = ofLearned.rowsOf(learned.captions, learned.photos, yielder);
    const sharedRow = shared === null ? null : ofShared?.rowsOf(shared.captions, shared.photos, yielder);
    const tried = shared === null ? [0] : shares;
    const scores = new Float32Array(learned.photos.length / learned.width);
    const outcomes: Outcome[] = [];
    for (const [caption, photo] of own.entries()) {
      const byModel = await learnedRow(caption);
      const byEncoder = (await sharedRow?.(caption)) ?? null;
      const sharesNothing = byEncoder === null || byEncoder.every((x) => x === 0);
      const likelihood: Float64Array[] = [];
      const first = tried.map((share): FirstOwn => {
        for (let item = 0; item < scores.length; item++) {
          scores[item] = mixed(byModel[item] as number, sharesNothing ? null : (byEncoder[item] as number), share);
        }
        // A caption that says nothing to the encoder finds nothing by it.
        if (share === 1 && sharesNothing) scores.fill(0);
        likelihood.push(logLikelihoods(scores, photo));
        return firstOwn(scores, [photo], 1);
      });
      const values = first.map((place) => worth(expectedRank(place)));
      outcomes.push({ photo, clustered: clustered[caption] ?? false, first, worth: values, likelihood });
    }
    return outcomes;
  } finally {
    await ofLearned.dispose();
    await ofShared?.dispose();
  }
}

/** `[scales]`: log of the softmax of a photo's score among all scores, or of very many among evenly taken ones. */
function logLikelihoods(scores: Float32Array, photo: number): Float64Array {
  const own = scores[photo] ?? 0;
  const stride = Math.ceil(scores.length / mostInSoftmax);
  return Float64Array.from(scales, (scale) => {
    let sum = 1;
    for (let item = photo % stride; item < scores.length; item += stride) {
      if (item !== photo) sum += Math.exp(scale * ((scores[item] as number) - own));
    }
    return -Math.log(sum);
  });
}

const likelihoodOf =
  (choice: Choice | undefined) =>
  (outcome: Outcome): number =>
    choice === undefined ? 0 : (outcome.likelihood[choice.share]?.[choice.scale] ?? 0);

/** The scale at which a share's order is the likeliest. */
function bestScale(outcomes: readonly Outcome[], share: number): Choice {
  const means = scales.map((_, scale) => mean(outcomes, likelihoodOf({ share, scale })));
  return { share, scale: means.indexOf(Math.max(...means)) };
}

/**
 * The greatest share of the encoder whose mean log-likelihood is within one standard error of the best one's (the
 * one-standard-error rule, Breiman et al. 1984): what captions at home do not decide, the encoder does, which knows more
 * kinds of photos than they name.
 */
function bestShare(outcomes: readonly Outcome[]): Choice {
  const choices = shares.map((_, share) => bestScale(outcomes, share));
  const means = choices.map((choice) => mean(outcomes, likelihoodOf(choice)));
  const best = means.indexOf(Math.max(...means));
  for (let share = encoderAlone; share > best; share--) {
    const loss = (outcome: Outcome) => likelihoodOf(choices[best])(outcome) - likelihoodOf(choices[share])(outcome);
    const choice = choices[share];
    if (choice !== undefined && mean(outcomes, loss) <= standardError(outcomes, loss)) return choice;
  }
  return choices[best] ?? { share: encoderAlone, scale: 0 };
}

function standardError(outcomes: readonly Outcome[], value: (outcome: Outcome) => number): number {
  const centre = mean(outcomes, value);
  const variance = mean(outcomes, (outcome) => (value(outcome) - centre) ** 2);
  return Math.sqrt(variance / Math.max(1, outcomes.length - 1));
}

const mean = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0) / Math.max(1, items.length);

/** Mean and percentile bootstrap interval; photos are drawn, each with all its captions. */
function interval(outcomes: readonly Outcome[], value: (outcome: Outcome) => number): Interval {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const outcome of outcomes) {
    const entry = sums.get(outcome.photo) ?? { sum: 0, count: 0 };
    entry.sum += value(outcome);
    entry.count++;
    sums.set(outcome.photo, entry);
  }
  const photos = [...sums.values()];
  const random = new Random(1);
  const means = Float64Array.from({ length: resamples }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < photos.length; i++) {
      const photo = photos[random.below(photos.length)];
      sum += photo?.sum ?? 0;
      count += photo?.count ?? 0;
    }
    return sum / Math.max(1, count);
  }).sort();
  const tail = Math.round(((1 - confidence) / 2) * resamples);
  return { mean: mean(outcomes, value), low: means[tail] ?? 0, high: means[resamples - 1 - tail] ?? 0 };
}
