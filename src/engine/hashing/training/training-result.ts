// Makes the model of a training from parameter values, options and evaluation.
import type { EpochMetrics, EvaluationContext, RetrievalReport } from '../../../shared/contract/evaluation.ts';
import type { Device } from '../../compute/devices/devices.ts';
import { fingerprint, type DataSplit, type TrainingData } from '../data/training-data.ts';
import type { LibraryEvaluation } from '../evaluation/library-quality.ts';
import type { Arrays, Networks, PairForward } from '../networks/network.ts';
import { exportNetwork, exportPair } from '../model/network-session.ts';
import { Coverage, type WordCoverage } from '../model/word-coverage.ts';
import { wordsAt } from '../../text/caption-words.ts';
import type { OptionValue, TrainedModel } from '../model/trained-model.ts';
import type { TrainingRequest } from './training.ts';
import { itemAt } from '../../../shared/at.ts';

/** Data, options and context of a training; they do not change while it runs. */
export interface TrainingRun {
  readonly request: TrainingRequest;
  /** The request's data with the vocabulary of the training pairs. */
  readonly data: TrainingData;
  readonly parts: DataSplit;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly context: EvaluationContext;
  readonly threads: number;
  /** Chosen before, as for the estimate of memory; null where it is to be chosen. */
  readonly device: Device | null;
  /** Words of the training captions; null for data without words. */
  readonly coverage: WordCoverage | null;
  /** Codes of whole pairs, where epochs are measured by protocol `paired`. */
  readonly forward: PairForward | null;
}

/** The epochs so far and which of them is kept. */
export interface History {
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  /** Full report of the kept epoch. */
  readonly report?: RetrievalReport | undefined;
  /** See Evaluation.evaluateLibrary. */
  readonly libraryEvaluation?: LibraryEvaluation | null;
}

/** Weight of what is learned for a caption of the data: Coverage.weight, or 1 where captions come without words. */
export function learnedWeight({
  request,
  coverage,
}: Pick<TrainingRun, 'request' | 'coverage'>): (caption: number) => number {
  const { words } = request.data;
  if (coverage === null || words === undefined) return () => 1;
  const known = new Coverage(coverage);
  return (caption) => known.weightOfWords(Array.from(wordsAt(words, caption), (id) => itemAt(words.vocabulary, id)));
}

export function optionValues(values: Readonly<Record<string, unknown>>): Record<string, OptionValue> {
  const kept = Object.entries(values).filter((entry): entry is [string, OptionValue] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries(kept);
}

/** The model of some parameter values; `judged` is null for a model that could not be evaluated. */
export function trainedModel(
  { request, data, options, coverage }: Pick<TrainingRun, 'request' | 'data' | 'options' | 'coverage'>,
  networks: Networks,
  values: Arrays,
  judged: { readonly context: EvaluationContext; readonly history: History } | null,
): TrainedModel {
  const pair = request.withPair ? exportPair(networks, values) : null;
  const report = judged?.history.report;
  const libraryEvaluation = judged?.history.libraryEvaluation ?? null;
  const encoderWeight = libraryEvaluation?.encoderWeight ?? null;
  const library = libraryEvaluation === null ? {} : { library: libraryEvaluation.quality };
  return {
    method: request.options.method,
    bits: request.options.bits,
    seed: request.options.seed,
    encoder: request.encoder,
    options,
    image: exportNetwork(networks.image, values, networks.embedding?.image),
    text: exportNetwork(networks.text, values, networks.embedding?.text),
    ...(networks.embedding === undefined ? {} : { embeddingWidth: networks.embedding.rowWidth }),
    ...(encoderWeight === null ? {} : { encoderWeight }),
    ...(coverage === null ? {} : { coverage }),
    ...(networks.text.takesWords === true ? { words: data.words?.vocabulary ?? [] } : {}),
    ...(pair === null ? {} : { pair }),
    ...(request.withPairCodes && networks.pairCodes ? { pairCodes: networks.pairCodes } : {}),
    evaluation: judged === null ? null : { ...judged.context, ...library, ...(report === undefined ? {} : { report }) },
    epochs: judged?.history.epochs ?? [],
    bestEpoch: judged?.history.bestEpoch ?? null,
    dataFingerprint: fingerprint(request.data),
  };
}
