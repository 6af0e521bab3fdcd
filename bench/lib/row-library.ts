// A library made of feature rows instead of image files, searched and trained by the product's own code.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Encoder, EncoderInfo } from '../../src/engine/encoder/encoder.ts';
import { PhotoFolders } from '../../src/engine/library/reader/photo-folders.ts';
import { encodeMissing } from '../../src/engine/jobs/encoding.ts';
import { HashCodes } from '../../src/engine/jobs/hash-codes.ts';
import { trainJob } from '../../src/engine/jobs/train-job.ts';
import { undisturbed } from '../../test/support/job-context.ts';
import { ActiveModels, type PendingModels } from '../../src/engine/models/active-models.ts';
import { refreshRelevance } from '../../src/engine/search/relevance/relevance-file.ts';
import { Searcher } from '../../src/engine/search/searcher.ts';
import { openStore, type Store } from '../../src/engine/store/database.ts';
import { trainOptions, type TrainRequest } from '../../src/shared/contract/training.ts';
import type { ModelId, PhotoId } from '../../src/shared/contract/ids.ts';
import { resourcesDir } from '../../test/support/resources.ts';
import { photoFacts, photoFile } from '../../test/support/photo-rows.ts';

export interface RowPhoto {
  /** Name of the file it would have. */
  readonly name: string;
  /** `[imageWidth]` */
  readonly row: Float32Array;
  /** Texts by its owner; empty for an undescribed photo. */
  readonly captions: readonly string[];
  readonly tags: readonly string[];
}

/** The library's encoder is an object of this process and not a folder on disk. */
class GivenEncoder extends ActiveModels {
  readonly #given: Encoder;
  constructor(store: Store, libraryDir: string, given: Encoder) {
    super(store, { libraryDir, resourcesDir }, { threads: 2, encoderThread: false });
    this.#given = given;
  }

  // Its files do not exist, so none can be checked.
  override encoderId(): string {
    return this.#given.info.id;
  }

  override encoderInfo(id: string): EncoderInfo {
    return id === this.#given.info.id ? this.#given.info : super.encoderInfo(id);
  }

  override encoder(): Promise<Encoder> {
    return Promise.resolve(this.#given);
  }

  override encoderForJobs(): Promise<Encoder> {
    return Promise.resolve(this.#given);
  }

  override pendingModels(encoderId: string, modelId?: ModelId): PendingModels {
    return { ...super.pendingModels(encoderId, modelId), encoder: () => this.encoder() };
  }

  override notices(): [] {
    return [];
  }
}

export interface RowLibrary {
  readonly store: Store;
  readonly active: ActiveModels;
  readonly searcher: Searcher;
  /** Ids in the order of the photos given. */
  readonly ids: readonly PhotoId[];
  /** Trains as the window does, and calibrates the model's results. */
  train(options?: TrainRequest): Promise<ModelId>;
  close(): Promise<void>;
}

/** Makes the library in `dir`, which is emptied first. The encoder stays open when the library is closed. */
export async function rowLibrary(dir: string, encoder: Encoder, photos: readonly RowPhoto[]): Promise<RowLibrary> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const store = openStore(dir);
  if (encoder.info.id !== 'starter-1') {
    store.encoders.put({ info: encoder.info, path: join(dir, 'encoder'), files: {} });
    store.settings.set('encoder', encoder.info.id);
  }
  const folder = store.folders.add(join(dir, 'photos'), false).id;
  const ids: PhotoId[] = [];
  store.transaction(() => {
    for (const { name, row, captions, tags } of photos) {
      const facts = { ...photoFacts, contentHash: name, width: 500, height: 375 };
      const id = store.photos.insert(folder, photoFile(name), facts);
      store.features.put('photo', encoder.info.id, id, row);
      const texts = captions.map((text) => ({ text, source: 'caption-file' as const }));
      if (texts.length > 0) store.texts.replaceCaptions(id, ['caption-file'], texts);
      if (tags.length > 0) {
        store.texts.replaceTags(
          id,
          ['xmp'],
          tags.map((tag) => ({ name: tag, source: 'xmp' as const })),
        );
        store.texts.refreshTagCaption(id);
      }
      ids.push(id);
    }
  });
  const active = new GivenEncoder(store, dir, encoder);
  const searcher = new Searcher(store, active);
  const photoFolders = new PhotoFolders({ readers: 1 });
  const codes = new HashCodes(store, active, () => searcher.codesChanged());
  const encodeAll = async () => {
    await encodeMissing(store, photoFolders, await active.encoderForJobs(), undisturbed);
    await codes.makeMissing(undisturbed);
  };
  const settle = async () => {
    await encodeAll();
    await refreshRelevance(store, active, undisturbed);
    searcher.codesChanged();
  };
  await settle();
  return {
    store,
    active,
    searcher,
    ids,
    async train(options = {}) {
      const use = async (modelId: ModelId, encoderId: string) => {
        active.useModel(modelId, encoderId);
        await codes.makeMissing(undisturbed);
      };
      const run = trainJob(
        store,
        active,
        encodeAll,
        use,
        async () => 2,
        () => undefined,
        (line) => console.error(line),
      );
      await run({ modelId: 'trained', options: trainOptions.parse(options) }, undisturbed);
      await settle();
      return active.modelId();
    },
    async close() {
      await searcher.close();
      // The encoder is not the library's own; `close` of the base class only closes encoders that it has
      // opened.
      await active.close();
      store.close();
    },
  };
}
