// `hashlens export`: copies of photos in a folder, as they are or as JPEG or WebP of a size; codes and rows for other programs.
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { copyNamePattern, nameParts, type CopyForm } from '../../../shared/contract/copies.ts';
import { exchangeFormats, type ExchangeFormat } from '../../../shared/contract/exchange.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { chosenPhotos } from '../chosen-photos.ts';
import { note, print, printJson } from '../output.ts';
import { withEngine } from '../session.ts';
import { jsonOption, path, paths, wholeNumber } from './options.ts';

interface ExportOptions {
  readonly where?: string;
  readonly as: CopyForm['as'];
  readonly size?: number;
  readonly quality?: number;
  readonly names: string;
  readonly strip?: true;
  readonly json?: true;
}

function pattern(text: string): string {
  const parsed = copyNamePattern.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(
    `It must be a name without folders; in braces ${nameParts.map((part) => `{${part}}`).join(', ')}.`,
  );
}

interface VectorOptions {
  readonly format: ExchangeFormat;
  readonly of: 'photos' | 'captions' | 'tags';
  readonly encoder?: true;
  readonly json?: true;
}

export function exportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('put copies of photos into a folder, which is made if needed; no file is overwritten')
    .argument('<folder>', 'where the copies go', path)
    .argument('[photo...]', 'paths of photos of the library', paths)
    .option('--where <filters>', 'the photos that pass these filters, as tag:beach after:2019')
    .addOption(
      new Option('--as <form>', 'what the copies are').choices(['original', 'jpeg', 'webp']).default('original'),
    )
    .option('--size <pixels>', 'long side of JPEG and WebP copies; nothing is enlarged', wholeNumber(16, 16_383))
    .option('--quality <n>', 'quality of JPEG and WebP copies, 1 to 100 (default: 90)', wholeNumber(1, 100))
    .option('--names <pattern>', 'names of the copies, of {name}, {date}, {time}, {number}', pattern, '{name}')
    .option('--strip', 'leave date, camera, place and words out of JPEG and WebP copies')
    .addOption(jsonOption())
    .action(async (folder: string, files: string[] | undefined, options: ExportOptions, command: Command) => {
      const { where, as, size, quality, names, strip, json } = options;
      if (as === 'original' && (size ?? quality ?? strip) !== undefined) {
        command.error('error: --size, --quality and --strip are for --as jpeg or webp; an original is copied as it is');
      }
      const form: CopyForm =
        as === 'original' ? { as } : { as, longSide: size ?? null, quality: quality ?? 90, metadata: strip !== true };
      await withEngine(command, async ({ engine, finish }) => {
        const photoIds = await chosenPhotos(engine, files ?? [], where);
        const job = await engine.api['copies.make']({ photoIds, folder: resolve(folder), names, form });
        const { copies } = await finish(job);
        if (copies === null) throw new HashlensError('internal', 'The job has left no result.');
        for (const { path, message } of copies.failed) note(`${path}: ${message}`);
        if (json) printJson(copies);
        else print(`${copies.copied === 1 ? '1 photo' : `${copies.copied} photos`} copied to ${copies.folder}.`);
        if (copies.failures > 0) {
          throw new HashlensError('io-error', `${copies.failures} of ${photoIds.length} photos could not be copied.`);
        }
      });
    });
  const formats = exchangeFormats.join(', ');
  const vectors = (what: 'codes' | 'rows', description: string): Command =>
    command
      .command(what)
      .description(description)
      .argument('<folder>', 'where the files go; it must not exist yet, or be empty', path)
      .addOption(
        new Option('--format <format>', `what the files are (${formats})`)
          .choices(exchangeFormats)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option('--of <what>', 'what the rows are of').choices(['photos', 'captions', 'tags']).default('photos'),
      );
  vectors('codes', 'write the packed hash codes of the model in use, with a manifest, for other programs')
    .addOption(jsonOption())
    .action((folder: string, _: VectorOptions, own: Command) => exportVectors('codes', folder, own));
  vectors('rows', 'write the real-valued rows of the model in use, with a manifest, for other programs')
    .option('--encoder', "the encoder's feature rows instead of the model's")
    .addOption(jsonOption())
    .action((folder: string, _: VectorOptions, own: Command) => exportVectors('rows', folder, own));
}

const kindOf = { photos: 'photo', captions: 'caption', tags: 'tag' } as const;

async function exportVectors(asked: 'codes' | 'rows', folder: string, command: Command): Promise<void> {
  // `export` takes `--json` itself, wherever it is.
  const { format, of, encoder, json } = command.optsWithGlobals<VectorOptions>();
  // The parent command also accepts its own options, which are for copies.
  const foreign = command.parent?.options.find(
    (option) => option.long !== '--json' && command.parent?.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (foreign !== undefined) {
    command.error(`error: ${foreign.long} is for copies of photos; export ${asked} writes all of the library`);
  }
  const what = encoder ? 'features' : asked;
  await withEngine(command, async ({ engine, finish }) => {
    const wanted = { what, of: kindOf[of], format, folder: resolve(folder) } as const;
    const { exported } = await finish(await engine.api['exchange.export'](wanted));
    if (exported === null) throw new HashlensError('internal', 'The job has left no result.');
    if (json) return printJson(exported);
    const [rows, width] = exported.shape;
    print(`${rows} rows of ${width} ${what === 'codes' ? 'bytes' : 'numbers'} written to ${exported.folder}.`);
  });
}
