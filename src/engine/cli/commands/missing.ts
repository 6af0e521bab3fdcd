// `hashlens missing`: missing photos, and removing them from the library.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { MissingPhoto } from '../../../shared/contract/missing.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import { formatBytes, print, printJson, printTable } from '../output.ts';
import { keepBackupsOption, printCopies, type RemovalOptions } from '../removal.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths } from './options.ts';

export function missingCommand(program: Command): void {
  const missing = program.command('missing').alias('removed').description('missing photos; each returns with its file');
  missing
    .command('list', { isDefault: true })
    .description('missing photos, since when, and when they are removed automatically')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photos = await all(engine);
        if (json)
          return printJson(photos.map(({ path, missingSince, removalAt }) => ({ path, missingSince, removalAt })));
        if (photos.length === 0) return print('Every photo has its file.');
        printTable(
          ['Missing since', 'Removed on', 'Photo'],
          photos.map(({ path, missingSince, removalAt }) => [day(missingSince) ?? '?', day(removalAt) ?? 'kept', path]),
        );
      });
    });
  missing
    .command('remove')
    .alias('forget')
    .description('remove missing photos with all their data from the library and its backups')
    .argument('<photo...>', 'their paths, as `missing list` shows them', paths)
    .addOption(keepBackupsOption())
    .addOption(jsonOption())
    .action(async (files: string[], options: RemovalOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        // Several missing photos may have had one path, one after the other.
        const known = Map.groupBy(await all(engine), ({ path }) => path);
        const photoIds = files.flatMap((file) => {
          const photos = known.get(resolve(file));
          if (photos !== undefined) return photos.map(({ photoId }) => photoId);
          throw new HashlensError('not-found', `${file} is not among the missing photos.`);
        });
        const keepBackups = options.keepBackups === true;
        const removal = await engine.api['missing.remove']({ photoIds, keepBackups });
        if (options.json) return printJson(removal);
        const photos = removal.photos === 1 ? '1 photo' : `${removal.photos} photos`;
        print(`${photos} removed, ${formatBytes(removal.bytes)} free.`);
        printCopies(removal, keepBackups);
      });
    });
}

const pageSize = 1000;

async function all(engine: Engine): Promise<readonly MissingPhoto[]> {
  const photos: MissingPhoto[] = [];
  for (;;) {
    const page = await engine.api['missing.list']({ limit: pageSize, offset: photos.length });
    photos.push(...page.photos);
    if (page.photos.length < pageSize) return photos;
  }
}

const day = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString().slice(0, 10));
