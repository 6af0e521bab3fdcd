// `hashlens index`: adds folders and indexes what is new or changed in them.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { IndexResult } from '../../../shared/contract/indexing.ts';
import { note, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths } from './options.ts';

export function indexCommand(program: Command): void {
  program
    .command('index')
    .description('add folders of photos and index what is new or changed in them')
    .argument('<folder...>', 'folders of photos', paths)
    .option('--encoder <id>', 'use this encoder from now on')
    .option('--no-folder-tags', 'do not take the names of sub-folders as tags')
    .option('--retry', 'try failed files again, after any number of failures')
    .addOption(jsonOption())
    .action(async (folders: string[], options: IndexOptions, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        if (options.encoder !== undefined) {
          const job = await engine.api['encoders.use']({ encoderId: options.encoder });
          if (job) await finish(job);
        }
        const total: IndexResult[] = [];
        for (const path of folders) {
          const folderNamesAsTags = options.folderTags ? undefined : false;
          const { folder, job, movedFrom } = await engine.api['folders.add']({
            path: resolve(path),
            ...(folderNamesAsTags === undefined ? {} : { folderNamesAsTags }),
            ...(options.retry ? { retry: true } : {}),
          });
          if (movedFrom !== null) note(`The photos of ${movedFrom} are in ${folder.path} now; the library follows.`);
          const { result } = await finish(job);
          if (result) total.push(result);
        }
        // A window or `serve` does this automatically.
        const reading = await engine.api['ocr.read']({});
        if (reading !== null) await finish(reading);
        printResult(total, options.json === true);
      });
    });
}

interface IndexOptions {
  readonly encoder?: string;
  readonly folderTags: boolean;
  readonly retry?: true;
  readonly json?: true;
}

/** The sum of these results; notices go to stderr, and into the JSON. */
export function printResult(results: readonly IndexResult[], json: boolean): void {
  const sum = (key: 'indexed' | 'unchanged' | 'skipped' | 'failed') => results.reduce((n, r) => n + r[key], 0);
  const failures = results.flatMap((r) => r.failures);
  const notices = results.flatMap((r) => r.notices ?? []);
  const counts = {
    indexed: sum('indexed'),
    unchanged: sum('unchanged'),
    skipped: sum('skipped'),
    failed: sum('failed'),
  };
  if (json) return printJson({ ...counts, failures, ...(notices.length > 0 ? { notices } : {}) });
  print(`${counts.indexed} indexed, ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${counts.failed} failed`);
  for (const { skippedReasons } of results) {
    for (const [reason, n] of Object.entries(skippedReasons)) print(`  ${n} not taken as photos: ${reason}`);
  }
  for (const failure of failures) print(`  failed ${failure.path}: ${failure.message}`);
  for (const notice of notices) note(notice.message);
}
