// Runs the text reader in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { Requester, type FromResponder } from '../../shared/protocol.ts';
import type { OcrMethods } from './ocr-methods.ts';
import type { TextReader } from './text-reader.ts';

/** A picture's pixels are transferred, not copied: they must not be used again. @throws where a network is damaged */
export async function openTextReaderInWorker(threads: number): Promise<TextReader> {
  const worker = new Worker(new URL('./ocr-worker.ts', import.meta.url), { workerData: threads });
  const requester = new Requester<OcrMethods>((message, moved) => worker.postMessage(message, moved));
  let ended = false;
  const end = (reason: Error): void => {
    ended = true;
    requester.end(reason);
  };
  worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => end(new HashlensError('engine-stopped', 'The text reader has been closed.')));
  worker.on('message', (message: FromResponder) => requester.receive(message));
  await requester.request('open', null).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return {
    read(picture) {
      const { buffer } = picture.pixels;
      return requester.request('read', picture, { moved: buffer instanceof ArrayBuffer ? [buffer] : [] });
    },
    async dispose() {
      if (ended) return;
      await requester.request('dispose', null);
      await worker.terminate();
    },
  };
}
