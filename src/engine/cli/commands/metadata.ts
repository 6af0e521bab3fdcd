// `hashlens metadata`: the metadata of a photo with their sources, and writing words to sidecars.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import type { SidecarPlan, SidecarScope } from '../../../shared/contract/metadata.ts';
import { HashlensError, toErrorData } from '../../../shared/errors.ts';
import type { Engine } from '../../engine.ts';
import { formatBytes, note, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths, readWhere, several } from './options.ts';

interface WriteOptions {
  readonly where?: string;
  readonly caption?: string;
  readonly tag?: string[];
  readonly person?: string[];
  readonly rating?: string;
  readonly date?: string;
  readonly known?: true;
  readonly json?: true;
}

interface WriteKnownOptions {
  readonly preview?: true;
  readonly replace?: true;
  readonly json?: true;
}

export function metadataCommand(program: Command): void {
  const metadata = program
    .command('metadata')
    .description('the metadata of a photo, and writing words to its XMP sidecar');
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
    .description('show or set whether Hashlens may write XMP sidecars beside photos; off by default')
    .argument('[on|off]', 'allow it, or not')
    .addOption(jsonOption())
    .action(async (state: string | undefined, options: { json?: true }, command: Command) => {
      if (state !== undefined && state !== 'on' && state !== 'off') command.error('error: say on or off');
      await withEngine(command, async ({ engine }) => {
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
      'add words to the XMP sidecar of photos; content of other programs stays, and the photo is not touched',
    )
    .argument('[path...]', 'photos of the library, or folders: all photos below them', paths)
    .option('--where <filters>', 'all photos that pass these filters: "tag:beach date:2019"')
    .option('--caption <text>', 'the description; replaces an existing one')
    .option('--tag <name>', 'a tag to add; may be given several times', several)
    .option('--person <name>', 'a person on the photo; may be given several times', several)
    .option('--rating <stars>', '0 to 5')
    .option('--date <date>', 'when it was taken: 1968, 1968-06, 1968-06-15, 1968-06-15T10:00:00')
    .option('--known', 'also your words from Hashlens, and those of caption files, Google Takeout and Picasa')
    .addOption(jsonOption())
    .action(async (places: string[], options: WriteOptions, command: Command) => {
      if (places.length === 0 && options.where === undefined)
        command.error('error: name photos or folders, or --where');
      await withEngine(command, async ({ engine, finish }) => {
        const { caption, tag: tags = [], person: people = [], rating, date, known = false, json } = options;
        const photos = await photosOf(engine, places, options.where);
        const later = photos.length > 1;
        const failed: unknown[] = [];
        let changed = 0;
        for (const path of photos) {
          try {
            const { job, ...written } = await engine.api['metadata.write']({
              ...(caption !== undefined && { caption }),
              ...(rating !== undefined && { rating: Number(rating) }),
              ...(date !== undefined && { date }),
              ...{ path, tags, people, known, later },
            });
            if (written.isChanged) changed++;
            if (job !== null) await finish(job);
            if (json) printJson(written);
            else print(written.isChanged ? `${written.sidecar} written.` : `${written.sidecar} has all of it.`);
          } catch (error) {
            if (!later || (error instanceof HashlensError && error.code === 'not-allowed')) throw error;
            failed.push(error);
            const { code, message } = toErrorData(error);
            if (json) printJson({ photo: path, error: { code, message } });
            note(message);
          }
        }
        if (later && changed > 0) await finish(await engine.api['folders.index']({}));
        if (failed.length > 0) {
          const { code } = toErrorData(failed[0]);
          throw new HashlensError(code, `${failed.length} of ${photos.length} sidecars could not be written.`);
        }
      });
    });
  metadata
    .command('write-known')
    .description('write what the library knows and sidecars do not say, for all photos or one folder of the library')
    .argument('[folder]', 'a folder of the library; all of them by default')
    .option('--preview', 'say what would be written, and write nothing')
    .option('--replace', 'also where a sidecar says another caption, rating or date')
    .addOption(jsonOption())
    .action(async (folder: string | undefined, options: WriteKnownOptions, command: Command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const scope = await scopeOf(engine, folder);
        if (options.preview) {
          const plan = await engine.api['metadata.plan']({ scope });
          if (options.json) return printJson(plan);
          return printPlan(plan);
        }
        const job = await engine.api['metadata.writeKnown']({ scope, replace: options.replace === true });
        const { sidecars } = await finish(job);
        if (sidecars === null) return;
        // An earlier run may have been killed before it read them again.
        if (sidecars.written + sidecars.unchanged > 0) await finish(await engine.api['folders.index']({}));
        if (options.json) printJson(sidecars);
        else {
          print(`${sidecars.written} sidecars written, ${sidecars.unchanged} had all of it.`);
          if (sidecars.kept > 0) print(`${sidecars.kept} say something else in places, which was kept.`);
        }
        for (const { count, messages } of sidecars.failed) {
          for (const message of messages) note(message);
          if (count > messages.length) note(`... and ${count - messages.length} more like these.`);
        }
        const [first] = sidecars.failed;
        if (first !== undefined) {
          throw new HashlensError(first.code, `${sidecars.failures} sidecars could not be written.`);
        }
      });
    });
}

/** @throws HashlensError `not-found` where the folder is not in the library */
async function scopeOf(engine: Engine, folder: string | undefined): Promise<SidecarScope> {
  if (folder === undefined) return { of: 'library' };
  const path = resolve(folder);
  const found = (await engine.api['library.status']({})).folders.find((known) => known.path === path);
  if (found === undefined) throw new HashlensError('not-found', `${path} is not a folder of the library.`);
  return { of: 'folder', folderId: found.id };
}

function printPlan({
  photos,
  toWrite,
  newSidecars,
  examples,
  conflicts,
  conflictExamples,
  ...counts
}: SidecarPlan): void {
  print(`${toWrite} of ${photos} photos have something to write; ${newSidecars} sidecars would be new.`);
  const { captions, tags, people, ratings, dates } = counts;
  print(`${captions} captions, ${tags} tags, ${people} people, ${ratings} ratings, ${dates} dates`);
  for (const { photo, caption, tags: some, people: names, rating, date } of examples) {
    const words = [caption, ...some, ...names, rating === null ? null : `rating ${rating}`, date];
    print(`${photo}: ${words.filter((word) => word !== null).join(', ')}`);
  }
  if (conflicts > 0) print(`${conflicts} times a sidecar says something else, which is kept without --replace:`);
  for (const { photo, field, sidecar, library } of conflictExamples) {
    print(`${photo}: ${field} is "${sidecar}", here "${library}"`);
  }
}

/** Absolute paths, each once. */
async function photosOf(engine: Engine, places: readonly string[], where: string | undefined): Promise<string[]> {
  const found = new Set<string>();
  for (const place of places) {
    for (const path of await engine.api['metadata.photosAt']({ path: resolve(place) })) found.add(path);
  }
  if (where !== undefined) {
    const query = { filters: readWhere(where), limit: 100_000, log: false };
    const { hits } = await engine.api['search.query'](engineRequests['search.query'].params.parse(query));
    for (const { path } of hits) found.add(path);
  }
  return [...found];
}
