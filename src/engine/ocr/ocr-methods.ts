// Requests to the thread of the text reader.
import type { TextLine } from './recogniser.ts';
import type { RgbPixels } from '../imaging/decode-photo.ts';

export interface OcrMethods {
  readonly open: { readonly params: null; readonly result: null };
  readonly read: { readonly params: RgbPixels; readonly result: readonly TextLine[] };
  readonly dispose: { readonly params: null; readonly result: null };
}
