// `hashlens edit`: the person's own words about photos, stored in the library.
import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import { print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths, several, wholeNumber } from './options.ts';

interface EditOptions {
  readonly caption?: string[];
  readonly removeCaption?: string[];
  readonly tag?: string[];
  readonly removeTag?: string[];
  readonly title?: string;
  readonly rating?: number | 'file';
  readonly favourite?: boolean;
  readonly date?: string;
  readonly json?: true;
}

const rating = (text: string): number | 'file' => (text === 'file' ? text : wholeNumber(0, 5)(text));

function date(text: string): string {
  if (text !== 'file' && !engineRequests['edits.apply'].params.shape.date.safeParse(text).success) {
    throw new InvalidArgumentError('It must be like 1968, 1968-06, 1968-06-15 or 1968-06-15T10:00.');
  }
  return text;
}

export function editCommand(program: Command): void {
  program
    .command('edit')
    .description(
      'describe photos: captions, tags, title, rating, favourite, date; kept in the library, no file changes',
    )
    .argument('<photo...>', 'paths of photos of the library', paths)
    .option('--caption <text>', 'a caption to add; may be given again', several)
    .option('--remove-caption <text>', 'a caption to remove, exactly as written; may be given again', several)
    .option('--tag <name>', 'a tag to add, with steps as in Family/Rex; may be given again', several)
    .option('--remove-tag <name>', 'a tag to remove; may be given again', several)
    .option('--title <text>', 'the title; an empty one removes it')
    .option('--rating <stars>', "0 to 5; “file” for the file's own", rating)
    .option('--favourite', 'mark as a favourite')
    .option('--no-favourite', 'remove the mark')
    .option(
      '--date <date>',
      "when it was taken: 1968, 1968-06, 1968-06-15, 1968-06-15T10:00; “file” for the file's own",
      date,
    )
    .addOption(jsonOption())
    .action(async (photos: string[], options: EditOptions, command: Command) => {
      const { caption, removeCaption, tag, removeTag, title, rating, favourite, date, json } = options;
      await withEngine(command, async ({ engine }) => {
        const photoIds: PhotoId[] = [];
        for (const photo of photos) photoIds.push((await engine.api['metadata.show']({ path: resolve(photo) })).id);
        const edit = engineRequests['edits.apply'].params.parse({
          photoIds,
          addCaptions: caption,
          removeCaptions: removeCaption,
          addTags: tag,
          removeTags: removeTag,
          title,
          rating: rating === 'file' ? null : rating,
          isFavourite: favourite,
          date: date === 'file' ? null : date,
        });
        const outcome = await engine.api['edits.apply'](edit);
        if (json) return printJson(outcome);
        print(
          outcome.photos === 0
            ? 'Nothing to change.'
            : `Saved; ${outcome.photos === 1 ? '1 photo is' : `${outcome.photos} photos are`} changed.`,
        );
      });
    });
}
