// The engine: all of the product's functions, behind the contract's methods. The window and the command line call
// these.
import './runtime/telemetry-off.ts';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { EngineApi, EngineEvent } from '../shared/contract/engine.ts';
import { HashlensError, toErrorData, type ErrorData } from '../shared/errors.ts';
import type { JobId, PhotoId } from '../shared/contract/ids.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { LibraryMaintenance } from './backup/maintenance.ts';
import { presenceFile } from './backup/restore.ts';
import { centreDefault } from './jobs/centred-default.ts';
import { encodeParams, ModelChanges } from './jobs/change-models.ts';
import { copyJob } from './jobs/copy-job.ts';
import { downloadJob } from './jobs/download-job.ts';
import { exportJob } from './jobs/export-job.ts';
import { HashCodes } from './jobs/hash-codes.ts';
import { indexJob } from './jobs/index-job.ts';
import { ocrJob, resumeReading } from './jobs/ocr-job.ts';
import { AutoIndex } from './jobs/auto-index.ts';
import { PhotosInView } from './jobs/photos-in-view.ts';
import { publishJob } from './jobs/publish-job.ts';
import { serverIndexJob } from './jobs/server-index-job.ts';
import { Recalibration } from './jobs/recalibration.ts';
import { JobQueue, type JobRunner } from './jobs/queue.ts';
import { repeatWhenRemoved } from './jobs/repeat.ts';
import { sidecarJob } from './jobs/sidecar-job.ts';
import { discardTraining, trainJob } from './jobs/train-job.ts';
import { WrittenTexts } from './jobs/written-texts.ts';
import { WorkGate } from './jobs/work-gate.ts';
import { threadsFor, workSettings } from './jobs/work-settings.ts';
import { PhotoFolders, type TakeFrames } from './library/reader/photo-folders.ts';
import { sweepTemporary } from './runtime/atomic-write.ts';
import { makeFolderSync } from './runtime/make-folder.ts';
import { ProcessLock } from './runtime/process-lock.ts';
import { ensureThumbnail } from './library/thumbnails/thumbnails.ts';
import { ActiveModels } from './models/active-models.ts';
import type { LibraryPaths } from './models/library-paths.ts';
import { RemovedModels } from './models/removed-models.ts';
import { refreshRelevance } from './search/relevance/relevance-file.ts';
import { Presence } from './runtime/presence.ts';
import { Searcher } from './search/searcher.ts';
import { SharedLibraries } from './shared-library/shared-libraries.ts';
import { removeTelemetryStore, telemetryFolder } from './store/telemetry-store.ts';
import { libraryFileOf } from './store/library-file.ts';
import { whyReadOnly } from './store/open-database.ts';
import { openStore, type Store } from './store/database.ts';
import type { PhotoRow } from './store/photos.ts';
import { engineApi } from './api/api.ts';

export interface Engine {
  readonly api: EngineApi;
  /** The job once it has ended in any way, or was paused. */
  finished(jobId: JobId): Promise<Job>;
  /** Stops running jobs and closes the library. */
  close(): Promise<void>;
}

export interface EngineOptions extends LibraryPaths {
  readonly emit: (event: EngineEvent) => void;
  /**
   * True behind a window: jobs whose process has ended are resumed, and searches never wait. A single
   * command leaves such jobs alone, and starts faster.
   */
  readonly interactive: boolean;
  /** Whether changes in the folders are indexed as they happen. */
  readonly watchFolders?: boolean;
  /** Takes frames of videos where ffmpeg is missing. Where both are missing, videos are skipped. */
  readonly videoFrames?: TakeFrames;
}

/** Milliseconds from the start of a window's engine until it loads the networks that search needs. */
const earlyLoadMs = 3000;

/** @throws HashlensError when the library cannot be opened */
export function openEngine(options: EngineOptions): Engine {
  const { libraryDir, resourcesDir } = options;
  let autoIndex: AutoIndex | null = null;
  const emit = (event: EngineEvent): void => {
    options.emit(event);
    if (event.type === 'library') autoIndex?.refresh();
  };
  makeFolder(libraryDir);
  const presence = new Presence(presenceFile(libraryDir));
  if (!presence.share()) {
    throw new HashlensError(
      'library-busy',
      `The library ${libraryDir} is being repaired; try again when that is done.`,
    );
  }
  let store: Store;
  try {
    store = openStore(libraryDir);
  } catch (error) {
    presence.release();
    throw error;
  }
  const maintenance = new LibraryMaintenance(libraryDir, (notice) => emit({ type: 'notice', notice }));
  const removal = removeRecordedTelemetry(store);
  // Remove remains of a process that was killed while writing a model; younger ones may belong to another program.
  if (!store.readOnly) void sweepTemporary(join(libraryDir, 'models'), 60 * 60 * 1000);
  const gate = new WorkGate({ settings: () => workSettings(store) });
  // Searches leave one core to the person. Jobs ask for their number before each batch.
  const threads = threadsFor(workSettings(store), false);
  const inView = new PhotosInView();
  const photoFolders = new PhotoFolders({
    readers: Math.min(4, Math.max(2, cpus().length)),
    roots: () => store.folders.paths(),
    takeFrames: options.videoFrames,
  });
  const active = new ActiveModels(
    store,
    { libraryDir, resourcesDir },
    { threads, encoderThread: options.interactive, decode: (source, input) => photoFolders.image(source, input) },
    (notice) => onTrouble(notice),
  );
  const removedModels = new RemovedModels(store, active);
  const searcher = new Searcher(store, active, { resourcesDir, threads });
  const shared = new SharedLibraries(store, active);
  const codes = new HashCodes(store, active, () => searcher.codesChanged());
  const changes = new ModelChanges(store, active, codes, photoFolders, searcher, inView);
  const encode: JobRunner = (params, context) => {
    const request = encodeParams.parse(params);
    if (request.prepareModelId !== undefined) return changes.prepare(request.prepareModelId, context);
    const isChange = request.encoderId !== undefined || request.modelId !== undefined;
    return isChange ? changes.change(request, context) : changes.makeMissing(context);
  };
  const thumbnail = async (photoId: PhotoId, contentHash: string) => {
    const row = store.photos.get(photoId);
    if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
    return ensureThumbnail(libraryDir, contentHash, () => photoFolders.thumbnail(row.folderPath, row.path));
  };
  const stored = ({ folderPath, path }: PhotoRow) => photoFolders.stored(folderPath, path);
  const thenCentre =
    (run: JobRunner): JobRunner =>
    async (params, context) => {
      const result = await run(params, context);
      await centreDefault(store, active, changes, context);
      return result;
    };
  // Indexing and training change the scores of good matches.
  const thenCalibrate =
    (run: JobRunner): JobRunner =>
    async (params, context) => {
      try {
        const result = await run(params, context);
        await refreshRelevance(store, active, context);
        return result;
      } finally {
        active.closeUnused();
      }
    };
  // The window's log is stderr; a command prints the error itself.
  const isLogged = options.interactive || Boolean(process.env['HASHLENS_DEBUG']);
  const log = (line: string): void => {
    if (isLogged) console.error(line);
  };
  const queue = new JobQueue({
    store,
    lock: new ProcessLock(join(libraryDir, 'jobs.lock')),
    adoptsJobs: options.interactive,
    gate: {
      async pass(signal, onWait) {
        // A person waits for a single command.
        if (options.interactive) await gate.pass(signal, onWait);
        await active.useThreads(await gate.threads());
      },
    },
    runners: {
      index: repeatWhenRemoved(
        thenCalibrate(thenCentre(indexJob(store, active, codes, photoFolders, libraryDir, inView))),
      ),
      train: repeatWhenRemoved(
        thenCalibrate(
          trainJob(
            store,
            active,
            (context) => changes.makeMissing(context),
            (id, encoderId, context) => changes.useTrained(id, encoderId, context),
            () => gate.threads(),
            emit,
            log,
          ),
        ),
      ),
      encode: repeatWhenRemoved(thenCalibrate(thenCentre(encode))),
      download: downloadJob(store, libraryDir),
      ocr: repeatWhenRemoved(ocrJob(store, photoFolders, () => gate.threads())),
      copy: copyJob(store, photoFolders),
      sidecars: sidecarJob(store, photoFolders),
      export: exportJob(store, active),
      publish: publishJob({ store, active, thumbnail }, shared),
      'server-index': serverIndexJob(shared),
      duplicates: repeatWhenRemoved(async (_params, context) => {
        const { findDuplicates } = await import('./duplicates/find-duplicates.ts');
        return findDuplicates(store, active, libraryDir, thumbnail, stored, context);
      }),
    },
    discard: { train: (params) => discardTraining(store, active, params) },
    emit: (job) => {
      emit({ type: 'job', job });
      if (job.finishedAt !== null && job.result?.isChanged !== false) {
        maintenance.changed();
        searcher.codesChanged();
        emit({ type: 'library' });
        // A single command requests these jobs itself.
        if (job.kind === 'index' && options.interactive) readNewText();
        if (job.kind === 'sidecars' && options.interactive) readSidecars();
      }
    },
    log,
  });
  const readNewText = (): void => {
    try {
      resumeReading(store, queue);
    } catch (error) {
      console.error(`text in new photos is read later: ${toErrorData(error).message}`);
    }
  };
  /** Folders on other machines do not report changes, so sidecars that were written are read by indexing again. */
  const readSidecars = (): void => {
    try {
      queue.enqueue('index', { folderIds: null });
    } catch (error) {
      console.error(`written sidecars are read later: ${toErrorData(error).message}`);
    }
  };
  // Search continues with the default model, whose missing codes are made.
  let madeAgain: Promise<unknown> | null = null;
  const onTrouble = (notice: ErrorData) => {
    if (options.interactive) emit({ type: 'notice', notice });
    if (notice.code !== 'model-unusable' || store.readOnly) return;
    try {
      const { id, message } = queue.enqueue('encode', {});
      // Search does not wait while a job waits for another process.
      if (message === '') madeAgain = queue.finished(id);
    } catch {
      // A full disk: search uses the existing codes.
    }
  };
  /** Opens what search needs. A single command waits for codes that have to be made again first. */
  const prepareSearch = async () => {
    await active.model();
    if (!options.interactive) await madeAgain;
  };
  queue.open();
  if (options.watchFolders === true && !store.readOnly) {
    autoIndex = new AutoIndex({
      store,
      queue,
      libraryDir,
      log: (line) => console.error(line),
      notice: (notice) => emit({ type: 'notice', notice }),
    });
  }
  // Loaded early, so that the first search does not wait for the networks, but after the window has its first photos.
  const loadNetworks = async (): Promise<void> => {
    if (store.photos.count(true) > 0) await Promise.all([active.encoder(), active.model()]);
  };
  // The search that needs them reports their errors.
  const loadEarly = options.interactive
    ? setTimeout(() => void loadNetworks().catch(() => undefined), earlyLoadMs)
    : undefined;
  const writtenTexts = new WrittenTexts(store, active, codes, (line) => console.error(line));
  const recalibration = new Recalibration(
    async (signal) => {
      // The fit compares photos with the codes of what was written.
      await writtenTexts.idle();
      await refreshRelevance(store, active, { signal, progress: () => undefined });
    },
    (line) => console.error(line),
  );
  const changed = () => {
    searcher.codesChanged();
    emit({ type: 'library' });
  };
  if (options.interactive) maintenance.watch();
  const services = {
    libraryDir,
    resourcesDir,
    emit,
    store,
    active,
    removedModels,
    searcher,
    queue,
    photoFolders,
    maintenance,
    gate,
    inView,
    writtenTexts,
    recalibration,
    shared,
    changed,
    prepareSearch,
  };
  const api = onItsDisk(store, libraryDir, engineApi(services));
  return {
    api,
    finished: (id) => queue.finished(id),
    async close() {
      clearTimeout(loadEarly);
      autoIndex?.close();
      await queue.close();
      await recalibration.close();
      await writtenTexts.idle();
      photoFolders.close();
      await shared.close();
      await searcher.close();
      await removal;
      await removedModels.close();
      await active.close();
      store.close();
      await maintenance.close();
      presence.release();
    },
  };
}

/** Makes the library's folder. Errors are ignored here: opening the library reports them. */
function makeFolder(libraryDir: string): void {
  try {
    makeFolderSync(libraryDir);
  } catch {
    return;
  }
}

/**
 * Wraps the methods: they refuse to work on a library that was deleted or moved away, and report a full or read-only disk
 * with the contract's error codes.
 */
function onItsDisk(store: Store, libraryDir: string, api: EngineApi): EngineApi {
  const guarded = Object.entries(api).map(([name, method]) => {
    const call = method as (params: unknown) => Promise<unknown>;
    const guard = async (params: unknown) => {
      store.requireThere();
      try {
        return await call(params);
      } catch (error) {
        const { code, message } = toErrorData(error);
        const why = code === 'read-only' ? whyReadOnly(libraryFileOf(libraryDir)) : null;
        if (why !== null) {
          throw new HashlensError(code, `The library can be searched, but not written to, because ${why}.`, {
            cause: error,
          });
        }
        throw code === 'disk-full' || code === 'read-only' ? new HashlensError(code, message, { cause: error }) : error;
      }
    };
    return [name, guard];
  });
  // Each method keeps its own type; TypeScript cannot follow that through a list of entries.
  return Object.fromEntries(guarded) as EngineApi;
}

/** Deletes, once for each library, what ONNX Runtime's telemetry recorded under releases that did not switch it off. */
async function removeRecordedTelemetry(store: Store): Promise<void> {
  if (store.settings.get('telemetry-store') === 'removed') return;
  try {
    if ((await removeTelemetryStore(telemetryFolder())) === null) return;
    store.settings.set('telemetry-store', 'removed');
  } catch {
    // The next start tries again, as after a store that is in use.
  }
}
