// Trains methods on a data set over code lengths and seeds, and measures each model with the set's queries.
import type { TrainOptions } from '../../shared/contract/training.ts';
import type { DirectionScores, EvaluationContext, EvaluationProtocol } from '../../shared/contract/evaluation.ts';
import { HashlensError } from '../../shared/errors.ts';
import { labelsOf, type DataSplit, type TrainingData } from '../hashing/data/training-data.ts';
import { evaluationContext } from '../hashing/evaluation/evaluation.ts';
import { averagePrecisions, chanceMap, mean, meanScores, type RetrievalScores } from '../hashing/evaluation/metrics.ts';
import { counterparts } from '../hashing/evaluation/recall-at-k.ts';
import { train } from '../hashing/training/trainer.ts';
import type { PairCodeKind } from '../hashing/networks/network.ts';
import type { OptionValue, TrainedModel } from '../hashing/model/trained-model.ts';
import type { BenchmarkSet, Normalisation } from './benchmark-set.ts';
import type { MethodSettings } from './method-settings.ts';
import { randomCodesMapAt } from './chance.ts';
import { pairDatabases, type Database, type DatabaseCodes, type PairDatabase } from './database-codes.ts';
import { encodeTest, type EncodingModel } from './encode.ts';
import { normalised } from './normalise.ts';
import { dividedBy, quirkFactor, scaled, type Quirk } from './published-quirks.ts';
import { counterpartRanks, type CounterpartRanks } from './counterpart-ranks.ts';
import { testPart, trainingPart } from './training-part.ts';
import { int32At, numberAt, present } from '../../shared/at.ts';

export type Bits = TrainOptions['bits'];

export interface RunPlan {
  readonly methods: readonly MethodSettings[];
  readonly bits: readonly Bits[];
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly hidden: number | null;
  readonly negatives: number;
  readonly device: string;
  readonly normalise: Normalisation;
  readonly protocol: EvaluationProtocol;
  /** Slips of published evaluations to reproduce; default none. */
  readonly quirks?: readonly Quirk[];
}

/** All measures in both directions. */
export interface Scores {
  /** mAP over the whole list in stable database order, as in published tables. */
  readonly mapStable: DirectionScores;
  /** mAP over the whole list, tie-aware. */
  readonly map: DirectionScores;
  /** mAP at 50, tie-aware. */
  readonly map50: DirectionScores;
  /** mAP at 50, stable database order. */
  readonly map50Stable: DirectionScores;
}

/** Text -> image where every image was never trained on: the query images are the database. */
export interface Unseen {
  /** mAP over the whole list, tie-aware. */
  readonly map: number;
  readonly chance: number;
}

/** Measures of a model by the set's queries. */
export interface TestResult {
  readonly scores: Scores;
  /**
   * Null where only a text's own image is relevant, because `scores` then measure images that were not trained on, and
   * for database codes other than the encoder's, because new images have no such codes.
   */
  readonly unseen: Unseen | null;
  /** Ranks of own items where only a text's own image is relevant; null where labels decide. */
  readonly own: CounterpartRanks | null;
}

export interface Run extends TestResult {
  readonly method: string;
  /** Source of the codes of the database; those of queries come from the encoder. */
  readonly database: DatabaseCodes;
  readonly bits: Bits;
  readonly seed: number;
  readonly protocol: EvaluationProtocol;
  /** Epoch of the kept model; null for a method without epochs. */
  readonly epoch: number | null;
  readonly epochs: number;
  /** Duration of the training and its measurements, without the test. */
  readonly seconds: number;
  /** Every option of the model, including defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** Reference values for every number. */
export interface Baseline extends EvaluationContext {
  /** mAP at 50 of random codes. */
  readonly chance50: DirectionScores;
}

/** Average precision of each query of a run, tie-aware, over the whole list. */
export interface QueryPrecisions {
  readonly run: Run;
  readonly i2t: Float64Array;
  readonly t2i: Float64Array;
}

export interface BenchmarkResult {
  readonly context: Baseline;
  readonly runs: readonly Run[];
  /** One for each run. */
  readonly precisions: readonly QueryPrecisions[];
  /** Database codes that a method has and that could not be measured, one for each method and kind. */
  readonly withoutRow: readonly UnmeasuredCodes[];
  /** Methods that could not be trained, and the runs of theirs that were finished are above. */
  readonly failures: readonly MethodFailure[];
  /** Error that ended the whole plan before its end, such as `cancelled`; null where the plan is finished. */
  readonly ended: Error | null;
}

/** Codes of a training for its own pairs, which cannot be the database because some of its items were not trained on. */
export interface UnmeasuredCodes {
  readonly method: string;
  readonly database: PairCodeKind;
  /** Photos and captions of the database that were not trained on. */
  readonly untrained: { readonly photos: number; readonly captions: number };
}

/** A method of the plan that was given up at its first error. */
export interface MethodFailure {
  readonly method: string;
  readonly error: HashlensError;
}

export interface Listener {
  /** Called before the first training with sizes, chance and float ceiling. */
  readonly onStart?: (context: Baseline) => void;
  readonly onProgress?: (run: Pick<Run, 'method' | 'bits' | 'seed'>, done: number, total: number) => void;
  readonly onRun?: (run: Run) => void;
}

/**
 * Runs the plan, one training after the other. A method that fails is given up, and the others go on; another error ends the plan
 * with what is finished.
 * @throws HashlensError the first error where nothing is finished
 */
export async function runBenchmark(
  set: BenchmarkSet,
  plan: RunPlan,
  listener: Listener = {},
  signal?: AbortSignal,
): Promise<BenchmarkResult> {
  const { split, data: raw } = testPart(set);
  // Compute the ceiling from the raw features: standardising each modality by itself breaks their shared space.
  const context = await baselineOf(raw, split, plan);
  const prepared = normalised(set, plan.normalise);
  const part = trainingPart(prepared);
  const { imageWidth, textWidth, sharedWidth } = part.data;
  const runs: Run[] = [];
  const precisions: QueryPrecisions[] = [];
  const withoutRow: UnmeasuredCodes[] = [];
  const failures: MethodFailure[] = [];
  let isStarted = false;
  const trainAll = async ({ id: method, settings }: MethodSettings): Promise<void> => {
    for (const bits of plan.bits) {
      for (const seed of plan.seeds) {
        const { epochs, batch, hidden, negatives, device } = plan;
        const began = performance.now();
        const model = await train({
          data: part.data,
          queryPhotos: part.queryPhotos,
          options: { method, bits, seed, epochs, batch, hidden, negatives, device, settings, protocol: plan.protocol },
          encoder: { id: set.id, imageWidth, textWidth, sharedWidth },
          // Report the start now: until here the training could still be refused.
          onStart: () => {
            if (!isStarted) listener.onStart?.(context);
            isStarted = true;
          },
          onStep: (done, total) => listener.onProgress?.({ method, bits, seed }, done, total),
          withPair: plan.protocol === 'paired',
          withPairCodes: plan.protocol === 'single',
          ...(signal === undefined ? {} : { signal }),
        });
        const seconds = (performance.now() - began) / 1000;
        const { measured, unmeasured } = await measureDatabases(model, prepared, part.pairTexts, plan.quirks);
        for (const { kind: database, untrained } of unmeasured) {
          const isKnown = withoutRow.some((one) => one.method === method && one.database === database);
          if (!isKnown) withoutRow.push({ method, database, untrained });
        }
        for (const { database, result, aps } of measured) {
          const run: Run = {
            method,
            database,
            bits,
            seed,
            protocol: plan.protocol,
            ...result,
            epoch: model.bestEpoch,
            epochs: model.epochs.length,
            seconds,
            options: model.options,
          };
          runs.push(run);
          precisions.push({ run, ...aps });
          listener.onRun?.(run);
        }
      }
    }
  };
  let ended: Error | null = null;
  for (const method of plan.methods) {
    try {
      await trainAll(method);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (error instanceof HashlensError && error.code !== 'cancelled') failures.push({ method: method.id, error });
      else {
        ended = error;
        break;
      }
    }
  }
  const first = ended ?? failures[0]?.error;
  if (runs.length === 0 && first !== undefined) throw first;
  return { context, runs, precisions, withoutRow, failures, ended };
}

async function baselineOf(data: TrainingData, split: DataSplit, plan: RunPlan): Promise<Baseline> {
  const labels = (photos: Int32Array) => labelsOf(split, photos);
  const ofTexts = (texts: Int32Array) => labels(texts.map((text) => int32At(data.captionPhoto, text)));
  const by = dividedBy(plan.quirks ?? []);
  const i2t = randomCodesMapAt(50, labels(split.queryPhotos), ofTexts(split.databaseCaptions), by);
  const t2i = randomCodesMapAt(50, ofTexts(split.queryCaptions), labels(split.databasePhotos), by);
  const context = await evaluationContext(data, split, numberAt(plan.seeds, 0), 0);
  const asPublished = (scores: DirectionScores) => scaled(scores, ...quirkFactors(plan.quirks ?? [], split));
  return {
    ...context,
    protocol: plan.protocol,
    chance: asPublished(context.chance),
    float: context.float && asPublished(context.float),
    chance50: asPublished({ i2t, t2i, mean: (i2t + t2i) / 2 }),
  };
}

interface Measured {
  readonly database: DatabaseCodes;
  readonly result: TestResult;
  readonly aps: { readonly i2t: Float64Array; readonly t2i: Float64Array };
}

/**
 * Measures a model by the queries of the set. Its files encode each modality by itself, as in search; a model with a
 * network of pairs encodes each row together with its partner.
 */
export async function measureTest(model: EncodingModel, set: BenchmarkSet): Promise<TestResult> {
  const { measured } = await measureDatabases(model, set, new Int32Array(0));
  return present(measured[0], 'the encoder makes a database').result;
}

/** Measures a model with each kind of database codes that it has for the whole database; the encoder's come first. */
async function measureDatabases(
  model: EncodingModel & Pick<TrainedModel, 'pairCodes'>,
  set: BenchmarkSet,
  pairTexts: Int32Array,
  quirks: readonly Quirk[] = [],
): Promise<{ readonly measured: readonly Measured[]; readonly unmeasured: readonly PairDatabase[] }> {
  const { data, split } = testPart(set);
  const test = await encodeTest(model, data, split);
  const { photos, captions } = test;
  const { bits } = model;
  const photoOf = (texts: Int32Array) => texts.map((text) => int32At(data.captionPhoto, text));
  const labels = (photos: Int32Array) => labelsOf(split, photos);
  const ofPhotos = labels(split.queryPhotos);
  const ofCaptions = labels(photoOf(split.queryCaptions));
  const by = dividedBy(quirks);
  const measure = (database: Database): { scores: Scores; aps: Measured['aps'] } => {
    const i2t = averagePrecisions({
      bits,
      queries: photos.query,
      queryLabels: ofPhotos,
      items: database.captions,
      itemLabels: labels(photoOf(split.databaseCaptions)),
      dividedBy: by,
    });
    const t2i = averagePrecisions({
      bits,
      queries: captions.query,
      queryLabels: ofCaptions,
      items: database.photos,
      itemLabels: labels(split.databasePhotos),
      dividedBy: by,
    });
    const [byImages, byTexts] = quirkFactors(quirks, split);
    return {
      scores: bothDirections(meanScores(i2t), meanScores(t2i), quirks, split),
      // Divided like the mean, so that differences are those of the table.
      aps: { i2t: i2t.map.map((ap) => ap * byImages), t2i: t2i.map.map((ap) => ap * byTexts) },
    };
  };
  const own = counterparts(split.queryPhotos, split.queryCaptions, data.captionPhoto);
  const isOwn = split.relevance === 'own-caption';
  const { scores, aps } = measure({ photos: photos.database, captions: captions.database });
  const unseen = isOwn
    ? null
    : averagePrecisions({
        bits,
        queries: captions.query,
        queryLabels: ofCaptions,
        items: photos.query,
        itemLabels: ofPhotos,
      }).map;
  const encoder: TestResult = {
    scores,
    unseen: unseen === null ? null : { map: mean(unseen), chance: chanceMap(ofCaptions, ofPhotos) },
    own: isOwn ? await counterpartRanks(test, bits, own) : null,
  };
  const others = pairDatabases(model.pairCodes ?? {}, bits, pairTexts, data, split);
  return {
    measured: [
      { database: 'encoder', result: encoder, aps },
      ...others.flatMap(({ kind, database }): Measured[] => {
        if (database === null) return [];
        const found = measure(database);
        return [{ database: kind, result: { scores: found.scores, unseen: null, own: null }, aps: found.aps }];
      }),
    ],
    unmeasured: others.filter(({ database }) => database === null),
  };
}

/** Factors of a mean over images and over texts that ask. */
const quirkFactors = (quirks: readonly Quirk[], { queryPhotos, queryCaptions }: DataSplit) =>
  [quirkFactor(quirks, queryPhotos.length), quirkFactor(quirks, queryCaptions.length)] as const;

function bothDirections(
  i2t: RetrievalScores,
  t2i: RetrievalScores,
  quirks: readonly Quirk[],
  split: DataSplit,
): Scores {
  const factors = quirkFactors(quirks, split);
  const both = (a: number, b: number) => scaled({ i2t: a, t2i: b, mean: (a + b) / 2 }, ...factors);
  return {
    mapStable: both(i2t.mapStable, t2i.mapStable),
    map: both(i2t.map, t2i.map),
    map50: both(i2t.mapAtK, t2i.mapAtK),
    map50Stable: both(i2t.mapAtKStable, t2i.mapAtKStable),
  };
}
