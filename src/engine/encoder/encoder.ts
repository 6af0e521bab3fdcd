// The one interface every encoder (starter, CLIP, ...) stands behind: photos and texts in, feature rows out.

import type { PixelInput } from '../imaging/pixel-input.ts';

/** What the rest of the engine needs to know of an encoder. Stored beside every feature row it makes. */
export interface EncoderInfo {
  /** Stable id, e.g. `starter` or `clip:Xenova/clip-vit-base-patch32`. Rows of two ids are never mixed. */
  readonly id: string;
  /** Name a person reads. */
  readonly name: string;
  /** One or two sentences: what it is, what it can and cannot find. */
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** The first `sharedWidth` numbers of image and text rows live in one space and may be compared by cosine. */
  readonly sharedWidth: number;
}

/** A photo as the encoder's network wants it: pixels resized, normalised and laid out. */
export type PreparedImage = Float32Array;

/** A running encoder. All rows are float32; each part of a row that has a meaning of its own has unit L2 norm. */
export interface Encoder {
  readonly info: EncoderInfo;
  /** What a prepared photo is made of: whoever decodes photos elsewhere makes it by `squarePixels` and `toPlanes`. */
  readonly input: PixelInput;
  /**
   * Decodes and preprocesses one photo (EXIF orientation applied). Runs on sharp's thread pool, so several may be
   * under way while the network is busy. Rejects with the decoder's error when the file cannot be decoded.
   */
  prepareImage(source: string | Uint8Array): Promise<PreparedImage>;
  /** `[n]` prepared photos -> `[n, imageWidth]`, row-major. */
  encodeImages(images: readonly PreparedImage[]): Promise<Float32Array>;
  /** `[n]` texts -> `[n, textWidth]`, row-major. A text with nothing known in it gives a row of zeros. */
  encodeTexts(texts: readonly string[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}
