// Runs an encoder in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { Requester, type FromResponder } from '../../shared/protocol.ts';
import { openUpright, squarePixels, toPlanes } from '../imaging/pixel-input.ts';
import type { EncoderMethods } from './encoder-methods.ts';
import type { Encoder } from './encoder.ts';
import type { EncoderSpec } from './open-encoder.ts';

/**
 * Opens the encoder of `openEncoder` in a worker. Prepared images are transferred, not copied: an array passed to
 * `encodeImages` must not be used again.
 */
export async function openEncoderInWorker(spec: EncoderSpec): Promise<Encoder> {
  const worker = new Worker(new URL('./encoder-worker.ts', import.meta.url), { workerData: spec });
  const requester = new Requester<EncoderMethods>((message, moved) => worker.postMessage(message, moved));
  let ended = false;
  const end = (reason: Error): void => {
    ended = true;
    requester.end(reason);
  };
  worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => end(new HashlensError('engine-stopped', 'The encoder has been closed.')));
  worker.on('message', (message: FromResponder) => requester.receive(message));
  const { info, input } = await requester.request('open', null).catch(async (error: unknown) => {
    await worker.terminate();
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
      if (ended) return;
      await requester.request('dispose', null);
      await worker.terminate();
    },
  };
}
