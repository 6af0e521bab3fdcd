// `hashlens index`: adds folders and indexes what is new or changed in them.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { IndexResult } from '../../../shared/contract/library.ts';
import { print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption } from './options.ts';

export function indexCommand(program: Command): void {
  program
    .command('index')
    .description('add folders of photos and index what is new or changed in them')
    .argument('<folder...>', 'folders of photos')
    .option('--encoder <id>', 'use this encoder from now on')
    .option('--no-folder-tags', 'do not take the names of sub-folders as tags')
    .addOption(jsonOption())
    .action(
      async (folders: string[], options: { encoder?: string; folderTags: boolean; json?: true }, command: Command) => {
        await withEngine(command, async ({ engine, finish }) => {
          if (options.encoder !== undefined) {
            const job = await engine.api['encoders.use']({ encoderId: options.encoder });
            if (job) await finish(job);
          }
          const total: IndexResult[] = [];
          for (const path of folders) {
            const folderNamesAsTags = options.folderTags ? undefined : false;
            const { job } = await engine.api['folders.add']({
              path: resolve(path),
              ...(folderNamesAsTags === undefined ? {} : { folderNamesAsTags }),
            });
            const { result } = await finish(job);
            if (result) total.push(result);
          }
          const sum = (key: 'indexed' | 'unchanged' | 'skipped' | 'failed') => total.reduce((n, r) => n + r[key], 0);
          const failures = total.flatMap((r) => r.failures);
          const counts = {
            indexed: sum('indexed'),
            unchanged: sum('unchanged'),
            skipped: sum('skipped'),
            failed: sum('failed'),
          };
          if (options.json) return printJson({ ...counts, failures });
          print(
            `${counts.indexed} indexed, ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${counts.failed} failed`,
          );
          for (const { skippedReasons } of total) {
            for (const [reason, n] of Object.entries(skippedReasons)) print(`  skipped ${n}: ${reason}`);
          }
          for (const failure of failures) print(`  failed ${failure.path}: ${failure.message}`);
        });
      },
    );
}
