// The chance that a hit is what was asked for, and the place in a result list from which on matches are weak.
import { z } from 'zod';
import { featureNames, hitFeatures, type Background } from './background.ts';
import { fitCurve, isotonic, onCurve } from './isotonic.ts';
import { fitLogistic, logOdds, type Logistic } from './logistic.ts';

/** One query of which it is known which hits are right. */
export interface CalibrationSample {
  /** `[hits]`, scores of the shortlist in any order. */
  readonly scores: Float32Array;
  /** `[hits]`, 1 where the photo is relevant. */
  readonly relevant: Uint8Array;
  readonly background: Background;
  /** Content words of the query; 1 for an image. */
  readonly words: number;
  /** How much the query counts; 1 for most. */
  readonly weight: number;
}

const numbers = z.array(z.number()).readonly();
export const calibrationSchema = z.object({
  version: z.literal(1),
  features: z.array(z.enum(featureNames)).readonly(),
  logistic: z.object({ mean: numbers, scale: numbers, weights: numbers, bias: z.number() }),
  /** From the log odds the regression gives to probabilities. */
  curve: z.object({ x: numbers, y: numbers }),
  /** Of the photos that are relevant, how many the labels say are. */
  completeness: z.number().positive().max(1),
  queries: z.int(),
  hits: z.int(),
});
/** Plain data, to be kept as JSON beside the model it belongs to. */
export type Calibration = z.output<typeof calibrationSchema>;

/** Below these there is nothing to learn from. */
const fewestQueries = 20;
const fewestRelevant = 40;
const folds = 3;

/**
 * Logistic regression over what the query's background says of a hit, then an isotonic curve over its cross-validated
 * log odds, so that the curve corrects how the regression does on queries it has not seen.
 * @param completeness share of truly relevant photos that are labelled so, 1 when all are: probabilities of being
 *   labelled are divided by it (Elkan and Noto 2008, lemma 1)
 * @returns null when there are too few labelled queries
 */
export function fitCalibration(samples: readonly CalibrationSample[], completeness = 1): Calibration | null {
  const relevant = samples.reduce((sum, { relevant: flags }) => sum + flags.reduce((n, flag) => n + flag, 0), 0);
  if (samples.length < fewestQueries || relevant < fewestRelevant) return null;
  const rows = samples.map(({ scores, background, words }) => hitFeatures(scores, background, words));
  const fit = (chosen: (sample: number) => boolean): Logistic => {
    const kept = samples.flatMap((_, i) => (chosen(i) ? [i] : []));
    const { features, labels, weights } = stack(samples, rows, kept);
    return fitLogistic(features, labels, weights, featureNames.length);
  };
  const unseen: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const model = fit((i) => i % folds !== fold);
    // Put in sample order below; queries of one fold come one after another here.
    for (let i = fold; i < samples.length; i += folds) unseen.push(...logOdds(model, rows[i] as Float64Array));
  }
  const order = Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) =>
    samples.flatMap((_, i) => (i % folds === fold ? [i] : [])),
  );
  const { labels, weights } = stack(samples, rows, order);
  return {
    version: 1,
    features: featureNames,
    logistic: fit(() => true),
    curve: fitCurve(Float64Array.from(unseen), labels, weights),
    completeness,
    queries: samples.length,
    hits: labels.length,
  };
}

/** The rows of these samples one below the other. */
function stack(samples: readonly CalibrationSample[], rows: readonly Float64Array[], chosen: readonly number[]) {
  const hits = chosen.reduce((sum, i) => sum + (samples[i]?.scores.length ?? 0), 0);
  const features = new Float64Array(hits * featureNames.length);
  const labels = new Uint8Array(hits);
  const weights = new Float32Array(hits);
  let at = 0;
  for (const i of chosen) {
    const { relevant, weight } = samples[i] as CalibrationSample;
    features.set(rows[i] as Float64Array, at * featureNames.length);
    labels.set(relevant, at);
    weights.fill(weight, at, at + relevant.length);
    at += relevant.length;
  }
  return { features, labels, weights };
}

/**
 * The chance that each hit is relevant, `[hits]`. Of two hits of one query, the one with the higher score never has the
 * lower chance.
 * @param scores `[hits]`, of the same kind as the calibration's, in any order
 * @param background of the same query's scores
 * @param words content words of the query, see words.ts; 1 for an image
 */
export function probabilities(
  scores: Float32Array,
  background: Background,
  words: number,
  calibration: Calibration,
): Float32Array {
  const odds = logOdds(calibration.logistic, hitFeatures(scores, background, words));
  const chances = odds.map((x) => Math.min(1, onCurve(calibration.curve, x) / calibration.completeness));
  const rising = Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const fit = isotonic(rising.map((i) => chances[i] as number));
  const result = new Float32Array(scores.length);
  rising.forEach((i, place) => (result[i] = fit[place] as number));
  return result;
}

/**
 * How many results stand above the divider: those which, in the order shown, are right with at least this chance. Where
 * the order is not that of the scores (full text has a say in it), the nearest falling curve decides.
 * @param chances `[results]`, as shown
 * @returns 0 when nothing is likely enough; `chances.length` when everything is
 */
export function weakFrom(chances: Float32Array, precision = 0.5): number {
  const falling = isotonic(chances.map((p) => -p));
  const weak = falling.findIndex((p) => -p < precision - 1e-6);
  return weak < 0 ? chances.length : weak;
}
