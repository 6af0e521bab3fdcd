// `hashlens search`: photos for words, photos, captions or tags for an image.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { engineRequests } from '../../../shared/contract.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { PhotoHit, TextHit } from '../../../shared/types.ts';
import { note, print, printJson, printTable, threeDigits as three } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, wholeNumber } from './options.ts';

export function searchCommand(program: Command): void {
  const search = program.command('search').description('search the library');
  const count = () => new Option('-n, --limit <n>', 'how many results').argParser(wholeNumber(1, 1000)).default(20);
  search
    .command('text')
    .description('photos that fit the words')
    .argument('<words...>')
    .addOption(count())
    .addOption(jsonOption())
    .action(async (words: string[], options: { limit: number; json?: true }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const params = engineRequests['search.text'].params.safeParse({
          query: words.join(' ').trim(),
          limit: options.limit,
        });
        if (!params.success)
          throw new HashlensError('bad-argument', 'The query is empty; give some words to search for.');
        const answer = await engine.api['search.text'](params.data);
        if (answer.notice) note(answer.notice);
        printPhotos(answer.hits, options.json);
      });
    });
  search
    .command('image')
    .description('photos, captions or tags that fit an image')
    .argument('<file>')
    .addOption(new Option('--for <what>', 'what to find').choices(['photos', 'captions', 'tags']).default('photos'))
    .addOption(count())
    .addOption(jsonOption())
    .action(
      async (
        file: string,
        options: { for: 'photos' | 'captions' | 'tags'; limit: number; json?: true },
        command: Command,
      ) => {
        await withEngine(command, async ({ engine }) => {
          const image = await readImage(file);
          const { limit } = options;
          try {
            if (options.for === 'photos') {
              printPhotos((await engine.api['search.image']({ image, limit })).hits, options.json);
            } else {
              const answer = await engine.api['search.describe']({ source: { image }, target: options.for, limit });
              printTexts(answer.hits, options.json);
            }
          } catch (error) {
            throw namingFile(error, file);
          }
        });
      },
    );
}

async function readImage(file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!existsSync(file)) throw new HashlensError('not-found', `The image ${file} does not exist; check its name.`);
  return readFile(file).catch((error: unknown) => {
    throw new HashlensError('unreadable', `The image ${file} cannot be read; check that it is a file you may open.`, {
      cause: error,
    });
  });
}

/** The engine saw bytes; a person wants to know which file. */
function namingFile(error: unknown, file: string): unknown {
  const code = error instanceof HashlensError ? error.code : null;
  return code === 'not-an-image' || code === 'unreadable' || code === 'unsupported-format'
    ? new HashlensError(code, `${file} cannot be read as an image; use a JPEG, PNG, WebP, GIF, AVIF or TIFF file.`, {
        cause: error,
      })
    : error;
}

function printPhotos(hits: readonly PhotoHit[], asJson?: true): void {
  if (asJson) {
    return printJson(
      hits.map(({ rank, path, score, distance, caption }) => ({ rank, path, score, distance, caption })),
    );
  }
  if (hits.length === 0) return print('Nothing found.');
  printTable(
    ['#', 'cosine', 'bits apart', 'path', 'caption'],
    hits.map((h) => [h.rank, h.score === null ? '-' : three(h.score), h.distance, h.path, h.caption ?? '']),
  );
}

function printTexts(hits: readonly TextHit[], asJson?: true): void {
  if (asJson) {
    return printJson(
      hits.map(({ rank, path, score, distance, text }) => ({ rank, path, score, distance, caption: text })),
    );
  }
  if (hits.length === 0) return print('Nothing found.');
  printTable(
    ['#', 'cosine', 'bits apart', 'text', 'path'],
    hits.map((h) => [h.rank, h.score === null ? '-' : three(h.score), h.distance, h.text, h.path ?? '']),
  );
}
