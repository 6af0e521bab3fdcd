// Comparison of models by their quality in a search of the whole library.
import type { LibraryQuality } from './contract/evaluation.ts';

/**
 * Whether a model serves a library better than another that was measured with the same held-out photos. A model that beats
 * the encoder is better than one that does not; otherwise the greater probability of the wanted photo decides. A model
 * without a measurement is never better.
 */
export function servesBetter(quality: LibraryQuality | undefined, other: LibraryQuality | undefined): boolean {
  if (quality === undefined || other === undefined) return other === undefined && quality !== undefined;
  if (quality.better !== other.better) return quality.better;
  return (quality.likelihood ?? -Infinity) > (other.likelihood ?? -Infinity);
}

/** A share as a number of a hundred, as it is shown. */
export const roundedShare = (share: number): number => Math.round(100 * share);

/** Whether a better model, as shown, finds no more photos than what was used before, so that another measure decided. */
export function hasHiddenGain({ better, encoder, trained, defaultOrder }: LibraryQuality): boolean {
  const before = defaultOrder === undefined ? encoder : defaultOrder.before;
  const found = roundedShare((defaultOrder?.trained ?? trained).mean);
  return better && encoder !== null && before !== null && found <= roundedShare(before.mean);
}

/** Whether two models were measured by as many searches among as many photos. */
export const measuredAlike = (quality: LibraryQuality, other: LibraryQuality): boolean =>
  quality.photos === other.photos && quality.queries === other.queries;
