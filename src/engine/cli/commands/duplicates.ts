// `hashlens duplicates`: groups of copies and near-copies of photos, each with the one to keep.
import type { Command } from 'commander';
import { HashlensError } from '../../../shared/errors.ts';
import type { DuplicatePhoto, DuplicateReport } from '../../../shared/contract/duplicates.ts';
import { note, print, printJson, threeDigits as three } from '../output.ts';
import { noticesOf, withEngine } from '../session.ts';
import { answerOption, jsonOption } from './options.ts';

export function duplicatesCommand(program: Command): void {
  program
    .command('duplicates')
    .description('groups of near-duplicate photos with the one worth keeping; deletes nothing')
    .addOption(jsonOption())
    .addOption(answerOption())
    .action(async (options: { json?: true; answer?: true }, command: Command) => {
      await withEngine(command, async (session) => {
        const { engine, finish } = session;
        await finish(await engine.api['photos.findDuplicates']({}));
        const report = await engine.api['photos.duplicates']({});
        if (!report) throw new HashlensError('internal', 'The search for duplicates has left no result.');
        if (options.answer) {
          const { searched, unreadable, complete } = report;
          return printJson({ groups: jsonGroups(report), searched, unreadable, complete, ...noticesOf(session) });
        }
        if (options.json) printJson(jsonGroups(report));
        else printGroups(report);
        if (!report.complete) {
          note('Too many photos are nearly alike to compare all of them with each other; there may be more groups.');
        }
        if (report.unreadable > 0) {
          note(`${report.unreadable} photos could not be looked at and were compared by their bytes alone.`);
        }
      });
    });
}

function jsonGroups({ groups }: DuplicateReport) {
  return groups.map(({ best, reason, photos }) => ({
    best: photos.find((photo) => photo.photoId === best)?.path,
    reason,
    photos: photos.map(({ path, width, height, size, capturedAt, identical, distance, cosine, pixelDistance }) => {
      return { path, width, height, size, capturedAt, identical, distance, cosine, pixelDistance };
    }),
  }));
}

function printGroups({ groups, searched }: DuplicateReport): void {
  if (groups.length === 0) return print(`No near-duplicates among ${searched} photos.`);
  for (const { best, reason, photos } of groups) {
    for (const photo of photos) {
      if (photo.photoId === best) print(`* ${describe(photo)}  keep: ${reason}`);
      else print(`  ${describe(photo)}  ${closeness(photo)}`);
    }
    print();
  }
  const more = groups.reduce((n, group) => n + group.photos.length - 1, 0);
  print(`${groups.length} groups, ${more} photos beside the suggested ones, among ${searched}. Nothing was deleted.`);
}

const describe = ({ path, width, height }: DuplicatePhoto) => `${path}  ${width} × ${height}`;

function closeness({ identical, distance, cosine, pixelDistance }: DuplicatePhoto): string {
  if (identical) return 'the same bytes';
  const parts = [
    ...(cosine === null ? [] : [`cosine ${three(cosine)}`]),
    ...(distance === null ? [] : [`${distance} bits apart`]),
    ...(pixelDistance === null ? [] : [`pixels ${pixelDistance} of 64 apart`]),
  ];
  return parts.join(', ');
}
