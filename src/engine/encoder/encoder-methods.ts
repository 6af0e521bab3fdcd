// What the encoder's worker thread is asked by its owner.
import type { PixelInput } from '../imaging/pixel-input.ts';
import type { EncoderInfo, PreparedImage } from './encoder.ts';

export interface EncoderMethods {
  readonly open: { readonly params: null; readonly result: { readonly info: EncoderInfo; readonly input: PixelInput } };
  readonly encodeImages: { readonly params: readonly PreparedImage[]; readonly result: Float32Array };
  readonly encodeTexts: { readonly params: readonly string[]; readonly result: Float32Array };
  readonly dispose: { readonly params: null; readonly result: null };
}
