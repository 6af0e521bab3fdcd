// Largest Hamming distance between the codes of two pictures of one burst.
import { centredId } from '../store/default-models.ts';
import type { ActiveModel } from '../models/active-models.ts';

const share = 0.08;
/**
 * Radius for the default model with centred rows, which spreads the codes of different photos farther apart
 * (docs/measurements.md, Near-duplicates).
 */
const centredShare = 0.145;

export const burstRadius = ({ id, model }: ActiveModel, encoderId: string): number =>
  Math.floor(model.bits * (id === centredId(encoderId) ? centredShare : share));
