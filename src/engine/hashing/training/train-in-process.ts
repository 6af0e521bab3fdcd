// Runs train() in a separate process: searches never wait for a training step, a step can be interrupted, and the
// memory goes back to the system at the end.
import type { ChildProcess } from 'node:child_process';
import { HashlensError } from '../../../shared/errors.ts';
import { handlerOf, Requester, Responder, type ProtocolMessage } from '../../../shared/protocol.ts';
import { ArrayReceiver, ArraySender } from '../../runtime/array-channel.ts';
import { throwIfCancelled } from '../../runtime/cancellation.ts';
import { errorOutput, hasRun, onError, onMessage, startNode } from '../../runtime/node-process.ts';
import { howEnded, notStarted } from '../../../shared/process-end.ts';
import type { TrainedModel } from '../model/trained-model.ts';
import { TrainingDiverged, type TrainingRequest } from './training.ts';
import { orderOf, type CheckpointMethods, type TrainingMethods, type TrainingNews } from './training-messages.ts';

export interface ProcessOptions {
  /** The program to run, where it is not the one beside this file. */
  readonly program?: URL;
}

/**
 * Time a cancelled training has to stop between two steps; then its process is killed. Ending a thread inside ONNX Runtime
 * would abort the whole engine.
 */
const stopMs = 700;

/**
 * Runs train() in a separate process. A cancelled training ends within a second, however long its steps, and the last
 * checkpoint given to `onCheckpoint` stays valid.
 *
 * Throws as train() does, `internal` when the process ends unexpectedly (for lack of memory, for instance), and the
 * error of `notStarted` when its program never ran.
 */
export async function trainInProcess(request: TrainingRequest, options: ProcessOptions = {}): Promise<TrainedModel> {
  throwIfCancelled(request.signal);
  const program = options.program ?? new URL('./training-process.ts', import.meta.url);
  const child = startNode(program, { readsErrors: true });
  try {
    return await resultOf(child, request);
  } finally {
    await ended(child);
  }
}

/** Waits for the end of a process whose channel is closed, and enforces it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  if (child.connected) child.disconnect();
  await exit;
  clearTimeout(killer);
}

function resultOf(child: ChildProcess, request: TrainingRequest): Promise<TrainedModel> {
  const { signal, onStart, onEpoch, onStep, onCheckpoint } = request;
  const sender = new ArraySender(child);
  // A closed channel shows as the process's end.
  const send = (message: ProtocolMessage) => void sender.send(message).catch(() => undefined);
  const requester = new Requester<TrainingMethods>(send);
  const saveCheckpoints = handlerOf<CheckpointMethods>({
    saveCheckpoint: async (bytes) => {
      await onCheckpoint?.(bytes);
      return null;
    },
  });
  const responder = new Responder(saveCheckpoints, send);
  const receiver = new ArrayReceiver<ProtocolMessage>((message) => {
    if (message.kind === 'request' || message.kind === 'cancel') void responder.receive(message);
    else requester.receive(message);
  });
  const hear = (news: TrainingNews): void => {
    if (news.kind === 'start') onStart?.(news.context, news.done);
    else if (news.kind === 'epoch') onEpoch?.(news.metrics, news.isBest);
    else onStep?.(news.done, news.total);
  };
  const onNews = (news: TrainingNews): void => {
    try {
      hear(news);
    } catch (error) {
      // A listener threw: the result of the training would have no receiver.
      requester.end(error instanceof Error ? error : new Error(String(error)));
    }
  };
  let killer: NodeJS.Timeout | undefined;
  const killLater = () => (killer ??= setTimeout(() => child.kill('SIGKILL'), stopMs));
  signal?.addEventListener('abort', killLater);
  onMessage(child, (received) => receiver.receive(received));
  const output = errorOutput(child);
  const name = 'The training process';
  onError(child, name, (error) => requester.end(error));
  // `close` comes after everything the process wrote.
  child.on('close', (code, killedBy) => {
    if (signal?.aborted) return requester.end(new HashlensError('cancelled', 'The training was cancelled.'));
    if (!hasRun(child)) return requester.end(notStarted(name, { code, signal: killedBy, output: output() }));
    const cause = output() === '' ? undefined : { cause: new Error(output()) };
    const why = killedBy === 'SIGKILL' ? '; the system may have run out of memory' : '';
    const how = howEnded(code, killedBy);
    requester.end(new HashlensError('internal', `${name} was ended ${how}${why}.`, cause));
  });
  return requester
    .request('train', orderOf(request), { signal, onNews })
    .then((result) => {
      if (result.kind === 'diverged') throw new TrainingDiverged(result.message, result.best);
      return result.model;
    })
    .finally(() => {
      clearTimeout(killer);
      signal?.removeEventListener('abort', killLater);
    });
}
