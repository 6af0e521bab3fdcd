// Describes what was removed from the library, and where older copies remain.
import { m } from '../../language/language.ts';
import type { Removal } from '../../shared/contract/library.ts';
import { fileSize } from './format.ts';

export function removalText({ photos, bytes, backups, copiesLeft }: Removal): string {
  const sentences = [m.removal_removed({ count: photos, size: fileSize(bytes) })];
  if (backups > 0) sentences.push(m.removal_backups({ count: backups }));
  if (copiesLeft.length > 0) sentences.push(m.removal_left({ places: copiesLeft.join(', ') }));
  return sentences.join(' ');
}
