// The program of a training process: trains what the engine sends and reports each step, epoch and checkpoint.
import { toErrorData } from '../../../shared/errors.ts';
import { train } from './trainer.ts';
import { TrainingDiverged } from './training.ts';
import {
  FramedReceiver,
  FramedSender,
  modelMessage,
  requestOf,
  type FromTraining,
  type ToTraining,
  type TrainingOrder,
} from './training-messages.ts';

/** Least time between two reports of steps, which can take a millisecond. */
const stepMessageMs = 50;

if (process.send === undefined) throw new Error('training-process.ts is started by train-in-process.ts');
// Ctrl+C reaches every process of a terminal. The engine decides what happens to its training.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Without an engine nobody takes the model.
process.on('disconnect', () => process.exit());

const controller = new AbortController();
const sender = new FramedSender<FromTraining>(process);
let onSaved: (() => void) | null = null;

const report = (message: FromTraining, blobs: readonly Uint8Array[] = []) =>
  sender.send(message, blobs).catch(() => process.exit());

const receiver = new FramedReceiver<ToTraining>((message, blobs) => {
  if (message.kind === 'train') void run(message.order, blobs);
  else {
    if (message.kind === 'cancel') controller.abort();
    // A cancelled training does not wait for its checkpoint.
    onSaved?.();
  }
});
process.on('message', (received) => receiver.receive(received));

async function saved(bytes: Uint8Array): Promise<void> {
  const answered = new Promise<void>((resolve) => (onSaved = resolve));
  await report({ kind: 'checkpoint' }, [bytes]);
  if (!controller.signal.aborted) await answered;
}

async function run(order: TrainingOrder, blobs: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  let lastStep = 0;
  try {
    const model = await train({
      ...requestOf(order, blobs),
      signal: controller.signal,
      onStart: (context, done) => void report({ kind: 'start', context, done }),
      onEpoch: (metrics, isBest) => void report({ kind: 'epoch', metrics, isBest }),
      onStep: (done, total) => {
        const now = performance.now();
        if (done < total && now - lastStep < stepMessageMs) return;
        lastStep = now;
        void report({ kind: 'step', done, total });
      },
      ...(order.checkpoints ? { onCheckpoint: saved } : {}),
    });
    const { message, blobs: networks } = modelMessage(model);
    await report({ kind: 'done', ...message }, networks);
  } catch (error) {
    const best = error instanceof TrainingDiverged && error.best !== null ? modelMessage(error.best) : null;
    await report({ kind: 'failed', error: toErrorData(error), best: best?.message ?? null }, best?.blobs);
  }
  process.disconnect();
}
