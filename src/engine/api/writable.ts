// Refuses requests that store something where nothing can be written.
import { HashlensError } from '../../shared/errors.ts';
import type { Store } from '../store/database.ts';

/** @throws HashlensError `read-only` */
export function requireWritable(store: Store): void {
  if (!store.readOnly) return;
  throw new HashlensError(
    'read-only',
    'Nothing was saved: the library cannot be written to; check the permissions of its folder and its disk.',
  );
}
