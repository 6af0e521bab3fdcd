// Messages of any size over the channel of a process. The bytes of typed arrays follow their message in pieces, because a
// channel copies each message as a whole.

/** `process` or a child process. */
export interface Channel {
  send?(message: unknown, callback: (error: Error | null) => void): unknown;
}

/** Bytes sent at a time. */
const pieceBytes = 8 * 2 ** 20;

const arrayTypes = { Uint8Array, Int32Array, Float32Array, Float64Array } as const;
type ArrayType = keyof typeof arrayTypes;

/** Stands for an array in a message; arrays follow in the order of their places. */
interface Place {
  readonly $array: ArrayType;
}

/** A message without its arrays, and the bytes of each. */
interface Envelope {
  readonly message: unknown;
  readonly sizes: readonly number[];
}

const typeNames = Object.keys(arrayTypes) as ArrayType[];
/** A Buffer counts as a Uint8Array. */
const typeOf = (value: object): ArrayType | undefined => typeNames.find((name) => value instanceof arrayTypes[name]);

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isPlace = (value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Place =>
  typeof value['$array'] === 'string' && value['$array'] in arrayTypes;

/** The value with each typed array replaced by the result of `replace`; arrays and plain objects are searched. */
function mapArrays(value: unknown, replace: (value: object) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) {
    return value.some((item) => typeof item === 'object') ? value.map((item) => mapArrays(item, replace)) : value;
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapArrays(item, replace)]));
}

export class ArraySender {
  readonly #channel: Channel;
  #last: Promise<void> = Promise.resolve();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /**
   * Sends a message after all earlier messages. Its arrays must not change until then. Rejects when the channel is
   * closed.
   */
  send(message: unknown): Promise<void> {
    const sent = this.#last.then(() => this.#send(message));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  /** Resolves when everything has been sent. */
  async flushed(): Promise<void> {
    await this.#last;
  }

  async #send(message: unknown): Promise<void> {
    const arrays: Uint8Array[] = [];
    const bare = mapArrays(message, (value) => {
      const type = typeOf(value);
      if (type === undefined || !ArrayBuffer.isView(value)) return undefined;
      arrays.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return { $array: type } satisfies Place;
    });
    await this.#sendOne({ message: bare, sizes: arrays.map(({ byteLength }) => byteLength) } satisfies Envelope);
    for (const bytes of arrays) {
      for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
        await this.#sendOne(bytes.subarray(at, at + pieceBytes));
      }
    }
  }

  #sendOne(message: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#channel.send === undefined) return reject(new Error('the process has no channel'));
      this.#channel.send(message, (error) => (error === null ? resolve() : reject(error)));
    });
  }
}

/** Reassembles messages and their arrays. */
export class ArrayReceiver<Message> {
  readonly #onMessage: (message: Message) => void;
  #waiting: { readonly envelope: Envelope; readonly arrays: readonly Uint8Array<ArrayBuffer>[] } | null = null;
  #array = 0;
  #filled = 0;

  constructor(onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
  }

  /** @param received a value from the channel, sent by an ArraySender at the other end */
  receive(received: unknown): void {
    if (this.#waiting === null) {
      const envelope = received as Envelope;
      this.#waiting = { envelope, arrays: envelope.sizes.map((size) => new Uint8Array(size)) };
      this.#array = 0;
      this.#filled = 0;
    } else {
      const piece = received as Uint8Array;
      this.#waiting.arrays[this.#array]?.set(piece, this.#filled);
      this.#filled += piece.byteLength;
    }
    const { envelope, arrays } = this.#waiting;
    for (let array = arrays[this.#array]; array !== undefined && this.#filled === array.byteLength;) {
      this.#array++;
      this.#filled = 0;
      array = arrays[this.#array];
    }
    if (this.#array < arrays.length) return;
    this.#waiting = null;
    const next = arrays.values();
    const whole = mapArrays(envelope.message, (value) => {
      if (!isPlain(value) || !isPlace(value)) return undefined;
      const bytes = next.next().value;
      if (bytes === undefined) throw new TypeError('a message has more places than arrays');
      return new arrayTypes[value.$array](bytes.buffer);
    });
    this.#onMessage(whole as Message);
  }
}
