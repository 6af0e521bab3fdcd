// Runs train() in a worker thread, so that the thread that answers searches never waits for a training step.
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { throwIfCancelled, TrainingDiverged, type TrainedModel, type TrainingRequest } from './training.ts';
import type { FromWorker, WorkerRequest } from './training-worker.ts';

export interface WorkerOptions {
  /** Gives the data's arrays to the worker instead of copying them: they are empty here afterwards. */
  readonly transfer?: boolean;
  /** The worker's program, where it does not lie beside this file (in a bundle). */
  readonly program?: URL;
}

/**
 * As train(), in a thread of its own. Arrays on a SharedArrayBuffer are shared, others copied (or given away, see
 * `transfer`). A cancelled training ends within a step.
 */
export function trainInWorker(request: TrainingRequest, options: WorkerOptions = {}): Promise<TrainedModel> {
  const { data, signal, onStart, onEpoch, onStep } = request;
  throwIfCancelled(signal);
  const workerData: WorkerRequest = {
    data,
    options: request.options,
    encoder: request.encoder,
    ...(request.queryPhotos === undefined ? {} : { queryPhotos: request.queryPhotos }),
  };
  const transferList = options.transfer
    ? [...new Set([data.imageRows.buffer, data.textRows.buffer, data.captionPhoto.buffer])].filter(
        (buffer) => buffer instanceof ArrayBuffer,
      )
    : [];
  const program = options.program ?? new URL('./training-worker.ts', import.meta.url);
  const worker = new Worker(program, { workerData, transferList });
  const cancel = () => worker.postMessage('cancel');
  signal?.addEventListener('abort', cancel);
  const outcome = new Promise<TrainedModel>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      try {
        if (message.kind === 'start') onStart?.(message.context);
        else if (message.kind === 'epoch') onEpoch?.(message.metrics, message.isBest);
        else if (message.kind === 'step') onStep?.(message.done, message.total);
        else if (message.kind === 'done') resolve(message.model);
        else if (message.error.code === 'training-diverged') {
          reject(new TrainingDiverged(message.error.message, message.best));
        } else reject(new HashlensError(message.error.code, message.error.message));
      } catch (error) {
        // A listener threw: there is no use in training on.
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new HashlensError('internal', `The training thread ended with code ${code}.`)));
  });
  return outcome.finally(() => signal?.removeEventListener('abort', cancel));
}
