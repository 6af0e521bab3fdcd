// The worker thread train-in-worker.ts starts: trains, and tells what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import { train } from './trainer.ts';
import { TrainingDiverged, type TrainedModel, type TrainingRequest } from './training.ts';

export type WorkerRequest = Pick<TrainingRequest, 'data' | 'options' | 'encoder' | 'queryPhotos'>;

export type FromWorker =
  | { readonly kind: 'start'; readonly context: EvaluationContext }
  | { readonly kind: 'epoch'; readonly metrics: EpochMetrics; readonly isBest: boolean }
  | { readonly kind: 'step'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly model: TrainedModel }
  | { readonly kind: 'failed'; readonly error: ErrorData; readonly best: TrainedModel | null };

/** Steps can take a millisecond; nobody looks at progress more often than this. */
const stepMessageMs = 50;

const port = parentPort;
if (port === null) throw new Error('training-worker.ts runs as a worker thread');

const controller = new AbortController();
// The one message that comes in asks to stop.
port.on('message', () => controller.abort());
const say = (message: FromWorker) => port.postMessage(message);

let lastStep = 0;
try {
  const model = await train({
    ...(workerData as WorkerRequest),
    signal: controller.signal,
    onStart: (context) => say({ kind: 'start', context }),
    onEpoch: (metrics, isBest) => say({ kind: 'epoch', metrics, isBest }),
    onStep: (done, total) => {
      const now = performance.now();
      if (done < total && now - lastStep < stepMessageMs) return;
      lastStep = now;
      say({ kind: 'step', done, total });
    },
  });
  say({ kind: 'done', model });
} catch (error) {
  say({ kind: 'failed', error: toErrorData(error), best: error instanceof TrainingDiverged ? error.best : null });
}
port.close();
