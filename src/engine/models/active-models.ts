// The encoder and the hash model in use: opened once and shared by every caller, switched on request.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HashlensError } from '../../shared/errors.ts';
import type { EncoderState } from '../../shared/contract/encoders.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { knownEncoders } from '../encoder/clip/known-encoders.ts';
import type { Encoder, EncoderInfo } from '../encoder/encoder.ts';
import { openEncoder, type EncoderSpec } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { openEncoderInWorker } from '../encoder/worker-encoder.ts';
import { openHashModel, type HashModel } from '../hashing/model/hash-model.ts';
import { writeModel } from '../hashing/model/model-files.ts';
import { rotationModel } from '../hashing/methods/rotation.ts';
import { toPlanes, type PixelInput } from '../imaging/pixel-input.ts';
import type { Store } from '../store/database.ts';
import type { LibraryPaths } from './library-paths.ts';

export interface ComputeOptions {
  /** Threads a network may use. */
  readonly threads: number;
  /** Whether the encoder gets a thread of its own, so that a search never waits behind a batch of photos. */
  readonly encoderThread: boolean;
  /** Makes `[side, side, 3]` bytes of an image elsewhere than in the engine, which no image may take down. */
  readonly decode?: (source: string | Uint8Array, input: PixelInput) => Promise<Uint8Array>;
}

export interface ActiveModel {
  readonly id: ModelId;
  readonly model: HashModel;
}

/** Bits of the model a library has before any training. */
const defaultBits = 128;

export class ActiveModels {
  readonly #store: Store;
  readonly #paths: LibraryPaths;
  readonly #compute: ComputeOptions;
  #encoder: { id: string; opened: Promise<Encoder> } | null = null;
  #model: { id: ModelId; opened: Promise<ActiveModel> } | null = null;

  constructor(store: Store, paths: LibraryPaths, compute: ComputeOptions) {
    this.#store = store;
    this.#paths = paths;
    this.#compute = compute;
  }

  encoderId(): string {
    return this.#store.settings.get('encoder') ?? starterInfo.id;
  }

  encoderInfo(id: string): EncoderInfo {
    if (id === starterInfo.id) return starterInfo;
    const row = this.#store.encoders.list().find((e) => e.info.id === id);
    if (!row) {
      throw new HashlensError(
        'encoder-missing',
        `There is no encoder ${id} on this machine; see \`hashlens encoders list\`, then \`encoders add\` or \`encoders download\`.`,
      );
    }
    return row.info;
  }

  /** Encoders on this machine, then those that could be downloaded. */
  encoders(): EncoderState[] {
    const active = this.encoderId();
    const installed = [starterInfo, ...this.#store.encoders.list().map((row) => row.info)];
    const states = installed.map((info) => ({
      ...info,
      active: info.id === active,
      installed: true,
      downloadBytes: null,
    }));
    const rest = knownEncoders
      .filter((known) => !installed.some((info) => info.id === known.id))
      .map(({ id, name, description, imageWidth, textWidth, sharedWidth, approximateBytes: downloadBytes }) => {
        const widths = { imageWidth, textWidth, sharedWidth };
        return { id, name, description, ...widths, active: false, installed: false, downloadBytes };
      });
    return [...states, ...rest];
  }

  /** The encoder in use; concurrent callers share one opening. */
  encoder(): Promise<Encoder> {
    const id = this.encoderId();
    if (this.#encoder?.id === id) return this.#encoder.opened;
    void this.#encoder?.opened.then((old) => old.dispose()).catch(() => undefined);
    const opened = this.#openEncoder(id).then((encoder) => this.#decodingElsewhere(encoder));
    this.#encoder = { id, opened };
    opened.catch(() => {
      if (this.#encoder?.opened === opened) this.#encoder = null;
    });
    return opened;
  }

  #openEncoder(id: string): Promise<Encoder> {
    const spec = (kind: EncoderSpec['kind'], dir: string) => ({ kind, dir, id, threads: this.#compute.threads });
    const open = this.#compute.encoderThread ? openEncoderInWorker : openEncoder;
    if (id === starterInfo.id) return open(spec('starter', join(this.#paths.resourcesDir, 'starter')));
    const row = this.#store.encoders.list().find((e) => e.info.id === id);
    if (!row) return Promise.reject(new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`));
    return open(spec('clip', row.path));
  }

  #decodingElsewhere(encoder: Encoder): Encoder {
    const { decode } = this.#compute;
    const { info, input } = encoder;
    if (decode === undefined) return encoder;
    return {
      info,
      input,
      prepareImage: async (source) => toPlanes(await decode(source, input), input),
      encodeImages: (images) => encoder.encodeImages(images),
      encodeTexts: (texts) => encoder.encodeTexts(texts),
      dispose: () => encoder.dispose(),
    };
  }

  modelDir(id: ModelId): string {
    return join(this.#paths.libraryDir, 'models', id);
  }

  /** The model chosen by the person while it fits the encoder in use, else the default one. Makes no files. */
  modelId(): ModelId {
    const chosen = this.#store.settings.get('model') as ModelId | null;
    if (chosen !== null) {
      const row = this.#store.models.get(chosen);
      if (row?.state === 'ready' && row.encoderId === this.encoderId()) return chosen;
    }
    return rotationId(this.encoderId());
  }

  /** The hash model in use, opened; the default one is made when it is first needed. */
  async model(): Promise<ActiveModel> {
    const id = this.modelId();
    if (this.#model?.id === id) return this.#model.opened;
    void this.#model?.opened.then((old) => old.model.dispose()).catch(() => undefined);
    const opened = this.#openModel(id);
    this.#model = { id, opened };
    opened.catch(() => {
      if (this.#model?.opened === opened) this.#model = null;
    });
    return opened;
  }

  async #openModel(id: ModelId): Promise<ActiveModel> {
    const encoder = this.encoderInfo(this.encoderId());
    const dir = this.modelDir(id);
    if (id === rotationId(encoder.id) && (this.#store.models.get(id)?.state !== 'ready' || !existsSync(dir))) {
      const model = rotationModel({ encoder, bits: defaultBits, seed: 1 });
      if (!existsSync(dir)) await writeModel(dir, model);
      if (!this.#store.models.get(id)) {
        const { method, bits, options } = model;
        this.#store.models.begin({ id, method, bits, encoderId: encoder.id, state: 'ready', options });
      }
    }
    return { id, model: await openHashModel(dir, { threads: 1 }) };
  }

  async close(): Promise<void> {
    const encoder = this.#encoder?.opened.catch(() => null);
    const model = this.#model?.opened.catch(() => null);
    this.#encoder = null;
    this.#model = null;
    await (await encoder)?.dispose();
    await (await model)?.model.dispose();
  }
}

/** Id of the encoder's default model. */
export function rotationId(encoderId: string): ModelId {
  const slug = encoderId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  return `rotation-${slug}` as ModelId;
}
