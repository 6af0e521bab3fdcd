// Messages between the engine and a training process, in both directions.
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import type { TrainedModel } from '../model/trained-model.ts';
import type { TrainingRequest } from './training.ts';

/** A request without its listeners. */
export interface TrainingOrder extends Pick<
  TrainingRequest,
  'data' | 'options' | 'encoder' | 'queryPhotos' | 'withPair' | 'resumeFrom'
> {
  /** Whether the engine keeps checkpoints. */
  readonly checkpoints: boolean;
}

export type TrainingNews =
  | { readonly kind: 'start'; readonly context: EvaluationContext; readonly done: readonly EpochMetrics[] }
  | { readonly kind: 'epoch'; readonly metrics: EpochMetrics; readonly isBest: boolean }
  | { readonly kind: 'step'; readonly done: number; readonly total: number };

export type TrainingResult =
  | { readonly kind: 'done'; readonly model: TrainedModel }
  /** The best model before; null where there was none. */
  | { readonly kind: 'diverged'; readonly message: string; readonly best: TrainedModel | null };

export interface TrainingMethods {
  readonly train: { readonly params: TrainingOrder; readonly result: TrainingResult; readonly news: TrainingNews };
}

export interface CheckpointMethods {
  /** Answered when the checkpoint is on disk; the next epoch may begin. */
  readonly saveCheckpoint: { readonly params: Uint8Array<ArrayBuffer>; readonly result: null };
}

export function orderOf(request: TrainingRequest): TrainingOrder {
  const { data, options, encoder, queryPhotos, withPair, resumeFrom, onCheckpoint } = request;
  return {
    data,
    options,
    encoder,
    ...(queryPhotos === undefined ? {} : { queryPhotos }),
    ...(withPair === undefined ? {} : { withPair }),
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
    checkpoints: onCheckpoint !== undefined,
  };
}
