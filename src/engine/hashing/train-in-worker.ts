// Runs train() in a worker thread, so that the thread that answers searches never waits for a training step.
import '../runtime/telemetry-off.ts';
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { throwIfCancelled, TrainingDiverged, type TrainedModel, type TrainingRequest } from './training.ts';
import type { FromWorker, ToWorker, WorkerRequest } from './training-worker.ts';

export interface WorkerOptions {
  /** Gives the data's arrays to the worker instead of copying them: they are empty here afterwards. */
  readonly transfer?: boolean;
  /** The worker's program, where it does not lie beside this file (in a bundle). */
  readonly program?: URL;
}

/** A thread inside one long step cannot hear; after this long it is ended from outside. */
const patienceMs = 700;

/**
 * As train(), in a thread of its own. Arrays on a SharedArrayBuffer are shared, others copied (or given away, see
 * `transfer`); `resumeFrom` is always given away. A cancelled training ends within a second, however long its steps.
 */
export function trainInWorker(request: TrainingRequest, options: WorkerOptions = {}): Promise<TrainedModel> {
  const { data, signal, resumeFrom } = request;
  throwIfCancelled(signal);
  const workerData: WorkerRequest = {
    data,
    options: request.options,
    encoder: request.encoder,
    ...(request.queryPhotos === undefined ? {} : { queryPhotos: request.queryPhotos }),
    ...(request.withPair === undefined ? {} : { withPair: request.withPair }),
    ...(resumeFrom === undefined ? {} : { resumeFrom }),
    checkpoints: request.onCheckpoint !== undefined,
  };
  const given = options.transfer ? [data.imageRows.buffer, data.textRows.buffer, data.captionPhoto.buffer] : [];
  if (resumeFrom !== undefined) given.push(resumeFrom.buffer);
  const transferList = [...new Set(given)].filter((buffer) => buffer instanceof ArrayBuffer);
  const program = options.program ?? new URL('./training-worker.ts', import.meta.url);
  const worker = new Worker(program, { workerData, transferList });
  return outcomeOf(worker, request);
}

function outcomeOf(worker: Worker, { signal, onStart, onEpoch, onStep, onCheckpoint }: TrainingRequest) {
  const tell = (message: ToWorker) => worker.postMessage(message);
  let patience: NodeJS.Timeout | undefined;
  const { promise, resolve, reject } = Promise.withResolvers<TrainedModel>();
  const cancel = () => {
    tell('cancel');
    patience = setTimeout(() => {
      reject(new HashlensError('cancelled', 'The training was cancelled.'));
      void worker.terminate();
    }, patienceMs);
  };
  signal?.addEventListener('abort', cancel);
  const hear = async (message: FromWorker): Promise<void> => {
    if (message.kind === 'start') onStart?.(message.context, message.done);
    else if (message.kind === 'epoch') onEpoch?.(message.metrics, message.isBest);
    else if (message.kind === 'step') onStep?.(message.done, message.total);
    else if (message.kind === 'checkpoint') {
      await onCheckpoint?.(message.bytes);
      tell('saved');
    } else if (message.kind === 'done') resolve(message.model);
    else if (message.error.code === 'training-diverged') {
      reject(new TrainingDiverged(message.error.message, message.best));
    } else reject(new HashlensError(message.error.code, message.error.message));
  };
  worker.on('message', (message: FromWorker) => {
    hear(message).catch((error: unknown) => {
      // A listener threw: there is no use in training on.
      cancel();
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  worker.on('error', reject);
  worker.on('exit', (code) => {
    clearTimeout(patience);
    reject(new HashlensError('internal', `The training thread ended with code ${code}.`));
  });
  return promise.finally(() => signal?.removeEventListener('abort', cancel));
}
