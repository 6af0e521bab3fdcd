// Shared parts of commands that remove photos from the library: an option, and the report about backups.
import { Option } from 'commander';
import type { Removal } from '../../shared/contract/library.ts';
import { print } from './output.ts';

export interface RemovalOptions {
  readonly json?: true;
  readonly keepBackups?: true;
}

export const keepBackupsOption = (): Option =>
  new Option('--keep-backups', 'keep them in the backups of the library; by default they are removed there too');

export function printCopies({ backups, copiesLeft }: Removal, keepBackups: boolean): void {
  if (keepBackups) print('The backups of the library still have them.');
  else if (backups > 0) print(`Removed from ${backups} backups too. Backups made elsewhere are not touched.`);
  for (const path of copiesLeft) print(`An older copy may still have them: ${path}`);
}
