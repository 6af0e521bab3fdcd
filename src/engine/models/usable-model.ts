// Models of the library by id, and whether search can use them now.
import type { ModelId } from '../../shared/contract/ids.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { Store } from '../store/database.ts';
import type { ModelRow } from '../store/models.ts';
import type { ActiveModels } from './active-models.ts';

/** @throws HashlensError `model-missing` */
export function knownModel(store: Store, id: ModelId): ModelRow {
  const row = store.models.get(id);
  if (!row) throw new HashlensError('model-missing', `There is no model ${id} in the library.`);
  return row;
}

/**
 * A model that is ready and made for the encoder in use.
 * @throws HashlensError `model-missing`; `bad-argument` for any other model
 */
export function usableModel(store: Store, active: Pick<ActiveModels, 'encoderId'>, id: ModelId): ModelRow {
  const row = knownModel(store, id);
  if (row.state !== 'ready') {
    throw new HashlensError(
      'bad-argument',
      `Model ${id} is ${row.state}, so it cannot be used for search; train it again.`,
    );
  }
  if (row.encoderId !== active.encoderId()) {
    throw new HashlensError(
      'bad-argument',
      `Model ${id} was trained for the encoder ${row.encoderId}; change to that encoder first.`,
    );
  }
  return row;
}
