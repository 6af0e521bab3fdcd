// Messages between the encoder's worker thread and its owner.
import type { ErrorData } from '../../shared/errors.ts';
import type { PixelInput } from '../imaging/pixel-input.ts';
import type { EncoderInfo, PreparedImage } from './encoder.ts';

export type ToWorker =
  | { readonly seq: number; readonly call: 'encodeImages'; readonly images: readonly PreparedImage[] }
  | { readonly seq: number; readonly call: 'encodeTexts'; readonly texts: readonly string[] }
  | { readonly seq: number; readonly call: 'dispose' };

export type FromWorker =
  | { readonly kind: 'opened'; readonly info: EncoderInfo; readonly input: PixelInput }
  | { readonly kind: 'unopened'; readonly error: ErrorData }
  | { readonly kind: 'rows'; readonly seq: number; readonly rows: Float32Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly seq: number; readonly error: ErrorData };
