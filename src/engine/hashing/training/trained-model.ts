// A training's result: the networks of some parameter values, with everything that has to be known of them.
import type { EpochMetrics, EvaluationContext, RetrievalReport } from '../../../shared/contract/evaluation.ts';
import { fingerprint, type DataSplit, type TrainingData } from '../data/training-data.ts';
import type { Arrays, Networks, PairForward } from '../methods/method.ts';
import { exportNetwork, exportPair } from '../model/network-session.ts';
import type { OptionValue, TrainedModel, TrainingRequest } from './training.ts';

/** What stays the same from the first step to the last. */
export interface Training {
  readonly request: TrainingRequest;
  /** The request's data with words as far as the training pairs know them. */
  readonly data: TrainingData;
  readonly parts: DataSplit;
  readonly options: Readonly<Record<string, OptionValue>>;
  readonly context: EvaluationContext;
  readonly threads: number;
  /** Codes of whole pairs, where epochs are measured by protocol `paired`. */
  readonly forward: PairForward | null;
}

/** The epochs so far and which of them is kept. */
export interface History {
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  /** The kept epoch in full. */
  readonly report?: RetrievalReport | undefined;
  /** See Evaluation.sharedWeight. */
  readonly sharedWeight?: number | null;
}

export function optionValues(values: Readonly<Record<string, unknown>>): Record<string, OptionValue> {
  const kept = Object.entries(values).filter((entry): entry is [string, OptionValue] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries(kept);
}

/** The model of some parameter values; `judged` null: made without anything to judge it by. */
export function trainedModel(
  { request, data, options }: Pick<Training, 'request' | 'data' | 'options'>,
  networks: Networks,
  values: Arrays,
  judged: { readonly context: EvaluationContext; readonly history: History } | null,
): TrainedModel {
  const pair = request.withPair ? exportPair(networks, values) : null;
  const report = judged?.history.report;
  const sharedWeight = judged?.history.sharedWeight ?? null;
  return {
    method: request.options.method,
    bits: request.options.bits,
    seed: request.options.seed,
    encoder: request.encoder,
    options,
    image: exportNetwork(networks.image, values, networks.embedding?.image),
    text: exportNetwork(networks.text, values, networks.embedding?.text),
    ...(networks.embedding === undefined ? {} : { embeddingWidth: networks.embedding.rowWidth }),
    ...(sharedWeight === null ? {} : { sharedWeight }),
    ...(networks.text.takesWords === true ? { words: data.words?.vocabulary ?? [] } : {}),
    ...(pair === null ? {} : { pair }),
    evaluation: judged === null ? null : { ...judged.context, ...(report === undefined ? {} : { report }) },
    epochs: judged?.history.epochs ?? [],
    bestEpoch: judged?.history.bestEpoch ?? null,
    dataFingerprint: fingerprint(request.data),
  };
}
