// Estimates the chance that a person would write one of their words about a photo, learned from photos they have
// described.
import { numberAt } from '../../../shared/at.ts';
import { fitCurve, onCurve, type Curve } from '../../numerics/isotonic.ts';
import { fitLogistic, logOdds, type Logistic } from '../../numerics/logistic.ts';

/**
 * Features of a suggestion:
 * - `near`, `around`: log odds of having the word among the 10 and the 50 described photos that look most alike
 * - `prevalence`: the same among all described photos
 * - `meaning`: how much more alike text and photo are, by the model in use, than the text and photos in general, in standard
 *   deviations; 0 where the text has no features
 */
export const suggestionNames = ['near', 'around', 'prevalence', 'meaning'] as const;
const width = suggestionNames.length;

export type SuggestionFeatures = Readonly<Record<(typeof suggestionNames)[number], number>>;

/** A word suggested for a photo, with the known answer whether the photo has it. */
export interface SuggestionSample {
  readonly features: SuggestionFeatures;
  /** Whether the person wrote it. */
  readonly has: boolean;
  /** The photo: it is never judged by a fit with itself. */
  readonly group: number;
}

export interface SuggestionModel {
  readonly logistic: Logistic;
  /** From log odds to the chance. */
  readonly curve: Curve;
}

/** Fewer are not enough to learn from. */
const fewestPhotos = 20;
const fewestRight = 20;
const folds = 3;

const rowsOf = (samples: readonly SuggestionSample[]): Float64Array =>
  Float64Array.from(samples.flatMap(({ features }) => suggestionNames.map((name) => features[name])));

const fitOn = (samples: readonly SuggestionSample[]): Logistic =>
  fitLogistic(
    rowsOf(samples),
    Uint8Array.from(samples, ({ has }) => Number(has)),
    new Float32Array(samples.length).fill(1),
    width,
  );

/**
 * A logistic regression, and an isotonic curve over its cross-validated log odds.
 * @returns null with too few descriptions
 */
export function fitSuggestions(samples: readonly SuggestionSample[]): SuggestionModel | null {
  const groups = [...new Set(samples.map(({ group }) => group))];
  const right = samples.filter(({ has }) => has).length;
  if (groups.length < fewestPhotos || right < fewestRight || right === samples.length) return null;
  const foldOf = new Map(groups.map((group, i) => [group, i % folds]));
  const odds: number[] = [];
  const labels: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const inFold = samples.filter(({ group }) => foldOf.get(group) === fold);
    const model = fitOn(samples.filter(({ group }) => foldOf.get(group) !== fold));
    odds.push(...logOdds(model, rowsOf(inFold)));
    labels.push(...inFold.map(({ has }) => Number(has)));
  }
  const curve = fitCurve(Float64Array.from(odds), labels, new Float32Array(labels.length).fill(1));
  return { logistic: fitOn(samples), curve };
}

/** `odds` rank suggestions, also those of equal chance. */
export function chanceOf(
  { logistic, curve }: SuggestionModel,
  features: SuggestionFeatures,
): { readonly odds: number; readonly chance: number } {
  const odds = numberAt(
    logOdds(
      logistic,
      Float64Array.from(suggestionNames, (name) => features[name]),
    ),
    0,
  );
  return { odds, chance: Math.max(0, Math.min(1, onCurve(curve, odds))) };
}

/** Log odds of a share of `n`, drawn towards `prior` as by one more photo. */
export function logOddsOf(found: number, n: number, prior: number): number {
  const share = (found + prior) / (n + 1);
  return Math.log(share / (1 - share));
}
