// `hashlens train`: trains a hash model with its measurements epoch by epoch.
import { Option, type Command } from 'commander';
import type { EngineEvent } from '../../../shared/contract/engine.ts';
import {
  activationRules,
  presetOptions,
  trainingSources,
  trainOptions,
  usualPresets,
  type PresetOptions,
  type TrainingPreset,
  type UsualPreset,
} from '../../../shared/contract/training.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { DirectionScores, EpochMetrics, RankScores } from '../../../shared/contract/evaluation.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { HashModelSummary } from '../../../shared/contract/models.ts';
import type { TrainOptions, TrainPlan } from '../../../shared/contract/training.ts';
import { note, print, printJson, threeDigits as three } from '../output.ts';
import { qualityText } from '../quality-text.ts';
import { noticesOf, withEngine } from '../session.ts';
import { jsonOption, settingsOption, wholeNumber } from './options.ts';

export function trainCommand(program: Command): void {
  program
    .command('train')
    .description("train a hash model on the library's own captions and tags, and use it for search")
    .addOption(
      new Option(
        '--from <source>',
        'what it learns from: captions; tags, albums and people; or both, and the better is kept',
      )
        .choices(trainingSources)
        .default('captions'),
    )
    .option('--method <name>', 'hashing method', trainOptions.parse({}).method)
    .addOption(new Option('--bits <n>', 'length of a code').choices(['16', '32', '64', '128']).default('128'))
    .option('--epochs <n>', 'passes over the pairs', wholeNumber(1, 1000), 20)
    .option('--batch <n>', 'pairs per step', wholeNumber(2, 4096), 256)
    .option('--hidden <n>', 'width of the hidden layers (default: by the feature width)', wholeNumber(8, 16384))
    .option('--negatives <n>', 'K, memory-bank rows a batch is contrasted with', wholeNumber(1, 65536), 4096)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0, 0xffffffff), 1)
    .option('--device <name>', 'where to compute', 'auto')
    .addOption(
      new Option('--protocol <name>', 'how epochs are measured: one modality a query, as search, or with its partner')
        .choices(['single', 'paired'])
        .default('single'),
    )
    .option('--batch-attention', 'with --protocol paired: rows attend to one another, as UCMFH was published')
    .addOption(settingsOption())
    .option(
      '--preset <name>',
      'options stored under a name, or quick, usual or thorough; options that are given here take precedence',
    )
    .option('--save-preset <name>', 'store these options under a name, and train nothing')
    .option('--resume', 'resume the last training that was stopped, with its own options')
    .addOption(
      new Option(
        '--activate <when>',
        'when search uses the new model; better: if it ranks better than the encoder alone, and no worse than the model in use',
      )
        .choices(activationRules)
        .default('better'),
    )
    .option('--no-activate', 'the same as --activate never')
    .addOption(jsonOption())
    .action(async (options: Record<string, string | number | boolean | undefined>, command: Command) => {
      const asJson = options['json'] === true;
      let baseline = false;
      let epochless: ReadonlySet<string> = new Set();
      const onEvent = (event: EngineEvent): void => {
        if (event.type !== 'epoch') return;
        if (asJson) return printJson(epochLine(event.metrics));
        if (!baseline) printBaseline(event);
        baseline = true;
        print(epochText(event.metrics, epochless.has(event.method)));
      };
      await withEngine(
        command,
        async (session) => {
          const { engine, finish } = session;
          const methods = await engine.api['methods.list']({});
          epochless = new Set(methods.filter((m) => !m.hasEpochs).map((m) => m.id));
          let started: Job;
          if (options['resume'] === true) {
            started = await engine.api['train.resume']({});
          } else {
            const own = await engine.api['train.presets']({});
            const parsed = trainOptions.safeParse({
              ...options,
              settings: options['set'],
              bits: Number(options['bits']),
              ...(typeof options['preset'] === 'string' ? presetValues(options['preset'], own, command) : {}),
            });
            if (!parsed.success) {
              const wrong = new Set(
                parsed.error.issues.map(({ path: [key] }) => (key === 'settings' ? '--set' : `--${String(key)}`)),
              );
              throw new HashlensError('bad-argument', `A value is not possible: ${[...wrong].join(', ')}.`);
            }
            if (typeof options['savePreset'] === 'string') {
              const preset = { name: options['savePreset'], options: presetOptions.parse(parsed.data) };
              const presets = await engine.api['train.savePreset'](preset);
              if (asJson) printJson({ presets, ...noticesOf(session) });
              else
                print(`${presets.length === 1 ? 'Preset' : 'Presets'}: ${presets.map(({ name }) => name).join(', ')}.`);
              return;
            }
            const plan = await engine.api['train.plan'](parsed.data);
            if (plan.fits && plan.enough) note(planText(plan, parsed.data.from));
            started = await engine.api['train.start'](parsed.data);
          }
          const job = await finish(started);
          const model = (await engine.api['models.list']({})).find((m) => m.id === job.modelId);
          if (!model) throw new HashlensError('internal', 'The trained model is not in the library.');
          if (asJson) printJson({ ...modelLine(model), ...noticesOf(session) });
          else printOutcome(model, options['activate'] === 'better' && options['resume'] !== true);
          if (!asJson && model.options['from'] === 'both') print(`Of both sources, ${model.method} served better.`);
        },
        onEvent,
      );
    });
}

/** The options of a preset that the command line does not give itself. */
function presetValues(name: string, own: readonly TrainingPreset[], command: Command): Partial<PresetOptions> {
  const found = isUsual(name) ? usualPresets[name] : own.find((preset) => preset.name === name)?.options;
  if (found === undefined) {
    const names = [...Object.keys(usualPresets), ...own.map((preset) => preset.name)];
    throw new HashlensError('not-found', `There is no preset ${name}; there are ${names.join(', ')}.`);
  }
  const isGiven = (key: string) => command.getOptionValueSource(key === 'settings' ? 'set' : key) === 'cli';
  return Object.fromEntries(Object.entries(found).filter(([key]) => !isGiven(key)));
}

const isUsual = (name: string): name is UsualPreset => Object.hasOwn(usualPresets, name);

const planText = ({ memory, parameters, budget, labels }: TrainPlan, from: TrainOptions['from']): string =>
  (from === 'captions'
    ? ''
    : `There are ${labels.labels} tags, albums and people to learn from, on ${labels.photos} photos. `) +
  `The training takes up to ${size(memory.total)} of memory (${(parameters / 1e6).toFixed(1)} million parameters); ` +
  `${size(budget)} may be taken here.`;

const size = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;

/** Scripts rely on the first eight keys; the others are absent in models made by older versions. */
const epochLine = (metrics: EpochMetrics) => {
  const { epoch, loss, lossC, lossR, map, map50, mapStable, seconds } = metrics;
  const { recall, medianRank, recallReal, medianRankReal, intervals } = metrics;
  const further = { recall, medianRank, recallReal, medianRankReal, intervals };
  return { epoch, loss, lossC, lossR, map, map50, mapStable, seconds, ...further };
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
    batchAttention: evaluation?.batchAttention ?? false,
    ranks: evaluation?.ranks ?? null,
    report: evaluation?.report ?? null,
    memory: evaluation?.memory ?? null,
    library: evaluation?.library ?? null,
    active: model.active,
  };
}

function printBaseline({ evaluation }: Extract<EngineEvent, { type: 'epoch' }>): void {
  const { split, relevance, chance, float, protocol, batchAttention, ranks } = evaluation;
  const rule = relevance === 'tags' ? 'sharing a tag' : 'the caption being the photo’s own';
  print(
    `Trained on ${split.trainPairs} pairs of ${split.trainPhotos} photos; measured with ${split.queryPhotos} photos and ` +
      `${split.queryCaptions} captions it does not learn from, among ${split.databasePhotos} photos and ` +
      `${split.databaseCaptions} captions; relevant means ${rule}; protocol ${protocol}${batchAttention ? ' with attention over the batch' : ''}.`,
  );
  const show = (name: string, s: DirectionScores, own: RankScores | null | undefined) =>
    print(
      `${name.padEnd(16)} mAP image→text ${three(s.i2t)}  text→image ${three(s.t2i)}  mean ${three(s.mean)}` +
        (own ? `  R@10 ${percent(own.recall.t2i[10])}` : ''),
    );
  show('chance', chance, ranks?.chance);
  if (float) show('float features', float, ranks?.float);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** R@10: the share of held-out captions with their own photo among the first ten. */
function epochText(metrics: EpochMetrics, solvedAtOnce: boolean): string {
  const { epoch, loss, lossC, lossR, map, map50, recall, seconds } = metrics;
  return (
    `${solvedAtOnce ? 'solved at once' : `epoch ${epoch}`}`.padEnd(16) +
    ` mAP image→text ${three(map.i2t)}  text→image ${three(map.t2i)}  mean ${three(map.mean)}` +
    (recall ? `  R@10 ${percent(recall.t2i[10])}` : '') +
    `  @50 ${three(map50.mean)}` +
    // A closed-form method has no loss to show.
    (solvedAtOnce ? '' : `  loss ${loss.toFixed(4)} (L_c ${lossC.toFixed(3)}, L_r ${lossR.toFixed(3)})`) +
    `  ${seconds.toFixed(1)} s`
  );
}

/** @param isByItself whether the model is used automatically if it is better */
function printOutcome(model: HashModelSummary, isByItself: boolean): void {
  const best = model.epochs.find((e) => e.epoch === model.bestEpoch);
  const kept = model.epochs.length > 1 ? `; epoch ${model.bestEpoch ?? '-'} was kept` : '';
  print(`Model ${model.id}${model.active ? ' is now used for search' : ' is ready'}${kept}.`);
  const library = model.evaluation?.library;
  if (library) print(qualityText(library));
  const unseen = model.evaluation?.report?.unseen;
  if (unseen) print(`text→photos it never learned from: mAP ${three(unseen.map)} (chance ${three(unseen.chance)}).`);
  if (library?.better === true && !model.active && isByItself) {
    note(
      'It was not put to use, because the model in use is better by the same photos; use --activate always to do so.',
    );
  }
  if (library?.better === false && !model.active) {
    note(
      'It was not put to use, because its order is not better than the encoder’s own; use --activate always to do so.',
    );
  }
  if (best && model.evaluation && best.map.mean <= model.evaluation.chance.mean * 1.5) {
    note('This is hardly better than chance: more photos with captions or tags would help.');
  }
}
