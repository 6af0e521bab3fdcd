// Trains methods on a data set over code lengths and seeds, and measures each model with the set's queries.
import type { TrainOptions } from '../../shared/contract/training.ts';
import type { DirectionScores, EvaluationContext, EvaluationProtocol } from '../../shared/contract/evaluation.ts';
import { labelsOf, type DataSplit, type TrainingData } from '../hashing/data/training-data.ts';
import { evaluationContext } from '../hashing/evaluation/evaluation.ts';
import { scoreCodes, type RetrievalScores } from '../hashing/evaluation/metrics.ts';
import { counterparts } from '../hashing/evaluation/recall-at-k.ts';
import { train } from '../hashing/training/trainer.ts';
import type { OptionValue } from '../hashing/model/trained-model.ts';
import type { BenchmarkSet, Normalisation } from './benchmark-set.ts';
import type { MethodSettings } from './method-settings.ts';
import { randomCodesMapAt } from './chance.ts';
import { encodeTest, type EncodingModel } from './encode.ts';
import { normalised } from './normalise.ts';
import { counterpartRanks, type CounterpartRanks } from './counterpart-ranks.ts';
import { testPart, trainingPart } from './training-part.ts';
import { int32At, numberAt } from '../../shared/at.ts';

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

/** Measures of a model by the set's queries. */
export interface TestResult {
  readonly scores: Scores;
  /** Ranks of own items where only a text's own image is relevant; null where labels decide. */
  readonly own: CounterpartRanks | null;
}

export interface Run extends TestResult {
  readonly method: string;
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

export interface BenchmarkResult {
  readonly context: Baseline;
  readonly runs: readonly Run[];
}

export interface Listener {
  /** Called before the first training with sizes, chance and float ceiling. */
  readonly onStart?: (context: Baseline) => void;
  readonly onProgress?: (run: Pick<Run, 'method' | 'bits' | 'seed'>, done: number, total: number) => void;
  readonly onRun?: (run: Run) => void;
}

/**
 * Runs the plan, one training after the other.
 * @throws HashlensError the error of the first training that fails; `cancelled` when the signal is aborted
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
  for (const { id: method, settings } of plan.methods) {
    for (const bits of plan.bits) {
      for (const seed of plan.seeds) {
        const { epochs, batch, hidden, negatives, device } = plan;
        const began = performance.now();
        const model = await train({
          data: part.data,
          queryPhotos: part.queryPhotos,
          options: { method, bits, seed, epochs, batch, hidden, negatives, device, settings, protocol: plan.protocol },
          encoder: { id: set.id, imageWidth, textWidth, sharedWidth },
          // Report the start now: until here the training could still refuse.
          onStart: () => {
            if (runs.length === 0) listener.onStart?.(context);
          },
          onStep: (done, total) => listener.onProgress?.({ method, bits, seed }, done, total),
          withPair: plan.protocol === 'paired',
          ...(signal === undefined ? {} : { signal }),
        });
        const seconds = (performance.now() - began) / 1000;
        const run: Run = {
          method,
          bits,
          seed,
          protocol: plan.protocol,
          ...(await measureTest(model, prepared)),
          epoch: model.bestEpoch,
          epochs: model.epochs.length,
          seconds,
          options: model.options,
        };
        runs.push(run);
        listener.onRun?.(run);
      }
    }
  }
  return { context, runs };
}

async function baselineOf(data: TrainingData, split: DataSplit, plan: RunPlan): Promise<Baseline> {
  const labels = (photos: Int32Array) => labelsOf(split, photos);
  const ofTexts = (texts: Int32Array) => labels(texts.map((text) => int32At(data.captionPhoto, text)));
  const i2t = randomCodesMapAt(50, labels(split.queryPhotos), ofTexts(split.databaseCaptions));
  const t2i = randomCodesMapAt(50, ofTexts(split.queryCaptions), labels(split.databasePhotos));
  const context = await evaluationContext(data, split, numberAt(plan.seeds, 0), 0);
  return { ...context, protocol: plan.protocol, chance50: { i2t, t2i, mean: (i2t + t2i) / 2 } };
}

/**
 * Measures a model by the queries of the set. Its files encode each modality by itself, as in search; a model with a
 * network of pairs encodes each row together with its partner.
 */
export async function measureTest(model: EncodingModel, set: BenchmarkSet): Promise<TestResult> {
  const { data, split } = testPart(set);
  const test = await encodeTest(model, data, split);
  const { photos, captions } = test;
  const photoOf = (texts: Int32Array) => texts.map((text) => int32At(data.captionPhoto, text));
  const labels = (photos: Int32Array) => labelsOf(split, photos);
  const i2t = scoreCodes({
    bits: model.bits,
    queries: photos.query,
    queryLabels: labels(split.queryPhotos),
    items: captions.database,
    itemLabels: labels(photoOf(split.databaseCaptions)),
  });
  const t2i = scoreCodes({
    bits: model.bits,
    queries: captions.query,
    queryLabels: labels(photoOf(split.queryCaptions)),
    items: photos.database,
    itemLabels: labels(split.databasePhotos),
  });
  const own = counterparts(split.queryPhotos, split.queryCaptions, data.captionPhoto);
  return {
    scores: bothDirections(i2t, t2i),
    own: split.relevance === 'own-caption' ? await counterpartRanks(test, model.bits, own) : null,
  };
}

function bothDirections(i2t: RetrievalScores, t2i: RetrievalScores): Scores {
  const both = (a: number, b: number): DirectionScores => ({ i2t: a, t2i: b, mean: (a + b) / 2 });
  return {
    mapStable: both(i2t.mapStable, t2i.mapStable),
    map: both(i2t.map, t2i.map),
    map50: both(i2t.mapAtK, t2i.mapAtK),
    map50Stable: both(i2t.mapAtKStable, t2i.mapAtKStable),
  };
}
