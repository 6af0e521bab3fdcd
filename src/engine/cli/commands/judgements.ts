// `hashlens judgements`: judgements of results, right or wrong for their search.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import type { JudgementState, Judgement } from '../../../shared/contract/judgements.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths } from './options.ts';

interface GiveOptions {
  readonly is?: string[];
  readonly isNot?: string[];
  readonly withdraw?: string[];
  readonly json?: true;
}

export function judgementsCommand(program: Command): void {
  const judgements = program
    .command('judgements')
    .alias('feedback')
    .description(
      'judgements of results: photos that fit a search and photos that do not; kept, learned from, can be withdrawn',
    );
  judgements
    .command('give')
    .description('judge photos as right or wrong for a search')
    .argument('<words...>', 'the search, as it is typed')
    .option('--is <photo...>', 'right photos', paths)
    .option('--is-not <photo...>', 'wrong photos; they leave the results of this search', paths)
    .option('--withdraw <photo...>', 'photos whose judgement is removed', paths)
    .addOption(jsonOption())
    .action(async (words: string[], options: GiveOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const states: JudgementState[] = [];
        const add = async (files: string[] | undefined, judgement: Judgement | null) => {
          const photoIds: PhotoId[] = [];
          for (const file of files ?? []) {
            photoIds.push((await engine.api['metadata.show']({ path: resolve(file) })).id);
          }
          if (photoIds.length > 0) states.push({ query: words.join(' ').trim(), photoIds, judgement });
        };
        await add(options.is, 'match');
        await add(options.isNot, 'no-match');
        await add(options.withdraw, null);
        if (states.length === 0) {
          throw new HashlensError('bad-argument', 'Name photos with --is, --is-not or --withdraw.');
        }
        const outcome = await engine.api['judgements.give']({ states });
        if (options.json) return printJson(outcome);
        print(
          outcome.photos === 0
            ? 'Nothing to change.'
            : `Saved for ${outcome.photos === 1 ? '1 photo' : `${outcome.photos} photos`}.`,
        );
      });
    });
  judgements
    .command('list')
    .description('judgements of results, the newest first')
    .argument('[words...]', 'only of this search')
    .addOption(jsonOption())
    .action(async (words: string[], options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const query = words.length === 0 ? undefined : words.join(' ');
        const { params } = engineRequests['judgements.list'];
        const { entries } = await engine.api['judgements.list'](params.parse({ query, limit: 1000 }));
        if (options.json) return printJson(entries);
        if (entries.length === 0) return print('No result was judged.');
        printTable(
          ['search', 'is it', 'path'],
          entries.map(({ query: text, judgement, path }) => [text, judgement === 'match' ? 'yes' : 'no', path]),
        );
      });
    });
}
