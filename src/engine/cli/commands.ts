// One function a command: its arguments, the engine's methods it calls, and how the answer is printed.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { engineRequests, trainOptions, type EngineEvent } from '../../shared/contract.ts';
import { HashlensError } from '../../shared/errors.ts';
import type {
  EpochMetrics,
  HashModelSummary,
  IndexResult,
  Job,
  ModelId,
  PhotoHit,
  TextHit,
} from '../../shared/types.ts';
import { note, print, printJson, printTable } from './output.ts';
import { withEngine, type Session } from './session.ts';

const json = () => new Option('--json', 'print machine-readable results on stdout');

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < least || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return n;
  };
}

export function indexCommand(program: Command): void {
  program
    .command('index')
    .description('add folders of photos and index what is new or changed in them')
    .argument('<folder...>', 'folders of photos')
    .option('--encoder <id>', 'use this encoder from now on')
    .option('--no-folder-tags', 'do not take the names of sub-folders as tags')
    .addOption(json())
    .action(async (folders: string[], options: { encoder?: string; folderTags: boolean; json?: true }, command) => {
      await withEngine(command, async ({ engine, finish }) => {
        if (options.encoder !== undefined) {
          const job = await engine.api['encoders.use']({ encoderId: options.encoder });
          if (job) await finish(job);
        }
        const total: IndexResult[] = [];
        for (const path of folders) {
          const folderNamesAsTags = options.folderTags ? undefined : false;
          const { job } = await engine.api['folders.add']({
            path: resolve(path),
            ...(folderNamesAsTags === undefined ? {} : { folderNamesAsTags }),
          });
          const { result } = await finish(job);
          if (result) total.push(result);
        }
        const sum = (key: 'indexed' | 'unchanged' | 'skipped' | 'failed') => total.reduce((n, r) => n + r[key], 0);
        const failures = total.flatMap((r) => r.failures);
        const counts = {
          indexed: sum('indexed'),
          unchanged: sum('unchanged'),
          skipped: sum('skipped'),
          failed: sum('failed'),
        };
        if (options.json) return printJson({ ...counts, failures });
        print(
          `${counts.indexed} indexed, ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${counts.failed} failed`,
        );
        for (const { skippedReasons } of total) {
          for (const [reason, n] of Object.entries(skippedReasons)) print(`  skipped ${n}: ${reason}`);
        }
        for (const failure of failures) print(`  failed ${failure.path}: ${failure.message}`);
      });
    });
}

export function trainCommand(program: Command): void {
  program
    .command('train')
    .description("train a hash model on the library's own captions and tags, and use it for search")
    .option('--method <name>', 'hashing method', 'ucch')
    .addOption(new Option('--bits <n>', 'length of a code').choices(['16', '32', '64', '128']).default('64'))
    .option('--epochs <n>', 'times through the pairs', wholeNumber(1, 1000), 20)
    .option('--batch <n>', 'pairs a step', wholeNumber(2, 4096), 256)
    .option('--hidden <n>', 'width of the hidden layers (default: by the feature width)', wholeNumber(8, 16384))
    .option('--negatives <n>', 'K, memory-bank rows a batch is contrasted with', wholeNumber(1, 65536), 4096)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 0xffffffff), 1)
    .option('--device <name>', 'where to compute', 'auto')
    .option('--no-activate', 'keep searching with the present model')
    .addOption(json())
    .action(async (options: Record<string, string | number | boolean | undefined>, command: Command) => {
      const asJson = options['json'] === true;
      let baseline = false;
      const onEvent = (event: EngineEvent): void => {
        if (event.type !== 'epoch') return;
        if (asJson) return printJson(epochLine(event.metrics));
        if (!baseline) printBaseline(event);
        baseline = true;
        print(epochText(event.metrics));
      };
      await withEngine(
        command,
        async ({ engine, finish }) => {
          const parsed = trainOptions.safeParse({ ...options, bits: Number(options['bits']) });
          if (!parsed.success)
            throw new HashlensError('bad-argument', parsed.error.issues.map((i) => i.message).join('; '));
          const job = await finish(await engine.api['train.start'](parsed.data));
          const model = (await engine.api['models.list']({})).find((m) => m.id === job.modelId);
          if (!model) throw new HashlensError('internal', 'The trained model is not in the library.');
          if (asJson) printJson(modelLine(model));
          else printOutcome(model);
        },
        onEvent,
      );
    });
}

const epochLine = ({ epoch, loss, lossC, lossR, map, map50, mapStable, seconds }: EpochMetrics) => {
  return { epoch, loss, lossC, lossR, map, map50, mapStable, seconds };
};

function modelLine(model: HashModelSummary) {
  const best = model.epochs.find((e) => e.epoch === model.bestEpoch);
  const { evaluation } = model;
  return {
    model: model.id,
    best: best ? epochLine(best) : null,
    chance: evaluation?.chance ?? null,
    float: evaluation?.float ?? null,
    protocol: evaluation?.protocol ?? null,
    relevance: evaluation?.relevance ?? null,
    split: evaluation?.split ?? null,
  };
}

const three = (x: number) => x.toFixed(3);

function printBaseline({ evaluation }: Extract<EngineEvent, { type: 'epoch' }>): void {
  const { split, relevance, chance, float, protocol } = evaluation;
  const rule = relevance === 'tags' ? 'sharing a tag' : 'the caption being the photo’s own';
  print(
    `Trained on ${split.trainPairs} pairs of ${split.trainPhotos} photos; measured with ${split.queryPhotos} photos and ` +
      `${split.queryCaptions} captions it does not learn from, among ${split.databasePhotos} photos and ` +
      `${split.databaseCaptions} captions; relevant means ${rule}; protocol ${protocol}.`,
  );
  const show = (name: string, s: { i2t: number; t2i: number; mean: number }) =>
    print(`${name.padEnd(16)} mAP image→text ${three(s.i2t)}  text→image ${three(s.t2i)}  mean ${three(s.mean)}`);
  show('chance', chance);
  if (float) show('float features', float);
}

function epochText({ epoch, loss, lossC, lossR, map, map50, seconds }: EpochMetrics): string {
  return (
    `epoch ${String(epoch).padEnd(10)} mAP image→text ${three(map.i2t)}  text→image ${three(map.t2i)}  mean ${three(map.mean)}` +
    `  @50 ${three(map50.mean)}  loss ${loss.toFixed(4)} (L_c ${lossC.toFixed(3)}, L_r ${lossR.toFixed(3)})  ${seconds.toFixed(1)} s`
  );
}

function printOutcome(model: HashModelSummary): void {
  const best = model.epochs.find((e) => e.epoch === model.bestEpoch);
  print(`Model ${model.id}${model.active ? ' is now used for search' : ''}; epoch ${model.bestEpoch ?? '-'} was kept.`);
  if (best && model.evaluation && best.map.mean <= model.evaluation.chance.mean * 1.5) {
    note('This is hardly better than chance: more photos with captions or tags would help.');
  }
}

export function searchCommand(program: Command): void {
  const search = program.command('search').description('search the library');
  const count = () => new Option('-n, --limit <n>', 'how many results').argParser(wholeNumber(1, 1000)).default(20);
  search
    .command('text')
    .description('photos that fit the words')
    .argument('<words...>')
    .addOption(count())
    .addOption(json())
    .action(async (words: string[], options: { limit: number; json?: true }, command) => {
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
    .addOption(json())
    .action(
      async (file: string, options: { for: 'photos' | 'captions' | 'tags'; limit: number; json?: true }, command) => {
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

async function readImage(file: string): Promise<Uint8Array> {
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
    hits.map((h) => [h.rank, h.score?.toFixed(3) ?? '-', h.distance, h.path, h.caption ?? '']),
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
    hits.map((h) => [h.rank, h.score?.toFixed(3) ?? '-', h.distance, h.text, h.path ?? '']),
  );
}

export function modelsCommand(program: Command): void {
  const models = program.command('models').description('hash models of the library');
  models
    .command('list')
    .addOption(json())
    .action(async (options: { json?: true }, command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['models.list']({});
        if (options.json) return printJson(list);
        printTable(
          ['', 'model', 'method', 'bits', 'encoder', 'state', 'best mAP'],
          list.map((m) => {
            const best = m.epochs.find((e) => e.epoch === m.bestEpoch);
            return [
              m.active ? '*' : '',
              m.id,
              m.method,
              m.bits,
              m.encoderId,
              m.state,
              best ? three(best.map.mean) : '-',
            ];
          }),
        );
      });
    });
  models
    .command('activate')
    .argument('<id>')
    .action(async (id: string, _options, command) => {
      await withEngine(command, async (session) => {
        const { modelId } = parseModelId('models.activate', id);
        await session.engine.api['models.activate']({ modelId });
        await finishAll(session);
        print(`${id} is now used for search.`);
      });
    });
  models
    .command('remove')
    .argument('<id>')
    .action(async (id: string, _options, command) => {
      await withEngine(command, async (session) => {
        const { modelId } = parseModelId('models.remove', id);
        await session.engine.api['models.remove']({ modelId });
        await finishAll(session);
        print(`${id} was removed.`);
      });
    });
}

function parseModelId(method: 'models.activate' | 'models.remove', id: string): { modelId: ModelId } {
  const parsed = engineRequests[method].params.safeParse({ modelId: id });
  if (parsed.success) return parsed.data;
  throw new HashlensError('model-missing', `There is no model ${id}; see \`hashlens models list\`.`);
}

/** Waits for the jobs a method has started by itself. */
async function finishAll({ engine, finish }: Session): Promise<void> {
  const mine = (job: Job) => job.finishedAt === null && job.state !== 'paused';
  for (const job of (await engine.api['jobs.list']({})).filter(mine)) await finish(job);
}

export function encodersCommand(program: Command): void {
  const encoders = program.command('encoders').description('what turns photos and words into features');
  encoders
    .command('list')
    .addOption(json())
    .action(async (options: { json?: true }, command) => {
      await withEngine(command, async ({ engine }) => {
        const list = await engine.api['encoders.list']({});
        if (options.json) return printJson(list);
        for (const e of list) {
          print(`${e.active ? '*' : ' '} ${e.id}  ${e.installed ? 'on this machine' : 'can be downloaded'}  ${e.name}`);
          print(`    ${e.description}`);
        }
      });
    });
  encoders
    .command('add')
    .description('make a CLIP model in a local folder known')
    .argument('<folder>')
    .action(async (folder: string, _options, command) => {
      await withEngine(command, async ({ engine }) => {
        const added = await engine.api['encoders.add']({ path: resolve(folder) });
        print(`${added.id} was added; \`hashlens encoders use ${added.id}\` makes it the one in use.`);
      });
    });
  encoders
    .command('use')
    .description('change the encoder; photos and captions are encoded anew')
    .argument('<id>')
    .action(async (id: string, _options, command) => {
      await withEngine(command, async ({ engine, finish }) => {
        const job = await engine.api['encoders.use']({ encoderId: id });
        if (job) await finish(job);
        print(`${id} is now in use.`);
      });
    });
  encoders
    .command('download')
    .description('fetch an encoder from the model hub')
    .argument('<id>')
    .action(async (id: string, _options, command) => {
      await withEngine(command, async ({ engine, finish }) => {
        await finish(await engine.api['encoders.download']({ encoderId: id }));
        print(`${id} was downloaded; \`hashlens encoders use ${id}\` makes it the one in use.`);
      });
    });
}

export function statusCommand(program: Command): void {
  program
    .command('status')
    .description('what the library holds')
    .addOption(json())
    .action(async (options: { json?: true }, command) => {
      await withEngine(command, async ({ engine }) => {
        const status = await engine.api['library.status']({});
        if (options.json) return printJson(status);
        printTable(
          ['', ''],
          [
            ['Library', status.libraryDir],
            ['Photos', status.photos],
            ['Captions', status.captions],
            ['Tags', status.tags],
            ['Codes', status.codes],
            ['Failures', status.failures],
            ['Missing files', status.missing],
            ['Offline folders', status.offlineFolders],
            ['Encoder', status.encoder],
            ['Hash model', status.model ?? '-'],
          ],
        );
        for (const f of status.folders)
          print(`  ${f.path} (${f.photos} photos${f.state === 'offline' ? ', offline' : ''})`);
      });
    });
}

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check that everything works on this machine')
    .addOption(json())
    .action(async (options: { json?: true }, command) => {
      await withEngine(command, async ({ engine }) => {
        const checks = await engine.api['library.doctor']({});
        if (options.json) printJson(checks);
        else for (const c of checks) print(`${c.state.padEnd(8)} ${c.name}: ${c.detail}`);
        if (checks.some((c) => c.state === 'error')) process.exitCode = 1;
      });
    });
}
