// Batches of photos as the numbers of a network's input, in memory that is used again: a batch takes megabytes.
import { planesLength, toPlanes, type PixelInput } from '../imaging/pixel-input.ts';
import type { PreparedImage } from './encoder.ts';

export class PlaneBatches {
  readonly #input: PixelInput;
  /** Memory of the last run; null while a run has it. */
  #spare: Float32Array | null = null;

  constructor(input: PixelInput) {
    this.#input = input;
  }

  /**
   * Runs the network on a batch, `[images, 3, side, side]`, whose memory is its own until the run ends.
   * @throws RangeError for a photo prepared for another encoder
   */
  async run<T>(images: readonly PreparedImage[], network: (planes: Float32Array) => Promise<T>): Promise<T> {
    const each = planesLength(this.#input);
    const length = images.length * each;
    const kept = this.#spare;
    this.#spare = null;
    const memory = kept !== null && kept.length >= length ? kept : new Float32Array(length);
    try {
      const planes = memory.subarray(0, length);
      images.forEach((image, i) => toPlanes(image, this.#input, planes.subarray(i * each, (i + 1) * each)));
      return await network(planes);
    } finally {
      this.#spare = memory;
    }
  }
}
