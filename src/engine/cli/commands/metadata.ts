// `hashlens metadata`: what the library knows of a photo and where it was read, and writing words to sidecars.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, several } from './options.ts';

interface WriteOptions {
  readonly caption?: string;
  readonly tag?: string[];
  readonly person?: string[];
  readonly rating?: string;
  readonly date?: string;
  readonly known?: true;
  readonly json?: true;
}

export function metadataCommand(program: Command): void {
  const metadata = program
    .command('metadata')
    .description('what is known of a photo, and writing words to its XMP sidecar');
  metadata
    .command('show')
    .description('date with its source, captions, tags, people, place and rating of a photo')
    .argument('<photo>', 'path of a photo of the library')
    .addOption(jsonOption())
    .action(async (path: string, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photo = await engine.api['metadata.show']({ path: resolve(path) });
        if (options.json) return printJson(photo);
        const date = new Date(photo.capturedAt)
          .toISOString()
          .replace(/\.\d+Z$/, '')
          .replace('T', ' ');
        const until =
          photo.capturedUntil === null
            ? ''
            : ` (until ${new Date(photo.capturedUntil - 1).toISOString().slice(0, 10)})`;
        const lines: [string, string | null][] = [
          ['Photo', `${photo.path}, ${photo.width} x ${photo.height}, ${photo.format}, ${formatBytes(photo.size)}`],
          ['Date', `${date}${until}, from ${photo.dateSource}`],
          ...photo.captions.map(({ text, source }): [string, string] => ['Caption', `${text} (${source})`]),
          ['Tags', photo.tags.join(', ')],
          ['People', photo.people.join(', ')],
          ['Text', photo.text?.replaceAll('\n', ' / ') ?? null],
          ['Place', photo.place],
          ['Camera', photo.camera],
          ['Rating', photo.rating === null ? null : String(photo.rating)],
        ];
        for (const [name, text] of lines) if (text) print(`${name.padEnd(8)} ${text}`);
      });
    });
  metadata
    .command('writing')
    .description('whether Hashlens may write XMP sidecars beside photos; off until it is allowed')
    .argument('[on|off]', 'allow it, or not')
    .addOption(jsonOption())
    .action(async (state: string | undefined, options: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        if (state !== undefined && state !== 'on' && state !== 'off') command.error('error: say on or off');
        const { allowed } = await engine.api['metadata.writing'](
          state === undefined ? {} : { allowed: state === 'on' },
        );
        if (options.json) return printJson({ allowed });
        print(allowed ? 'Sidecars may be written.' : 'Nothing is written beside photos.');
      });
    });
  metadata
    .command('write')
    .description(
      'add words to the XMP sidecar of photos; what other programs wrote there stays, and the photo is not touched',
    )
    .argument('<photo...>', 'paths of photos of the library')
    .option('--caption <text>', 'the description; replaces one that is there')
    .option('--tag <name>', 'a tag to add; may be given several times', several)
    .option('--person <name>', 'a person on the photo; may be given several times', several)
    .option('--rating <stars>', '0 to 5')
    .option('--date <date>', 'when it was taken: 1968, 1968-06, 1968-06-15, 1968-06-15T10:00:00')
    .option('--known', 'what was written in Hashlens, and what caption files, Google Takeout and Picasa say')
    .addOption(jsonOption())
    .action(async (photos: string[], options: WriteOptions, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const { caption, tag: tags = [], person: people = [], rating, date, known = false, json } = options;
        for (const photo of photos) {
          const { job, ...written } = await engine.api['metadata.write']({
            ...(caption !== undefined && { caption }),
            ...(rating !== undefined && { rating: Number(rating) }),
            ...(date !== undefined && { date }),
            path: resolve(photo),
            tags,
            people,
            known,
          });
          if (job !== null) await finish(job);
          if (json) printJson(written);
          else print(written.isChanged ? `${written.sidecar} written.` : `${written.sidecar} has all of it.`);
        }
      });
    });
}
