// The interface of every encoder (starter, CLIP, ...): turns photos and texts into feature rows.

import type { PixelInput } from '../imaging/pixel-input.ts';

/** Description of an encoder for the rest of the engine. It is stored with every feature row. */
export interface EncoderInfo {
  /** Stable id, e.g. `starter` or `clip:Xenova/clip-vit-base-patch32`. Rows of different ids are never mixed. */
  readonly id: string;
  /** Name for a person. */
  readonly name: string;
  /** One or two sentences for a person: what it is, what it can and cannot find. */
  readonly description: string;
  readonly imageWidth: number;
  readonly textWidth: number;
  /** The first `sharedWidth` numbers of image and text rows are in one space and may be compared by cosine. */
  readonly sharedWidth: number;
}

/**
 * A photo resized for the encoder's network: `[side, side, 3]` bytes. The encoder normalises them itself, because their
 * numbers take four times the memory on their way to its thread or process.
 */
export type PreparedImage = Uint8Array;

/** A running encoder. All rows are float32; each part of a row with its own meaning has unit L2 norm. */
export interface Encoder {
  readonly info: EncoderInfo;
  /** Describes a prepared photo: another process that decodes photos makes one by `squarePixels`. */
  readonly input: PixelInput;
  /** Photos in one run that are fastest on its device; a few where absent. */
  readonly imageBatch?: number | undefined;
  /**
   * Decodes and preprocesses one photo (EXIF orientation applied). Runs on sharp's thread pool, so several may run
   * while the network is busy. Rejects with the decoder's error when the file cannot be decoded.
   */
  prepareImage(source: string | Uint8Array): Promise<PreparedImage>;
  /** `[n]` prepared photos -> `[n, imageWidth]`, row-major. */
  encodeImages(images: readonly PreparedImage[]): Promise<Float32Array>;
  /** `[n]` texts -> `[n, textWidth]`, row-major. A text without a known word gives a row of zeros. */
  encodeTexts(texts: readonly string[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}
