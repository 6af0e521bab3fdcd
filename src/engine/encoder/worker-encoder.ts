// Runs an encoder in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { openUpright, squarePixels, toPlanes, type PixelInput } from '../imaging/pixel-input.ts';
import type { Encoder, EncoderInfo } from './encoder.ts';
import type { EncoderSpec } from './open-encoder.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

interface Waiting {
  readonly resolve: (rows: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

/** A call without its sequence number. */
type Call = ToWorker extends infer M ? (M extends ToWorker ? Omit<M, 'seq'> : never) : never;

/**
 * Opens the encoder of `openEncoder` in a worker. Prepared images are transferred, not copied: an array passed to
 * `encodeImages` must not be used again.
 */
export function openEncoderInWorker(spec: EncoderSpec): Promise<Encoder> {
  const worker = new Worker(new URL('./encoder-worker.ts', import.meta.url), { workerData: spec });
  const waiting = new Map<number, Waiting>();
  let seq = 0;
  let ended = false;

  const call = (message: Call, transfer: ArrayBuffer[] = []): Promise<Float32Array> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new HashlensError('engine-stopped', 'The encoder has been closed.'));
      seq++;
      waiting.set(seq, { resolve, reject });
      worker.postMessage({ ...message, seq }, transfer);
    });

  return new Promise((resolveOpen, rejectOpen) => {
    const end = (error: Error): void => {
      ended = true;
      rejectOpen(error);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => end(new HashlensError('engine-stopped', 'The encoder has been closed.')));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'opened') return resolveOpen(encoder(message.info, message.input));
      if (message.kind === 'unopened') {
        end(new HashlensError(message.error.code, message.error.message));
        void worker.terminate();
        return;
      }
      const waits = waiting.get(message.seq);
      waiting.delete(message.seq);
      if (message.kind === 'rows') waits?.resolve(message.rows);
      else waits?.reject(new HashlensError(message.error.code, message.error.message));
    });
  });

  function encoder(info: EncoderInfo, input: PixelInput): Encoder {
    return {
      info,
      input,
      prepareImage: async (source) => toPlanes(await squarePixels(await openUpright(source), input), input),
      encodeImages: (images) =>
        call(
          { call: 'encodeImages', images },
          images.flatMap((image) => (image.buffer instanceof ArrayBuffer ? [image.buffer] : [])),
        ),
      encodeTexts: (texts) => call({ call: 'encodeTexts', texts }),
      async dispose() {
        if (ended) return;
        await call({ call: 'dispose' });
        await worker.terminate();
      },
    };
  }
}
