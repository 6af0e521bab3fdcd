// Worker side: opens an encoder and answers calls one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../../shared/errors.ts';
import { openEncoder, type EncoderSpec } from './open-encoder.ts';
import type { Encoder } from './encoder.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const port = parentPort;
if (!port) throw new Error('encoder-worker.ts runs in a worker thread only');
const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

async function answer(encoder: Encoder, message: ToWorker): Promise<Float32Array> {
  switch (message.call) {
    case 'encodeImages':
      return encoder.encodeImages(message.images);
    case 'encodeTexts':
      return encoder.encodeTexts(message.texts);
    case 'dispose':
      await encoder.dispose();
      return new Float32Array(0);
  }
}

try {
  const encoder = await openEncoder(workerData as EncoderSpec);
  send({ kind: 'opened', info: encoder.info, input: encoder.input });
  port.on('message', (message: ToWorker) => {
    answer(encoder, message).then(
      (found) => {
        // Copy a view of a larger buffer, so that only its own numbers are transferred.
        const whole = found.buffer instanceof ArrayBuffer && found.byteLength === found.buffer.byteLength;
        const rows = whole ? (found as Float32Array<ArrayBuffer>) : Float32Array.from(found);
        send({ kind: 'rows', seq: message.seq, rows }, [rows.buffer]);
        if (message.call === 'dispose') port.close();
      },
      (error: unknown) => send({ kind: 'failed', seq: message.seq, error: toErrorData(error) }),
    );
  });
} catch (error) {
  send({ kind: 'unopened', error: toErrorData(error) });
}
