// What goes into a training and what comes out, and how it can end early. Light to import: no TensorFlow.js, no ONNX Runtime.
import type { TrainOptions } from '../../shared/contract.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import type { TrainingData } from './data.ts';

/** The encoder the feature rows come from, as far as a model must remember it. */
export interface EncoderShape {
  readonly id: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
}

export type OptionValue = string | number | boolean;

export interface TrainingOptions extends Omit<TrainOptions, 'activate'> {
  /** Settings of the method itself (`alpha`, `margin`, ...); its schema fills in what is left out. */
  readonly settings?: Readonly<Record<string, OptionValue>>;
  /** Threads ONNX Runtime may use; 0 (default) lets it choose. */
  readonly threads?: number;
}

export interface TrainingRequest {
  readonly data: TrainingData;
  readonly options: TrainingOptions;
  readonly encoder: EncoderShape;
  /** Photos held out, by row, where a data set comes with its own split. */
  readonly queryPhotos?: Int32Array;
  readonly signal?: AbortSignal;
  /** Before the first step: what every mAP is to be read against. */
  readonly onStart?: (context: EvaluationContext) => void;
  readonly onEpoch?: (metrics: EpochMetrics, isBest: boolean) => void;
  /** Steps done and in all. */
  readonly onStep?: (done: number, total: number) => void;
}

export interface TrainedModel {
  readonly method: string;
  readonly bits: number;
  readonly seed: number;
  readonly encoder: EncoderShape;
  /** Every option that shaped the model, defaults filled in. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** ONNX: `[n, imageWidth]` -> `[n, bits]`. */
  readonly image: Uint8Array;
  /** ONNX: `[n, textWidth]` -> `[n, bits]`. */
  readonly text: Uint8Array;
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  /** Number of the epoch kept; null for a method that has no epochs. */
  readonly bestEpoch: number | null;
  /** SHA-256 over the data trained on; null where there was none. */
  readonly dataFingerprint: string | null;
}

/** Thrown with code `training-diverged`; what was learned before is kept. */
export class TrainingDiverged extends HashlensError {
  /** The model of the best epoch before; null when there was none. */
  readonly best: TrainedModel | null;

  constructor(message: string, best: TrainedModel | null) {
    super('training-diverged', message);
    this.best = best;
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new HashlensError('cancelled', 'The training was cancelled.');
}
