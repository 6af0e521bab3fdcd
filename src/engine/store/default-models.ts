// Ids of the models with which a library is searched until one is trained, by encoder.
import type { ModelId } from '../../shared/contract/ids.ts';

/** Id of the encoder's default model. */
export const rotationId = (encoderId: string): ModelId => `rotation-${slugOf(encoderId)}` as ModelId;

/** Id of the same model with centred rows, which a library of many photos gets (jobs/centred-default.ts). */
export const centredId = (encoderId: string): ModelId => `centred-${slugOf(encoderId)}` as ModelId;

const slugOf = (encoderId: string): string =>
  encoderId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
