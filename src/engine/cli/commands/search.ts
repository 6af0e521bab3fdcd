// `hashlens search`: photos for words, photos, captions or tags for an image.
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { engineRequests, type Params } from '../../../shared/contract/engine.ts';
import { resultOrder, type ResultOrder, type SearchTerm } from '../../../shared/contract/search.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { QueryAnswer, RankedPhoto, SearchAnswer, TextHit } from '../../../shared/contract/search.ts';
import type { SharedAnswer } from '../../../shared/contract/shared-library.ts';
import type { Engine } from '../../engine.ts';
import { readImageFile } from '../image-file.ts';
import { note, print, printJson, printTable, remedies, threeDigits as three } from '../output.ts';
import { withEngine } from '../session.ts';
import { serverUrl, sharedNameOption } from './shared-library.ts';
import { answerOption, chance, jsonOption, path, paths, readWhere, wholeNumber } from './options.ts';

type SearchRequest = Params<'search.query'>;

interface Options {
  readonly limit: number;
  readonly where?: string;
  readonly sort: ResultOrder;
  readonly explain?: true;
  readonly asTyped?: true;
  readonly precision?: number;
  readonly json?: true;
  readonly answer?: true;
  readonly on?: string;
  readonly name: string;
  readonly approximate?: true;
}
type Target = 'photos' | 'captions' | 'tags';

const grammar = `
A query may add and subtract meanings and filter, as in the search box:
  beach sunset                    words, taken as one meaning
  +beach -people^0.5 +photo:123   several meanings, added and subtracted, with weights
  "grand canyon" -"no entry"      must, must not be in a caption, tag or name word for word
  tag:beach folder:Italy place:Rome camera:pixel rating:>=4 type:png has:caption orientation:portrait
  after:2019 before:2020-06 date:2019-07 on:07-24 size:>2mb width:>2000   (a - before any filter reverses it)
Quote it for your shell; write -- before a query that begins with a minus.`;

export function searchCommand(program: Command): void {
  const search = program.command('search').description('search the library');
  const withOptions = (command: Command): Command =>
    command
      .addOption(new Option('-n, --limit <n>', 'how many results').argParser(wholeNumber(1, 1000)).default(20))
      .option('--where <filters>', 'only photos that pass these filters, as tag:beach after:2019')
      .addOption(
        new Option('--sort <order>', 'order of the results; other than relevance: of the likely ones alone')
          .choices(resultOrder.options)
          .default('relevance'),
      )
      .option('--explain', 'show how each rank was computed')
      .option('--on <postgres-url>', 'search a shared library on this server; see shared')
      .addOption(sharedNameOption())
      .option('--approximate', "with --on: use the server's index, which is faster and misses some")
      .addOption(jsonOption())
      .addOption(answerOption());
  const asTyped = () => new Option('--as-typed', 'search for misspelt words as they are');
  withOptions(search.command('text').description('photos that fit the words').argument('<words...>'))
    .addOption(asTyped())
    .addOption(
      new Option(
        '--precision <p>',
        "results less likely than this are weaker matches (default: the library's setting, initially 0.5)",
      ).argParser(chance),
    )
    .addHelpText('after', grammar)
    .action(async (words: string[], options: Options, command: Command) => {
      await withEngine(command, ({ engine }) => find(engine, options, { text: words.join(' ').trim() }));
    });
  withOptions(
    search
      .command('image')
      .description('photos, captions or tags that fit an image')
      .argument('<file>', 'an image', path),
  )
    .addOption(new Option('--for <what>', 'what to find').choices(['photos', 'captions', 'tags']).default('photos'))
    .action(async (file: string, options: Options & { for: Target }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const image = await readImageFile(resolve(file));
        const { limit, where, explain } = options;
        const target = options.for;
        try {
          if (target !== 'photos' && options.on !== undefined) {
            throw new HashlensError('bad-argument', 'A shared library has photos to find; leave out --for.');
          } else if (target === 'photos') {
            await find(engine, options, { terms: [{ kind: 'image', image, weight: 1 }] });
          } else if (where !== undefined || explain) {
            throw new HashlensError('bad-argument', '--where and --explain are for photos; leave out --for.');
          } else printTexts(await engine.api['search.describe']({ source: { image }, target, limit }), options);
        } catch (error) {
          throw namingFile(error, file);
        }
      });
    });
  withOptions(
    search
      .command('mixed')
      .description('photos that fit several words, images and photos together: +beach -people +photo:123')
      .argument('[terms...]')
      .addOption(asTyped())
      .option('--image <file...>', 'add an image', paths)
      .option('--not-image <file...>', 'subtract an image', paths),
  )
    .addHelpText('after', grammar)
    .action(async (words: string[], options: Options & { image?: string[]; notImage?: string[] }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const terms: SearchTerm[] = [];
        for (const [files, weight] of [[options.image, 1] as const, [options.notImage, -1] as const]) {
          for (const file of files ?? [])
            terms.push({ kind: 'image', image: await readImageFile(resolve(file)), weight });
        }
        const files = [...(options.image ?? []), ...(options.notImage ?? [])].join(', ');
        await find(engine, options, { text: words.join(' ').trim(), terms }).catch((error: unknown) => {
          throw namingFile(error, files);
        });
      });
    });
}

/** Searches and prints; notices about the query go to stderr. */
async function find(engine: Engine, options: Options, query: Pick<SearchRequest, 'text' | 'terms'>): Promise<void> {
  const { limit, json, explain = false, asTyped = false, where, precision, sort: order } = options;
  const filters = where === undefined ? [] : readWhere(where);
  if (options.on !== undefined && order !== 'relevance') {
    throw new HashlensError('bad-argument', 'A shared library answers by relevance alone; leave out --sort.');
  }
  if (options.on !== undefined) return findShared(engine, options, options.on, { ...query, filters });
  const parsed = engineRequests['search.query'].params.safeParse({
    ...query,
    filters,
    limit,
    explain,
    asTyped,
    precision,
    order,
  });
  if (!parsed.success) {
    throw new HashlensError('bad-argument', 'The query is too long; give fewer words, terms or filters.');
  }
  const answer = await engine.api['search.query'](parsed.data);
  if (options.answer) return printAnswer(answer, options);
  for (const { typed, used } of answer.corrections) {
    note(`Searching for ${used}; search for ${typed} instead with --as-typed.`);
  }
  if (answer.notice !== null) note(answer.notice);
  if (answer.remedy === 'models') note(remedies['model-unusable'] ?? '');
  if (answer.remedy === 'encoders') note('Encoders: `hashlens encoders list`, `hashlens encoders add <folder>`.');
  printPhotos(answer.hits, options);
  const { weakFrom } = answer;
  if (!json && weakFrom !== null && weakFrom > 0) note(`From number ${weakFrom + 1} on these are weaker matches.`);
  if (explain && !json) printExplanations(answer.hits);
}

/** Searches a shared library and prints. */
async function findShared(
  engine: Engine,
  { limit, json, answer: whole, name, approximate, explain, precision }: Options,
  on: string,
  query: Pick<SearchRequest, 'text' | 'terms' | 'filters'>,
): Promise<void> {
  if (explain || precision !== undefined) {
    throw new HashlensError('bad-argument', '--explain and --precision are for a library of your own; leave out --on.');
  }
  const request = { url: serverUrl(on), name, ...query, limit, approximate: approximate === true };
  const parsed = engineRequests['shared.search'].params.safeParse(request);
  if (!parsed.success) {
    throw new HashlensError('bad-argument', 'The query is too long; give fewer words, terms or filters.');
  }
  const answer = await engine.api['shared.search'](parsed.data);
  if (whole) return printJson(answer);
  if (answer.notice !== null) note(answer.notice);
  if (answer.recall !== null) {
    note(`Of the nearest codes the server's index finds ${three(answer.recall)}, as it was measured.`);
  }
  if (json) return printJson(answer.hits);
  printShared(answer);
}

function printShared({ hits }: SharedAnswer): void {
  if (hits.length === 0) return print('Nothing found.');
  printTable(
    ['#', 'cosine', 'bits apart', 'text', 'library', 'path', 'caption'],
    hits.map(({ rank, score, distance, textScore, library, folder, path, caption }) => {
      const evidence = [number(score), distance ?? '-', number(textScore)];
      return [rank, ...evidence, library, `${folder}/${path}`, caption ?? ''];
    }),
  );
}

/** Output of `--answer`: the hits, the index of the first weaker one, notices, and what was searched. */
function printAnswer(answer: QueryAnswer, options: Options): void {
  const { corrections, notice, remedy, weakFrom, precision, filtered, searched, modelId, bits } = answer;
  const answered = { corrections, notice, remedy, weakFrom, precision, filtered, searched, model: modelId, bits };
  printJson({ hits: jsonHits(answer.hits, options.explain === true), ...answered });
}

/** The engine received only bytes; the person wants the file's name. */
function namingFile(error: unknown, file: string): unknown {
  const code = error instanceof HashlensError ? error.code : null;
  return code === 'not-an-image' || code === 'unreadable' || code === 'unsupported-format'
    ? new HashlensError(code, `${file} cannot be read as an image; use a JPEG, PNG, HEIC, RAW or other photo file.`, {
        cause: error,
      })
    : error;
}

function jsonHits(hits: readonly RankedPhoto[], explain: boolean) {
  return hits.map(
    ({ rank, path, score, distance, caption, reasons, probability, textScore, inPhotoText, explanation }) => ({
      // Scripts have relied on the first five keys from the beginning.
      ...{ rank, path, score, distance, caption, reasons, probability },
      ...(explain ? { textScore, inPhotoText, ...explanation } : {}),
    }),
  );
}

function printPhotos(hits: readonly RankedPhoto[], { json, explain }: Options): void {
  if (json) return printJson(jsonHits(hits, explain === true));
  if (hits.length === 0) return print('Nothing found.');
  const head = ['#', 'cosine', 'bits apart', 'path', 'caption'];
  const row = (h: RankedPhoto) => [h.rank, number(h.score), h.distance, h.path, captionOf(h)];
  if (!explain) return printTable(head, hits.map(row));
  printTable(
    ['#', 'cosine', 'bits apart', 'text', 'probability', 'total', 'why', 'path', 'caption'],
    hits.map((h) => {
      const evidence = [h.textScore, h.probability, h.explanation?.total ?? null].map(number);
      return [h.rank, number(h.score), h.distance, ...evidence, reasonsText(h), h.path, captionOf(h)];
    }),
  );
}

const reasonsText = ({ reasons }: RankedPhoto): string =>
  reasons.map((reason) => ('words' in reason ? `${reason.code}: ${reason.words.join(' ')}` : reason.code)).join(', ');

/** The caption, with a note where only the picture shows the words. */
const captionOf = ({ caption, inPhotoText }: RankedPhoto): string =>
  inPhotoText ? [caption, '(text in the photo)'].filter(Boolean).join(' ') : (caption ?? '');

/** Contribution of each of several terms to each photo. */
function printExplanations(hits: readonly RankedPhoto[]): void {
  if (!hits.some((hit) => (hit.explanation?.terms.length ?? 0) > 1)) return;
  print();
  printTable(
    ['#', 'term', 'weight', 'cosine', 'deviations', 'text'],
    hits.flatMap(({ rank, explanation }) =>
      (explanation?.terms ?? []).map((t) => {
        return [rank, t.term, t.weight, number(t.cosine), number(t.deviations), number(t.textScore)];
      }),
    ),
  );
}

const number = (value: number | null): string => (value === null ? '-' : three(value));

function printTexts(found: SearchAnswer<TextHit>, { json, answer }: Options): void {
  const { hits, notice, weakFrom, searched, modelId, bits } = found;
  if (json) {
    const list = hits.map(({ rank, path, score, distance, text }) => ({ rank, path, score, distance, caption: text }));
    return printJson(answer ? { hits: list, notice, weakFrom, searched, model: modelId, bits } : list);
  }
  if (hits.length === 0) return print('Nothing found.');
  printTable(
    ['#', 'cosine', 'bits apart', 'text', 'path'],
    hits.map((h) => [h.rank, h.score === null ? '-' : three(h.score), h.distance, h.text, h.path ?? '']),
  );
}
