// The chance that a hit is what was asked for, and the place in a result list from which on matches are weak.
import { z } from 'zod';
import { featureNames } from './background.ts';
import { fitCurve, isotonic, onCurve } from '../../numerics/isotonic.ts';
import { completenessFor, type Completeness } from './labelled-queries.ts';
import { fitLogistic, logOdds, type Logistic } from '../../numerics/logistic.ts';

/** One query of which it is known which hits are right. */
export interface CalibrationSample {
  /** `[hits, features]`, see background.ts; hits in any order. */
  readonly features: Float64Array;
  /** `[hits]`, 1 where the photo is relevant. */
  readonly relevant: Uint8Array;
  /** Samples of one group have something in common, such as the photo that is asked for: none is judged by the others. */
  readonly group: number;
  /** How much the query counts; 1 for most. */
  readonly weight: number;
}

const numbers = z.array(z.number()).readonly();
const share = z.number().positive().max(1);
export const calibrationSchema = z.object({
  version: z.literal(2),
  features: z.array(z.enum(featureNames)).readonly(),
  logistic: z.object({ mean: numbers, scale: numbers, weights: numbers, bias: z.number() }),
  /** From the log odds the regression gives to probabilities. */
  curve: z.object({ x: numbers, y: numbers }),
  /** Of the photos that are relevant, how many the labels say are. */
  completeness: z.tuple([share, share, share]).readonly(),
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
export function fitCalibration(
  samples: readonly CalibrationSample[],
  completeness: Completeness = [1, 1, 1],
): Calibration | null {
  const relevant = samples.reduce((sum, { relevant: flags }) => sum + flags.reduce((n, flag) => n + flag, 0), 0);
  if (samples.length < fewestQueries || relevant < fewestRelevant) return null;
  const logistic = fitOn(samples);
  const unseen: Float64Array[] = [];
  const order: CalibrationSample[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const inFold = ({ group }: CalibrationSample) => group % folds === fold;
    const model = fitOn(
      samples.filter((sample) => !inFold(sample)),
      logistic,
    );
    for (const sample of samples.filter(inFold)) {
      unseen.push(logOdds(model, sample.features));
      order.push(sample);
    }
  }
  const { labels, weights } = stack(order);
  const odds = new Float64Array(labels.length);
  let at = 0;
  for (const part of unseen) {
    odds.set(part, at);
    at += part.length;
  }
  return {
    version: 2,
    features: featureNames,
    logistic,
    curve: fitCurve(odds, labels, weights),
    completeness,
    queries: samples.length,
    hits: labels.length,
  };
}

function fitOn(samples: readonly CalibrationSample[], start?: Logistic): Logistic {
  const { features, labels, weights } = stack(samples);
  return fitLogistic(features, labels, weights, featureNames.length, start);
}

/** The rows of these samples one below the other. */
function stack(samples: readonly CalibrationSample[]) {
  const hits = samples.reduce((sum, { relevant }) => sum + relevant.length, 0);
  const features = new Float64Array(hits * featureNames.length);
  const labels = new Uint8Array(hits);
  const weights = new Float32Array(hits);
  let at = 0;
  for (const { features: rows, relevant, weight } of samples) {
    features.set(rows, at * featureNames.length);
    labels.set(relevant, at);
    weights.fill(weight, at, at + relevant.length);
    at += relevant.length;
  }
  return { features, labels, weights };
}

/** A few hundred questions cannot show that anything is surer. */
const surest = 0.95;

/**
 * The chance that each hit is relevant, `[hits]`. Of two hits of one query, the one with the higher score never has the
 * lower chance.
 * @param scores `[hits]`, of the same kind as the calibration's, in any order
 * @param features `[hits, features]`, see background.ts
 * @param words content words of the query, see words.ts
 */
export function probabilities(
  scores: Float32Array,
  features: Float64Array,
  words: number,
  { logistic, curve, completeness }: Calibration,
): Float32Array {
  const labelled = completenessFor(words, completeness);
  const chances = logOdds(logistic, features).map((x) => Math.min(surest, onCurve(curve, x) / labelled));
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
