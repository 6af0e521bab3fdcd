// The encoder and the hash model in use: opened once and shared by every caller, switched on request.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { firstLine, HashlensError, toErrorData, type ErrorCode, type ErrorData } from '../../shared/errors.ts';
import type { DeviceMeasurement, EncoderDevice, EncoderState, WantedDevice } from '../../shared/contract/encoders.ts';
import type { ModelId } from '../../shared/contract/ids.ts';
import { aboutEncoder, knownEncoders, usualPhotoMs } from '../encoder/clip/known-encoders.ts';
import { recordFiles, verifyFiles } from '../encoder/encoder-files.ts';
import type { Encoder, EncoderInfo } from '../encoder/encoder.ts';
import { encoderFileNames, openEncoder, type EncoderSpec } from '../encoder/open-encoder.ts';
import { starterInfo } from '../encoder/starter/starter-encoder.ts';
import { withFallback } from '../encoder/devices/fallback-encoder.ts';
import { MovableEncoder } from '../encoder/devices/movable-encoder.ts';
import { openEncoderInProcess } from '../encoder/devices/process-encoder.ts';
import { openEncoderInWorker } from '../encoder/worker-encoder.ts';
import { openHashModel, openModelFiles, type HashModel } from '../hashing/model/hash-model.ts';
import { manifestOf, writeModel } from '../hashing/model/model-files.ts';
import { rotationModel, type Means } from '../hashing/methods/rotation.ts';
import { rotationId } from '../store/default-models.ts';
import type { EncoderShape, TrainedModel } from '../hashing/model/trained-model.ts';
import type { PixelInput } from '../imaging/pixel-input.ts';
import type { Store } from '../store/database.ts';
import type { EncoderRow } from '../store/encoders.ts';
import { EncoderDevices } from './encoder-devices.ts';
import { encoderHub } from './encoder-hub.ts';
import { withTextCache } from '../encoder/text-cache.ts';
import type { LibraryPaths } from './library-paths.ts';

export interface ComputeOptions {
  /** Initial number of threads of a network; `useThreads` changes it. */
  readonly threads: number;
  /** Whether the encoder gets a separate thread, so that a search never waits behind a batch of photos. */
  readonly encoderThread: boolean;
  /** Decodes an image to `[side, side, 3]` bytes outside the engine's process, so that no image can crash it. */
  readonly decode?: (source: string | Uint8Array, input: PixelInput) => Promise<Uint8Array>;
}

interface SharedEncoder {
  /** Device that the encoder runs on or moves to. */
  device: EncoderDevice;
  /** Number of threads that the encoder was or is being opened with. */
  threads: number;
  readonly movable: Promise<MovableEncoder>;
  /** The encoder as all callers use it. */
  readonly opened: Promise<Encoder>;
}

export interface ActiveModel {
  readonly id: ModelId;
  readonly model: HashModel;
}

/** An encoder, and a hash model for it, as search and jobs use them. */
export interface ModelsInUse {
  encoderId(): string;
  /** @throws HashlensError `encoder-missing` for one that is not on this machine */
  encoderInfo(id: string): EncoderInfo;
  /** Callers share one opening. */
  encoder(): Promise<Encoder>;
  model(): Promise<ActiveModel>;
  /** Folder of a model's files. */
  modelDir(id: ModelId): string;
  notices(): ErrorData[];
}

/** An encoder and a hash model that are made ready while others serve. */
export interface PendingModels extends ModelsInUse {
  readonly modelId: ModelId;
  /** Closes the hash model, and encoders without further users. */
  close(): Promise<void>;
}

/** Bits and seed of the model a library has before any training: it can be made again at any time. */
const defaultBits = 128;
const defaultSeed = 1;

/** Errors that mean unusable files, as opposed to a closing engine or a wrong call. */
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

export class ActiveModels implements ModelsInUse {
  readonly #store: Store;
  readonly #paths: LibraryPaths;
  readonly #compute: ComputeOptions;
  /** Open encoders by id: the one in use, one being made ready, one that a job still uses. */
  readonly #encoders = new Map<string, SharedEncoder>();
  /** Encoders that are being made ready or measured. */
  readonly #holders = new Map<symbol, string>();
  #model: { id: ModelId; opened: Promise<ActiveModel>; settled: boolean } | null = null;
  /** Reasons why chosen encoders or models are not used, by id. */
  readonly #unusable = new Map<string, ErrorData>();
  /** Whether the starter replaces an unusable encoder in searches. */
  #starterServes = true;
  readonly #verified = new Map<string, Promise<void>>();
  #threads: number;
  readonly #onTrouble: (notice: ErrorData) => void;
  readonly #devices: EncoderDevices;
  #closed = false;

  /** @param onTrouble called when the chosen encoder or model turns out to be unusable */
  constructor(
    store: Store,
    paths: LibraryPaths,
    compute: ComputeOptions,
    onTrouble: (notice: ErrorData) => void = () => undefined,
  ) {
    this.#store = store;
    this.#paths = paths;
    this.#compute = compute;
    this.#threads = compute.threads;
    this.#onTrouble = onTrouble;
    this.#devices = new EncoderDevices(store);
  }

  /**
   * Notices about chosen encoders or models that cannot be used. A substitute serves until they can, or until
   * another choice.
   */
  notices(): ErrorData[] {
    return [...this.#unusable.values()];
  }

  /** Checks whether the chosen encoder and model can be used; creates nothing. */
  async look(): Promise<void> {
    await this.#verifyEncoder();
    // The default model can be made again at any time.
    if (this.modelId() !== rotationId(this.encoderId())) await this.model();
  }

  /** Whether this encoder or model was chosen and a substitute is used, because it cannot be opened. */
  isUnusable(id: string): boolean {
    return this.#unusable.has(id);
  }

  /** Forgets why an encoder or model could not be used, so that it is tried again: after a new choice, or a repair. */
  clearTrouble(id: string): void {
    this.#unusable.delete(id);
    this.#verified.delete(id);
  }

  /**
   * The encoder chosen by the person. While it cannot be used: the starter where it has encoded most photos before,
   * else the chosen one, whose codes still serve all searches that encode nothing.
   */
  encoderId(): string {
    const chosen = this.chosenEncoderId();
    return this.#unusable.has(chosen) && this.#starterServes ? starterInfo.id : chosen;
  }

  /** The encoder chosen by the person, usable or not. */
  chosenEncoderId(): string {
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
  encoders(): Omit<EncoderState, 'isPending' | 'photos' | 'bytes'>[] {
    const active = this.encoderId();
    // Models trained for an encoder may remain after its files were removed.
    const isThere = ({ info, path }: EncoderRow) =>
      info.id === active || existsSync(path) || !knownEncoders.some(({ id }) => id === info.id);
    const rows = this.#store.encoders.list().filter(isThere);
    const installed = [starterInfo, ...rows.map((row) => row.info)];
    const states = installed.map((info) => ({
      ...info,
      ...aboutEncoder(info.id),
      active: info.id === active,
      installed: true,
      downloadBytes: null,
      downloadHost: null,
      usualPhotoMs: null,
      device: this.#devices.choice(info.id).device,
      measurements: this.#devices.measurements(info.id),
    }));
    const downloadHost = new URL(encoderHub(this.#store.settings)).host;
    const rest = knownEncoders
      .filter((known) => !installed.some((info) => info.id === known.id))
      .map((known) => {
        const { id, name, description, languages, licence, imageWidth, textWidth, sharedWidth } = known;
        const described = { name, description, languages, licence };
        const widths = { imageWidth, textWidth, sharedWidth };
        const unknown = { active: false, installed: false, device: 'cpu' as const, measurements: [] };
        return {
          id,
          ...described,
          ...widths,
          ...unknown,
          downloadBytes: known.approximateBytes,
          downloadHost,
          usualPhotoMs: usualPhotoMs(known),
        };
      });
    return [...states, ...rest];
  }

  /**
   * The chosen encoder, for work that stores what it makes; null while it cannot be used. It has no substitute: another
   * encoder would encode the whole library again.
   */
  async encoderForJobs(): Promise<Encoder | null> {
    const chosen = this.chosenEncoderId();
    // The encoder may be back, or its files may have been replaced while they were in use.
    this.clearTrouble(chosen);
    await this.#verifyEncoder();
    if (this.#unusable.has(chosen)) return null;
    try {
      return await this.#measuredEncoder(chosen);
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

  /** The encoder for long work, measured first where another device may make it faster. Search never waits for this. */
  async #measuredEncoder(id: string): Promise<Encoder> {
    if (this.#devices.isUnmeasured(id)) await this.measureEncoder(id);
    return this.#sharedEncoder(id);
  }

  #sharedEncoder(id: string): Promise<Encoder> {
    const open = this.#encoders.get(id);
    if (open !== undefined) return open.opened;
    if (this.#closed) return Promise.reject(closed());
    const { device } = this.#devices.choice(id);
    const movable = this.#openVerified(id).then((encoder) => new MovableEncoder(encoder));
    const shared = {
      device,
      threads: this.#threads,
      movable,
      opened: movable.then((encoder) => withTextCache(this.#decodingElsewhere(encoder))),
    };
    this.#encoders.set(id, shared);
    shared.opened.catch(() => {
      if (this.#encoders.get(id) === shared) this.#encoders.delete(id);
    });
    return shared.opened;
  }

  /**
   * Closes encoders that no longer serve, at the end of a job that may have used another one. Not while a job uses
   * one.
   */
  closeUnused(): void {
    const inUse = new Set([this.encoderId(), ...this.#holders.values()]);
    for (const [id, { opened }] of this.#encoders) {
      if (inUse.has(id)) continue;
      this.#encoders.delete(id);
      void opened.then((encoder) => encoder.dispose()).catch(() => undefined);
    }
  }

  /** Opens an encoder, and compares its files once more: they may have been replaced since they were compared. */
  async #openVerified(id: string): Promise<Encoder> {
    const encoder = await this.#openEncoder(id);
    if (id === starterInfo.id) return encoder;
    try {
      await this.#compareFiles(id);
      return encoder;
    } catch (error) {
      await encoder.dispose();
      throw error;
    }
  }

  async #openEncoder(id: string): Promise<Encoder> {
    const spec = this.#encoderSpec(id);
    const openOnCpu = (): Promise<Encoder> => (this.#compute.encoderThread ? openEncoderInWorker : openEncoder)(spec);
    const choice = this.#devices.choice(id);
    if (choice.device === 'cpu') return openOnCpu();
    const onFailure = (error: unknown): void => this.#deviceFailed(id, choice.device, error);
    try {
      return withFallback(await openEncoderInProcess({ ...spec, ...choice }), openOnCpu, onFailure);
    } catch (error) {
      // A driver that crashes as it is loaded looks like a process that the system refused.
      if (error instanceof HashlensError && !['internal', 'system-limit'].includes(error.code)) throw error;
      onFailure(error);
      return openOnCpu();
    }
  }

  #encoderSpec(id: string): EncoderSpec {
    const threads = this.#threads;
    if (id === starterInfo.id) return { kind: 'starter', dir: join(this.#paths.resourcesDir, 'starter'), id, threads };
    const row = this.#store.encoders.get(id);
    if (!row) throw new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`);
    return { kind: 'folder', dir: row.path, id, threads };
  }

  #deviceFailed(id: string, device: EncoderDevice, error: unknown): void {
    this.#devices.failedAtWork(id, device, error);
    const shared = this.#encoders.get(id);
    if (shared) shared.device = 'cpu';
    const why = firstLine(error).replace(/\.$/, '');
    this.#onTrouble({
      code: 'device-failed',
      message: `The device ${device} has failed (${why}), so ${id} goes on with the CPU. Nothing is encoded twice.`,
    });
  }

  /**
   * Measures an encoder on the devices of this machine.
   * @throws HashlensError `encoder-missing`
   */
  async measureEncoder(id: string, signal?: AbortSignal): Promise<readonly DeviceMeasurement[]> {
    const found = await this.#devices.measure(this.#encoderSpec(id), undefined, signal);
    await this.#moveEncoder(id);
    return found;
  }

  /**
   * Makes a device the default of encoders, from the next request on.
   * @returns the measurement of the device in use; null without one
   * @throws HashlensError `encoder-missing`; `bad-argument` where the device does not work with the encoder
   */
  async useDevice(id: string, wanted: WantedDevice): Promise<DeviceMeasurement | null> {
    const measurement = await this.#devices.use(this.#encoderSpec(id), wanted);
    await this.#moveEncoder(id);
    return measurement;
  }

  /** Sets the number of threads of encoders from their next request on, without an effect on their users. */
  async useThreads(threads: number): Promise<void> {
    if (threads === this.#threads) return;
    this.#threads = threads;
    // An encoder whose files are missing now keeps its threads.
    for (const id of this.#encoders.keys()) await this.#moveEncoder(id).catch(() => undefined);
  }

  /** Opens an encoder on its newly chosen device, without interrupting its users. */
  async #moveEncoder(id: string): Promise<void> {
    const { device } = this.#devices.choice(id);
    const shared = this.#encoders.get(id);
    if (shared === undefined) return;
    // Only the CPU uses threads.
    if (shared.device === device && (device !== 'cpu' || shared.threads === this.#threads)) return;
    shared.device = device;
    shared.threads = this.#threads;
    const movable = await shared.movable;
    const next = await this.#openVerified(id);
    if (this.#encoders.get(id) !== shared) return next.dispose();
    // The previous encoder is closed after its current requests.
    void movable.move(next).catch(() => undefined);
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

  /** @throws HashlensError `encoder-missing` where files are missing, `encoder-invalid` where they are other files */
  async tryEncoder(id: string): Promise<void> {
    if (id !== starterInfo.id) await this.#compareFiles(id);
  }

  async #compareFiles(id: string): Promise<void> {
    const row = this.#store.encoders.get(id);
    if (!row) throw new HashlensError('encoder-missing', `There is no encoder ${id} on this machine.`);
    const dir = row.path;
    const names = await encoderFileNames(dir);
    // An encoder of an older library: its present files become the recorded ones.
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
      get imageBatch() {
        return encoder.imageBatch;
      },
      prepareImage: (source) => decode(source, input),
      encodeImages: (images) => encoder.encodeImages(images),
      encodeTexts: (texts) => encoder.encodeTexts(texts),
      dispose: () => encoder.dispose(),
    };
  }

  modelDir(id: ModelId): string {
    return join(this.#paths.libraryDir, 'models', id);
  }

  /** The person's model for an encoder (by default the encoder in use); the default model while that cannot be used. */
  modelId(encoderId = this.encoderId()): ModelId {
    const { settings, models } = this.#store;
    for (const chosen of [settings.get(`model-of:${encoderId}`), settings.get('model')] as (ModelId | null)[]) {
      if (chosen === null || this.#unusable.has(chosen)) continue;
      const row = models.get(chosen);
      if (row?.state === 'ready' && row.encoderId === encoderId) return chosen;
    }
    return rotationId(encoderId);
  }

  /** The previous model of the encoder in use; null if it was removed, or there was none. */
  modelBefore(): ModelId | null {
    const { settings, models } = this.#store;
    const before = settings.get(`model-before:${this.encoderId()}`) as ModelId | null;
    const isThere = before !== null && before !== this.modelId() && models.get(before)?.state === 'ready';
    return isThere ? before : null;
  }

  /** Makes searches use this encoder with this model; null: with the model that was chosen for it before. */
  use({ encoderId, modelId }: { readonly encoderId: string; readonly modelId: ModelId | null }): void {
    this.#store.transaction(() => {
      this.#store.settings.set('encoder', encoderId);
      if (modelId !== null) this.useModel(modelId, encoderId);
    });
  }

  /** Makes searches with this encoder use this model. */
  useModel(modelId: ModelId, encoderId: string): void {
    const before = this.modelId(encoderId);
    this.#store.transaction(() => {
      if (before !== modelId) this.#store.settings.set(`model-before:${encoderId}`, before);
      this.#store.settings.set(`model-of:${encoderId}`, modelId);
      // Earlier releases know one model for all encoders.
      this.#store.settings.set('model', modelId);
    });
  }

  /** An encoder and a model for it to be made ready while others serve. Opens nothing yet. */
  pendingModels(encoderId: string, modelId = this.modelId(encoderId)): PendingModels {
    let model: Promise<ActiveModel> | null = null;
    const holder = Symbol(encoderId);
    return {
      modelId,
      encoderId: () => encoderId,
      encoderInfo: (id) => this.encoderInfo(id),
      encoder: () => {
        this.#holders.set(holder, encoderId);
        return this.#measuredEncoder(encoderId);
      },
      model: () => (model ??= this.#openModel(modelId, encoderId)),
      modelDir: (id) => this.modelDir(id),
      notices: () => (encoderId === this.encoderId() ? this.notices() : []),
      close: async () => {
        this.#holders.delete(holder);
        await model?.then((opened) => opened.model.dispose()).catch(() => undefined);
        model = null;
      },
    };
  }

  /** The hash model in use, opened. The default one is made when first needed, and again when damaged. */
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
    if (this.#closed) return Promise.reject(closed());
    void this.#model?.opened.then((old) => old.model.dispose()).catch(() => undefined);
    const opened = this.#openModel(id, this.encoderId());
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

  #openModel(id: ModelId, encoderId: string): Promise<ActiveModel> {
    return id === rotationId(encoderId) ? this.#openDefault(id, encoderId) : this.#openTrained(id);
  }

  async #openTrained(id: ModelId): Promise<ActiveModel> {
    return { id, model: await openHashModel(this.modelDir(id), { threads: 1 }) };
  }

  /** Opens the default model. Where its files cannot be read they are made again, in memory alone where that fails. */
  async #openDefault(id: ModelId, encoderId: string): Promise<ActiveModel> {
    const dir = this.modelDir(id);
    const encoder = this.encoderInfo(encoderId);
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

  /** Closes what is open. What is asked for from now on, or is asked for and not yet being opened, is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    const encoders = [...this.#encoders.values()];
    const model = this.#model?.opened.catch(() => null);
    this.#encoders.clear();
    this.#model = null;
    for (const { opened } of encoders) await (await opened.catch(() => null))?.dispose();
    await (await model)?.model.dispose();
  }
}

const closed = (): HashlensError => new HashlensError('engine-stopped', 'The encoder has been closed.');

/** The default model with the means `[sharedWidth]` of a library's rows taken off first. */
export const centredRotation = (encoder: EncoderShape, means: Means): TrainedModel =>
  rotationModel({ encoder, bits: defaultBits, seed: defaultSeed, means });
