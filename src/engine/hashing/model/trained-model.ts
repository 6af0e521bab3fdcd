// The result of a training: two networks as ONNX and their description.
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import type { PairCodes } from '../networks/network.ts';
import type { WordCoverage } from './word-coverage.ts';

/** Id and widths of the encoder that made the feature rows. */
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
  /** Width of the method's real-valued rows, which search re-ranks by. */
  readonly embeddingWidth?: number;
  /** Weight of the encoder's cosine in the order of search results; see library-quality.ts. */
  readonly encoderWeight?: number;
  /** Words of the captions trained on. */
  readonly coverage?: WordCoverage;
  /** Words the text network has learned, by id. */
  readonly words?: readonly string[];
  /** ONNX: `imageRows` `[n, imageWidth]`, `textRows` `[n, textWidth]` -> `image`, `text` `[n, bits]`, where asked for. */
  readonly pair?: Uint8Array;
  /** Codes of the training pairs that the method found beside its networks, in the order of the pairs, where asked for. */
  readonly pairCodes?: PairCodes;
  readonly evaluation: EvaluationContext | null;
  readonly epochs: readonly EpochMetrics[];
  /** Number of the epoch kept; null for a method that has no epochs. */
  readonly bestEpoch: number | null;
  /** SHA-256 over the data trained on; null where there was none. */
  readonly dataFingerprint: string | null;
}
