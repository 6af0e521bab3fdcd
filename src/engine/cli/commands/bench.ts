// `hashlens bench eval`: trains methods on a published data set and prints the papers' table.
import CliProgress from 'cli-progress';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Direction } from '../../../shared/contract/evaluation.ts';
import { HashlensError } from '../../../shared/errors.ts';
import { normalisations, type BenchmarkSet, type Normalisation } from '../../benchmark/benchmark-set.ts';
import { paperNames, type PaperName } from '../../benchmark/paper-tables.ts';
import { tableFormats, type TableFormat } from '../../benchmark/paper-report.ts';
import { quirks, type Quirk } from '../../benchmark/published-quirks.ts';
import type { ReportTable } from '../../benchmark/report.ts';
import type { MeasuredSet } from '../../benchmark/value-rows.ts';
import type * as benchmarkModule from '../../benchmark/benchmark.ts';
import type { Bits, Listener, BenchmarkResult, RunPlan } from '../../benchmark/run-benchmark.ts';
import type { OptionValue } from '../../hashing/model/trained-model.ts';
import { note, print, printJson, printTable } from '../output.ts';
import { locateLibrary } from '../locate-library.ts';
import { jsonOption, path, settingsOption, wholeNumber } from './options.ts';

type Benchmark = typeof benchmarkModule;

interface EvalOptions {
  readonly data: readonly string[];
  readonly table?: PaperName;
  readonly format: TableFormat;
  readonly asPublished: readonly Quirk[];
  readonly method: readonly string[];
  readonly bits: readonly Bits[];
  readonly seeds: number;
  readonly epochs: number;
  readonly batch: number;
  readonly hidden?: number;
  readonly negatives: number;
  readonly device: string;
  readonly lr?: number;
  readonly alpha?: number;
  readonly shift?: number;
  readonly margin?: number;
  readonly set: Readonly<Record<string, OptionValue>>;
  readonly protocol: 'single' | 'paired';
  readonly batchAttention?: true;
  readonly normalise?: Normalisation;
  readonly zscore?: true;
  readonly queries?: number;
  readonly shared?: number;
  readonly allTraining?: true;
  readonly json?: true;
}

/** Options with their own name, and the setting each stands for. */
const shorthands = { lr: 'learningRate', alpha: 'alpha', shift: 'shift', margin: 'margin' } as const;

function number(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n) || n < 0) {
    throw new InvalidArgumentError('It must be a number that is not negative.');
  }
  return n;
}

const list = (text: string): string[] => [...new Set(text.split(',').map((item) => item.trim()))];

function bitList(text: string): Bits[] {
  return list(text).map((item): Bits => {
    const n = Number(item);
    if (n === 16 || n === 32 || n === 64 || n === 128) return n;
    throw new InvalidArgumentError('Code lengths are 16, 32, 64 and 128, with commas between them.');
  });
}

function quirkList(text: string): Quirk[] {
  return list(text).map((item) => {
    const known = quirks.find((quirk) => quirk === item);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`Known are ${quirks.join(' and ')}, with commas between them.`);
  });
}

export function benchCommand(program: Command): void {
  const bench = program.command('bench').description('measure hashing methods on published data sets');
  bench
    .command('eval')
    .description('train methods on a data set and measure them with its queries, beside the published values')
    .addOption(
      new Option(
        '--data <path>',
        'file or folder of a data set: MAT, HDF5, .npy, .npz or ARFF; its layout is recognised; several by repeating --data',
      )
        .argParser<string[]>((text, before) => [...before, path(text)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--table <paper>', "a paper's whole table, with ours beside it where there is --data").choices(
        paperNames,
      ),
    )
    .addOption(new Option('--format <name>', 'how tables are printed').choices(tableFormats).default('text'))
    .addOption(
      new Option('--as-published <slips>', `slips of published evaluations to reproduce: ${quirks.join(', ')}`)
        .argParser(quirkList)
        .default([], 'none'),
    )
    .addOption(
      new Option('--method <names>', 'hashing methods, with commas between them')
        .argParser(list)
        .default(['ucch'], 'ucch'),
    )
    .addOption(
      new Option('--bits <lengths>', 'lengths of a code').argParser(bitList).default([16, 32, 64, 128], '16,32,64,128'),
    )
    .option('--seeds <n>', 'trainings a method and length, with seeds 1 to n', wholeNumber(1, 100), 1)
    .option('--epochs <n>', 'passes over the pairs', wholeNumber(1, 1000), 20)
    .option('--batch <n>', 'pairs per step', wholeNumber(2, 4096), 256)
    .option('--hidden <n>', "width of the hidden layers (default: the method's)", wholeNumber(8, 16384))
    .option('--negatives <n>', 'K, memory-bank rows a batch is contrasted with', wholeNumber(1, 65536), 4096)
    .option('--device <name>', 'where to compute', 'auto')
    .option('--lr <x>', 'learning rate', number)
    .option('--alpha <x>', 'weight of the contrastive loss', number)
    .option('--shift <x>', 'shift of the ranking loss', number)
    .option('--margin <x>', 'margin of the ranking loss', number)
    .addOption(settingsOption())
    .addOption(
      new Option('--protocol <name>', 'whether a query has one modality or its pair')
        .choices(['single', 'paired'])
        .default('single'),
    )
    .addOption(
      // Accepted, to explain to users of `train` why it is not here.
      new Option('--batch-attention', 'rows attend to one another, as `hashlens train` can measure').hideHelp(),
    )
    .addOption(new Option('--normalise <how>', "preparation of features (default: the set's)").choices(normalisations))
    .option('--zscore', 'the same as --normalise zscore')
    .option(
      '--queries <n>',
      "number of last rows that are queries (default: the set's usual number)",
      wholeNumber(1, 1e9),
    )
    .option('--shared <n>', 'number of leading columns that image and text share', wholeNumber(0, 65536))
    .option('--all-training', 'learn from the validation part too; the epoch is then chosen on copies of training rows')
    .addOption(jsonOption())
    .action((options: EvalOptions, command: Command) => evaluate(options, command));
}

async function evaluate(options: EvalOptions, command: Command): Promise<void> {
  const { hidden = null, negatives, seeds, bits, epochs, batch, device, json } = options;
  if (options.batchAttention) throw withoutBatchAttention();
  const benchmark = await import('../../benchmark/benchmark.ts');
  const { table, data } = options;
  const paper = table === undefined ? null : benchmark.paperTables[table];
  const printReport = (owns: readonly MeasuredSet[]): void => {
    if (options.format === 'csv' && !json) {
      for (const line of benchmark.valueLines(owns, paper)) print(line);
    } else if (paper !== null) printTables(benchmark, benchmark.paperReport(paper, owns), options);
  };
  if (data.length === 0) {
    if (paper === null) return command.error(withoutData);
    return printReport([]);
  }
  const isChosen = table === undefined || command.getOptionValueSource('method') !== 'default';
  const names = isChosen || paper === null ? options.method : benchmark.methodsOf(paper);
  // Wrong settings are reported before a large file is read.
  const methods = benchmark.methodSettings(names, settingsOf(options), { hidden, negatives });
  const measure = async (file: string): Promise<{ readonly own: MeasuredSet; readonly ended: Error | null }> => {
    const set = await readSet(benchmark, file, options, command);
    const normalise = options.normalise ?? (options.zscore ? 'zscore' : set.normalise);
    const plan: RunPlan = {
      methods,
      bits,
      seeds: Array.from({ length: seeds }, (_, i) => i + 1),
      epochs,
      batch,
      hidden,
      negatives,
      device,
      normalise,
      protocol: options.protocol,
      quirks: options.asPublished,
    };
    const outcome = await interruptible((signal) =>
      watched((show) => run(benchmark, set, plan, options, show, signal)),
    );
    const { context, failures, ended } = outcome;
    const summaries = benchmark.summarise(outcome.runs);
    const differences = benchmark.differencesOf(outcome.precisions);
    const withoutRow = outcome.withoutRow.map((one) => ({ ...one, reason: benchmark.unmeasuredNote(one, context) }));
    if (json) {
      printSummaries(benchmark, set, summaries);
      const difference = benchmark.differenceTable(differences);
      if (difference !== null) printJson({ kind: 'differences', ...difference });
      for (const one of withoutRow) printJson({ kind: 'without-row', ...one });
      for (const { method, error } of failures) {
        printJson({ kind: 'failed', method, code: error.code, message: error.message });
      }
    }
    const failed = failures.map(({ method, error }) => `${method} was not measured: ${error.message}`);
    // A file for other programs has tables alone, so each says what was measured.
    const about = benchmark.describeSet(set, normalise, context, plan.quirks);
    const notes = [...(isForPrograms(options) ? [about] : []), ...withoutRow.map(({ reason }) => reason), ...failed];
    // Rows of large sets are not kept while the next one is measured.
    const { id, name, imageWidth } = set;
    const own = {
      ...{ set: { id, name, imageWidth }, summaries, context, differences, notes, about, withoutRow, failures },
    };
    if (paper === null && !json && options.format !== 'csv') {
      const tables = [...benchmark.mapTables(set, context, summaries), ...benchmark.ownTables(own)];
      printTables(
        benchmark,
        tables.map((one) => ({ ...one, notes: [...notes, ...one.notes] })),
        options,
      );
    }
    return { own, ended };
  };
  const owns: MeasuredSet[] = [];
  try {
    for (const file of data) {
      const { own, ended } = await measure(file);
      owns.push(own);
      if (ended !== null) throw ended;
    }
  } finally {
    // Finished sets are printed where a later one fails or is interrupted.
    if (owns.length > 0) printReport(owns);
  }
}

/** Whether stdout is CSV, Markdown or LaTeX. */
const isForPrograms = ({ format, json }: Pick<EvalOptions, 'format' | 'json'>): boolean => !json && format !== 'text';

const withoutData =
  'error: name the file or folder of a data set with --data, or a paper with --table for its published values alone';

const withoutBatchAttention = (): HashlensError =>
  new HashlensError(
    'bad-argument',
    'bench eval measures what the files of a trained model give, and those hold no attention over the batch: leave ' +
      '--batch-attention out, or use hashlens train, which measures each epoch with it.',
  );

function settingsOf(options: EvalOptions): Record<string, OptionValue> {
  const named = Object.entries(shorthands).flatMap(([option, setting]): [string, number][] => {
    const value = options[option as keyof typeof shorthands];
    return value === undefined ? [] : [[setting, value]];
  });
  return { ...Object.fromEntries(named), ...options.set };
}

async function readSet(
  { readBenchmarkSet, starterTexts, withAllTraining, withQuirks }: Benchmark,
  data: string,
  { queries, shared, allTraining, asPublished }: EvalOptions,
  command: Command,
): Promise<BenchmarkSet> {
  const { resourcesDir } = locateLibrary(command.optsWithGlobals<{ library?: string }>().library);
  const set = await readBenchmarkSet(data, {
    textFeatures: starterTexts(resourcesDir),
    ...(queries === undefined ? {} : { queries }),
    ...(shared === undefined ? {} : { sharedWidth: shared }),
  });
  return withQuirks(allTraining ? withAllTraining(set) : set, asPublished);
}

function run(
  { runBenchmark, describeSet, describeRun }: Benchmark,
  set: BenchmarkSet,
  plan: RunPlan,
  options: Pick<EvalOptions, 'format' | 'json'>,
  onProgress: NonNullable<Listener['onProgress']>,
  signal: AbortSignal,
): Promise<BenchmarkResult> {
  return runBenchmark(
    set,
    plan,
    {
      onProgress,
      onStart(context) {
        const show = isForPrograms(options) ? note : print;
        if (!options.json) return show(describeSet(set, plan.normalise, context, plan.quirks));
        const { id, name, path, imageWidth, textWidth, validation } = set;
        const { normalise } = plan;
        const validationPhotos = validation?.length ?? 0;
        const asPublished = plan.quirks ?? [];
        const about = { id, name, path, imageWidth, textWidth, normalise, validationPhotos, asPublished };
        printJson({ kind: 'set', ...about, ...context });
      },
      onRun(done) {
        if (options.json) printJson({ kind: 'run', ...done });
        else note(describeRun(done));
      },
    },
    signal,
  );
}

function printSummaries(
  { publishedAt, publishedFor }: Benchmark,
  set: BenchmarkSet,
  summaries: MeasuredSet['summaries'],
): void {
  for (const summary of summaries) {
    const own = publishedFor(set, summary.method).filter(({ database }) => database === summary.database);
    const published = own.map((entry) => {
      const at = (direction: Direction) => publishedAt(entry, direction, summary.bits);
      const { kind, measure, protocol, source, place } = entry;
      return { kind, measure, protocol, i2t: at('i2t'), t2i: at('t2i'), source, table: place };
    });
    printJson({ kind: 'summary', ...summary, published });
  }
}

function printTables(
  { formatTables }: Benchmark,
  tables: readonly ReportTable[],
  { format, json }: Pick<EvalOptions, 'format' | 'json'>,
): void {
  if (json) {
    for (const table of tables) printJson({ kind: 'table', ...table });
    return;
  }
  if (format === 'markdown' || format === 'latex') {
    for (const line of formatTables(tables, format)) print(line);
    return;
  }
  const notes = new Set<string>();
  for (const table of tables) {
    print();
    print(table.title);
    printTable(table.head, table.rows);
    for (const line of table.notes) notes.add(line);
  }
  if (notes.size > 0) print();
  for (const line of notes) print(line);
}

/** Ctrl+C ends the training within a step. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** A bar of the running training on a terminal; nothing where stderr goes to a file. */
async function watched<T>(work: (show: NonNullable<Listener['onProgress']>) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => undefined);
  const bar = new CliProgress.SingleBar({
    stream: process.stderr,
    format: '{message} {bar} {value}/{total} steps',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
  });
  let running = false;
  try {
    return await work(({ method, bits, seed }, done, total) => {
      const message = `${method}, ${bits} bits, seed ${seed}`;
      if (!running) bar.start(total, done, { message });
      bar.update(done, { message });
      running = done < total;
      if (!running) bar.stop();
    });
  } finally {
    bar.stop();
  }
}
