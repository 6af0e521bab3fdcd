// Worker side: opens the text reader and answers calls one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { handlerOf, Responder, type FromRequester } from '../../shared/protocol.ts';
import type { OcrMethods } from './ocr-methods.ts';
import { openTextReader } from './text-reader.ts';

const port = parentPort;
if (!port) throw new Error('ocr-worker.ts runs in a worker thread only');
const opening = openTextReader(Number(workerData));
// `open` reports it.
opening.catch(() => undefined);

const handle = handlerOf<OcrMethods>({
  open: async () => {
    await opening;
    return null;
  },
  read: async (picture) => (await opening).read(picture),
  dispose: async () => {
    await (await opening).dispose();
    return null;
  },
});
const responder = new Responder(handle, (message, buffers) => port.postMessage(message, buffers));
port.on('message', (message: FromRequester) => void responder.receive(message));
