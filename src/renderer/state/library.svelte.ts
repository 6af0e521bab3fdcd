// State of the library: folders, counts, failures and the encoder in use.
import type { EncoderDevice, EncoderPlan, EncoderState } from '../../shared/contract/encoders.ts';
import type { FailureId, FolderId, ModelId } from '../../shared/contract/ids.ts';
import type { WorkSettings, WorkState } from '../../shared/contract/jobs.ts';
import type { FileFailure } from '../../shared/contract/indexing.ts';
import type { Check, LibraryStatus, LibraryStorage, Removal } from '../../shared/contract/library.ts';
import type { ThumbnailCache } from '../../shared/contract/thumbnails.ts';
import { engineText } from '../../language/engine-texts.ts';
import { m } from '../../language/language.ts';
import type { Ask } from '../bridge.ts';
import { fileSize } from '../text/format.ts';
import type { Edits, Undo } from './edits.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';

/** A choice of an encoder, with the hash model that search uses then; null for the encoder's own. */
interface EncoderChoice {
  readonly encoderId: string;
  readonly withoutOffline: boolean;
  readonly modelId: ModelId | null;
}

export class Library {
  readonly #ask: Ask;
  readonly #jobs: Jobs;
  readonly #edits: Edits;
  readonly #onError: (error: unknown) => void;

  /** Null until the engine has answered for the first time. */
  status = $state.raw<LibraryStatus | null>(null);
  failures = $state.raw<readonly FileFailure[]>([]);
  /** Size and limit of the copies of photos; null until they are counted. */
  thumbnails = $state.raw<ThumbnailCache | null>(null);
  encoders = $state.raw<readonly EncoderState[]>([]);
  /** Settings for when photos are indexed; null until the engine has answered. */
  work = $state.raw<WorkState | null>(null);

  /** Whether XMP sidecars may be written beside photos. */
  writesSidecars = $state(false);

  /** Results of a machine check; null before the first one and during a check. */
  checks = $state.raw<readonly Check[] | null>(null);

  readonly encoder = $derived(this.encoders.find((encoder) => encoder.active) ?? null);
  readonly isNew = $derived(this.status !== null && this.status.folders.length === 0);

  constructor(ask: Ask, jobs: Jobs, edits: Edits, onError: (error: unknown) => void) {
    this.#ask = ask;
    this.#jobs = jobs;
    this.#edits = edits;
    this.#onError = onError;
  }

  async load(): Promise<void> {
    const [status, failures, encoders, work, writing] = await Promise.all([
      this.#ask('library.status', {}),
      this.#ask('library.failures', {}),
      this.#ask('encoders.list', {}),
      this.#ask('jobs.settings', {}),
      this.#ask('metadata.writing', {}),
    ]);
    this.work = work;
    this.status = status;
    this.failures = failures;
    this.encoders = encoders;
    this.writesSidecars = writing.allowed;
  }

  addFolder = (): Promise<void> =>
    this.#run(async () => {
      const added = await this.#ask('app.chooseFolder', {});
      if (added !== null) this.#jobs.start(added.job);
    });

  addSample = (): Promise<void> =>
    this.#run(async () => this.#jobs.start((await this.#ask('folders.addSample', {})).job));

  /** Removes all data of a folder except its files. Null after a failure. */
  removeFolder = async (folderId: FolderId, keepBackups: boolean): Promise<Removal | null> => {
    let removal: Removal | null = null;
    await this.#run(async () => (removal = await this.#ask('folders.remove', { folderId, keepBackups })));
    return removal;
  };

  /** Asks for the present place of an offline folder. */
  relocateFolder = (folderId: FolderId): Promise<void> =>
    this.#run(async () => {
      const moved = await this.#ask('app.relocateFolder', { folderId });
      if (moved !== null) this.#jobs.start(moved.job);
    });

  /** Removes missing photos from the library. Null after a failure. */
  removeMissing = async (keepBackups: boolean): Promise<Removal | null> => {
    let removal: Removal | null = null;
    await this.#run(async () => (removal = await this.#ask('library.removeMissing', { keepBackups })));
    return removal;
  };

  /** Scans all folders, or one, for new and changed photos. Failed files are tried again. */
  scan = (folderId?: FolderId): Promise<void> =>
    this.#run(async () =>
      this.#jobs.start(await this.#ask('folders.index', folderId === undefined ? {} : { folderIds: [folderId] })),
    );

  /** Scans the folders of these files again, and tries the files. */
  retryFailures = (failures: readonly FileFailure[]): Promise<void> =>
    this.#run(async () => {
      const all = failures.map(({ folderId }) => folderId);
      const folderIds = all.filter((folderId, i) => all.indexOf(folderId) === i);
      this.#jobs.start(await this.#ask('folders.index', { folderIds }));
    });

  ignoreFailures = async (failures: readonly FileFailure[], isIgnored: boolean): Promise<void> => {
    const failureIds = failures.filter((failure) => failure.isIgnored !== isIgnored).map(({ id }) => id);
    if (failureIds.length === 0) return;
    const files = { count: failureIds.length };
    const what = (): string => (isIgnored ? m.failure_list_were_ignored(files) : m.failure_list_were_unignored(files));
    const put = async (now: boolean): Promise<void> => {
      await this.#ask('library.ignoreFailures', { failureIds, isIgnored: now });
      await this.load().catch(this.#onError);
    };
    await this.#edits.set(what, () => !isIgnored, isIgnored, put);
  };

  showFailure = (failureId: FailureId): Promise<void> => this.#run(() => this.#ask('app.showFailure', { failureId }));

  /** Measured cost of a change to the encoder; null after a failure. */
  planEncoder = async (encoderId: string): Promise<EncoderPlan | null> => {
    try {
      return await this.#ask('encoders.plan', { encoderId });
    } catch (error) {
      this.#onError(error);
      return null;
    }
  };

  /** Switches to the encoder once it has encoded all photos; until then the one in use serves. */
  useEncoder = (encoderId: string, withoutOffline = false): Promise<boolean> =>
    this.#edits.perform(async () => {
      const before = this.encoders.find(({ isPending }) => isPending) ?? this.encoder;
      const modelId = (await this.#ask('models.list', {})).find(({ active }) => active)?.id ?? null;
      const chosen = { encoderId, withoutOffline, modelId: null };
      await this.#choose(chosen);
      if (before === null || before.id === encoderId) return null;
      const name = engineText(this.encoders.find(({ id }) => id === encoderId)?.name ?? encoderId);
      const undo = this.#choosing({ encoderId: before.id, withoutOffline: true, modelId }, chosen);
      return { what: m.encoder_row_chosen({ name }), undo };
    });

  #choosing(choice: EncoderChoice, other: EncoderChoice): Undo {
    return async () => {
      await this.#choose(choice);
      return this.#choosing(other, choice);
    };
  }

  async #choose({ encoderId, withoutOffline, modelId }: EncoderChoice): Promise<void> {
    const encoding = await this.#ask('encoders.use', { encoderId, ...(withoutOffline ? { withoutOffline } : {}) });
    const job = encoding ?? (modelId === null ? null : await this.#ask('models.activate', { modelId }));
    if (job !== null) this.#jobs.start(job);
    await this.load().catch(this.#onError);
  }

  /** Removes an encoder's data for good, and says how many bytes were freed. */
  removeEncoder = ({ id: encoderId, name }: Pick<EncoderState, 'id' | 'name'>): Promise<boolean> =>
    this.#edits.perform(async () => {
      const { bytes } = await this.#ask('encoders.remove', { encoderId });
      await this.load().catch(this.#onError);
      return {
        what: m.encoder_row_removed({ name: engineText(name) }),
        message: m.encoder_row_freed({ size: fileSize(bytes) }),
        final: m.encoder_row_final(),
      };
    });

  /** Encodes on a device from now on. */
  useEncoderDevice = (encoder: Pick<EncoderState, 'id' | 'device'>, device: EncoderDevice): Promise<boolean> => {
    const { id: encoderId } = encoder;
    const what = (): string => m.edits_setting({ setting: m.encoder_device_setting() });
    const read = (): EncoderDevice => this.encoders.find(({ id }) => id === encoderId)?.device ?? encoder.device;
    const put = async (now: EncoderDevice): Promise<void> => {
      await this.#ask('encoders.device', { encoderId, device: now });
      await this.load().catch(this.#onError);
    };
    return this.#edits.set(what, read, device, put);
  };

  /** Measures an encoder on each device of this machine. */
  measureEncoder = (encoderId: string): Promise<void> => this.#run(() => this.#ask('encoders.measure', { encoderId }));

  downloadEncoder = (encoderId: string): Promise<void> =>
    this.#run(async () => this.#jobs.start(await this.#ask('encoders.download', { encoderId })));

  addEncoder = (): Promise<void> => this.#run(() => this.#ask('app.chooseEncoderFolder', {}));

  allowSidecars = (allowed: boolean): Promise<boolean> => {
    const what = (): string => m.edits_setting({ setting: m.sidecar_writing_allow() });
    const put = async (value: boolean): Promise<void> => {
      ({ allowed: this.writesSidecars } = await this.#ask('metadata.writing', { allowed: value }));
    };
    return this.#edits.set<boolean>(what, () => this.writesSidecars, allowed, put);
  };

  /** Checks the machine and the library's files. */
  check = async (): Promise<void> => {
    this.checks = null;
    try {
      this.checks = await this.#ask('library.doctor', {});
    } catch (error) {
      this.checks = [];
      this.#onError(error);
    }
  };

  /** Counts the copies of photos. */
  countThumbnails = async (): Promise<void> => {
    try {
      this.thumbnails = await this.#ask('thumbnails.cache', {});
    } catch (error) {
      this.#onError(error);
    }
  };

  limitThumbnails = (roomBytes: number): Promise<boolean> => {
    const what = (): string => m.edits_setting({ setting: m.thumbnail_cache_limit() });
    const put = async (bytes: number): Promise<void> => {
      this.thumbnails = await this.#ask('thumbnails.cache', { roomBytes: bytes });
    };
    return this.#edits.set(what, () => this.thumbnails?.roomBytes ?? roomBytes, roomBytes, put);
  };

  /** Null after a failure. */
  storage = async (): Promise<LibraryStorage | null> => {
    try {
      return await this.#ask('library.storage', {});
    } catch (error) {
      this.#onError(error);
      return null;
    }
  };

  /** Removes copies of photos. @returns the freed bytes; null after a failure */
  clearThumbnails = async (): Promise<number | null> => {
    let bytes: number | null = null;
    await this.#run(async () => ({ bytes } = await this.#ask('thumbnails.clear', {})));
    return bytes;
  };

  /** @param setting its name in the window */
  setWork = <K extends keyof WorkSettings>(key: K, value: WorkSettings[K], setting: string): Promise<boolean> => {
    const what = (): string => m.edits_setting({ setting });
    const put = async (now: WorkSettings[K]): Promise<void> => {
      this.work = await this.#ask('jobs.settings', { [key]: now });
    };
    return this.#edits.set(what, () => this.work?.[key] ?? value, value, put);
  };

  async #run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      await this.load();
    } catch (error) {
      this.#onError(error);
    }
  }
}
