// Sends requests to a program in a separate process, with typed arrays of any size.
import type { ChildProcess } from 'node:child_process';
import { HashlensError } from '../../shared/errors.ts';
import {
  Requester,
  Responder,
  type FromRequester,
  type FromResponder,
  type Handler,
  type Methods,
} from '../../shared/protocol.ts';
import { ArrayReceiver, ArraySender } from './array-channel.ts';
import {
  errorOutput,
  hasRun,
  ignoreTerminalSignals,
  onError,
  onMessage,
  announceStart,
  startNode,
} from './node-process.ts';
import { howEnded, notStarted } from '../../shared/process-end.ts';

/**
 * Requests fail with `engine-stopped` once the process was closed, with `internal` where it ended by itself, and with
 * the error of `notStarted` where its program never ran.
 */
export class ProcessRequester<M extends Methods<M>> extends Requester<M> {
  readonly #child: ChildProcess;

  /**
   * @param program a module that calls `answerParent`
   * @param name of the process, for the message when it ends by itself
   */
  constructor(program: URL, name: string) {
    const child = startNode(program, { readsErrors: true });
    const sender = new ArraySender(child);
    // A closed channel shows as the process's end.
    super((message) => void sender.send(message).catch(() => undefined));
    this.#child = child;
    const output = errorOutput(child);
    const receiver = new ArrayReceiver<FromResponder>((message) => this.receive(message));
    onMessage(child, (received) => receiver.receive(received));
    onError(child, name, (error) => this.end(error));
    child.on('close', (code, signal) => {
      if (!hasRun(child)) return this.end(notStarted(name, { code, signal, output: output() }));
      const cause = output() === '' ? undefined : { cause: new Error(output()) };
      this.end(new HashlensError('internal', `${name} was ended ${howEnded(code, signal)}.`, cause));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process at once, even inside a driver that does not answer. */
  kill(reason: HashlensError): void {
    this.end(reason);
    this.#child.kill('SIGKILL');
  }
}

/** Child side: answers the parent's requests until the parent ends or kills the process. */
export function answerParent(handle: Handler): void {
  if (process.send === undefined) throw new Error('this program is started by the engine');
  ignoreTerminalSignals();
  announceStart();
  process.on('disconnect', () => process.exit());
  const sender = new ArraySender(process);
  const responder = new Responder(handle, (message) => void sender.send(message).catch(() => process.exit()));
  const receiver = new ArrayReceiver<FromRequester>((message) => void responder.receive(message));
  process.on('message', (received) => receiver.receive(received));
}
