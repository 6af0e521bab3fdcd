// What a training gives: two networks as ONNX, and what must be known of them.
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import type { WordCoverage } from './word-coverage.ts';

/** The encoder the feature rows come from, as far as a model must remember it. */
export interface EncoderShape {
  readonly id: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  readonly sharedWidth: number;
}

export type OptionValue = string | number | boolean;

export interface TrainedModel {
  readonly method: string;
  readonly bits: number;
  readonly seed: number;
  readonly encoder: EncoderShape;
  /** Every option that shaped the model, defaults filled in. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** ONNX: `[n, imageWidth]` -> `[n, bits]`, and the method's own rows where it has any; see network-session.ts. */
  readonly image: Uint8Array;
  /** The same of `[n, textWidth]`, and of words where `words` lists any. */
  readonly text: Uint8Array;
  /** Numbers in a row of the method's own, which search re-ranks by. */
  readonly embeddingWidth?: number;
  /** Share of the encoder's own cosine with which search orders what it has found; see library-quality.ts. */
  readonly encoderWeight?: number;
  /** Words of the captions trained on. */
  readonly coverage?: WordCoverage;
  /** Words the text network has learned, by id. */
  readonly words?: readonly string[];
  /** ONNX: `imageRows` `[n, imageWidth]`, `textRows` `[n, textWidth]` -> `image`, `text` `[n, bits]`, where asked for. */
  readonly pair?: Uint8Array;
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  /** Number of the epoch kept; null for a method that has no epochs. */
  readonly bestEpoch: number | null;
  /** SHA-256 over the data trained on; null where there was none. */
  readonly dataFingerprint: string | null;
}
