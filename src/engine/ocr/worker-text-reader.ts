// Runs the text reader in a worker thread, so that the engine's main thread stays responsive.
import '../runtime/telemetry-off.ts';
import { WorkerRequester } from '../runtime/worker-requester.ts';
import type { OcrMethods } from './ocr-methods.ts';
import type { TextReader } from './text-reader.ts';

/** A picture's pixels are transferred, not copied: they must not be used again. @throws where a network is damaged */
export async function openTextReaderInWorker(threads: number): Promise<TextReader> {
  const requester = new WorkerRequester<OcrMethods>(
    new URL('./ocr-worker.ts', import.meta.url),
    threads,
    'The text reader has been closed.',
  );
  await requester.request('open', null).catch(async (error: unknown) => {
    await requester.terminate();
    throw error;
  });
  return {
    read(picture) {
      const { buffer } = picture.pixels;
      return requester.request('read', picture, { moved: buffer instanceof ArrayBuffer ? [buffer] : [] });
    },
    async dispose() {
      if (requester.hasEnded) return;
      await requester.request('dispose', null);
      await requester.terminate();
    },
  };
}
