// The request of a training and the error of a divergence. Imports no TensorFlow.js and no ONNX Runtime.
import type { TrainOptions } from '../../../shared/contract/training.ts';
import { HashlensError } from '../../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext, EvaluationProtocol } from '../../../shared/contract/evaluation.ts';
import type { OptionValue, EncoderShape, TrainedModel } from '../model/trained-model.ts';
import type { TrainingData } from '../data/training-data.ts';

export interface TrainingOptions extends Omit<
  TrainOptions,
  'activate' | 'from' | 'settings' | 'protocol' | 'batchAttention'
> {
  /** Settings of the method itself (`alpha`, `margin`, ...); its schema fills in what is left out. */
  readonly settings?: Readonly<Record<string, OptionValue>>;
  /** Threads ONNX Runtime may use; 0 (default) lets it choose. */
  readonly threads?: number;
  /** Protocol that epochs are measured by, default `single`. The networks kept are those of search either way. */
  readonly protocol?: EvaluationProtocol;
  /** With `paired`: rows attend to one another, as in UCMFH's published evaluation. */
  readonly batchAttention?: boolean;
  /** Largest memory of the training in bytes; not checked where absent. */
  readonly memoryBudget?: number;
}

export interface TrainingRequest {
  readonly data: TrainingData;
  readonly options: TrainingOptions;
  readonly encoder: EncoderShape;
  /** Photos held out, by row, where a data set comes with its own split. */
  readonly queryPhotos?: Int32Array;
  /** Adds the model's `pair`, to measure protocol `paired`; a method without one is refused. */
  readonly withPair?: boolean;
  /** Adds the model's `pairCodes`, to measure published protocols that have them in the database. */
  readonly withPairCodes?: boolean;
  readonly signal?: AbortSignal;
  /**
   * Bytes that an earlier run of this request gave to `onCheckpoint`. The training continues from there with the
   * same result, bit for bit (with the same number of threads), as without the interruption. Damaged bytes, or
   * those of other data or options, are ignored, and the training starts at the beginning. Takes ownership of the
   * buffer.
   */
  readonly resumeFrom?: Uint8Array;
  /** Receives a checkpoint after each epoch. The next epoch begins when the promise is settled. */
  readonly onCheckpoint?: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>;
  /** Called before the first step with the reference values of every mAP, and the epochs that are already done. */
  readonly onStart?: (context: EvaluationContext, done: readonly EpochMetrics[]) => void;
  readonly onEpoch?: (metrics: EpochMetrics, isBest: boolean) => void;
  /** Steps done, and all steps. */
  readonly onStep?: (done: number, total: number) => void;
}

/** Thrown with code `training-diverged`. Keeps the best model so far. */
export class TrainingDiverged extends HashlensError {
  /** The model of the best epoch before; null when there was none. */
  readonly best: TrainedModel | null;

  constructor(message: string, best: TrainedModel | null) {
    super('training-diverged', message);
    this.best = best;
  }
}
