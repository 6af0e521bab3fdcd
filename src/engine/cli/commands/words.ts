// `hashlens words`: the words that the library has learned, how well each is found, and teaching one in seconds.
import { Option, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract/engine.ts';
import type { PhotoId } from '../../../shared/contract/ids.ts';
import type { Engine } from '../../engine.ts';
import { chosenPhotos } from '../chosen-photos.ts';
import { mostListedWords } from '../../../shared/contract/words.ts';
import { note, print, printJson, printTable } from '../output.ts';
import { writeFilter } from '../../../shared/query/filters.ts';
import { withEngine } from '../session.ts';
import { jsonOption, paths, wholeNumber } from './options.ts';

export function wordsCommand(program: Command): void {
  const words = program.command('words').description('your words: how well each is found, and teaching one in seconds');
  words
    .command('list', { isDefault: true })
    .description(
      'your tags and words of captions, each with the number of its photos that a search finds by their picture alone',
    )
    .addOption(
      new Option('-n, --limit <n>', 'how many, the most used').argParser(wholeNumber(1, mostListedWords)).default(150),
    )
    .addOption(jsonOption())
    .action(async (options: { limit: number; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const known = await engine.api['words.list']({ limit: options.limit, offset: 0 });
        if (options.json) return printJson(known);
        if (known.words.length === 0) return print('Nothing in the library is described yet.');
        printTable(
          ['photos', 'learned from', 'found', 'word'],
          known.words.map(({ text, photos, learnedFrom, measured, found }) => [
            photos,
            learnedFrom,
            found === null ? '-' : `${found} of ${measured}`,
            text,
          ]),
        );
        const left = known.total - known.words.length;
        if (left > 0) note(`${left === 1 ? '1 word is' : `${left} words are`} used less and not listed (-n).`);
        if (known.needs !== null) note(`Most photos of a word are found once it has about ${known.needs} photos.`);
      });
    });
  words
    .command('teach')
    .description('learn a word from photos of it, and those tagged with it, and list the photos that look like them')
    .argument('<word>', 'the word, a tag with steps as in Family/Rex')
    .argument('[photo...]', 'paths of photos of it', paths)
    .option('--where <filters>', 'the photos of it that pass these filters, as tag:beach after:2019')
    .option('--tag', 'tag the photos named, and the likely ones that were found')
    .addOption(new Option('-n, --limit <n>', 'how many photos to list').argParser(wholeNumber(1, 500)).default(20))
    .addOption(jsonOption())
    .action(async (name: string, files: string[] | undefined, options: TeachOptions, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const { where, limit, tag, json } = options;
        const isChosen = files !== undefined || where !== undefined;
        const photoIds = isChosen ? await chosenPhotos(engine, files ?? [], where) : [];
        const wanted = engineRequests['words.teach'].params.parse({ name, photoIds, limit });
        const { photos, ...learned } = await engine.api['words.teach'](wanted);
        const likely = photos.filter(({ isLikely }) => isLikely).map(({ photoId }) => photoId);
        const tagged = tag ? await write(engine, [...photoIds, ...likely], { addTags: [name] }) : 0;
        if (json) {
          const found = photos.map(({ path, surerThan, isLikely }) => ({ path, surerThan, isLikely }));
          return printJson({ ...learned, tagged: learned.tagged.length + tagged, photos: found });
        }
        printTable(
          ['likely', `surer than (of ${learned.examples})`, 'photo'],
          photos.map(({ isLikely, surerThan, path }) => [isLikely ? 'yes' : '', surerThan, path]),
        );
        note(
          `Learned from ${learned.examples} photos in ${learned.seconds.toFixed(1)} s; ` +
            `${learned.found} of them are found when each is left out.`,
        );
        if (tag) print(`${tagged === 1 ? '1 photo' : `${tagged} photos`} tagged “${wanted.name}”.`);
      });
    });
  words
    .command('withdraw')
    .description('remove a word: its tag is removed from all photos of the library; no file changes')
    .argument('<word>', 'the word')
    .addOption(jsonOption())
    .action(async (name: string, { json }: { json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const photoIds = await chosenPhotos(engine, [], writeFilter({ field: 'tag', values: [name], not: false }));
        const photos = await write(engine, photoIds, { removeTags: [name] });
        if (json) return printJson({ photos });
        print(`“${name}” was taken from ${photos === 1 ? '1 photo' : `${photos} photos`}.`);
      });
    });
}

interface TeachOptions {
  readonly where?: string;
  readonly limit: number;
  readonly tag?: true;
  readonly json?: true;
}

/** @returns ids of the photos that have changed */
async function write(
  engine: Engine,
  photoIds: readonly PhotoId[],
  edit: { readonly addTags?: string[]; readonly removeTags?: string[] },
): Promise<number> {
  const params = engineRequests['edits.apply'].params.parse({ photoIds, ...edit });
  return (await engine.api['edits.apply'](params)).photos;
}
