// `hashlens suggest`: suggestions of the person's own words for photos.
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths, several, wholeNumber } from './options.ts';

interface SuggestOptions {
  readonly limit: number;
  readonly rejectTag?: string[];
  readonly rejectCaption?: string[];
  readonly withdraw?: true;
  readonly json?: true;
}

export function suggestCommand(program: Command): void {
  program
    .command('suggest')
    .description('suggest tags and captions of your own for photos, with the chance that they fit; writes nothing')
    .argument('<photo...>', 'paths of photos of the library', paths)
    .addOption(new Option('-n, --limit <n>', 'how many').argParser(wholeNumber(1, 50)).default(5))
    .option('--reject-tag <name>', 'a tag that does not fit them; remembered and learned from', several)
    .option('--reject-caption <text>', 'a caption that does not fit them', several)
    .option('--withdraw', 'remove such rejections')
    .addOption(jsonOption())
    .action(async (photos: string[], options: SuggestOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photoIds: PhotoId[] = [];
        for (const photo of photos) photoIds.push((await engine.api['metadata.show']({ path: resolve(photo) })).id);
        const rejected = options.withdraw !== true;
        const states = [
          ...(options.rejectTag ?? []).map((text) => ({ kind: 'tag', text, photoIds, rejected })),
          ...(options.rejectCaption ?? []).map((text) => ({ kind: 'caption', text, photoIds, rejected })),
        ];
        if (states.length > 0) {
          const outcome = await engine.api['suggestions.reject'](
            engineRequests['suggestions.reject'].params.parse({ states }),
          );
          if (options.json) return printJson(outcome);
          return print(outcome.photos === 0 ? 'Nothing to change.' : 'Saved.');
        }
        const { params } = engineRequests['suggestions.words'];
        const found = await engine.api['suggestions.words'](params.parse({ photoIds, limit: options.limit }));
        if (options.json) return printJson(found.suggestions);
        if (found.suggestions.length === 0) return print('No words of yours are likely to fit.');
        printTable(
          ['chance', 'kind', 'words'],
          found.suggestions.map(({ chance, kind, text }) => [
            chance === null ? '-' : `${Math.round(100 * chance)} %`,
            kind,
            text,
          ]),
        );
      });
    });
}
