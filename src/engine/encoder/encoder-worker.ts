// Worker side: opens an encoder and answers calls one after the other.
import { parentPort } from 'node:worker_threads';
import { Responder, type FromRequester } from '../../shared/protocol.ts';
import { encoderHandler } from './encoder-methods.ts';

const port = parentPort;
if (!port) throw new Error('encoder-worker.ts runs in a worker thread only');
const responder = new Responder(encoderHandler(), (message, buffers) => port.postMessage(message, buffers));
port.on('message', (message: FromRequester) => void responder.receive(message));
