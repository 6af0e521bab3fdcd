// The worker thread train-in-worker.ts starts: trains, and tells what happens.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData, type ErrorData } from '../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext } from '../../shared/types.ts';
import { train } from './trainer.ts';
import { TrainingDiverged, type TrainedModel, type TrainingRequest } from './training.ts';

export interface WorkerRequest extends Pick<
  TrainingRequest,
  'data' | 'options' | 'encoder' | 'queryPhotos' | 'withPair' | 'resumeFrom'
> {
  /** Whether checkpoints are wanted. */
  readonly checkpoints: boolean;
}

export type FromWorker =
  | { readonly kind: 'start'; readonly context: EvaluationContext; readonly done: readonly EpochMetrics[] }
  | { readonly kind: 'epoch'; readonly metrics: EpochMetrics; readonly isBest: boolean }
  | { readonly kind: 'step'; readonly done: number; readonly total: number }
  /** Answered with `saved`, before which the next epoch does not begin. */
  | { readonly kind: 'checkpoint'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done'; readonly model: TrainedModel }
  | { readonly kind: 'failed'; readonly error: ErrorData; readonly best: TrainedModel | null };

export type ToWorker = 'cancel' | 'saved';

/** Steps can take a millisecond; nobody looks at progress more often than this. */
const stepMessageMs = 50;

const port = parentPort;
if (port === null) throw new Error('training-worker.ts runs as a worker thread');

const controller = new AbortController();
let onAnswer: (() => void) | null = null;
port.on('message', (message: ToWorker) => {
  if (message === 'cancel') controller.abort();
  // Whoever waits for a checkpoint to be saved goes on either way.
  onAnswer?.();
});
const say = (message: FromWorker) => port.postMessage(message);
const saved = (bytes: Uint8Array<ArrayBuffer>) =>
  new Promise<void>((resolve) => {
    onAnswer = resolve;
    port.postMessage({ kind: 'checkpoint', bytes } satisfies FromWorker, [bytes.buffer]);
  });

let lastStep = 0;
try {
  const { checkpoints, ...request } = workerData as WorkerRequest;
  const model = await train({
    ...request,
    signal: controller.signal,
    onStart: (context, done) => say({ kind: 'start', context, done }),
    onEpoch: (metrics, isBest) => say({ kind: 'epoch', metrics, isBest }),
    onStep: (done, total) => {
      const now = performance.now();
      if (done < total && now - lastStep < stepMessageMs) return;
      lastStep = now;
      say({ kind: 'step', done, total });
    },
    ...(checkpoints ? { onCheckpoint: saved } : {}),
  });
  say({ kind: 'done', model });
} catch (error) {
  say({ kind: 'failed', error: toErrorData(error), best: error instanceof TrainingDiverged ? error.best : null });
}
port.close();
