// The encoder and the hash model in use: opened once and shared by every caller, switched on request.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HashlensError, toErrorData, type ErrorCode, type ErrorData } from '../../shared/errors.ts';
import type { EncoderState } from '../../shared/contract/encoders.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { knownEncoders } from '../encoder/clip/known-encoders.ts';
import { recordFiles, verifyFiles } from '../encoder/encoder-files.ts';
import type { Encoder, EncoderInfo } from '../encoder/encoder.ts';
import { encoderFileNames, openEncoder, type EncoderSpec } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { openEncoderInWorker } from '../encoder/worker-encoder.ts';
import { openHashModel, openModelFiles, type HashModel } from '../hashing/model/hash-model.ts';
import { manifestOf, writeModel } from '../hashing/model/model-files.ts';
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

/** Bits and seed of the model a library has before any training: it can be made again at any time. */
const defaultBits = 128;
const defaultSeed = 1;

/** Errors that say that files cannot be used, and not that the engine is closing or a caller is wrong. */
const unusableCodes: ReadonlySet<ErrorCode> = new Set([
  'encoder-invalid',
  'encoder-missing',
  'internal',
  'io-error',
  'model-missing',
  'too-large',
  'unreadable',
  'unsupported-format',
]);

export class ActiveModels {
  readonly #store: Store;
  readonly #paths: LibraryPaths;
  readonly #compute: ComputeOptions;
  #encoder: { id: string; opened: Promise<Encoder> } | null = null;
  #model: { id: ModelId; opened: Promise<ActiveModel>; settled: boolean } | null = null;
  /** Why what was chosen is not used, by id of encoder or model. */
  readonly #unusable = new Map<string, ErrorData>();
  /** Whether the starter searches in the place of an unusable encoder. */
  #starterServes = true;
  readonly #verified = new Map<string, Promise<void>>();
  readonly #onTrouble: (notice: ErrorData) => void;

  /** @param onTrouble told when the chosen encoder or model turns out to be unusable */
  constructor(
    store: Store,
    paths: LibraryPaths,
    compute: ComputeOptions,
    onTrouble: (notice: ErrorData) => void = () => undefined,
  ) {
    this.#store = store;
    this.#paths = paths;
    this.#compute = compute;
    this.#onTrouble = onTrouble;
  }

  /** Notices of a chosen encoder or model that cannot be used; its substitute is in use until it can, or another is chosen. */
  notices(): ErrorData[] {
    return [...this.#unusable.values()];
  }

  /** Looks whether what was chosen can be used, without making anything. */
  async look(): Promise<void> {
    await this.#verifyEncoder();
    // The default model can be made again at any time.
    if (this.modelId() !== rotationId(this.encoderId())) await this.model();
  }

  /** Tries again to use what could not be used: after a person has chosen it again. */
  forgetTrouble(id: string): void {
    this.#unusable.delete(id);
    this.#verified.delete(id);
  }

  /**
   * The encoder chosen by the person. While it cannot be used: the starter where it has encoded most photos before, else the
   * chosen one, whose codes still serve all searches that need nothing encoded.
   */
  encoderId(): string {
    const chosen = this.#chosenEncoder();
    return this.#unusable.has(chosen) && this.#starterServes ? starterInfo.id : chosen;
  }

  #chosenEncoder(): string {
    return this.#store.settings.get('encoder') ?? starterInfo.id;
  }

  /** Whether the starter's rows are good enough to search in: it knows the encoder's row, or most photos. */
  #canStarterServe(encoderId: string): boolean {
    if (this.#store.encoders.get(encoderId) === null) return true;
    const photos = this.#store.photos.count(true);
    return 2 * this.#store.features.missing('photo', starterInfo.id).length < photos || photos === 0;
  }

  encoderInfo(id: string): EncoderInfo {
    if (id === starterInfo.id) return starterInfo;
    const row = this.#store.encoders.get(id);
    if (!row) throw new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`);
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

  /**
   * The chosen encoder, for work that stores what it makes; null while it cannot be used. It has no substitute: another
   * encoder would encode the whole library again.
   */
  async encoderForJobs(): Promise<Encoder | null> {
    const chosen = this.#chosenEncoder();
    // It may be back.
    if (this.#unusable.has(chosen)) this.forgetTrouble(chosen);
    await this.#verifyEncoder();
    if (this.#unusable.has(chosen)) return null;
    try {
      return await this.#sharedEncoder(chosen);
    } catch (error) {
      if (chosen === starterInfo.id || !this.#markUnusable('encoder', chosen, error)) throw error;
      return null;
    }
  }

  /**
   * The encoder in use; concurrent callers share one opening.
   * @throws HashlensError `encoder-unusable` when the chosen one cannot be used and the starter does not serve
   */
  async encoder(): Promise<Encoder> {
    await this.#verifyEncoder();
    const id = this.encoderId();
    const trouble = this.#unusable.get(id);
    if (trouble !== undefined) throw new HashlensError(trouble.code, trouble.message);
    try {
      return await this.#sharedEncoder(id);
    } catch (error) {
      if (id === starterInfo.id || !this.#markUnusable('encoder', id, error)) throw error;
      return this.encoder();
    }
  }

  #sharedEncoder(id: string): Promise<Encoder> {
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
    const row = this.#store.encoders.get(id);
    if (!row) return Promise.reject(new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`));
    return open(spec('folder', row.path));
  }

  /** Checks once that the chosen encoder's files are those it was added with; where they are not, the starter is used. */
  async #verifyEncoder(): Promise<void> {
    const id = this.encoderId();
    if (id === starterInfo.id || this.#unusable.has(id)) return;
    let verified = this.#verified.get(id);
    if (!verified) {
      verified = this.#compareFiles(id);
      this.#verified.set(id, verified);
    }
    try {
      await verified;
    } catch (error) {
      this.#verified.delete(id);
      if (!this.#markUnusable('encoder', id, error)) throw error;
    }
  }

  /** @throws HashlensError `encoder-missing`, `encoder-invalid`: its files are not there, or others */
  async tryEncoder(id: string): Promise<void> {
    if (id !== starterInfo.id) await this.#compareFiles(id);
  }

  async #compareFiles(id: string): Promise<void> {
    const row = this.#store.encoders.get(id);
    if (!row) throw new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`);
    const dir = row.path;
    const names = await encoderFileNames(dir);
    // An encoder of an older library: what its files are now is what they are to stay.
    const files = row.files === null ? await recordFiles(dir, names) : await verifyFiles(id, dir, names, row.files);
    if (files === null) return;
    try {
      this.#store.encoders.put({ ...row, files });
    } catch {
      // A full or read-only disk: the files are compared again next time.
    }
  }

  /** False for an error that is not about the files. */
  #markUnusable(what: 'encoder' | 'model', id: string, error: unknown): boolean {
    const { code, message } = toErrorData(error);
    if (!unusableCodes.has(code)) return false;
    if (this.#unusable.has(id)) return true;
    if (what === 'encoder') this.#starterServes = this.#canStarterServe(id);
    const until = {
      model: 'The default model is used until then.',
      encoder: this.#starterServes
        ? 'Until then the starter encoder searches what it has encoded before, and new photos are not encoded.'
        : 'Until then words are looked up in captions, tags and names alone, and new photos are not encoded.',
    }[what];
    const notice: ErrorData = {
      code: what === 'encoder' ? 'encoder-unusable' : 'model-unusable',
      message: `${message.replace(/\.?$/, '.')} ${until}`,
    };
    this.#unusable.set(id, notice);
    this.#onTrouble(notice);
    return true;
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

  /** The model chosen by the person while it fits the encoder in use and can be used, else the default one. */
  modelId(): ModelId {
    const chosen = this.#store.settings.get('model') as ModelId | null;
    if (chosen !== null && !this.#unusable.has(chosen)) {
      const row = this.#store.models.get(chosen);
      if (row?.state === 'ready' && row.encoderId === this.encoderId()) return chosen;
    }
    return rotationId(this.encoderId());
  }

  /** The hash model in use, opened; the default one is made when it is first needed, and again when it is damaged. */
  async model(): Promise<ActiveModel> {
    await this.#verifyEncoder();
    const id = this.modelId();
    try {
      return await this.#sharedModel(id);
    } catch (error) {
      if (id === rotationId(this.encoderId()) || !this.#markUnusable('model', id, error)) throw error;
      return this.model();
    }
  }

  #sharedModel(id: ModelId): Promise<ActiveModel> {
    // Codes need the model's row, which somebody may have removed meanwhile.
    const known = this.#store.readOnly || this.#store.models.get(id) !== null;
    if (this.#model?.id === id && (known || !this.#model.settled)) return this.#model.opened;
    void this.#model?.opened.then((old) => old.model.dispose()).catch(() => undefined);
    const opened = id === rotationId(this.encoderId()) ? this.#openDefault(id) : this.#openTrained(id);
    const shared = { id, opened, settled: false };
    this.#model = shared;
    opened.then(
      () => (shared.settled = true),
      () => {
        if (this.#model === shared) this.#model = null;
      },
    );
    return opened;
  }

  async #openTrained(id: ModelId): Promise<ActiveModel> {
    return { id, model: await openHashModel(this.modelDir(id), { threads: 1 }) };
  }

  /** Opens the default model. Where its files cannot be read they are made again, in memory alone where that fails. */
  async #openDefault(id: ModelId): Promise<ActiveModel> {
    const dir = this.modelDir(id);
    const encoder = this.encoderInfo(this.encoderId());
    const make = () => rotationModel({ encoder, bits: defaultBits, seed: defaultSeed });
    const opened = existsSync(dir) ? await openHashModel(dir, { threads: 1 }).catch(() => null) : null;
    let model = opened;
    if (model === null) {
      const made = make();
      try {
        await rm(dir, { recursive: true, force: true });
        await writeModel(dir, made);
      } catch {
        // A full or read-only disk: the files are not needed to search with it.
      }
      const { image, text } = made;
      model = await openModelFiles({ manifest: manifestOf(id, made), image, text }, { threads: 1 });
    }
    if (!this.#store.readOnly && this.#store.models.get(id)?.state !== 'ready') {
      const { method, bits, options } = make();
      try {
        this.#store.models.begin({ id, method, bits, encoderId: encoder.id, state: 'ready', options });
      } catch (error) {
        // Without its row no code of it can be stored; the attempt reports that.
        if (toErrorData(error).code === 'internal') throw error;
      }
    }
    return { id, model };
  }

  /**
   * Opens a model and closes it again.
   * @throws HashlensError as `openHashModel`, when it cannot be used
   */
  async tryModel(id: ModelId): Promise<void> {
    if (id === rotationId(this.encoderId())) return;
    await (await openHashModel(this.modelDir(id), { threads: 1 })).dispose();
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
