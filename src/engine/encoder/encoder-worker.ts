// Worker side: opens an encoder and answers calls one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { handlerOf, Responder, type FromRequester, type RequestContext } from '../../shared/protocol.ts';
import { openEncoder, type EncoderSpec } from './open-encoder.ts';
import type { EncoderMethods } from './encoder-methods.ts';

const port = parentPort;
if (!port) throw new Error('encoder-worker.ts runs in a worker thread only');
const opening = openEncoder(workerData as EncoderSpec);
// `open` reports it.
opening.catch(() => undefined);

/** Copies a view of a larger buffer, so that only its own numbers are moved. */
function moved(found: Float32Array, { move }: Pick<RequestContext<unknown>, 'move'>): Float32Array {
  const whole = found.buffer instanceof ArrayBuffer && found.byteLength === found.buffer.byteLength;
  const rows = whole ? (found as Float32Array<ArrayBuffer>) : Float32Array.from(found);
  move(rows.buffer);
  return rows;
}

const handle = handlerOf<EncoderMethods>({
  open: async () => {
    const { info, input } = await opening;
    return { info, input };
  },
  encodeImages: async (images, context) => moved(await (await opening).encodeImages(images), context),
  encodeTexts: async (texts, context) => moved(await (await opening).encodeTexts(texts), context),
  dispose: async () => {
    await (await opening).dispose();
    return null;
  },
});
const responder = new Responder(handle, (message, buffers) => port.postMessage(message, buffers));
port.on('message', (message: FromRequester) => void responder.receive(message));
