// How many bits the codes of two pictures of one moment are apart at most.
import { centredId } from '../models/active-models.ts';
import type { ActiveModel } from '../models/active-models.ts';

const share = 0.08;
/** Of the default model with centred rows, whose codes of any two photos are farther apart (docs/measurements.md, Near-duplicates). */
const centredShare = 0.145;

export const momentRadius = ({ id, model }: ActiveModel, encoderId: string): number =>
  Math.floor(model.bits * (id === centredId(encoderId) ? centredShare : share));
