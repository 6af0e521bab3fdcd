// Brings the server's copy of a library up to date: compares photo by photo with a stamp and sends differences in
// pages. An interrupted run has left whole pages; the next one finds them and continues.
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { present } from '../../shared/at.ts';
import type { FolderId, PhotoId } from '../../shared/contract/ids.ts';
import type { PublishOutcome } from '../../shared/contract/shared-library.ts';
import { HashlensError } from '../../shared/errors.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import { modelFileNames } from '../hashing/model/model-files.ts';
import type { ActiveModel, ActiveModels } from '../models/active-models.ts';
import { toFloat16Blob } from '../numerics/float16.ts';
import type { LongWork } from '../runtime/long-work.ts';
import { readCandidates } from '../search/rerank/rerank.ts';
import { blockIds } from '../store/codes.ts';
import type { Store } from '../store/database.ts';
import type { StoredPhotoFacts } from '../store/photo-facts.ts';
import type { Postgres } from './postgres.ts';
import { hexOf, modelSum, vectorText } from './shared-search.ts';
import { makeSchema, modelFiles, readFormat, schemaOf, useVectors, type SharedSchema } from './sql/schema.ts';
import {
  finishLibrary,
  libraryNumber,
  lockLibrary,
  replaceFolders,
  upsertPhotos,
  removePhotos,
  removePhotosAfter,
  stampsBetween,
  type SentName,
  type SentPhoto,
} from './sql/published-rows.ts';
import { shownWordsOf, writtenWordsOf } from './text-vectors.ts';

/** Photos in a page, which is one transaction. */
const pageSize = 200;

const keySetting = 'shared-library-key';

/** Distinguishes this library from others on a server: a random number, drawn once. */
export function libraryKey(store: Store): string {
  const known = store.settings.get(keySetting);
  if (known !== null) return known;
  const drawn = randomUUID();
  store.settings.set(keySetting, drawn);
  return drawn;
}

export interface PublishSource {
  readonly store: Store;
  readonly active: ActiveModels;
  /** The photo's thumbnail; rejects where it cannot be made. */
  readonly thumbnail: (photoId: PhotoId, contentHash: string) => Promise<string>;
}

export interface PublishChoice {
  readonly name: string;
  readonly folderIds: readonly FolderId[];
  readonly thumbnails: boolean;
  /** Name of the library for others. */
  readonly label: string;
}

/**
 * Opens a shared library for publishing; creates it if the server has none of this name.
 * @throws HashlensError `model-differs` if it was published with another encoder or hash model
 */
async function openForPublishing(
  db: Postgres,
  name: string,
  { active }: Pick<PublishSource, 'active'>,
): Promise<SharedSchema> {
  const schema = schemaOf(name);
  const inUse = await active.model();
  const info = active.encoderInfo(active.encoderId());
  const { bits, realWidth, manifest } = inUse.model;
  const found = await readFormat(db, schema);
  if (found !== null) {
    requireSameModel(name, found, info, inUse);
    return { db, schema, format: found };
  }
  const format = {
    ...{ encoderId: info.id, sharedWidth: info.sharedWidth, modelId: inUse.id, modelSum: modelSum(manifest) },
    ...{ bits, realWidth, vectors: await useVectors(db) },
  };
  await db.transaction(async () => {
    await makeSchema(db, schema, format);
    for (const file of modelFileNames) {
      await modelFiles.put(db, schema, file, await readFile(join(active.modelDir(inUse.id), file)));
    }
  });
  return { db, schema, format };
}

/** @throws HashlensError `model-differs` */
export function requireSameModel(
  name: string,
  format: SharedSchema['format'],
  info: EncoderInfo,
  { id, model }: ActiveModel,
): void {
  if (format.encoderId !== info.id) {
    throw new HashlensError(
      'model-differs',
      `The shared library “${name}” was published with the encoder ${format.encoderId}, and this library uses ${info.id}; use that encoder here first.`,
    );
  }
  if (format.modelSum !== modelSum(model.manifest)) {
    throw new HashlensError(
      'model-differs',
      `The shared library “${name}” was published with the hash model ${format.modelId}, and this library uses ${id}, whose codes cannot be compared with it; use the published model here first, or choose another name.`,
    );
  }
}

/** @returns the state on the server */
export async function publish(
  db: Postgres,
  source: PublishSource,
  choice: PublishChoice,
  { signal, progress }: LongWork,
): Promise<Omit<PublishOutcome, 'server'>> {
  const { store, active } = source;
  const { name, folderIds, thumbnails, label } = choice;
  const total = store.photos.count(true);
  const message = 'Publishing photos';
  progress(0, total, message);
  const shared = await openForPublishing(db, name, source);
  const key = libraryKey(store);
  if (!(await lockLibrary(shared, key))) {
    throw new HashlensError(
      'library-busy',
      'Another program is publishing this library now; try again when it has ended.',
    );
  }
  const chosen = store.folders.list().filter(({ id }) => folderIds.includes(id));
  const names = chosen.map(({ id, path }) => ({ id, name: basename(path) }));
  // One transaction, because a library without its folders would publish nothing.
  const { library, folders } = await db.transaction(async () => {
    const number = await libraryNumber(shared, key, label, thumbnails);
    return { library: number, folders: await replaceFolders(shared, number, names) };
  });
  const inUse = await active.model();
  const reader = new PhotoReader(store, inUse, active.encoderInfo(active.encoderId()), shared, folders, thumbnails);
  let [after, done, sent, removed, kept, leftOut] = [0, 0, 0, 0, 0, 0];
  for (;;) {
    signal.throwIfAborted();
    const page = store.photoFacts.page(after, pageSize);
    const last = page.at(-1)?.id;
    if (last === undefined) break;
    const ours = page.filter(({ folderId }) => folders.has(folderId));
    const ready = await reader.read(ours);
    const known = await stampsBetween(shared, library, after, last);
    const changed = ready.filter(({ localId, stamp }) => known.get(localId) !== stamp);
    const here = new Set(ready.map(({ localId }) => localId));
    const missing = Array.from(known.keys()).filter((id) => !here.has(id));
    await removePhotos(shared, library, missing);
    if (changed.length > 0) {
      const facts = new Map(ours.map((photo) => [photo.id as number, photo]));
      const withThumbnails = await Promise.all(
        changed.map(async (photo): Promise<SentPhoto> => {
          const { id, contentHash } = present(facts.get(photo.localId));
          return { ...photo, thumbnail: thumbnails ? await thumbnailOf(source, id, contentHash) : null };
        }),
      );
      await upsertPhotos(shared, library, withThumbnails, changed.flatMap(namesOf));
    }
    sent += changed.length;
    removed += missing.length;
    kept += ready.length;
    leftOut += ours.length - ready.length;
    done += page.length;
    after = last;
    progress(done, Math.max(total, done), message);
  }
  await removePhotosAfter(shared, library, after);
  await finishLibrary(shared, library);
  return { name, photos: kept, sent, removed, leftOut };
}

async function thumbnailOf(source: PublishSource, id: PhotoId, contentHash: string): Promise<string | null> {
  try {
    return (await readFile(await source.thumbnail(id, contentHash))).toString('base64');
  } catch {
    // A photo on an offline disk is published without its picture.
    return null;
  }
}

/** Names of a photo for filters. */
function namesOf(photo: Omit<SentPhoto, 'thumbnail'>): SentName[] {
  const { folderId, tags, tagPaths, people, camera, place, positionPlace, path } = photo;
  const named = (kind: SentName['kind'], names: readonly (string | null)[]): SentName[] =>
    names.flatMap((name) => (name === null ? [] : { folderId, kind, name }));
  return [
    ...named('tag', tags),
    ...named('tag-path', tagPaths),
    ...named('person', people),
    ...named('camera', [camera]),
    ...named('place', [place, positionPlace]),
    ...named('directory', [path.slice(0, path.lastIndexOf('/') + 1)]),
  ];
}

/** Reads pages of photos with their codes and rows. */
class PhotoReader {
  readonly #store: Store;
  readonly #inUse: ActiveModel;
  readonly #info: EncoderInfo;
  readonly #shared: SharedSchema;
  readonly #folders: ReadonlyMap<number, number>;
  readonly #thumbnails: boolean;
  #block: { readonly number: number; readonly codes: ReadonlyMap<number, string> } | null = null;

  constructor(
    store: Store,
    inUse: ActiveModel,
    info: EncoderInfo,
    shared: SharedSchema,
    folders: ReadonlyMap<number, number>,
    thumbnails: boolean,
  ) {
    this.#store = store;
    this.#inUse = inUse;
    this.#info = info;
    this.#shared = shared;
    this.#folders = folders;
    this.#thumbnails = thumbnails;
  }

  /** Photos that have a code and rows, without their thumbnails. */
  async read(photos: readonly StoredPhotoFacts[]): Promise<Omit<SentPhoto, 'thumbnail'>[]> {
    const coded = photos.flatMap((photo) => {
      const code = this.#code(photo.id);
      return code === undefined ? [] : [{ photo, code }];
    });
    if (coded.length === 0) return [];
    const { ids, rows, sharedWidth, realWidth } = await readCandidates(
      this.#store,
      this.#info,
      this.#inUse,
      'photo',
      coded.map(({ photo }) => photo.id),
    );
    const stride = sharedWidth + realWidth;
    const places = new Map(ids.map((id, place) => [id, place]));
    return coded.flatMap(({ photo, code }) => {
      const place = places.get(photo.id);
      if (place === undefined) return [];
      const row = rows.subarray(place * stride, (place + 1) * stride);
      const { id, contentHash, terms: _terms, shown: _shown, folderId, ...facts } = photo;
      const fields = {
        ...facts,
        localId: id as number,
        folderId: present(this.#folders.get(folderId)),
        words: writtenWordsOf(photo),
        shown: shownWordsOf(photo),
        code,
        shared: this.#stored(row.subarray(0, sharedWidth)),
        learned: this.#stored(row.subarray(sharedWidth)),
      };
      const stamp = createHash('sha1')
        .update(JSON.stringify([fields, this.#thumbnails ? contentHash : null]))
        .digest('base64');
      return { ...fields, stamp };
    });
  }

  #stored(numbers: Float32Array): string {
    // Rows here and on the server are float16, so newly computed rows are rounded to it.
    return this.#shared.format.vectors
      ? vectorText(Float32Array.from(new Float16Array(numbers)))
      : toFloat16Blob(numbers).toString('base64');
  }

  #code(id: number): string | undefined {
    const number = Math.floor(id / blockIds);
    if (this.#block?.number !== number) {
      const bytes = this.#inUse.model.bits / 8;
      const { ids, codes } = this.#store.codes.block('photo', this.#inUse.id, number, bytes, new Set());
      const hex = Array.from(ids, (each, i) => [each, hexOf(codes.subarray(i * bytes, (i + 1) * bytes))] as const);
      this.#block = { number, codes: new Map(hex) };
    }
    return this.#block.codes.get(id);
  }
}
