// What was removed from the library, and where older copies still have it, in words.
import type { Removal } from '../../shared/contract/library.ts';
import { counted, fileSize } from './format.ts';

export function removalText({ photos, bytes, backups, copiesLeft }: Removal): string {
  const removed = `${counted(photos, 'photo')} removed, ${fileSize(bytes)} free.`;
  const inBackups = backups > 0 ? ` Removed from ${counted(backups, 'backup')} too.` : '';
  const left = copiesLeft.length > 0 ? ` Older copies may still have them: ${copiesLeft.join(', ')}` : '';
  return removed + inBackups + left;
}
