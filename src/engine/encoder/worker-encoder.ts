// Runs an encoder in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { WorkerRequester } from '../runtime/worker-requester.ts';
import { openUpright, squarePixels, toPlanes } from '../imaging/pixel-input.ts';
import type { EncoderMethods } from './encoder-methods.ts';
import type { Encoder } from './encoder.ts';
import type { EncoderSpec } from './open-encoder.ts';

/**
 * Opens the encoder of `openEncoder` in a worker. Prepared images are transferred, not copied: an array passed to
 * `encodeImages` must not be used again.
 */
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
    prepareImage: async (source) => toPlanes(await squarePixels(await openUpright(source), input), input),
    encodeImages: (images) => {
      const moved = images.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
      return requester.request('encodeImages', images, { moved });
    },
    encodeTexts: (texts) => requester.request('encodeTexts', texts),
    async dispose() {
      if (requester.hasEnded) return;
      await requester.request('dispose', null);
      await requester.terminate();
    },
  };
}
