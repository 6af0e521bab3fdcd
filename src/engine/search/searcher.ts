// Answers a query: features -> code -> exact Hamming ranking over all codes -> the best few hundred by float cosine.
import { HashlensError } from '../../shared/errors.ts';
import type { CaptionId, ModelId, PhotoHit, PhotoId, SearchAnswer, TextHit } from '../../shared/types.ts';
import type { EncoderInfo } from '../encoder/encoder.ts';
import type { HashModel } from '../hashing/hash-model.ts';
import type { Store } from '../store/database.ts';
import type { Kind } from '../store/kinds.ts';
import { absolutePath } from '../store/photos.ts';
import type { Active } from './active.ts';
import { HammingIndex } from './hamming-index.ts';
import { rerank, type Candidate } from './rerank.ts';

/** At least this many of the nearest codes are compared by float cosine. */
const shortlist = 400;

/** A query as the encoder sees it. */
export interface QueryRow {
  readonly modality: 'image' | 'text';
  readonly row: Float32Array;
}

interface Ranking {
  readonly candidates: readonly Candidate[];
  readonly searched: number;
  readonly encodeMs: number;
  readonly searchMs: number;
  readonly modelId: ModelId;
  readonly bits: number;
  readonly notice: string | null;
}

export class Searcher {
  readonly #store: Store;
  readonly #active: Active;
  readonly #indexes = new Map<Kind, { key: string; index: HammingIndex }>();
  #revision = 0;

  constructor(store: Store, active: Active) {
    this.#store = store;
    this.#active = active;
  }

  /** Says that codes were added or removed by this process; the next search reads them again. */
  codesChanged(): void {
    this.#revision++;
  }

  async textToPhotos(query: string, limit: number): Promise<SearchAnswer<PhotoHit>> {
    const ranking = await this.#rank('photo', () => this.#textRow(query), limit);
    return this.#photoAnswer(ranking, limit);
  }

  async imageToPhotos(image: string | Uint8Array, limit: number): Promise<SearchAnswer<PhotoHit>> {
    const ranking = await this.#rank('photo', () => this.#imageRow(image), limit);
    return this.#photoAnswer(ranking, limit);
  }

  /** Photos like one of the library, without itself. */
  async similarPhotos(photoId: PhotoId, limit: number): Promise<SearchAnswer<PhotoHit>> {
    const ranking = await this.#rank('photo', () => this.#photoRow(photoId), limit + 1);
    return this.#photoAnswer({ ...ranking, candidates: ranking.candidates.filter((c) => c.id !== photoId) }, limit);
  }

  async imageToTexts(
    source: { image: string | Uint8Array } | { photoId: PhotoId },
    target: 'captions' | 'tags',
    limit: number,
  ): Promise<SearchAnswer<TextHit>> {
    const row = () => ('image' in source ? this.#imageRow(source.image) : this.#photoRow(source.photoId));
    const ranking = await this.#rank(target === 'captions' ? 'caption' : 'tag', row, limit);
    const hits: TextHit[] = [];
    for (const candidate of ranking.candidates) {
      if (hits.length === limit) break;
      const hit = target === 'captions' ? this.#captionHit(candidate) : this.#tagHit(candidate);
      if (hit) hits.push({ rank: hits.length + 1, ...hit });
    }
    return { ...answerOf(ranking), hits };
  }

  #captionHit({ id, score, distance }: Candidate): Omit<TextHit, 'rank'> | null {
    const caption = this.#store.texts.caption(id as CaptionId);
    // A caption made of tags is for training; as an answer it would repeat the tags.
    if (!caption || caption.source === 'tags') return null;
    const photo = this.#store.photos.line(caption.photoId);
    const path = photo ? absolutePath(photo) : null;
    return { text: caption.text, score, distance, photoId: caption.photoId, path };
  }

  #tagHit({ id, score, distance }: Candidate): Omit<TextHit, 'rank'> | null {
    const text = this.#store.texts.tagName(id);
    return text === null ? null : { text, score, distance, photoId: null, path: null };
  }

  #photoAnswer(ranking: Ranking, limit: number): SearchAnswer<PhotoHit> {
    const hits: PhotoHit[] = [];
    for (const { id, score, distance } of ranking.candidates.slice(0, limit)) {
      const photo = this.#store.photos.line(id as PhotoId);
      if (!photo) continue;
      const { caption, width, height } = photo;
      const path = absolutePath(photo);
      hits.push({ rank: hits.length + 1, photoId: photo.id, path, score, distance, caption, width, height });
    }
    return { ...answerOf(ranking), hits };
  }

  async #textRow(query: string): Promise<QueryRow> {
    const encoder = await this.#active.encoder();
    return { modality: 'text', row: await encoder.encodeTexts([query]) };
  }

  async #imageRow(image: string | Uint8Array): Promise<QueryRow> {
    const encoder = await this.#active.encoder();
    const prepared = await encoder.prepareImage(image).catch((error: unknown) => {
      throw new HashlensError(
        'not-an-image',
        'This file cannot be read as an image; use a JPEG, PNG, WebP, GIF, AVIF or TIFF file.',
        { cause: error },
      );
    });
    return { modality: 'image', row: await encoder.encodeImages([prepared]) };
  }

  async #photoRow(photoId: PhotoId): Promise<QueryRow> {
    const info = this.#active.encoderInfo(this.#active.encoderId());
    const { ids, rows } = this.#store.features.read('photo', info.id, [photoId], info.imageWidth);
    if (ids.length > 0) return Promise.resolve({ modality: 'image', row: rows });
    const photo = this.#store.photos.get(photoId);
    if (!photo) throw new HashlensError('not-found', `There is no photo ${photoId} in the library.`);
    return this.#imageRow(absolutePath(photo));
  }

  async #rank(kind: Kind, makeRow: () => Promise<QueryRow>, limit: number): Promise<Ranking> {
    const { id: modelId, model } = await this.#active.model();
    const index = this.#index(kind, modelId, model);
    if (index.size === 0) throw this.#nothingToSearch(kind);
    const started = performance.now();
    const query = await makeRow();
    const encoded = performance.now();
    const info = this.#active.encoderInfo(this.#active.encoderId());
    const answer = { searched: index.size, modelId, bits: model.bits, encodeMs: encoded - started };
    const notice = unknownQuery(query, info, model);
    if (notice !== null) return { ...answer, candidates: [], searchMs: 0, notice };
    const hashed = await (query.modality === 'image' ? model.encodeImages(query.row) : model.encodeTexts(query.row));
    const ranked = index.rank(hashed.codes, Math.max(shortlist, 2 * limit));
    const candidates = await rerank(this.#store, info, model, kind, { row: query.row, real: hashed.real }, ranked);
    return { ...answer, candidates, searchMs: performance.now() - encoded, notice: null };
  }

  #index(kind: Kind, modelId: ModelId, model: HashModel): HammingIndex {
    const key = `${modelId} ${this.#revision} ${this.#store.dataVersion()}`;
    const held = this.#indexes.get(kind);
    if (held?.key === key) return held.index;
    const index = new HammingIndex(this.#store.codes.all(kind, modelId, model.bits / 8), model.bits);
    this.#indexes.set(kind, { key, index });
    return index;
  }

  #nothingToSearch(kind: Kind): HashlensError {
    if (this.#store.photos.count(true) === 0) {
      return new HashlensError(
        'nothing-indexed',
        'The library has no photos yet; add a folder first (`hashlens index <folder>`).',
      );
    }
    const what = { photo: 'photos', caption: 'captions', tag: 'tags' }[kind];
    return new HashlensError(
      'nothing-indexed',
      `The library has no ${what} to search in; add ${kind === 'photo' ? 'photos' : `${what} to your photos`} and index again.`,
    );
  }
}

const answerOf = ({ searched, encodeMs, searchMs, modelId, bits, notice }: Ranking) => ({
  searched,
  encodeMs,
  searchMs,
  modelId,
  bits,
  notice,
});

/** Why a query cannot be answered: nothing in it is known to the encoder, or to the model in use. */
function unknownQuery({ row, modality }: QueryRow, info: EncoderInfo, model: HashModel): string | null {
  const isZero = (part: Float32Array) => part.every((x) => x === 0);
  if (modality === 'image') return null;
  if (isZero(row)) return `No word of this query is known to the ${info.name} encoder; try other words.`;
  // An untrained model codes the shared part alone.
  if (model.manifest.evaluation === null && isZero(row.subarray(0, info.sharedWidth))) {
    return `The ${info.name} encoder knows these words, but not as anything it can see; train a model on your captions, or use other words.`;
  }
  return null;
}
