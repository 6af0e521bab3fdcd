// The program of a training process: trains what the engine sends and reports each step, epoch and checkpoint.
import { handlerOf, Requester, Responder, type ProtocolMessage } from '../../../shared/protocol.ts';
import { ArrayReceiver, ArraySender } from '../../runtime/array-channel.ts';
import { ignoreTerminalSignals, announceStart } from '../../runtime/node-process.ts';
import { train } from './trainer.ts';
import { TrainingDiverged } from './training.ts';
import type { CheckpointMethods, TrainingMethods } from './training-messages.ts';

/** Least time between two reports of steps, which can take a millisecond. */
const stepMessageMs = 50;

if (process.send === undefined) throw new Error('training-process.ts is started by train-in-process.ts');
ignoreTerminalSignals();
announceStart();
// Without an engine there is no receiver of the model.
process.on('disconnect', () => process.exit());

const sender = new ArraySender(process);
const send = (message: ProtocolMessage) => void sender.send(message).catch(() => process.exit());
const requester = new Requester<CheckpointMethods>(send);

const handle = handlerOf<TrainingMethods>({
  async train({ checkpoints, ...request }, { signal, news }) {
    let lastStep = 0;
    // A cancelled training does not wait for its checkpoint.
    const cancelled = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const onCheckpoint = async (bytes: Uint8Array<ArrayBuffer>) => {
      await Promise.race([requester.request('saveCheckpoint', bytes), cancelled]);
    };
    try {
      const model = await train({
        ...request,
        signal,
        onStart: (context, done) => news({ kind: 'start', context, done }),
        onEpoch: (metrics, isBest) => news({ kind: 'epoch', metrics, isBest }),
        onStep: (done, total) => {
          const now = performance.now();
          if (done < total && now - lastStep < stepMessageMs) return;
          lastStep = now;
          news({ kind: 'step', done, total });
        },
        ...(checkpoints ? { onCheckpoint } : {}),
      });
      return { kind: 'done', model };
    } catch (error) {
      if (!(error instanceof TrainingDiverged)) throw error;
      return { kind: 'diverged', message: error.message, best: error.best };
    }
  },
});
const responder = new Responder(handle, send);

const receiver = new ArrayReceiver<ProtocolMessage>((message) => {
  if (message.kind === 'answer' || message.kind === 'news') requester.receive(message);
  else if (message.kind === 'cancel') void responder.receive(message);
  else void trainOnce(message);
});
process.on('message', (received) => receiver.receive(received));

async function trainOnce(message: Extract<ProtocolMessage, { kind: 'request' }>): Promise<void> {
  await responder.receive(message);
  await sender.flushed();
  process.disconnect();
}
