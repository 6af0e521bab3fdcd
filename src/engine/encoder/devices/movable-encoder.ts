// An encoder that can move to another device while jobs and searches hold it.
import type { PixelInput } from '../../imaging/pixel-input.ts';
import type { Encoder, EncoderInfo, PreparedImage } from '../encoder.ts';

export class MovableEncoder implements Encoder {
  readonly info: EncoderInfo;
  readonly input: PixelInput;
  #current: Encoder;
  /** Requests under way, by the encoder that answers them. */
  readonly #underWay = new Map<Encoder, Set<Promise<unknown>>>();

  constructor(first: Encoder) {
    this.info = first.info;
    this.input = first.input;
    this.#current = first;
  }

  get imageBatch(): number | undefined {
    return this.#current.imageBatch;
  }

  prepareImage(source: string | Uint8Array): Promise<PreparedImage> {
    return this.#current.prepareImage(source);
  }

  encodeImages(images: readonly PreparedImage[]): Promise<Float32Array> {
    return this.#ask((encoder) => encoder.encodeImages(images));
  }

  encodeTexts(texts: readonly string[]): Promise<Float32Array> {
    return this.#ask((encoder) => encoder.encodeTexts(texts));
  }

  /** Sends further requests to `next`, the same encoder opened again; closes the previous one after its last answer. */
  async move(next: Encoder): Promise<void> {
    const before = this.#current;
    this.#current = next;
    await Promise.allSettled([...(this.#underWay.get(before) ?? [])]);
    await before.dispose();
  }

  async dispose(): Promise<void> {
    await this.#current.dispose();
  }

  async #ask(request: (encoder: Encoder) => Promise<Float32Array>): Promise<Float32Array> {
    const encoder = this.#current;
    const answer = request(encoder);
    const underWay = this.#underWay.get(encoder) ?? new Set<Promise<unknown>>();
    this.#underWay.set(encoder, underWay.add(answer));
    try {
      return await answer;
    } finally {
      underWay.delete(answer);
      if (underWay.size === 0) this.#underWay.delete(encoder);
    }
  }
}
