// The engine: everything the product does, behind the contract's methods. The window and the command line call these.
import './runtime/telemetry-off.ts';
import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve, sep } from 'node:path';
import type { EngineApi, EngineEvent, ParsedParams } from '../shared/contract/engine.ts';
import { HashlensError } from '../shared/errors.ts';
import type { EncoderState } from '../shared/contract/encoders.ts';
import type { JobId, ModelId, PhotoId } from '../shared/contract/ids.ts';
import type { Job } from '../shared/contract/jobs.ts';
import type { Folder, LibraryStatus } from '../shared/contract/library.ts';
import type { HashModelSummary } from '../shared/contract/models.ts';
import type { PhotoHit } from '../shared/contract/photos.ts';
import { doctor } from './doctor.ts';
import { CheckpointFile } from './models/checkpoint-file.ts';
import { downloadJob, knownEncoder, registerEncoder } from './jobs/download-job.ts';
import { encodeMissing, offlineFolders, type EncodingTools } from './jobs/encoding.ts';
import { indexJob } from './jobs/index-job.ts';
import { exportModel, importModel } from './models/model-exchange.ts';
import { JobQueue, type JobRunner } from './jobs/queue.ts';
import { forgetTraining, interruptedTraining, trainJob } from './jobs/train-job.ts';
import { ensureThumbnail } from './library/thumbnails/thumbnails.ts';
import { ActiveModels } from './models/active-models.ts';
import type { LibraryPaths } from './models/library-paths.ts';
import { recalibrate } from './search/relevance/calibration-file.ts';
import { findDuplicates } from './duplicates/find-duplicates.ts';
import { duplicateReport } from './duplicates/report.ts';
import { precisionOf } from './search/relevance/divider.ts';
import { loggedText } from './search/query/logged-text.ts';
import { Searcher } from './search/searcher.ts';
import { removeTelemetryStore, telemetryFolder } from './store/telemetry-store.ts';
import { openStore, type Store } from './store/database.ts';
import { absolutePath, type PhotoLine } from './store/photos.ts';

export interface Engine {
  readonly api: EngineApi;
  /** The job once it has ended, however it ended. */
  finished(jobId: JobId): Promise<Job>;
  /** Stops running jobs where they are and closes the library. */
  close(): Promise<void>;
}

export interface EngineOptions extends LibraryPaths {
  readonly emit: (event: EngineEvent) => void;
  /**
   * True behind a window: jobs whose process is gone are taken up again, and nothing may keep a search waiting. A single
   * command only marks such jobs as interrupted, and starts faster.
   */
  readonly interactive: boolean;
}

/** MIME types a window may be shown as they are; photos of other formats are shown by their thumbnail. */
const displayable: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heif: 'image/avif',
};

/** @throws HashlensError when the library cannot be opened */
export function openEngine(options: EngineOptions): Engine {
  const { emit, libraryDir, resourcesDir } = options;
  const store = openStore(libraryDir);
  void removeRecordedTelemetry(store);
  // One core is left to the person while photos are encoded or a model is trained.
  const threads = Math.max(1, cpus().length - 1);
  const active = new ActiveModels(store, { libraryDir, resourcesDir }, { threads, encoderThread: options.interactive });
  const searcher = new Searcher(store, active, { resourcesDir, threads });
  const tools: EncodingTools = { store, active, libraryDir, codesChanged: () => searcher.codesChanged() };
  const thumbnail = async (photoId: PhotoId, contentHash: string) => {
    const row = store.photos.get(photoId);
    if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
    return ensureThumbnail(libraryDir, contentHash, absolutePath(row));
  };
  // What was indexed or trained changes what the scores of good matches look like.
  const thenCalibrate =
    (run: JobRunner): JobRunner =>
    async (params, context) => {
      const result = await run(params, context);
      await recalibrate(store, active, context);
      return result;
    };
  const queue = new JobQueue(
    store,
    {
      index: thenCalibrate(indexJob(tools)),
      train: thenCalibrate(trainJob(tools, threads, emit)),
      encode: async (_params, context) => {
        await encodeMissing(tools, context);
        await recalibrate(store, active, context);
      },
      download: downloadJob(tools),
      duplicates: (_params, context) => findDuplicates({ store, active, libraryDir, thumbnail }, context),
    },
    (job) => {
      emit({ type: 'job', job });
      if (job.finishedAt !== null) {
        searcher.codesChanged();
        emit({ type: 'library' });
      }
    },
  );
  queue.recover(options.interactive ? 'resume' : 'close');
  if (options.interactive && store.photos.count(true) > 0) {
    // The first search should not wait for the networks; what is wrong with them it will say itself.
    void Promise.all([active.encoder(), active.model()]).catch(() => undefined);
  }
  const api = makeApi({ options, store, active, searcher, queue });
  return {
    api,
    finished: (id) => queue.finished(id),
    async close() {
      await queue.close();
      await searcher.close();
      await active.close();
      store.close();
    },
  };
}

/** Deletes, once a library, what ONNX Runtime's telemetry recorded under releases that did not switch it off. */
async function removeRecordedTelemetry(store: Store): Promise<void> {
  if (store.settings.get('telemetry-store') === 'removed') return;
  try {
    store.settings.set('telemetry-store', 'removed');
  } catch {
    return; // A library that cannot be written gets another chance at its next start.
  }
  await removeTelemetryStore(telemetryFolder());
}

interface Parts {
  readonly options: EngineOptions;
  readonly store: Store;
  readonly active: ActiveModels;
  readonly searcher: Searcher;
  readonly queue: JobQueue;
}

function makeApi({ options, store, active, searcher, queue }: Parts): EngineApi {
  const { libraryDir, resourcesDir, emit } = options;
  const changed = () => {
    searcher.codesChanged();
    emit({ type: 'library' });
  };

  const folders = async (): Promise<Folder[]> => {
    const offline = await offlineFolders(store);
    return store.folders.list().map(({ id, path, photos, folderNamesAsTags, lastScanAt }) => {
      return { id, path, photos, folderNamesAsTags, lastScanAt, state: offline.has(id) ? 'offline' : 'online' };
    });
  };

  const addFolder = async (path: string, folderNamesAsTags: boolean | null) => {
    const real = await realpath(path).catch(() => {
      throw new HashlensError('folder-missing', `The folder ${resolve(path)} does not exist; check its name.`);
    });
    // A folder inside one that is known already is indexed with that one, so that no photo is there twice.
    const around = store.folders.list().find((f) => real.startsWith(f.path + sep));
    const row = around ?? store.folders.add(real, folderNamesAsTags);
    const job = queue.enqueue('index', { folderIds: [row.id] });
    emit({ type: 'library' });
    const folder = (await folders()).find((f) => f.id === row.id);
    if (!folder) throw new HashlensError('internal', `The folder ${real} could not be added.`);
    return { folder, job };
  };

  const model = (id: ModelId) => {
    const row = store.models.get(id);
    if (!row) throw new HashlensError('model-missing', `There is no model ${id}; see \`hashlens models list\`.`);
    return row;
  };

  return {
    'library.status': async (): Promise<LibraryStatus> => {
      const list = await folders();
      const modelId = active.modelId();
      const { captions, tags } = store.texts.counts();
      return {
        libraryDir,
        photos: store.photos.count(true),
        captions,
        tags,
        codes: store.codes.count('photo', modelId) + store.codes.count('caption', modelId),
        failures: store.failures.count(),
        missing: store.photos.count(false),
        folders: list,
        offlineFolders: list.filter((f) => f.state === 'offline').length,
        encoder: active.encoderId(),
        model: store.models.get(modelId) ? modelId : null,
      };
    },
    'library.failures': async () =>
      store.failures.list().map((f) => ({ path: absolutePath(f), code: f.code, message: f.message })),
    'library.doctor': async () => doctor({ store, active, libraryDir }),

    'folders.add': async ({ path, folderNamesAsTags }) => addFolder(path, folderNamesAsTags ?? null),
    'folders.addSample': async () => addFolder(resolve(resourcesDir, 'sample-album'), null),
    'folders.remove': async ({ folderId }) => {
      if (!store.folders.get(folderId)) throw new HashlensError('not-found', `There is no folder ${folderId}.`);
      store.transaction(() => {
        store.folders.remove(folderId);
        store.texts.removeUnusedTags();
      });
      changed();
      return null;
    },
    'folders.index': async ({ folderIds }) => {
      store.failures.forgetAttempts();
      return queue.enqueue('index', { folderIds: folderIds ?? null });
    },

    'jobs.list': async () => queue.list(),
    'jobs.cancel': async ({ jobId }) => {
      queue.cancel(jobId);
      const job = queue.list().find(({ id }) => id === jobId);
      if (job?.state === 'cancelled' && job.modelId !== null) await forgetTraining(store, active, job.modelId);
      return null;
    },
    'jobs.pause': async ({ jobId }) => (queue.pause(jobId), null),
    'jobs.resume': async ({ jobId }) => (queue.resume(jobId), null),

    'photos.recent': async ({ limit, offset }) =>
      store.photos.recent(limit, offset).map((line, i) => unrankedHit(line, offset + i + 1)),
    'photos.get': async ({ photoId }) => {
      const row = store.photos.get(photoId);
      if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
      return {
        id: row.id,
        path: absolutePath(row),
        folderId: row.folderId,
        width: row.width,
        height: row.height,
        format: row.format,
        size: row.size,
        capturedAt: row.capturedAt,
        camera: row.camera,
        rating: row.rating,
        place: row.place,
        captions: store.texts.captionsOf(photoId).filter((c) => c.source !== 'tags'),
        tags: store.texts.tagsOf(photoId),
        available: row.present === 1 && existsSync(absolutePath(row)),
      };
    },
    'photos.file': async ({ photoId, variant }) => photoFile(store, libraryDir, photoId, variant),

    'photos.findDuplicates': async () => queue.enqueue('duplicates', {}),
    'photos.duplicates': async () => duplicateReport(store),

    'search.query': async ({ log, ...query }) => {
      const answer = await searcher.query(query);
      if (log) store.queryLog.add(loggedText(query), answer.hits.length);
      return answer;
    },
    'search.complete': async ({ text, cursor, limit }) => searcher.complete(text, cursor, limit),
    'search.recent': async ({ limit }) => store.queryLog.recent(limit),
    'search.log': async ({ enabled }) => {
      if (enabled !== undefined) store.queryLog.setEnabled(enabled);
      return { enabled: store.queryLog.enabled };
    },
    'search.precision': async ({ precision }) => {
      if (precision !== undefined) store.settings.set('precision', String(precision));
      return { precision: precisionOf(store.settings) };
    },
    'search.clearLog': async () => (store.queryLog.clear(), null),
    'search.saved': async () => store.queryLog.saved(),
    'search.save': async ({ name, text }) => store.queryLog.save(name, text),
    'search.removeSaved': async ({ id }) => {
      if (!store.queryLog.removeSaved(id)) throw new HashlensError('not-found', `There is no saved search ${id}.`);
      return null;
    },
    'search.text': async ({ query, limit }) => {
      const answer = await searcher.textToPhotos(query, limit);
      store.queryLog.add(query, answer.hits.length);
      return answer;
    },
    'search.image': async ({ image, limit }) => searcher.imageToPhotos(image, limit),
    'search.similar': async ({ photoId, limit }) => searcher.similarPhotos(photoId, limit),
    'search.describe': async ({ source, target, limit }) => searcher.imageToTexts(source, target, limit),

    'methods.list': async () => {
      const { methods } = await import('./hashing/methods/registry.ts');
      return methods.map(({ summary }) => summary);
    },
    'train.start': async (trainOptions) => {
      const { method, bits } = trainOptions;
      // Wrong settings, too, are refused here, before anything is queued.
      const { refuseTooLarge } = await import('./jobs/train-plan.ts');
      refuseTooLarge(store, active, trainOptions);
      const modelId = interruptedTraining(store, active, trainOptions) ?? newModelId(store, active, method, bits);
      return queue.enqueue('train', { modelId, options: trainOptions });
    },
    'train.plan': async (trainOptions) => {
      // Loaded when it is asked for: it brings the whole trainer with it.
      const { planTraining } = await import('./jobs/train-plan.ts');
      return planTraining(store, active, trainOptions);
    },
    'models.list': async () => modelList(store, active),
    'models.activate': async ({ modelId }) => {
      const row = model(modelId);
      if (row.state !== 'ready') {
        throw new HashlensError(
          'bad-argument',
          `Model ${modelId} is ${row.state}, so it cannot be used for search; train it again.`,
        );
      }
      if (row.encoderId !== active.encoderId()) {
        throw new HashlensError(
          'bad-argument',
          `Model ${modelId} was trained for the encoder ${row.encoderId}; change to it with \`hashlens encoders use ${row.encoderId}\` first.`,
        );
      }
      store.settings.set('model', modelId);
      queue.enqueue('encode', {});
      changed();
      return null;
    },
    'models.remove': async ({ modelId }) => {
      const row = model(modelId);
      if (row.state === 'training' && queue.list().some((j) => j.modelId === modelId && j.finishedAt === null)) {
        throw new HashlensError('bad-argument', `Model ${modelId} is being trained; cancel the training first.`);
      }
      store.models.remove(modelId);
      await rm(active.modelDir(modelId), { recursive: true, force: true });
      await new CheckpointFile(active.modelDir(modelId)).remove();
      // Without a trained one the default takes over; it is made again if it was the one removed.
      queue.enqueue('encode', {});
      changed();
      return null;
    },

    'models.export': async ({ modelId, path }) => (await exportModel(store, active, modelId, path), null),
    'models.import': async ({ path }) => {
      const id = await importModel(store, active, path);
      emit({ type: 'library' });
      const added = modelList(store, active).find((m) => m.id === id);
      if (!added) throw new HashlensError('internal', `The model in ${path} could not be added.`);
      return added;
    },

    'encoders.list': async (): Promise<EncoderState[]> => active.encoders(),
    'encoders.use': async ({ encoderId }) => {
      active.encoderInfo(encoderId);
      if (encoderId === active.encoderId()) return null;
      store.settings.set('encoder', encoderId);
      changed();
      return queue.enqueue('encode', {});
    },
    'encoders.add': async ({ path }) => {
      const info = await registerEncoder(store, path);
      emit({ type: 'library' });
      return { ...info, active: info.id === active.encoderId(), installed: true, downloadBytes: null };
    },
    'encoders.download': async ({ encoderId }) => queue.enqueue('download', { encoderId: knownEncoder(encoderId).id }),
  };
}

function unrankedHit(line: PhotoLine, rank: number): PhotoHit {
  const { id, width, height, caption } = line;
  return { rank, photoId: id, path: absolutePath(line), score: null, distance: 0, caption, width, height };
}

function modelList(store: Store, active: ActiveModels): HashModelSummary[] {
  const inUse = active.modelId();
  return store.models.list().map((row) => ({ ...row, active: row.id === inUse, epochs: store.models.epochs(row.id) }));
}

/** `ucch-64-20261122-101500`, with a number behind it when two start in one second. */
function newModelId(store: Store, active: ActiveModels, method: string, bits: number): ModelId {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  for (let n = 1; ; n++) {
    const id = `${method}-${bits}-${stamp}${n === 1 ? '' : `-${n}`}` as ModelId;
    // A folder the database does not know is a model that a lost database knew.
    if (!store.models.get(id) && !existsSync(active.modelDir(id))) return id;
  }
}

/** A file for main's photo:// protocol. The path lies inside a library folder even when symbolic links are followed. */
async function photoFile(
  store: Store,
  libraryDir: string,
  photoId: ParsedParams<'photos.file'>['photoId'],
  variant: 'thumb' | 'full',
): Promise<{ path: string; mime: string }> {
  const row = store.photos.get(photoId);
  if (!row) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
  const original = absolutePath(row);
  const thumbnail = async () => {
    return { path: await ensureThumbnail(libraryDir, row.contentHash, original), mime: 'image/webp' };
  };
  const mime = displayable[row.format];
  if (variant === 'thumb' || mime === undefined) return thumbnail();
  const real = await realpath(original).catch(() => null);
  // Away: the thumbnail is all there is.
  if (real === null) return thumbnail();
  if (!real.startsWith(row.folderPath + sep)) {
    throw new HashlensError('bad-argument', `${original} leads out of its folder, so it is not shown.`);
  }
  return { path: real, mime };
}
