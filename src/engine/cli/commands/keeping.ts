// `hashlens backup`, `restore`, `check` and `repair`: protecting a library.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Backup, RestoreResult } from '../../../shared/contract/backup.ts';
import type { IndexResult } from '../../../shared/contract/indexing.ts';
import { toErrorData, type ErrorData } from '../../../shared/errors.ts';
import { exitCodes, formatBytes, note, print, printJson, printTable } from '../output.ts';
import { noticesOf, pathsOf, type Session, withEngine } from '../session.ts';
import { jsonOption, path } from './options.ts';

interface Options {
  readonly json?: true;
}

export function backupCommand(program: Command): void {
  program
    .command('backup')
    .description(
      'save everything that cannot be made again: captions, tags, searches, settings, how models were trained',
    )
    .argument('[folder]', "where to (default: the library's own folder of backups, of which ten are kept)", path)
    .option('--list', 'list the backups')
    .addOption(jsonOption())
    .action(async (folder: string | undefined, options: Options & { list?: true }, command: Command) => {
      if (options.list) {
        const { listBackups } = await import('../../backup/backups.ts');
        return printBackups(await listBackups(pathsOf(command).libraryDir), options);
      }
      await withEngine(command, async ({ engine }) => {
        const backup = await engine.api['library.backup'](folder === undefined ? {} : { folder: resolve(folder) });
        if (options.json) return printJson(backup);
        if (backup === null) print('There is nothing to back up yet.');
        else print(`Backed up to ${backup.path} (${formatBytes(backup.bytes)}) and verified.`);
      });
    });
}

function printBackups(backups: readonly Backup[], { json }: Options): void {
  if (json) {
    return printJson(
      backups.map(({ path, madeAt, bytes, photos, captions, savedSearches }) => {
        return { path, madeAt, bytes, photos, captions, savedSearches };
      }),
    );
  }
  if (backups.length === 0) return print('There are no backups yet.');
  printTable(
    ['made', 'photos', 'captions', 'saved searches', 'size', 'file'],
    backups.map((b) => [
      new Date(b.madeAt).toISOString().slice(0, 16).replace('T', ' '),
      ...[b.photos, b.captions, b.savedSearches].map((n) => n ?? '-'),
      formatBytes(b.bytes),
      b.path,
    ]),
  );
}

export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('look through the database, the models and the backups for damage; changes nothing')
    .option('--full', 'also compare indexes with their rows, which takes longer')
    .addOption(jsonOption())
    .action(async (options: Options & { full?: true }, command: Command) => {
      const { libraryDir } = pathsOf(command);
      const { checkLibrary } = await import('../../backup/check-library.ts');
      const check = await checkLibrary(libraryDir, options.full ? 'full' : 'quick');
      if (options.json) printJson(check);
      else {
        const databaseIsSound = check.state === 'sound';
        print(`${libraryDir}: the database is ${check.state}.`);
        for (const { part, detail } of check.faults) print(`  ${part}: ${detail}`);
        const [newest] = check.backups;
        const backups = check.backups.length === 1 ? '1 backup' : `${check.backups.length} backups, the newest`;
        print(
          newest === undefined
            ? 'There are no backups.'
            : `${backups} of ${new Date(newest.madeAt).toISOString().slice(0, 10)}.`,
        );
        if (!databaseIsSound && check.state !== 'newer') {
          note('`hashlens repair` keeps what is readable; `hashlens restore` goes back to the newest backup.');
        }
      }
      if (check.faults.length > 0) process.exitCode = exitCodes.failed;
    });
}

export function restoreCommand(program: Command): void {
  program
    .command('restore')
    .description('go back to a backup; the present library is set aside, and photos are indexed again')
    .argument('[backup]', 'file of a backup (default: the newest whole one)', path)
    .option('--no-index', 'do not index the folders now')
    .addOption(jsonOption())
    .action(async (backup: string | undefined, options: Options & { index: boolean }, command: Command) => {
      const { restoreLibrary } = await import('../../backup/restore.ts');
      const { libraryDir } = pathsOf(command);
      const result = await restoreLibrary(libraryDir, backup === undefined ? undefined : resolve(backup));
      await finishUp(result, options, command);
    });
}

export function repairCommand(program: Command): void {
  program
    .command('repair')
    .description('rebuild a damaged library from its readable parts, its backups and the photos themselves')
    .option('--no-index', 'do not index the folders now')
    .option('--force', 'also when the check finds nothing wrong')
    .addOption(jsonOption())
    .action(async (options: Options & { index: boolean; force?: true }, command: Command) => {
      const { libraryDir } = pathsOf(command);
      const { checkFile } = await import('../../store/check-file.ts');
      const { libraryFileOf } = await import('../../store/library-file.ts');
      const { state } = checkFile(libraryFileOf(libraryDir), 'full');
      if (state === 'sound' && !options.force) {
        if (options.json) printJson({ state });
        else print('The library is sound; there is nothing to repair.');
        return;
      }
      const { repairLibrary } = await import('../../backup/restore.ts');
      await finishUp(await repairLibrary(libraryDir), options, command);
    });
}

/** Indexes the folders again, to replace lost data that can be made again, and reports what was done. */
async function finishUp(
  result: RestoreResult,
  { index, json }: Options & { index: boolean },
  command: Command,
): Promise<void> {
  if (!json) printResult(result);
  let outcome: IndexOutcome = { indexed: null };
  if (index) {
    await withEngine(command, async (session) => {
      const { folders } = await session.engine.api['library.status']({});
      if (folders.length > 0) outcome = await indexAll(session);
    });
  }
  if (json) printJson({ ...result, ...outcome });
}

interface IndexOutcome {
  readonly indexed: IndexResult | null;
  readonly notices?: readonly ErrorData[];
}

async function indexAll(session: Session): Promise<IndexOutcome> {
  try {
    const job = await session.finish(await session.engine.api['folders.index']({}));
    return { indexed: job.result, ...noticesOf(session) };
  } catch (error) {
    const { code, message } = toErrorData(error);
    const notice = { code, message: `The folders were not indexed: ${message}` };
    note(notice.message);
    return { indexed: null, notices: [...session.notices, notice] };
  }
}

function printResult({
  backup,
  setAside,
  kept,
  fromBackup,
  lossy,
  orphans,
  modelsAdded,
  modelsLost,
}: RestoreResult): void {
  const rows = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, n]) => n > 0)
      .map(([table, n]) => `${n} ${table.replaceAll('_', ' ')}`)
      .join(', ');
  if (Object.keys(kept).length > 0) print(`Kept from the library: ${rows(kept)}.`);
  if (backup !== null && Object.keys(fromBackup).length > 0)
    print(`From the backup ${backup.path}: ${rows(fromBackup)}.`);
  if (lossy.length > 0) {
    print(`Not all could be read: ${lossy.map((table) => table.replaceAll('_', ' ')).join(', ')}.`);
  }
  if (orphans > 0) print(`${orphans} rows were left out because what they belong to is lost.`);
  for (const id of modelsAdded) print(`The model ${id} was in the library's folder and was taken in again.`);
  for (const id of modelsLost) print(`The files of the model ${id} are gone; train it again with the same options.`);
  if (setAside !== null && orphans > 0) print(`Captions among them are in captions-without-photo.csv in ${setAside}.`);
  if (setAside !== null) print(`The replaced files are in ${setAside}; delete them when all is well.`);
}
