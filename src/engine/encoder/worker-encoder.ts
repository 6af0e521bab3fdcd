// Runs an encoder in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { WorkerRequester } from '../runtime/worker-requester.ts';
import { openUpright, squarePixels } from '../imaging/pixel-input.ts';
import type { EncoderMethods } from './encoder-methods.ts';
import type { Encoder } from './encoder.ts';
import type { EncoderSpec } from './open-encoder.ts';

/** Opens the encoder of `openEncoder` in a worker. */
export async function openEncoderInWorker(spec: EncoderSpec): Promise<Encoder> {
  const requester = new WorkerRequester<EncoderMethods>(
    new URL('./encoder-worker.ts', import.meta.url),
    null,
    'The encoder has been closed.',
  );
  const { info, input } = await requester.request('open', spec).catch(async (error: unknown) => {
    await requester.terminate();
    throw error;
  });
  return {
    info,
    input,
    prepareImage: async (source) => squarePixels(await openUpright(source), input),
    encodeImages: (images) => {
      // Copies, because the bytes of a photo may be part of a larger message.
      const own = images.map((image) => new Uint8Array(image));
      return requester.request('encodeImages', own, { moved: own.map(({ buffer }) => buffer) });
    },
    encodeTexts: (texts) => requester.request('encodeTexts', texts),
    async dispose() {
      if (requester.hasEnded) return;
      await requester.request('dispose', null);
      await requester.terminate();
    },
  };
}
