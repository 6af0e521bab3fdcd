// Sends requests to a program in a worker thread.
import { Worker } from 'node:worker_threads';
import { HashlensError } from '../../shared/errors.ts';
import { Requester, type FromResponder, type Methods } from '../../shared/protocol.ts';

/** Requests fail with `engine-stopped` once the thread has ended, and with its error if it failed. */
export class WorkerRequester<M extends Methods<M>> extends Requester<M> {
  readonly #worker: Worker;
  #hasEnded = false;

  /** @param closed message of requests after the end */
  constructor(program: URL, workerData: unknown, closed: string) {
    const worker = new Worker(program, { workerData });
    super((message, moved) => worker.postMessage(message, moved));
    this.#worker = worker;
    const end = (reason: Error): void => {
      this.#hasEnded = true;
      this.end(reason);
    };
    worker.on('error', (error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => end(new HashlensError('engine-stopped', closed)));
    worker.on('message', (message: FromResponder) => this.receive(message));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
