// `hashlens words`: the words the library has been taught, and how well each is found.
import { Option, type Command } from 'commander';
import { note, print, printJson, printTable } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, wholeNumber } from './options.ts';

export function wordsCommand(program: Command): void {
  program
    .command('words')
    .description(
      'your tags and words of captions, each with how many of its photos a search finds by their picture alone',
    )
    .addOption(new Option('-n, --limit <n>', 'how many, the most used').argParser(wholeNumber(1, 500)).default(150))
    .addOption(jsonOption())
    .action(async (options: { limit: number; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const known = await engine.api['words.list']({ limit: options.limit });
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
        if (known.needs !== null) note(`Most photos of a word are found from about ${known.needs} photos on.`);
      });
    });
}
