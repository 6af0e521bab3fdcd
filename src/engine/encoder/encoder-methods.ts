// Requests to the thread or process of an encoder, and their answers.
import type { PixelInput } from '../imaging/pixel-input.ts';
import { handlerOf, type Handler, type RequestContext } from '../../shared/protocol.ts';
import type { EncoderInfo, PreparedImage } from './encoder.ts';
import type { OpenedEncoder } from './encoder-format.ts';
import { openEncoder, type EncoderSpec } from './open-encoder.ts';

export interface EncoderMethods {
  readonly open: {
    readonly params: EncoderSpec;
    readonly result: { readonly info: EncoderInfo; readonly input: PixelInput };
  };
  readonly encodeImages: { readonly params: readonly PreparedImage[]; readonly result: Float32Array };
  readonly encodeTexts: { readonly params: readonly string[]; readonly result: Float32Array };
  readonly dispose: { readonly params: null; readonly result: null };
}

/** Copies a view of a larger buffer, so that only its own numbers are moved. */
function moved(found: Float32Array, { move }: Pick<RequestContext<unknown>, 'move'>): Float32Array {
  const whole = found.buffer instanceof ArrayBuffer && found.byteLength === found.buffer.byteLength;
  const rows = whole ? (found as Float32Array<ArrayBuffer>) : Float32Array.from(found);
  move(rows.buffer);
  return rows;
}

/** Opens one encoder and answers calls to it. */
export function encoderHandler(): Handler {
  let opening: Promise<OpenedEncoder> | null = null;
  const opened = (): Promise<OpenedEncoder> => opening ?? Promise.reject(new Error('the encoder is not open yet'));
  return handlerOf<EncoderMethods>({
    open: async (spec) => {
      opening = openEncoder(spec);
      const { info, input } = await opening;
      return { info, input };
    },
    encodeImages: async (images, context) => moved(await (await opened()).encodeImages(images), context),
    encodeTexts: async (texts, context) => moved(await (await opened()).encodeTexts(texts), context),
    dispose: async () => {
      await (await opened()).dispose();
      return null;
    },
  });
}
