// The engine as a child process of main: start, requests, supervision, one restart, and shutdown.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { EngineMethod, EngineMethods, FromEngine, Params, Result, ToEngine } from '../shared/contract/engine.ts';
import type { AppEvent, EngineHealth } from '../shared/contract/page.ts';
import { HashlensError, type ErrorData } from '../shared/errors.ts';
import { notStarted, type ProcessEnd } from '../shared/process-end.ts';
import { handlerOf, Requester, Responder, valueOf, type Answer, type Handler } from '../shared/protocol.ts';

export interface EngineCommand {
  /** The Node binary that ships with the app. Electron's own Node never runs the engine. */
  readonly node: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Largest number of milliseconds until the program runs; default: a minute. Without enough threads Node waits forever. */
  readonly startMs?: number;
}

export interface EngineLog {
  write(source: 'main' | 'engine', text: string): void;
}

/** An engine that has run this long is restarted without asking if it dies. */
const wellAfterMs = 5 * 60 * 1000;
const shutdownTimeoutMs = 5000;
const usualStartMs = 60_000;
/** Characters of error output that explain why the engine did not start. */
const keptOutput = 2000;

export class EngineProcess {
  readonly #command: EngineCommand;
  readonly #log: EngineLog;
  /** Answers the engine's own requests. */
  readonly #responder: Responder;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  #health: EngineHealth = { state: 'stopped', reason: 'Not started yet.' };
  #child: ChildProcess | null = null;
  /** Requester of the present process. */
  #requester = new Requester<EngineMethods>((message) => this.#send(message));
  /** Messages that wait until the engine is ready. */
  #unsent: ToEngine[] = [];
  #ready = false;
  #readyAt = 0;
  #restarted = false;
  #closing = false;
  /** Shutdown was requested, so the end of the process is not an error. */
  #ending = false;
  /** The next start begins with a repair. */
  #repair = false;
  /** Reason why the engine cannot run at all, e.g. a library written by a newer version. */
  #failure: ErrorData | null = null;

  /** @param host answers the engine's own requests; without it they are refused */
  constructor(command: EngineCommand, log: EngineLog, host: Handler = handlerOf({})) {
    this.#command = command;
    this.#log = log;
    this.#responder = new Responder(host, (message) => this.#child?.send(message, () => undefined));
  }

  get health(): EngineHealth {
    return this.#health;
  }

  /** Whether the process has ended. */
  get ended(): boolean {
    return this.#child === null;
  }

  /** Adds a listener; returns a function that removes it. */
  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts the engine, also after a failure. Does nothing for a running one. */
  start(): void {
    if (this.#child !== null || this.#closing) return;
    this.#restarted = false;
    this.#failure = null;
    this.#setHealth({ state: 'starting' });
    this.#launch();
  }

  /** Ends the engine and starts it again with a repair of the library as its first step. */
  async repair(): Promise<void> {
    if (this.#closing) return;
    await this.#end();
    this.#repair = true;
    this.start();
  }

  /** Makes a request on behalf of main. Throws the engine's error. */
  async request<M extends EngineMethod>(method: M, params: Params<M>): Promise<Result<M>> {
    // The engine implements EngineApi, whose types are those of the contract.
    return valueOf(await this.pass(method, params)) as Result<M>;
  }

  /** Passes a request on unchanged; the engine parses it. Requests made before the engine is ready wait. */
  pass(method: EngineMethod, params: unknown): Promise<Answer<unknown>> {
    if (this.#child === null) {
      const why = this.#failure ?? { code: 'engine-stopped', message: 'The search engine is not running.' };
      return Promise.resolve({ ok: false, error: why });
    }
    return this.#requester.ask(method, params as Params<typeof method>);
  }

  /** Asks the engine to end, and kills it when it has not ended within a few seconds. */
  async shutdown(): Promise<void> {
    this.#closing = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#ending = true;
    await new Promise<void>((resolve) => {
      const killer = setTimeout(() => child.kill('SIGKILL'), shutdownTimeoutMs);
      child.once('close', () => {
        clearTimeout(killer);
        resolve();
      });
      child.send({ kind: 'shutdown' } satisfies ToEngine, () => undefined);
    });
  }

  #launch(): void {
    const { node, program, args, env, startMs = usualStartMs } = this.#command;
    // Do not use `fork`: Electron's version makes the child an Electron that acts as Node.
    let child: ChildProcess;
    try {
      child = spawn(node, [program, ...args, ...(this.#repair ? ['--repair'] : [])], {
        env,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        serialization: 'advanced',
        windowsHide: true,
      });
    } catch (error) {
      return this.#onUnstarted({ error });
    }
    this.#child = child;
    this.#ready = false;
    this.#ending = false;
    this.#repair = false;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#log.write('engine', line));
    }
    let hasRun = false;
    let output = '';
    child.stderr?.on('data', (text) => (output = (output + String(text)).slice(-keptOutput)));
    const timer = setTimeout(() => child.kill('SIGKILL'), startMs);
    child.once('message', () => {
      hasRun = true;
      clearTimeout(timer);
    });
    let failure: string | null = null;
    child.on('error', (error) => {
      this.#log.write('main', `engine process: ${error.message}`);
      failure = error.message;
      if (child.pid !== undefined) return;
      // A binary that cannot be started emits no `close`.
      clearTimeout(timer);
      this.#onUnstarted({ error });
    });
    // The other end is this app's own engine, so its messages follow the contract.
    child.on('message', (message) => this.#onMessage(message as FromEngine));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (!hasRun && this.#child === child && !this.#ending) return this.#onUnstarted({ code, signal, output });
      this.#onEnd(child, failure ?? endReason(code, signal));
    });
  }

  #onMessage(message: FromEngine): void {
    switch (message.kind) {
      case 'runs':
        break;
      case 'ready':
        this.#ready = true;
        this.#readyAt = Date.now();
        this.#setHealth({ state: 'running' });
        for (const unsent of this.#unsent.splice(0)) this.#send(unsent);
        break;
      case 'failed':
        // Report its last message instead of the exit code that follows.
        this.#failure = message.error;
        break;
      case 'answer':
      case 'news':
        this.#requester.receive(message);
        break;
      case 'request':
      case 'cancel':
        void this.#responder.receive(message);
        break;
      case 'event':
        this.#emit(message.event);
        break;
    }
  }

  /** The program never ran; another start would fail in the same way. */
  #onUnstarted(end: ProcessEnd): void {
    this.#failure ??= { code: 'engine-stopped', message: notStarted('The search engine', end).message };
    this.#onEnd(this.#child, this.#failure.message);
  }

  #onEnd(child: ChildProcess | null, reason: string): void {
    if (this.#child !== child) return;
    const ranWell = this.#ready && Date.now() - this.#readyAt >= wellAfterMs;
    this.#child = null;
    this.#ready = false;
    this.#unsent = [];
    this.#responder.cancelAll();
    const { code, message } = this.#failure ?? {
      code: 'engine-stopped',
      message: `The search engine ended before it could answer: ${reason}.`,
    };
    this.#requester.end(new HashlensError(code, message));
    this.#requester = new Requester((request) => this.#send(request));

    if (this.#closing) {
      this.#setHealth({ state: 'stopped', reason: 'The app is closing.' });
      return;
    }
    if (this.#ending) {
      this.#setHealth({ state: 'stopped', reason: 'It is being started again.' });
      return;
    }
    this.#log.write('main', `engine process ended: ${reason}`);
    if (ranWell) this.#restarted = false;
    if (this.#failure !== null || this.#restarted) {
      const stopped = this.#failure === null ? { reason } : { reason: this.#failure.message, code: this.#failure.code };
      this.#setHealth({ state: 'stopped', ...stopped });
      return;
    }
    this.#restarted = true;
    this.#setHealth({ state: 'restarting', reason });
    this.#launch();
  }

  #send(message: ToEngine): void {
    // On a closed channel, `close` follows and rejects waiting requests.
    if (this.#ready) this.#child?.send(message, () => undefined);
    else this.#unsent.push(message);
  }

  #setHealth(health: EngineHealth): void {
    this.#health = health;
    this.#emit({ type: 'engine', health });
  }

  #emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function endReason(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
}
