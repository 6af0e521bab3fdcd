// `hashlens removed`: missing photos, and removing them from the library.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RemovedPhoto } from '../../../shared/contract/removed.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import { formatBytes, print, printJson, printTable } from '../output.ts';
import { keepBackupsOption, printCopies, type RemovalOptions } from '../removal.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths } from './options.ts';

export function removedCommand(program: Command): void {
  const removed = program.command('removed').description('missing photos; each returns with its file');
  removed
    .command('list', { isDefault: true })
    .description('missing photos, since when, and when they are removed automatically')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photos = await all(engine);
        if (json)
          return printJson(photos.map(({ path, missingSince, forgottenAt }) => ({ path, missingSince, forgottenAt })));
        if (photos.length === 0) return print('Every photo has its file.');
        printTable(
          ['Missing since', 'Removed on', 'Photo'],
          photos.map(({ path, missingSince, forgottenAt }) => [
            day(missingSince) ?? '?',
            day(forgottenAt) ?? 'kept',
            path,
          ]),
        );
      });
    });
  removed
    .command('forget')
    .description('remove missing photos with all their data from the library and its backups')
    .argument('<photo...>', 'their paths, as `removed list` shows them', paths)
    .addOption(keepBackupsOption())
    .addOption(jsonOption())
    .action(async (files: string[], options: RemovalOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const known = new Map((await all(engine)).map(({ path, photoId }) => [path, photoId]));
        const photoIds = files.map((file) => {
          const photoId = known.get(resolve(file));
          if (photoId !== undefined) return photoId;
          throw new HashlensError('not-found', `${file} is not among the missing photos.`);
        });
        const keepBackups = options.keepBackups === true;
        const removal = await engine.api['removed.forget']({ photoIds, keepBackups });
        if (options.json) return printJson(removal);
        const photos = removal.photos === 1 ? '1 photo' : `${removal.photos} photos`;
        print(`${photos} forgotten, ${formatBytes(removal.bytes)} free.`);
        printCopies(removal, keepBackups);
      });
    });
}

const pageSize = 1000;

async function all(engine: Engine): Promise<readonly RemovedPhoto[]> {
  const photos: RemovedPhoto[] = [];
  for (;;) {
    const page = await engine.api['removed.list']({ limit: pageSize, offset: photos.length });
    photos.push(...page.photos);
    if (page.photos.length < pageSize) return photos;
  }
}

const day = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString().slice(0, 10));
