// Requests between two programs or threads over any channel: a child process, a worker thread or a socket.
// A request has a number; its answer, its news and its cancellation carry the same. Errors keep code, stack and causes.
import { fromErrorRecord, HashlensError, toErrorRecord, type ErrorRecord } from './errors.ts';

/** The outcome of a request, as data. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord };

export interface RequestMessage {
  readonly kind: 'request';
  readonly seq: number;
  readonly method: string;
  readonly params: unknown;
}
export interface CancelMessage {
  readonly kind: 'cancel';
  readonly seq: number;
}
export interface NewsMessage {
  readonly kind: 'news';
  readonly seq: number;
  readonly news: unknown;
}
export interface AnswerMessage {
  readonly kind: 'answer';
  readonly seq: number;
  readonly answer: Answer<unknown>;
}
/** Messages of the requesting side. */
export type FromRequester = RequestMessage | CancelMessage;
/** Messages of the answering side. */
export type FromResponder = AnswerMessage | NewsMessage;
export type ProtocolMessage = FromRequester | FromResponder;

/** Parameters, result and, if a request reports meanwhile, news of one method. */
export interface MethodTypes {
  readonly params: unknown;
  readonly result: unknown;
  readonly news?: unknown;
}
/** The methods of one side, by name: types both ends of a channel share. */
export type Methods<M> = { readonly [K in keyof M]: MethodTypes };

/** Sends a message; array buffers in the list are moved instead of copied if the channel can do that. */
export type Send<Message> = (message: Message, moved: readonly ArrayBuffer[]) => void;

export interface RequestOptions<News> {
  /** Asks the other side to stop; its answer is then usually `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  readonly onNews?: (news: News) => void;
  /** Array buffers of the parameters that this side no longer needs. */
  readonly moved?: readonly ArrayBuffer[];
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onNews: (news: unknown) => void;
}

/** The requesting side. */
export class Requester<M extends Methods<M>> {
  readonly #send: Send<FromRequester>;
  readonly #pending = new Map<number, Pending>();
  #seq = 0;
  #ended: Error | null = null;

  constructor(send: Send<FromRequester>) {
    this.#send = send;
  }

  /** Requests without an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /** @throws the other side's error, or the reason given to `end` */
  async request<K extends keyof M & string>(
    method: K,
    params: M[K]['params'],
    { signal, onNews, moved = [] }: RequestOptions<NonNullable<M[K]['news']>> = {},
  ): Promise<M[K]['result']> {
    if (this.#ended !== null) throw this.#ended;
    const seq = ++this.#seq;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // The other end takes its types from the same list of methods.
    this.#pending.set(seq, { resolve, reject, onNews: (news) => onNews?.(news as NonNullable<M[K]['news']>) });
    const cancel = () => this.#send({ kind: 'cancel', seq }, []);
    try {
      this.#send({ kind: 'request', seq, method, params }, moved);
    } catch (error) {
      this.#pending.delete(seq);
      throw error;
    }
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** As `request`, with an error as data. */
  ask<K extends keyof M & string>(
    method: K,
    params: M[K]['params'],
    options?: RequestOptions<NonNullable<M[K]['news']>>,
  ): Promise<Answer<M[K]['result']>> {
    return toAnswer(() => this.request(method, params, options));
  }

  receive(message: FromResponder): void {
    const pending = this.#pending.get(message.seq);
    if (pending === undefined) return;
    if (message.kind === 'news') return pending.onNews(message.news);
    this.#pending.delete(message.seq);
    if (message.answer.ok) pending.resolve(message.answer.value);
    else pending.reject(fromErrorRecord(message.answer.error));
  }

  /** Ends the channel: pending requests are rejected with the reason, and so is every later one. */
  end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/** Context of a request's handler, beside its parameters. */
export interface RequestContext<News> {
  /** Aborted when the asking side cancels. */
  readonly signal: AbortSignal;
  readonly news: (news: News) => void;
  /** Moves an array buffer of the result instead of copying it. */
  readonly move: (buffer: ArrayBuffer) => void;
}

export type Handler = (method: string, params: unknown, context: RequestContext<unknown>) => unknown;

export type Handlers<M extends Methods<M>> = {
  readonly [K in keyof M]: (
    params: M[K]['params'],
    context: RequestContext<NonNullable<M[K]['news']>>,
  ) => M[K]['result'] | Promise<M[K]['result']>;
};

/** A handler for each method, for a channel whose other end is this program's own. */
export function handlerOf<M extends Methods<M>>(handlers: Handlers<M>): Handler {
  const byName = new Map<string, unknown>(Object.entries(handlers));
  return (method, params, context) => {
    const handle = byName.get(method);
    if (handle === undefined) throw new HashlensError('bad-argument', `There is no method ${method}.`);
    return (handle as Handlers<Record<string, MethodTypes>>[string])(params, context);
  };
}

/** The answering side. */
export class Responder {
  readonly #handle: Handler;
  readonly #send: Send<FromResponder>;
  readonly #running = new Map<number, AbortController>();

  constructor(handle: Handler, send: Send<FromResponder>) {
    this.#handle = handle;
    this.#send = send;
  }

  /** Resolves when a request has been answered. */
  async receive(message: FromRequester): Promise<void> {
    const { seq } = message;
    if (message.kind === 'cancel') return this.#running.get(seq)?.abort();
    const controller = new AbortController();
    this.#running.set(seq, controller);
    const moved: ArrayBuffer[] = [];
    const context: RequestContext<unknown> = {
      signal: controller.signal,
      news: (news) => this.#send({ kind: 'news', seq, news }, []),
      move: (buffer) => void moved.push(buffer),
    };
    const answer = await toAnswer(async () => this.#handle(message.method, message.params, context));
    this.#running.delete(seq);
    this.#send({ kind: 'answer', seq, answer }, answer.ok ? moved : []);
  }

  /** Aborts running requests, because the requesting side is gone. */
  cancelAll(): void {
    for (const controller of this.#running.values()) controller.abort();
  }
}

/** The result or the error of `work`, as data. */
export async function toAnswer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toErrorRecord(error) };
  }
}

/** The value of an answer. @throws its error */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw fromErrorRecord(answer.error);
}
