// Runs train() in a process of its own: searches never wait for a training step, a training can be ended in the middle of
// one, and its memory goes back to the system when it ends.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HashlensError } from '../../../shared/errors.ts';
import { throwIfCancelled } from '../../runtime/cancellation.ts';
import { TrainingDiverged, type TrainingRequest } from './training.ts';
import type { TrainedModel } from '../model/trained-model.ts';
import {
  blobsOfRequest,
  FramedReceiver,
  FramedSender,
  modelOf,
  orderOf,
  type FromTraining,
  type ToTraining,
} from './training-messages.ts';

export interface ProcessOptions {
  /** The program to run, where it is not the one beside this file. */
  readonly program?: URL;
}

/**
 * Time a cancelled training has to stop between two steps; then its process is killed. Ending a thread inside ONNX Runtime
 * would abort the whole engine.
 */
const stopMs = 700;

/** Characters of the process's error output kept to explain an unexpected end. */
const keptOutput = 2000;

/**
 * As train(), in a process of its own. A cancelled training ends within a second, however long its steps, and the last
 * checkpoint given to `onCheckpoint` stays valid.
 *
 * Throws as train() does, and `internal` when the process ends unexpectedly (for lack of memory, for instance).
 */
export async function trainInProcess(request: TrainingRequest, options: ProcessOptions = {}): Promise<TrainedModel> {
  throwIfCancelled(request.signal);
  const program = options.program ?? new URL('./training-process.ts', import.meta.url);
  // Not `fork`: in Electron that starts an Electron that acts as Node.
  const child = spawn(process.execPath, [...nodeOptions(), fileURLToPath(program)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  try {
    return await resultOf(child, request);
  } finally {
    await ended(child);
  }
}

/** Options of this Node that its children need too; a debugger's port can be used once only. */
const nodeOptions = (): string[] => process.execArgv.filter((option) => !option.startsWith('--inspect'));

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
  const sender = new FramedSender<ToTraining>(child);
  // A closed channel shows as the process's end.
  const post = (message: ToTraining, blobs?: readonly Uint8Array[]) =>
    void sender.send(message, blobs).catch(() => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<TrainedModel>();
  let killer: NodeJS.Timeout | undefined;
  const cancel = () => {
    post({ kind: 'cancel' });
    killer ??= setTimeout(() => child.kill('SIGKILL'), stopMs);
  };
  const onMessage = async (message: FromTraining, blobs: readonly Uint8Array<ArrayBuffer>[]): Promise<void> => {
    if (message.kind === 'start') onStart?.(message.context, message.done);
    else if (message.kind === 'epoch') onEpoch?.(message.metrics, message.isBest);
    else if (message.kind === 'step') onStep?.(message.done, message.total);
    else if (message.kind === 'checkpoint') {
      const [bytes] = blobs;
      if (bytes !== undefined) await onCheckpoint?.(bytes);
      post({ kind: 'saved' });
    } else if (message.kind === 'done') resolve(modelOf(message, blobs));
    else if (message.error.code === 'training-diverged') {
      const best = message.best === null ? null : modelOf(message.best, blobs);
      reject(new TrainingDiverged(message.error.message, best));
    } else reject(new HashlensError(message.error.code, message.error.message));
  };
  const receiver = new FramedReceiver<FromTraining>((message, blobs) => {
    onMessage(message, blobs).catch((error: unknown) => {
      // A listener threw: its training is of no use.
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  child.on('message', (received) => receiver.receive(received));
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  child.on('error', reject);
  // `close` comes after everything the process wrote.
  child.on('close', (code, killedBy) => {
    if (signal?.aborted) return reject(new HashlensError('cancelled', 'The training was cancelled.'));
    const how = killedBy === null ? `with code ${code}` : `by ${killedBy}`;
    const cause = output.trim() === '' ? undefined : { cause: new Error(output.trim()) };
    const why = killedBy === 'SIGKILL' ? '; the system may have run out of memory' : '';
    reject(new HashlensError('internal', `The training process was ended ${how}${why}.`, cause));
  });
  signal?.addEventListener('abort', cancel);
  post({ kind: 'train', order: orderOf(request) }, blobsOfRequest(request));
  return promise.finally(() => {
    clearTimeout(killer);
    signal?.removeEventListener('abort', cancel);
  });
}
