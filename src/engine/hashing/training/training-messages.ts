// Messages between the engine and a training process. Large arrays travel as bytes in pieces, so that no message exceeds
// what a channel takes at a time.
import type { ErrorData } from '../../../shared/errors.ts';
import type { EpochMetrics, EvaluationContext } from '../../../shared/contract/evaluation.ts';
import type { TrainingData } from '../data/training-data.ts';
import type { TrainedModel } from '../model/trained-model.ts';
import type { TrainingRequest } from './training.ts';

/** What the process needs to train. Arrays of the data come as blobs, in the order of `blobsOfRequest`. */
export interface TrainingOrder extends Pick<TrainingRequest, 'options' | 'encoder' | 'queryPhotos' | 'withPair'> {
  readonly data: Omit<TrainingData, 'imageRows' | 'textRows' | 'captionPhoto'>;
  /** Whether the engine keeps checkpoints. */
  readonly checkpoints: boolean;
  /** Whether the last blob is a checkpoint to resume from. */
  readonly resumes: boolean;
}

/** A model without its networks, which follow as blobs: image, text and, where `hasPair`, pair. */
export interface ModelMessage {
  readonly model: Omit<TrainedModel, 'image' | 'text' | 'pair'>;
  readonly hasPair: boolean;
}

export type ToTraining =
  | { readonly kind: 'train'; readonly order: TrainingOrder }
  | { readonly kind: 'cancel' }
  /** The checkpoint is on disk; the next epoch may begin. */
  | { readonly kind: 'saved' };

export type FromTraining =
  | { readonly kind: 'start'; readonly context: EvaluationContext; readonly done: readonly EpochMetrics[] }
  | { readonly kind: 'epoch'; readonly metrics: EpochMetrics; readonly isBest: boolean }
  | { readonly kind: 'step'; readonly done: number; readonly total: number }
  /** One blob: the checkpoint. The process waits for `saved`. */
  | { readonly kind: 'checkpoint' }
  | ({ readonly kind: 'done' } & ModelMessage)
  | { readonly kind: 'failed'; readonly error: ErrorData; readonly best: ModelMessage | null };

/** Sizes of the blobs that follow a message. */
interface Framed<Message> {
  readonly message: Message;
  /** Bytes of each blob. */
  readonly sizes: readonly number[];
}

/** Bytes of a blob sent at a time. */
const pieceBytes = 8 * 2 ** 20;

/** `process` or a child process. */
export interface Channel {
  send?(message: unknown, callback: (error: Error | null) => void): unknown;
}

const sendOne = (channel: Channel, message: unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    if (channel.send === undefined) return reject(new Error('the process has no channel'));
    channel.send(message, (error) => (error === null ? resolve() : reject(error)));
  });

export class FramedSender<Message> {
  readonly #channel: Channel;
  #last: Promise<void> = Promise.resolve();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Sends a message and its blobs after all messages before it. Rejects when the channel is closed. */
  send(message: Message, blobs: readonly Uint8Array[] = []): Promise<void> {
    const sent = this.#last.then(() => this.#send(message, blobs));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #send(message: Message, blobs: readonly Uint8Array[]): Promise<void> {
    const framed: Framed<Message> = { message, sizes: blobs.map(({ byteLength }) => byteLength) };
    await sendOne(this.#channel, framed);
    for (const blob of blobs) {
      for (let at = 0; at < blob.byteLength; at += pieceBytes) {
        await sendOne(this.#channel, blob.subarray(at, at + pieceBytes));
      }
    }
  }
}

/** Puts messages and their blobs together again. */
export class FramedReceiver<Message> {
  readonly #onMessage: (message: Message, blobs: readonly Uint8Array<ArrayBuffer>[]) => void;
  #waiting: { readonly message: Message; readonly blobs: readonly Uint8Array<ArrayBuffer>[] } | null = null;
  #blob = 0;
  #filled = 0;

  constructor(onMessage: (message: Message, blobs: readonly Uint8Array<ArrayBuffer>[]) => void) {
    this.#onMessage = onMessage;
  }

  /** @param received what the channel gave, from a FramedSender at the other end */
  receive(received: unknown): void {
    if (this.#waiting === null) {
      const { message, sizes } = received as Framed<Message>;
      this.#waiting = { message, blobs: sizes.map((size) => new Uint8Array(size)) };
      this.#blob = 0;
      this.#filled = 0;
    } else {
      const piece = received as Uint8Array;
      this.#waiting.blobs[this.#blob]?.set(piece, this.#filled);
      this.#filled += piece.byteLength;
    }
    const { message, blobs } = this.#waiting;
    for (let blob = blobs[this.#blob]; blob !== undefined && this.#filled === blob.byteLength;) {
      this.#blob++;
      this.#filled = 0;
      blob = blobs[this.#blob];
    }
    if (this.#blob < blobs.length) return;
    this.#waiting = null;
    this.#onMessage(message, blobs);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array | Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const blobsOfRequest = ({ data, resumeFrom }: TrainingRequest): Uint8Array[] => [
  bytesOf(data.imageRows),
  bytesOf(data.textRows),
  bytesOf(data.captionPhoto),
  ...(resumeFrom === undefined ? [] : [resumeFrom]),
];

export function orderOf(request: TrainingRequest): TrainingOrder {
  const { imageRows: _i, textRows: _t, captionPhoto: _c, ...data } = request.data;
  return {
    data,
    options: request.options,
    encoder: request.encoder,
    ...(request.queryPhotos === undefined ? {} : { queryPhotos: request.queryPhotos }),
    ...(request.withPair === undefined ? {} : { withPair: request.withPair }),
    checkpoints: request.onCheckpoint !== undefined,
    resumes: request.resumeFrom !== undefined,
  };
}

/** The request that `orderOf` and `blobsOfRequest` took apart, without its listeners. */
export function requestOf(
  { data, checkpoints: _c, resumes, ...rest }: TrainingOrder,
  blobs: readonly Uint8Array<ArrayBuffer>[],
): TrainingRequest {
  const [images, texts, photos, checkpoint] = blobs;
  if (images === undefined || texts === undefined || photos === undefined) throw new Error('arrays are missing');
  return {
    ...rest,
    data: {
      ...data,
      imageRows: new Float32Array(images.buffer),
      textRows: new Float32Array(texts.buffer),
      captionPhoto: new Int32Array(photos.buffer),
    },
    ...(resumes && checkpoint !== undefined ? { resumeFrom: checkpoint } : {}),
  };
}

export function modelMessage({ image, text, pair, ...model }: TrainedModel): {
  readonly message: ModelMessage;
  readonly blobs: readonly Uint8Array[];
} {
  return {
    message: { model, hasPair: pair !== undefined },
    blobs: [image, text, ...(pair === undefined ? [] : [pair])],
  };
}

export function modelOf({ model, hasPair }: ModelMessage, blobs: readonly Uint8Array[]): TrainedModel {
  const [image, text, pair] = blobs;
  if (image === undefined || text === undefined) throw new Error('the networks are missing');
  return { ...model, image, text, ...(hasPair && pair !== undefined ? { pair } : {}) };
}
