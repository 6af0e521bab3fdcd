// `hashlens folders`: lists, relocates and removes the folders of the library.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Folder } from '../../../shared/contract/library.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import { formatBytes, print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { keepBackupsOption, printCopies, type RemovalOptions } from '../removal.ts';
import { printResult } from './index-photos.ts';
import { jsonOption } from './options.ts';

export function foldersCommand(program: Command): void {
  const folders = program
    .command('folders')
    .description('list, relocate and remove the folders of the library, and its missing photos');
  folders
    .command('list')
    .description('the folders of the library with their state')
    .addOption(jsonOption())
    .action(async (options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { folders: list } = await engine.api['library.status']({});
        if (options.json) return printJson(list);
        printTable(
          ['Id', 'Photos', 'State', 'Folder'],
          list.map((folder) => [folder.id, folder.photos, folder.state, folder.path]),
        );
      });
    });
  folders
    .command('relocate')
    .description('set the present path of a folder; its photos keep their words and codes')
    .argument('<folder>', 'path or id of the folder, as `folders list` shows it')
    .argument('<path>', 'its present path')
    .addOption(jsonOption())
    .action(async (name: string, path: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const { id } = await folderOf(engine, name);
        const { job } = await engine.api['folders.relocate']({ folderId: id, path: resolve(path) });
        const { result } = await finish(job);
        printResult(result ? [result] : [], options.json === true);
      });
    });
  folders
    .command('remove')
    .description('remove a folder and all data of its photos from the library; the files stay')
    .argument('<folder>', 'path or id of the folder, as `folders list` shows it')
    .addOption(keepBackupsOption())
    .addOption(jsonOption())
    .action(async (name: string, options: RemovalOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const folder = await folderOf(engine, name);
        const keepBackups = options.keepBackups === true;
        const removed = await engine.api['folders.remove']({ folderId: folder.id, keepBackups });
        if (options.json) return printJson({ path: folder.path, ...removed });
        print(`${folder.path} removed: ${removed.photos} photos, ${formatBytes(removed.bytes)} free.`);
        printCopies(removed, keepBackups);
      });
    });
  folders
    .command('remove-missing')
    .alias('purge')
    .description('remove missing photos from the library now instead of after thirty days')
    .addOption(keepBackupsOption())
    .addOption(jsonOption())
    .action(async (options: RemovalOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const keepBackups = options.keepBackups === true;
        const removed = await engine.api['library.removeMissing']({ keepBackups });
        if (options.json) return printJson(removed);
        print(`${removed.photos} photos removed, ${formatBytes(removed.bytes)} free.`);
        printCopies(removed, keepBackups);
      });
    });
}

/** A path comes before an id, as a folder may be named like a number. */
async function folderOf(engine: Engine, name: string): Promise<Folder> {
  const { folders } = await engine.api['library.status']({});
  const found = folders.find((f) => f.path === resolve(name)) ?? folders.find((f) => String(f.id) === name);
  if (found) return found;
  throw new HashlensError('not-found', `The library has no folder ${name}.`);
}
